"""When an event begins: asked for piece by piece until it is one minute on one clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from actions.events.agenda import plannable
from actions.events.recurrence import wall
from commands.hosting._details import (
    EXAMPLE,
    NOTHING_KNOWN,
    TITLE,
    Previewed,
    checked_length,
    read_title,
)
from commands.hosting._ending import instant, part_end
from commands.hosting._line import pieces, read_details, read_head, without_parts
from commands.hosting._rules import ONLY_ONCE, last_day, rule_of
from kit.errors import BadArgument
from kit.moments import Ambiguous, Day, Fault, Moment, NoMoment, Reading
from kit.question import About, Question
from kit.recurring import Recurring
from kit.steps import EXAMPLE_WHEN, ahead, exact, pick, shown_moment
from kit.text import Node, Numbered, Paragraphs, _
from kit.times import OnDay, When
from kit.words import number


@dataclass(frozen=True, slots=True)
class Timing:
    """When an event begins, as far as it is told: *days* and *moments* are readings to choose from.

    Times are read in the zone *own* until one is *named*; *ends* are readings of when it is over.
    """

    own: str = "UTC"
    named: bool = False
    days: tuple[Moment | Day, ...] = ()
    day: date | None = None
    moments: tuple[Moment, ...] = ()
    at: datetime | None = None
    ends: tuple[Moment | Day, ...] = ()

    @property
    def zone(self) -> str:
        """The zone to tell others: that of who announces is nobody's business."""
        return self.own if self.named else "UTC"

    @property
    def begins(self) -> datetime:
        """The moment, once all is told that it takes."""
        assert self.at is not None
        return self.at

    def anew(self) -> Timing:
        """Give what is left when it is asked for again."""
        return Timing(self.own, self.named)


_AN_HOUR, _A_DAY = timedelta(hours=6), timedelta(days=1)
EPOCH = datetime.fromtimestamp(0, UTC)
NOTHING_TOLD = Timing()


@dataclass(frozen=True, slots=True)
class Timed(Previewed):
    """An event that gets another time; *asked* where nothing was said of it with the command."""

    when: Timing = NOTHING_TOLD
    asked: bool = True

    @property
    def known(self) -> datetime | None:
        """The moment that a new one may be said by: "an hour later", "on Friday"."""
        return self.when.at


@dataclass(frozen=True, slots=True)
class Announcing(Timed):
    """An event that is to be announced, as far as it is told.

    It may come *again*, until the *last* day if one was said.
    """

    again: Recurring | None = None
    last: date | None = None

    @property
    def rule(self) -> str:
        """The rule by which it comes again, or "" if it does not."""
        begins = wall(self.when.begins, self.when.zone)
        return rule_of(begins, self.again, self.last) if self.again else ""


@dataclass(frozen=True, slots=True)
class Moving(Timed):
    """An event with a *number* that *was* to begin at another time; others may *follow* it.

    The *whole* of what follows may move along.
    """

    number: int = 0
    was: datetime = EPOCH
    follow: bool = False
    whole: bool = False

    @property
    def known(self) -> datetime | None:
        """Begin from when it was to be."""
        return self.when.at or self.was


Draft = TypeVar("Draft", bound=Timed)


def _begun(draft: Draft, reading: Reading, about: About) -> Draft:
    """Take a moment, a day, or several to choose from; raises BadArgument for anything else."""
    match ahead(reading):
        case Ambiguous(readings):
            return replace(draft, when=replace(draft.when, days=tuple(readings)))
        case Moment() | Day() as one:
            return _settled(draft, one, about)


def _settled(draft: Draft, one: Moment | Day, about: About) -> Draft:
    if not draft.details.title and one.rest:
        draft = replace(draft, details=read_head(one.rest, about, draft.details))
    named = draft.when.named or one.named
    when = replace(draft.when, named=named, own=one.zone if one.named else draft.when.own)
    if isinstance(one, Day):
        plannable(datetime.combine(one.day, time.max, UTC), one.zone, about.now)
        return replace(draft, when=replace(when, day=one.day))
    plannable(one.at, one.zone, about.now)
    return replace(_lasting(draft, one), when=replace(when, at=one.at))


def _lasting(draft: Draft, begin: Moment) -> Draft:
    """Note how long an event takes of which it was said when it is over; raises BadArgument."""
    ends = draft.when.ends
    if not ends or draft.details.length is not None:
        return draft
    over = [instant(each, begin.zone) for each in ends]
    after = [each for each in over if each > begin.at]
    if not after:
        when = When(over[0], begin.zone, there=True)
        raise BadArgument(
            _("It would be over before it begins: {when}. Please correct it.", when=when)
        )
    length = checked_length(min(after) - begin.at)
    return replace(draft, details=replace(draft.details, length=length))


def _ask_when(_draft: Timed, _about: About) -> Node:
    return _("When does it begin? For example: {example}", example=EXAMPLE_WHEN)


def take_when(draft: Draft, said: str, about: About) -> Draft:
    """Read when an event begins, its title, and what else is known; raises BadArgument."""
    anew, own = replace(draft, when=draft.when.anew()), draft.when.own
    if (at := draft.known) is not None:
        return _begun(anew, _otherwise(at, said, own, about), about)
    head, *more = pieces(said) or [""]
    until = part_end(head, own, about)
    if until.ends:
        head, own = until.said, until.zone or own
        named = draft.when.named or until.zone != ""
        anew = replace(anew, when=replace(anew.when, own=own, named=named, ends=until.ends))
    if draft.details.title:
        said = head if until.ends else said
        return _begun(anew, about.understanding.moment(said, about.language, about.now, own), about)
    reading = about.understanding.begins(head, about.language, about.now, own)
    if isinstance(reading, NoMoment):  # it may stand between a title and what else is known
        known, left = without_parts(anew.details, head, about)
        between = about.understanding.begins(left, about.language, about.now, own)
        if not isinstance(between, NoMoment):
            anew, reading = replace(anew, details=known), between
    anew = _begun(anew, reading, about)
    return replace(anew, details=read_details(anew.details, more, about))


def take_announced(draft: Announcing, said: str, about: About) -> Announcing:
    """Read as ``take_when``, and how often it comes; where only a title is told, that.

    Raises:
        BadArgument: it cannot be read, or would come only once.
    """
    head, *more = pieces(said) or [""]
    own = draft.when.own
    again, left = about.understanding.regular(head, about.language, about.now, own)
    if again is None or draft.known is not None:
        if not draft.asked and _is_title(head, about):
            details = read_details(read_head(head, about, draft.details), more, about)
            return replace(draft, details=details, asked=True)
        return take_when(draft, said, about)
    draft = take_when(draft, "\n".join([left, *more]), about)
    last = last_day(again.until, draft.when.own, about) if again.until else None
    draft = replace(draft, again=again, last=last)
    if again.times == 1 or (draft.when.at is not None and not draft.rule):
        raise BadArgument(ONLY_ONCE)
    return draft


def _is_title(said: str, about: About) -> bool:
    """Tell whether *said* names an event, and no day or hour at all."""
    if any(map(str.isdecimal, said)) or about.understanding.event_kind(said, within=True) is None:
        return False
    reading = about.understanding.begins(said, about.language, about.now, "UTC")
    return isinstance(reading, NoMoment) and reading.why is Fault.UNREAD


def _otherwise(at: datetime, said: str, own: str, about: About) -> Reading:
    """Read when else, or by how much later; an hour alone is one of that day, a day keeps the hour.

    A weekday is counted from the day that was known.
    """
    read, local = about.understanding, at.astimezone(ZoneInfo(own))
    if (shift := _shift(said, about)) is not None:
        return Moment(at + shift, own)
    reading = read.moment(said, about.language, about.now, own, near=local.date())
    if isinstance(reading, NoMoment):
        there = read.moment(f"{local:%Y-%m-%d} {said}", about.language, about.now, own)
        return reading if isinstance(there, NoMoment) else there
    days = reading.readings if isinstance(reading, Ambiguous) else [reading]
    whole = [f"{day.day} {local:%H:%M}" for day in days if isinstance(day, Day)]
    if len(whole) < len(days):
        return reading
    moments = [read.moment(each, about.language, about.now, own) for each in whole]
    ahead_of_us = [each for each in moments if isinstance(each, Moment) and each.at != at]
    return Ambiguous(ahead_of_us) if len(ahead_of_us) > 1 else [*ahead_of_us, *moments][0]


def _shift(said: str, about: About) -> timedelta | None:
    """Read by how much later: "1h", "one hour later"; or earlier: "-1h", "one hour earlier"."""
    words = said.lstrip("+-").split()
    for part in (words, words[:-1], words[1:]):
        if spans := about.understanding.spans(" ".join(part), about.language):
            less = (" ".join(each) for each in (part[:-1], part[1:]))
            before = any(about.understanding.spans(each, about.language) for each in less)
            span = sum(spans, timedelta())
            if not before and words == said.split() and _AN_HOUR <= span < _A_DAY:
                return None  # "16h" is an hour of the day
            return -span if before or said.startswith("-") else span
    return None


def _ask_which(readings: tuple[Moment | Day, ...]) -> Node:
    titles = {reading.rest for reading in readings}
    lines: list[Node] = []
    for reading in readings:
        shown = shown_moment(reading)
        if len(titles) > 1:
            shown = _("{title}: {when}", title=reading.rest, when=shown)
        lines.append(shown)
    return Paragraphs([_("Which do you mean?"), Numbered(lines)])


def _take_day(draft: Draft, said: str, about: About) -> Draft:
    return _settled(draft, _chosen(draft.when.days, said, draft.when.own, about), about)


def _take_moment(draft: Draft, said: str, about: About) -> Draft:
    return _settled(draft, _chosen(draft.when.moments, said, draft.when.own, about), about)


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


def _ask_time(draft: Timed, _about: About) -> Node:
    assert draft.when.day is not None
    return _("At what time on {day}? For example 14:30.", day=OnDay(draft.when.day))


def _take_time(draft: Draft, said: str, about: About) -> Draft:
    assert draft.when.day is not None
    whole = f"{draft.when.day.isoformat()} {said}"
    own = draft.when.own
    reading = ahead(about.understanding.moment(whole, about.language, about.now, own))
    if isinstance(reading, Ambiguous):
        moments = tuple(each for each in reading.readings if isinstance(each, Moment))
        return replace(draft, when=replace(draft.when, moments=moments, at=None))
    draft = replace(draft, when=replace(draft.when, moments=()))
    return _settled(draft, exact(reading), about)


def _ask_title(_draft: Announcing, _about: About) -> Node:
    return _("What is it called?")


def _take_title(draft: Announcing, said: str, about: About) -> Announcing:
    head, *more = pieces(said) or [""]
    if not draft.details.title:
        known = read_head(head, about, draft.details)
        return replace(draft, details=read_details(known, more, about))
    details = replace(draft.details, title=read_title(head))  # what else is known stands
    return replace(draft, details=read_details(details, more, about))


def _ask_details(_draft: Announcing, _about: About) -> Node:
    return _(
        "What else is known: how long it takes, where it is, a link, what it is about? "
        "Write each on a line of its own, or part them as here: {example}",
        example=EXAMPLE,
    )


def _take_details(draft: Announcing, said: str, about: About) -> Announcing:
    told = replace(NOTHING_KNOWN, title=draft.details.title)
    return replace(draft, details=read_details(told, pieces(said), about))


def timing(
    _timed: type[Draft], take: Callable[[Draft, str, About], Draft] = take_when
) -> tuple[Question[Draft], ...]:
    """Ask for what a draft does not tell yet of when it begins, read by *take*."""
    return (
        Question("when", _ask_when, take, applies=lambda draft: draft.asked, formal=True),
        Question(
            "day",
            lambda draft, _about: _ask_which(draft.when.days),
            _take_day,
            applies=lambda draft: bool(draft.when.days),
            closed=True,
        ),
        Question("time", _ask_time, _take_time, applies=lambda draft: draft.when.day is not None),
        Question(
            "moment",
            lambda draft, _about: _ask_which(draft.when.moments),
            _take_moment,
            applies=lambda draft: bool(draft.when.moments),
            closed=True,
        ),
    )


DESCRIBING: tuple[Question[Announcing], ...] = (
    Question(
        TITLE,
        _ask_title,
        _take_title,
        applies=lambda draft: not draft.details.title,
        prose=True,
    ),
    Question(
        "details",
        _ask_details,
        _take_details,
        skippable=True,
        applies=lambda draft: draft.asked and replace(draft.details, title="") == NOTHING_KNOWN,
        prose=True,
    ),
)
"""Ask for what is not known of an event beside its beginning."""
