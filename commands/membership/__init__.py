"""Becoming a member: five questions in a direct chat, then one's own profile."""

from commands.membership import consent, onboarding, privacy, profile, trust
from commands.membership._feature import feature

__all__ = ["consent", "feature", "onboarding", "privacy", "profile", "trust"]
