"""Look up instruments, standards and practice in the library."""

from commands.library import _awaiting as awaiting
from commands.library import _country as country
from commands.library import _finding as finding
from commands.library._feature import feature

__all__ = ["awaiting", "country", "feature", "finding"]
