"""Becoming a member: five questions in a direct chat, then one's own profile."""

from commands.membership import (
    onboarding,
    personal,
    privacy,
    profile,
    showing,
    trust,
    withdrawal,
)
from commands.membership._feature import feature

__all__ = [
    "feature",
    "onboarding",
    "personal",
    "privacy",
    "profile",
    "showing",
    "trust",
    "withdrawal",
]
