"""Trust on first use: the first identity of who was not known counts, and no other by itself.

Whoever runs a homeserver or holds a password can show a new identity of somebody at any time (spec,
cross-signing). Clients pin the first one likewise, and ask their owner about another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from storage.encryption.correspondents import MOST_FORMER


@dataclass(frozen=True, slots=True)
class Pinning:
    """Somebody's identities by their master keys: the *pinned* one, and the one *shown* last.

    *former* ones counted before. Neither of the two is ever taken back by an answer that shows
    none: who once had an identity is taken to have one for good.
    """

    pinned: str | None = None
    shown: str | None = None
    former: frozenset[str | None] = frozenset()

    @property
    def replaced(self) -> bool:
        """Whether the identity that is shown is not the one that devices are judged by."""
        return self.shown is not None and self.shown != self.pinned

    def sees(self, master_key: str | None, *, known: bool, vouched: bool) -> Self:
        """Take in which identity is shown.

        *known* tells if devices were before, *vouched* if one of those that may signed the master
        key. That is judged once, when another one is shown than before. And nothing that counted
        before does again: a signature says not when it was made, so it can be shown for ever.
        """
        if master_key is None:
            return self
        first = self.pinned is self.shown is None and not known
        fresh = master_key not in {self.shown, *self.former} and len(self.former) < MOST_FORMER
        if not (first or (vouched and fresh)) or master_key == self.pinned:
            return type(self)(self.pinned, master_key, self.former)
        former = self.former if first else self.former | {self.pinned}
        return type(self)(master_key, master_key, former)
