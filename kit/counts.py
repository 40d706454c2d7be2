"""Counting people so that nobody can be told from a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from kit.text import Figure, Node, _

LEAST = 5
MOST_GROUPS = 5

Key = TypeVar("Key")


def count(n: int) -> Node:
    """Write a number of people, unless it is so small that it points at them."""
    return _("fewer than {least}", least=LEAST) if 0 < n < LEAST else Figure(n)


def largest(counts: Mapping[Key | None, int]) -> tuple[list[tuple[Key, int]], int]:
    """Choose the groups to show, largest first, and count everybody else together.

    None is who belongs to no group. The rest is never so small that the total would give it away:
    then the smallest group that could be shown joins it.
    """
    named = [(key, n) for key, n in counts.items() if key is not None and n >= LEAST]
    shown = sorted(named, key=lambda pair: (-pair[1], str(pair[0])))[:MOST_GROUPS]
    others = sum(counts.values()) - sum(n for _key, n in shown)
    while shown and 0 < others < LEAST:
        others += shown.pop()[1]
    return shown, others
