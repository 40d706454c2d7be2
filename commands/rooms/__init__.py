"""Rooms: finding them, coming and going, and what of them needs a hand."""

from commands.rooms import coming, space
from commands.rooms._feature import feature

__all__ = ["coming", "feature", "space"]
