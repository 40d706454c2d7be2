"""When an event begins: asked for piece by piece until it is one minute on one clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from actions.events.agenda import plannable
from actions.events.details import NOTHING_KNOWN, Details
from commands.hosting._details import EXAMPLE, pieces, read_details, read_title
from kit.moments import Ambiguous, Day, Moment, NoMoment, Reading
from kit.question import About, Question
from kit.steps import ahead, exact, pick, shown_moment
from kit.text import Code, Node, Numbered, OnDay, Paragraphs, _
from kit.words import number

EXAMPLE_WHEN = "2027-09-28 14:10 Vienna: …"


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event as far as it is told; times are read in the zone *own* until one is *named*.

    *days* and *moments* are readings to choose from; *told* is how many members would be told. One
    with a *number* is there already and only moves, from the time that it *was* to begin.
    """

    told: int = 0
    own: str = "UTC"
    named: bool = False
    days: tuple[Moment | Day, ...] = ()
    day: date | None = None
    moments: tuple[Moment, ...] = ()
    starts_at: datetime | None = None
    title: str = ""
    details: Details = NOTHING_KNOWN
    number: int | None = None
    was: datetime | None = None
    asked: bool = True
    sure: bool = False

    @property
    def zone(self) -> str:
        """The zone to tell others: that of who announces is nobody's business."""
        return self.own if self.named else "UTC"


def begun(draft: Announcement, reading: Reading, now: datetime) -> Announcement:
    """Take a moment, a day, or several to choose from; raises BadArgument for anything else."""
    match ahead(reading, EXAMPLE_WHEN):
        case Ambiguous(readings):
            return replace(draft, days=tuple(readings))
        case Moment() | Day() as one:
            return _settled(draft, one, now)


def _settled(draft: Announcement, one: Moment | Day, now: datetime) -> Announcement:
    draft = replace(draft, named=draft.named or one.named)
    draft = replace(draft, title=draft.title or read_title(one.rest))
    draft = replace(draft, own=one.zone if one.named else draft.own)
    if isinstance(one, Day):
        plannable(datetime.combine(one.day, time.max, UTC), one.zone, now)
        return replace(draft, day=one.day)
    plannable(one.at, one.zone, now)
    return replace(draft, starts_at=one.at)


def _ask_when(_draft: Announcement, _about: About) -> Node:
    return _("When does it begin? For example: {example}", example=EXAMPLE_WHEN)


def take_when(draft: Announcement, said: str, about: About) -> Announcement:
    """Read when an event begins, its title, and what else is known; raises BadArgument."""
    anew = replace(draft, days=(), day=None, moments=(), starts_at=None)
    if (at := draft.starts_at or draft.was) is not None:
        return begun(anew, _otherwise(at, said, draft.own, about), about.now)
    head, *more = (pieces(said) or [""]) if not draft.title else [said]
    read = about.understanding.begins if not draft.title else about.understanding.moment
    anew = begun(anew, read(head, about.language, about.now, draft.own), about.now)
    return replace(anew, details=read_details(more, about)) if more else anew


def _otherwise(at: datetime, said: str, own: str, about: About) -> Reading:
    """Read when else; an hour alone is one of the same day, a day alone has the same hour."""
    local = at.astimezone(ZoneInfo(own))
    reading = about.understanding.moment(said, about.language, about.now, own)
    match reading:
        case NoMoment():
            whole = f"{local.date().isoformat()} {said}"
        case Day(day):
            whole = f"{day.isoformat()} {local:%H:%M}"
        case _:
            return reading
    there = about.understanding.moment(whole, about.language, about.now, own)
    return reading if isinstance(there, NoMoment) else there


def _ask_which(readings: tuple[Moment | Day, ...]) -> Node:
    titles = {reading.rest for reading in readings}
    lines: list[Node] = []
    for reading in readings:
        shown = shown_moment(reading)
        if len(titles) > 1:
            shown = _("{title}: {when}", title=reading.rest, when=shown)
        lines.append(shown)
    return Paragraphs([_("Which do you mean?"), Numbered(lines)])


def _take_day(draft: Announcement, said: str, about: About) -> Announcement:
    return _settled(draft, _chosen(draft.days, said, draft.own, about), about.now)


def _take_moment(draft: Announcement, said: str, about: About) -> Announcement:
    return _settled(draft, _chosen(draft.moments, said, draft.own, about), about.now)


def _chosen(readings: tuple[Moment | Day, ...], said: str, own: str, about: About) -> Moment | Day:
    place = number(said)
    if place is None:
        meant = [reading for reading in readings if _means(said, reading, own, about)]
        place = readings.index(meant[0]) + 1 if len(meant) == 1 else 0
    return pick(place, readings)


def _means(said: str, reading: Moment | Day, own: str, about: About) -> bool:
    """Tell whether *said* is one of several readings in words, by itself or on its day."""
    day = reading.day if isinstance(reading, Day) else _local(reading).date()
    for whole in (said, f"{day.isoformat()} {said}"):
        read = about.understanding.moment(whole, about.language, about.now, own)
        if isinstance(reading, Day) and isinstance(read, Day) and read.day == reading.day:
            return True
        if isinstance(reading, Moment) and isinstance(read, Moment) and read.at == reading.at:
            return True
    return False


def _local(moment: Moment) -> datetime:
    return moment.at.astimezone(ZoneInfo(moment.zone))


def _ask_time(draft: Announcement, _about: About) -> Node:
    assert draft.day is not None
    return _("At what time on {day}? For example 14:30.", day=OnDay(draft.day))


def _take_time(draft: Announcement, said: str, about: About) -> Announcement:
    assert draft.day is not None
    whole = f"{draft.day.isoformat()} {said}"
    reading = ahead(about.understanding.moment(whole, about.language, about.now, draft.own))
    if isinstance(reading, Ambiguous):
        moments = (each for each in reading.readings if isinstance(each, Moment))
        return replace(draft, moments=tuple(moments), starts_at=None)
    return _settled(replace(draft, moments=()), exact(reading), about.now)


def _ask_title(_draft: Announcement, _about: About) -> Node:
    return _("What is it called?")


def _take_title(draft: Announcement, said: str, about: About) -> Announcement:
    head, *more = pieces(said) or [""]
    draft = replace(draft, title=read_title(head))
    return replace(draft, details=read_details(more, about)) if more else draft


def _ask_details(_draft: Announcement, _about: About) -> Node:
    return _(
        "What else is known: how long it takes, where it is, a link, what it is about? "
        "Write each on a line of its own, or part them as here: {example}",
        example=Code(EXAMPLE),
    )


def _take_details(draft: Announcement, said: str, about: About) -> Announcement:
    return replace(draft, details=read_details(pieces(said), about))


STEPS: tuple[Question[Announcement], ...] = (
    Question("when", _ask_when, take_when, applies=lambda draft: draft.asked, formal=True),
    Question(
        "day",
        lambda draft, _about: _ask_which(draft.days),
        _take_day,
        applies=lambda draft: bool(draft.days),
        closed=True,
    ),
    Question("time", _ask_time, _take_time, applies=lambda draft: draft.day is not None),
    Question(
        "moment",
        lambda draft, _about: _ask_which(draft.moments),
        _take_moment,
        applies=lambda draft: bool(draft.moments),
        closed=True,
    ),
    Question("title", _ask_title, _take_title, applies=lambda draft: not draft.title, prose=True),
    Question(
        "details",
        _ask_details,
        _take_details,
        skippable=True,
        applies=lambda draft: (
            draft.asked and draft.number is None and draft.details == NOTHING_KNOWN
        ),
        prose=True,
    ),
)
"""Each asks for what the draft does not tell yet."""
