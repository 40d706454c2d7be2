"""A Space that nobody looks after but the test."""

from __future__ import annotations

from kit.space import Drift, JoinRule


class Watched:
    """A Space that was looked at: *left* is what is to be mended."""

    def __init__(self) -> None:
        self.manages = True
        self.join_rule: JoinRule = "public"
        self.left: list[Drift] | None = []
        self.people: dict[str, int] = {}
        self.looked_again = 0

    def look_again(self) -> None:
        self.looked_again += 1
