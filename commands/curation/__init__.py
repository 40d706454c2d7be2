"""Keep the library good: members suggest, report, translate and share; curators decide."""

from commands.curation import _curators as curators
from commands.curation import _members as members
from commands.curation._feature import feature

__all__ = ["curators", "feature", "members"]
