"""Programmes of conferences, from files of several formats to sessions."""
