"""The library between its files, its tables and the search index."""
