"""What the hub says: to whom, when, in which words."""
