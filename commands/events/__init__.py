"""Announce events, say who is going, and remind each in their own language and zone."""

from commands.events import _attending as attending
from commands.events import _calendar as calendar
from commands.events import _hosting as hosting
from commands.events._feature import feature

__all__ = ["attending", "calendar", "feature", "hosting"]
