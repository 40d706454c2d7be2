"""Lists whose entries somebody may name by number afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_CARD = " card"

NO_MORE = "no more"  # is known of the need of a lawyer, as somebody was told


class ListKind(StrEnum):
    """What the entries of a list are. The words are stored."""

    FOUND = "find"
    MEANINGS = "choice"
    REVIEW = "review"
    CASES = "cases"
    REQUESTS = "requests"
    EVENTS = "events"
    PROGRAMME = "programme"
    ROOMS = "rooms"
    MEASURES = "measures"
    REPORTS = "reports"
    NOTICES = "notices"
    HELP = "help"
    WISHES = "wish"  # commands, each with what it takes: ``wish_entry`` makes them
    ASKED = "asked"  # the two commands that a yes and a no stand for
    OFFERED = "offered"  # the same of what came unasked, and the number of what that is about
    NEED = "need"  # the country where somebody needs a lawyer, or nothing; then what was told
    # already: each emergency, or NO_MORE
    UNFINISHED = "unfinished"  # a command as it was said, of which something is missing

    @property
    def card(self) -> str:
        """The word for one entry that is shown alone, beside the list it may be from."""
        return f"{self}{_CARD}"

    @property
    def words(self) -> tuple[str, str]:
        """The words for a list of them, and for one that is shown alone."""
        return self, self.card


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries of a list that may be named by number afterwards.

    *ids* are what the command takes that opens an entry of this *kind*; the first so many are
    *shown*, or all. One entry *alone* is remembered beside the list it may be from.
    """

    kind: ListKind
    ids: Sequence[str]
    shown: int | None = None
    alone: bool = False

    @property
    def word(self) -> str:
        """What it is stored by."""
        return self.kind.card if self.alone else self.kind

    @property
    def last(self) -> int:
        """The place of the last entry that is shown."""
        return len(self.ids) if self.shown is None else self.shown

    @classmethod
    def card(cls, kind: ListKind, entry: str) -> Listing:
        """Remember one entry of a *kind* that is shown alone."""
        return cls(kind, [entry], alone=True)


def read_kind(word: str) -> ListKind | None:
    """Read the kind of a list, or of one entry alone, by the word it is stored by."""
    known = word.removesuffix(_CARD)
    return ListKind(known) if known in set(ListKind) else None


def read_listing(word: str, ids: Sequence[str]) -> Listing | None:
    """Read a list as it was stored, if this hub knows its kind."""
    kind = read_kind(word)
    return Listing(kind, ids, alone=word != kind) if kind else None


def yes_or_no(yes: str, no: str) -> Listing:
    """Let a plain yes or no right after a message stand for one of two commands."""
    return Listing(ListKind.ASKED, [yes, no])


def offered(yes: str, no: str, number: str) -> Listing:
    """Let a yes or no stand for one of two commands about a *number*, though nobody asked for it.

    What the person was asked in their own talk comes first.
    """
    return Listing(ListKind.OFFERED, [yes, no, number])


def unfinished(path: str, rest: str) -> Listing:
    """Let the next message say what a command lacks of which *rest* was said."""
    return Listing(ListKind.UNFINISHED, [wish_entry(path, rest)])


def after(shown: int) -> str:
    """Write what the command that shows a list takes for its entries after so many."""
    return f"+{shown}"


def read_after(said: str) -> int:
    """Read what ``after`` wrote; raises ValueError."""
    if not (said.startswith("+") and said[1:].isdecimal()):
        raise ValueError(said)
    return int(said)


def wish_entry(path: str, rest: str) -> str:
    """Make an entry of a list of commands: the path of one, and what it takes."""
    return f"{path}\n{rest}"


def read_wish(entry: str) -> tuple[str, str]:
    """Read what ``wish_entry`` made."""
    path, _line, rest = entry.partition("\n")
    return path, rest
