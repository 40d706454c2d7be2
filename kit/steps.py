"""Questions that several features ask, and how their answers are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from kit.errors import BadArgument
from kit.moments import Ambiguous, Day, Fault, Gap, Moment, NoMoment, Past, Reading
from kit.network import RoomKind
from kit.question import About, Draft, Option
from kit.text import Name, Node, Numbered, Paragraphs, Say, Series, Verbatim, _
from kit.times import Clocks, OnDay, When
from kit.words import MOST_PARTS, number, quote, split_and, split_list

MOST_LANGUAGES = 4
Picked = TypeVar("Picked")


def themes(_draft: object, about: About) -> Sequence[Option]:
    """Offer the topics of the network."""
    return [
        Option(room.slug, room.names, room.words) for room in about.network.of_kind(RoomKind.THEME)
    ]


def ask_languages(about: About, *before: Node) -> Node:
    """Say what comes *before*, then number the languages of the network."""
    spoken = [*about.network.languages, *about.network.content_languages]
    return Paragraphs([*before, Numbered([Name("language", code) for code in spoken])])


def read_languages(said: str, about: About) -> tuple[str, ...]:
    """Read numbers or names of languages; raises BadArgument."""
    found: dict[str, None] = {}
    parts = split_list(said)
    for part in parts if len(parts) <= MOST_PARTS else ():
        ways = ([part], split_and(part)[: MOST_LANGUAGES + 1], part.split()[: MOST_LANGUAGES + 1])
        read = next((codes for way in ways if None not in (codes := _codes(way, about))), None)
        if read is None:
            raise BadArgument(_("I do not know the language {said}.", said=quote(part)))
        found |= dict.fromkeys(filter(None, read))
    if not 1 <= len(found) <= MOST_LANGUAGES:
        raise BadArgument(_("Please name between one and {most} languages.", most=MOST_LANGUAGES))
    return tuple(found)


def _codes(parts: Sequence[str], about: About) -> Sequence[str | None]:
    """Read each part as a language of the network; None is one that is none."""
    spoken = [*about.network.languages, *about.network.content_languages]
    codes: list[str | None] = []
    for part in parts:
        index = number(part)
        if index is not None and 1 <= index <= len(spoken):
            codes.append(spoken[index - 1])
        else:
            code = about.understanding.language(part, about.language)
            codes.append(code if code in spoken else None)
    return codes or [None]


def read_text(said: str, shortest: int, longest: int) -> str:
    """Take an answer as it is; raises BadArgument unless its length is in bounds."""
    if len(said) < shortest:
        raise BadArgument(_("Please tell a little more, in a whole sentence."))
    if len(said) > longest:
        raise BadArgument(_("Please use fewer words: at most {most} characters.", most=longest))
    return said


EXAMPLE_WHEN = When(datetime(2027, 9, 28, 12, 10, tzinfo=UTC), "Europe/Vienna", there=True)
"""What people can write as the hub shows it."""


def ahead(reading: Reading, example: Node = EXAMPLE_WHEN) -> Moment | Day | Ambiguous:
    """Take what lies ahead and can be; raises BadArgument saying why it cannot."""
    match reading:
        case Past(Moment() as gone):
            shown: Node = When(gone.at, gone.zone, there=True)
        case Past(Day() as gone):
            shown = OnDay(gone.day)
        case Gap():
            raise BadArgument(
                _(
                    "The clocks are put forward and skip {time} on that day: it becomes {instead}. "
                    "Please choose another time.",
                    time=Verbatim(f"{reading.hour:02}:{reading.minute:02}"),
                    instead=When(reading.instead.at, reading.instead.zone, there=True),
                )
            )
        case NoMoment(Fault.IMPOSSIBLE):
            raise BadArgument(
                _("There is no such day, or its parts contradict each other. Please correct it.")
            )
        case NoMoment(Fault.GOES_ON):
            raise BadArgument(
                _(
                    "I could read only a part of when that is. For example: {example}",
                    example=example,
                )
            )
        case NoMoment():
            raise BadArgument(
                _("I could not read when that is. For example: {example}", example=example)
            )
        case Moment() | Day() | Ambiguous():
            return reading
    raise BadArgument(_("That is in the past: {when}. Please choose another time.", when=shown))


def exact(reading: Reading) -> Moment:
    """Take a minute that lies ahead; raises BadArgument saying what is missing."""
    match ahead(reading):
        case Moment() as moment:
            return moment
        case Day():
            raise BadArgument(_("I need a time of day as well, for example 14:30."))
        case Ambiguous(readings):
            shown = Series([shown_moment(each) for each in readings])
            raise BadArgument(
                _("That could be one of these: {moments}. Please write it exactly.", moments=shown)
            )


def day_of(reading: Moment | Day | Ambiguous, zone: str) -> date:
    """Take the day that is meant, in a zone; raises BadArgument where it may be several."""
    match reading:
        case Day(day=day):
            return day
        case Moment() as moment:
            return moment.at.astimezone(ZoneInfo(zone)).date()
        case Ambiguous(readings):
            days = {day_of(each, zone) for each in readings}
            if len(days) == 1:
                return days.pop()
            raise BadArgument(
                _(
                    "That could be one of these: {moments}. Please write it exactly.",
                    moments=Series([shown_moment(each) for each in readings]),
                )
            )


def shown_moment(reading: Moment | Day) -> Node:
    """Show a reading so that it differs from all others: with its zone, and in UTC."""
    if isinstance(reading, Day):
        return OnDay(reading.day)
    there = When(reading.at, reading.zone, there=True)
    if reading.zone == "UTC":
        return there
    return _("{when} ({utc})", when=there, utc=Clocks(reading.at, ["UTC"]))


def decide(said: str, about: About) -> bool:
    """Read a plain yes, or any no, before what cannot be undone; raises BadArgument."""
    if about.understanding.refuses(said):
        return False
    if about.understanding.consent(said, about.language) is None:
        raise BadArgument(_("Please answer just yes or no."))
    return True


def take_sure(draft: Draft, said: str, about: About) -> Draft:
    """Note in the ``sure`` of a draft whether it is to be done; raises BadArgument."""
    changed: Draft = replace(draft, sure=decide(said, about))  # type: ignore[type-var]  # a dataclass
    return changed


def pick(place: int | None, options: Sequence[Picked]) -> Picked:
    """Take what stands at a place of a list that was numbered from 1; raises BadArgument."""
    if place is None or not 1 <= place <= len(options):
        raise BadArgument(_("Choose a number from 1 to {most}.", most=len(options)))
    return options[place - 1]


def read_safe(said: str, about: About) -> bool:
    """Take a plain yes only; raises BadArgument saying how to mend it."""
    if not decide(said, about):
        raise BadArgument(_("Then say {back} and write it again.", back=Say("back")))
    return True
