"""Rooms: which are offered to whom, coming and going, and those that are declared in chat."""
