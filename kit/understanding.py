"""What features and dialogues may ask of free answers: a port that the bot answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from kit.bounds import Bounds
from kit.confidential import Detail
from kit.moments import Reading
from kit.network import Opponent
from kit.recurring import Recurring


class Emergency(StrEnum):
    """What cannot wait, of what people in need of a lawyer tell; the first is the gravest."""

    VIOLENCE = "violence"
    BEATEN = "beaten"
    REMOVAL = "removal"
    ARREST = "arrest"


class Distress(StrEnum):
    """What somebody suffers from who rather needs people than a program; the first is the gravest.

    ``ANOTHER`` speaks of dying, and whoever writes knows of it.
    """

    OWN = "own"
    ANOTHER = "another"
    GRIEF = "grief"
    WORN = "worn"


class Fear(StrEnum):
    """What somebody fears: that it is seen, what a complaint brings, or for a colleague."""

    SEEN = "seen"
    REPRISAL = "reprisal"
    COLLEAGUE = "colleague"  # is held or threatened for their work


class Posting(StrEnum):
    """What somebody wishes of the messages that the hub sends by itself."""

    FEWER = "fewer"
    NO_DIGEST = "no digest"
    NO_REMINDERS = "no reminders"
    NO_REMINDER = "no reminder"  # of something that is named
    NONE = "none"
    MISSED = "missed"


INTERPRETING = "interpreting"  # what somebody may offer beside topics


class Understanding(Protocol):
    """Make sense of free answers, in any of the seven languages, typing faults forgiven.

    No method guesses: where it is not sure, it returns None, or False.
    """

    def country(self, said: str, language: str) -> str | None:
        """Read a country; returns ISO 3166-1 alpha-2."""

    def whereabouts(self, said: str, language: str) -> tuple[str | None, str | None]:
        """Read the one country of a sentence, by its own name or that of a city, and the zone."""

    def is_place(self, said: str, language: str) -> bool:
        """Tell whether *said* names a place, and says nothing else."""

    def language(self, said: str, language: str) -> str | None:
        """Read the name of a language; returns its code (en, sw, …)."""

    def zone(self, said: str, language: str) -> str | None:
        """Read an IANA zone, a city, or a country that has a single zone."""

    def zones_of(self, country: str) -> Sequence[str]:
        """List the zones of a country, the most populous first."""

    def moment(
        self, said: str, language: str, now: datetime, zone: str, near: date | None = None
    ) -> Reading:
        """Read all of *said* as a moment of *zone*, or of the zone it names.

        A weekday alone is the next one, or that of the week of *near* or the week after.
        """

    def last_of_month(self, said: str, language: str, now: datetime, zone: str) -> date | None:
        """Read the name of a month, with or without a year, as its last day."""

    def until(self, said: str, language: str, now: datetime, zone: str) -> tuple[str, Reading]:
        """Read *said* as a moment, or find in it how long something lasts: "two weeks".

        Returns the words that say so, too.
        """

    def period(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[str, Sequence[date]]:
        """Find the week, weekend or month that *said* names: its words, and its days, or none."""

    def begins(self, said: str, language: str, now: datetime, zone: str) -> Reading:
        """Read the moment that *said* begins or ends with; its ``rest`` is what is left."""

    def spans(self, said: str, language: str) -> Sequence[timedelta]:
        """Read lengths of time such as "2 days 3h"; none if *said* is not only that."""

    def hours(self, said: str, language: str) -> tuple[int, int] | None:
        """Read two full hours of the day such as "9pm to 7am"."""

    def stretch(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[Reading, Reading | None] | None:
        """Read when "from the 1st to the 10th" begins and ends, if both or the first are said.

        None is what tells no beginning.
        """

    def ordered(self, said: str) -> tuple[str, str]:
        """Read "put Max on mute for 2 hours": the path of that command, or "", and the rest."""

    def bounds(self, said: str, language: str) -> Bounds:
        """Part what is said of a decision about somebody: how long, where and why."""

    def evening(self, said: str, language: str) -> tuple[int, int] | None:
        """Read the hours from "after 8pm" to the morning, of which nothing was said."""

    def capacity(self, said: str) -> int | None:
        """Read for how many people there is room: "30 places", "at most 50"."""

    def subject(self, said: str, language: str) -> str:
        """Take what a wish is about from it: "tell me when you get something on bail"; or ""."""

    def venue(self, said: str, language: str) -> str:
        """Take the place from "at the town hall" or "Room 5"; "" if *said* is no place."""

    def venue_behind(self, said: str, language: str) -> tuple[str, str]:
        """Part "workshop in Room 5"; returns what is before the place, and it, or both as ""."""

    def event_kind(self, said: str, *, within: bool = False) -> str | None:
        """Read which kind of event is named ("training", ...), alone or *within* a text."""

    def role(self, said: str) -> str | None:
        """Find the role that is named first: "as curators", "модератором"."""

    def recurring(self, said: str) -> Recurring | None:
        """Read "every week until 3 June", "10 times"; the words for the day stay as they are."""

    def regular(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[Recurring | None, str]:
        """Take "every first Monday, six times" out of a line; the first day stays in its place.

        Returns what is left of it, too.
        """

    def swap(self, said: str) -> tuple[int, int] | None:
        """Read "4 instead of 3": the number that is wanted, and that which no longer is."""

    def whole_series(self, said: str) -> bool | None:
        """Read "only this one" or "all of them" about what comes again."""

    def endless(self, said: str) -> bool:
        """Tell whether *said* is that something has no end: "no end", "for ever"."""

    def part_name(self, part: str, language: str) -> str:
        """Say how people call a part that ``correction`` names; "" if it is none."""

    def series(self, said: str, language: str) -> tuple[str, str]:
        """Read "the weekly clinic to Thursdays"; returns how a whole series is called, or "".

        With it comes what is left of *said*: the days on which it comes as one such day.
        """

    def wished(self, said: str, language: str) -> str:
        """Leave out what *said* says that its author does not wish for."""

    def undenied(self, said: str, language: str) -> str:
        """Leave out the words with which *said* denies something: "do not mute all"."""

    def consent(self, said: str, language: str) -> bool | None:
        """Read a plain yes or a plain no. Anything else is no consent: None."""

    @property
    def interpreting(self) -> Mapping[str, Sequence[str]]:
        """How people call interpreting, by language; the first is its name."""

    def refuses(self, said: str) -> bool:
        """Tell whether *said* is a no, or holds one and is no yes: for what cannot be undone."""

    def correction(self, said: str) -> tuple[str, str]:
        """Read "no, the title is ..."; returns the part that is named, or "", and its value."""

    def part(self, said: str) -> tuple[str, str]:
        """Read "venue town hall"; returns the part and its value, or both as "" if it names none.

        It is no correction, so nothing has to say that something is to be otherwise.
        """

    def amends(self, said: str, language: str) -> tuple[str, bool]:
        """Read "no, I meant Peru" or "Peru, not Chile"; returns what is meant instead, or "".

        With it comes whether it is *said* to correct something, or only denies something else.
        """

    def inquires(self, said: str) -> bool:
        """Tell whether *said* asks how, or whether, something can be done: "how do I ..."."""

    def looks_for_people(self, said: str) -> bool:
        """Tell whether *said* looks for people, and for no text."""

    def seeks_colleague(self, said: str) -> bool:
        """Tell whether a lawyer is looked for who knows about something: that is a colleague."""

    def alters(self, said: str) -> bool | None:
        """Read whether what *said* names is to be added (True) or left out (False); else None."""

    def choice(self, said: str, choices: Mapping[str, Sequence[str]], language: str) -> str | None:
        """Find the one choice (value -> its names and words) that *said* means."""

    def room(self, said: str, language: str) -> str | None:
        """Find the one room of the network (its slug) that *said* is about."""

    def theme(self, said: str) -> str | None:
        """Find the one theme of the network (its slug) that a question is about."""

    def written_in(self, said: str) -> str | None:
        """Tell in which of the languages of the hub (en, es, …) a sentence is written."""

    def named_opponent(self, said: str, language: str) -> Opponent | None:
        """Read who stands on the other side where *said* is one of the words for them."""

    def opponent(self, said: str, language: str) -> Opponent | None:
        """Read who stands on the other side of a matter."""

    def details(self, said: str) -> Sequence[Detail]:
        """List what in *said* may give a person of a case away, by its kind."""

    def is_official(self, said: str) -> bool:
        """Tell whether a name looks as if those bore it who look after the network."""

    def seeks_lawyer(self, said: str, *, member: bool) -> bool:
        """Tell whether somebody asks for a lawyer for themselves or for somebody close."""

    def introduces(self, said: str) -> bool:
        """Tell whether somebody says who they are as one who does the work, and little else."""

    def doubts(self, said: str) -> bool:
        """Tell whether *said* is a doubt and nothing else: "well, I am not sure"."""

    def asks(self, said: str) -> bool:
        """Tell whether *said* asks something, whether or not it ends as a question does."""

    def adds(self, said: str) -> bool:
        """Tell whether what *said* names comes to what was said before: "and prisons, too"."""

    def practises(self, said: str) -> bool:
        """Tell whether somebody says that they do the work: "I am a lawyer", "my client"."""

    def erases(self, said: str) -> bool:
        """Tell whether somebody who does not do the work wants what is kept to be gone."""

    def emergency(self, said: str) -> Emergency | None:
        """Read what cannot wait, where somebody in need of a lawyer speaks."""

    def distress(self, said: str) -> Distress | None:
        """Read that somebody speaks of dying, mourns, or can bear no more."""

    def posting(self, said: str) -> Posting | None:
        """Read what is wished of the hub's own messages."""

    def fears(self, said: str) -> Fear | None:
        """Read the fear that an authority learns what they write, or of what a complaint brings."""
