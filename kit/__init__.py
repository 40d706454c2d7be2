"""The vocabulary features are written in. Imports nothing but the standard library."""
