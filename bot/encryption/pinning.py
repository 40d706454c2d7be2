"""Trust on first use: the first identity that somebody shows is theirs; another is not, by itself.

Whoever runs a homeserver or holds a password can show a new identity of somebody at any time (spec,
cross-signing). Clients pin the first one likewise, and ask their owner about another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Pinning:
    """Somebody's identities by their master keys: the *pinned* one, and the one *shown* last.

    Neither is ever taken back by an answer that shows none: who once had an identity is taken to
    have one for good.
    """

    pinned: str | None = None
    shown: str | None = None

    @property
    def replaced(self) -> bool:
        """Whether the identity that is shown is not the one that devices are judged by."""
        return self.shown is not None and self.shown != self.pinned

    def sees(self, master_key: str | None, *, vouches: bool) -> Self:
        """Take in which identity is shown; *vouches* tells if it does for all that read by now.

        Who has no identity yet is read by each device of theirs. So a first one counts by itself
        where it shuts none of these out; any other takes the word of somebody else.
        """
        if master_key is None:
            return self
        pinned = master_key if self.pinned is None and vouches else self.pinned
        return type(self)(pinned, master_key)
