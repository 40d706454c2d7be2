"""Events: what is announced, who is going, and who is reminded when."""
