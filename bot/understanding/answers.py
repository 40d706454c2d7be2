"""Reading ``starter/answers.yaml``: how people answer, beside the names that CLDR knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot import checked
from bot.checked import Row
from kit.authority import Role
from kit.network import Opponent

Words = Mapping[str, tuple[str, ...]]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class ClauseWords(Row):
    """What makes a clause no evidence for what it names, by language.

    ``anew`` begins a clause that stands for itself; ``spared`` holds such a word, and denies
    nothing.
    """

    denial: Words
    past: Words
    others: Words
    anew: Words
    spared: Words


class DecliningWords(Row):
    """What says that a wish is none, by language; ``spared`` holds such a word, and is one."""

    denial: Words
    spared: Words


class DistressWords(Row):
    """What somebody says who speaks of dying, mourns, or can bear no more.

    A row is a phrase, or several: "want to | wanna + die" is two. ``suicidal`` may be said of
    oneself or another, ``told`` says that it is what another said, an ``idiom`` only sounds like
    it. ``alone`` counts if nothing else is said, and ``beside`` may stand anywhere in a phrase.
    """

    own: tuple[str, ...]
    suicidal: tuple[str, ...]
    another: tuple[str, ...]
    told: tuple[str, ...]
    grief: tuple[str, ...]
    worn: tuple[str, ...]
    alone: tuple[str, ...]
    idiom: tuple[str, ...]
    beside: tuple[str, ...]


class FearWords(Row):
    """Who may learn something, that they do, and what of whoever writes; and who fears to complain.

    Behind ``complain`` one of ``unnamed`` or of ``risk`` is needed; ``revenge`` says all of it, and
    so does ``taken`` of a colleague. ``seized`` says it close behind who is a ``colleague``.
    Rows are spelt as those of ``DistressWords``.
    """

    who: tuple[str, ...]
    learn: tuple[str, ...]
    mine: tuple[str, ...]
    complain: tuple[str, ...]
    unnamed: tuple[str, ...]
    risk: tuple[str, ...]
    revenge: tuple[str, ...]
    colleague: tuple[str, ...]
    seized: tuple[str, ...]
    taken: tuple[str, ...]


class PostingWords(Row):
    """What is said of the hub's messages; rows are spelt as those of ``DistressWords``.

    ``digest`` and ``reminders`` are some of them, and ``unwanted`` says that one of these two is to
    stop, unless they are ``kept``.
    """

    messages: tuple[str, ...]
    digest: tuple[str, ...]
    reminders: tuple[str, ...]
    unwanted: tuple[str, ...]
    kept: tuple[str, ...]
    fewer: tuple[str, ...]
    outright: tuple[str, ...]
    stop: tuple[str, ...]
    all: tuple[str, ...]
    not_all: tuple[str, ...]
    missed: tuple[str, ...]


class CorrectionWords(Row):
    """How a part of what was shown is named, and what stands around its new value.

    ``instead`` says outright that something said before is corrected.
    """

    fields: Mapping[str, Words]
    instead: Words
    before: Words
    between: Words
    after: Words


class CapacityWords(Row):
    """What stands before and behind the number of those for whom there is room."""

    most: Words
    people: Words


class VenueWords(Row):
    """What stands before a place where people meet, and what such places are called.

    What is ``known`` by its name is one without a word before it.
    """

    before: Words
    known: Words


class BoundWords(Row):
    """What stands before a length of time, a room or a reason, and what rooms are called.

    ``ever`` says that there is no end.
    """

    lasting: Words
    ever: Words
    out_of: Words
    everywhere: Words
    rooms: Words
    because: Words


class RecurringWords(Row):
    """How often something comes and until when, how much of it is meant, and on which days.

    ``series`` names all that comes again; ``onto`` stands before the plural of a day. ``each``
    stands before one day, ``of_month`` behind the first or last of its kind, ``beside`` before
    both.
    """

    every: Mapping[Literal["week", "fortnight", "month", "year"], Words]
    until: Words
    times: Words
    one: Words
    all: Words
    endless: Words
    series: Words
    each: Words
    of_month: Words
    beside: Words
    onto: Words
    days: Mapping[Weekday, Words]


class AlteringWords(Row):
    """What says that one of several things is to be added, or left out."""

    add: Words
    drop: Words


class SubjectWords(Row):
    """What stands before the subject of a wish, and what goes on behind it, by language.

    ``that`` names none.
    """

    before: Words
    that: Words
    after: Words


class StretchWords(Row):
    """What stands before the first and the last day of a stretch of time, and behind its beginning.

    Behind ``onwards`` nothing follows: "from May on".
    """

    since: Words
    until: Words
    onwards: Words


class Answers(Row):
    """Words as data; those without a code are grouped by language."""

    version: Literal[1]
    countries: Words
    nationality: Words
    languages: Words
    zones: Words
    letters: Words = Field(default_factory=dict)
    ordinary_words: tuple[str, ...] = ()
    first_zones: Mapping[str, str]
    around: Words
    common: Words
    clauses: ClauseWords
    declining: DecliningWords
    yes: Words
    no: Words
    polite: Words
    seeking: Words
    distress: DistressWords
    posting: PostingWords
    fears: FearWords
    officials: Words = Field(default_factory=dict)
    correcting: CorrectionWords
    opponents: Mapping[Opponent, Words]
    capacity: CapacityWords
    venues: VenueWords
    bounds: BoundWords
    recurring: RecurringWords
    event_kinds: Mapping[str, Words]
    roles: Mapping[Role, Words] = Field(default_factory=dict)
    interpreting: Words
    subjects: SubjectWords
    stretches: StretchWords
    people: Words
    swaps: Words
    inquiring: Words
    asking: Words
    doubting: Words
    altering: AlteringWords
    ordering: Mapping[str, Words]


def load_answers(path: Path) -> Answers:
    """Read the file; raises BadConfiguration naming it, the line and the field."""
    return checked.load(Answers, path, "starter/answers.yaml")
