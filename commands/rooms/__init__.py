"""Rooms: finding them, coming and going, founding them, and what of them needs a hand."""

from commands.rooms import coming, founding, space
from commands.rooms._feature import feature

__all__ = ["coming", "feature", "founding", "space"]
