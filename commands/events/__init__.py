"""See what is coming, go there, and be reminded in one's own language and zone."""

from commands.events import _agenda as agenda
from commands.events import _attending as attending
from commands.events import _calendar as calendar
from commands.events import _finding as finding
from commands.events import _mine as mine
from commands.events import _programme as programme
from commands.events._feature import feature

__all__ = ["agenda", "attending", "calendar", "feature", "finding", "mine", "programme"]
