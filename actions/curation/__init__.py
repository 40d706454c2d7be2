"""What becomes of items of the library, and who is told of it."""
