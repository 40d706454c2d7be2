"""Find one's way in the programme of a conference: its days, their hours, what is on at each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated

from actions.events.agenda import Agenda
from actions.events.clashes import ends
from actions.events.details import clocks
from actions.events.recurrence import wall
from commands.events._days import days_of
from commands.events._feature import feature
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.errors import NotFound
from kit.listing import Listing, ListKind
from kit.text import Bullets, Lines, Node, Numbered, Paragraphs, Reply, Say, Strong, Verbatim, _, n_
from kit.times import OnDay
from kit.trait import Purpose, Trait
from kit.understanding import Understanding
from kit.words import number
from language.analysis import tokens
from search.index import LibraryIndex
from search.sharing import shared
from storage.events import Events
from storage.programmes import Part, Programmes
from storage.tables.events import EventRow

PAGE = 5
MOST_DAYS = 10
LONGEST_TITLE, LONGEST_PLACE = 80, 30  # as far as lists show them; a card shows all
FEW = 3
LONGEST_SESSION = timedelta(days=1)
_HOUR = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d(?: \d{1,3})?", re.ASCII)
_DIGITS = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Guide:
    """What is needed to show a conference."""

    agenda: Agenda
    events: Events
    programmes: Programmes
    understanding: Understanding
    index: LibraryIndex

    async def standing(self, conference: EventRow) -> list[Part]:
        """List the sessions of a conference that were not called off."""
        parts = await self.programmes.sessions(conference.id)
        return [part for part in parts if not part[0].cancelled]


@dataclass(frozen=True, slots=True)
class _Page:
    """Sessions of a day that are shown together: those that begin together, or some of them."""

    at: datetime
    hour: str
    sessions: Sequence[EventRow]


@feature.command(
    "programme",
    summary=_("what a conference has when"),
    act=Act.ATTEND,
    private=True,
    shows=True,
    opens=ListKind.PROGRAMME,
    purpose=Purpose.PROGRAMME,
    traits=(Trait.OF_PROGRAMME,),
)
async def programme(
    call: Call,
    guide: Guide,
    first: Annotated[str, Word(_("number"), lists=(ListKind.PROGRAMME, ListKind.EVENTS))] = "",
    said: Annotated[str, Rest(_("day or words"))] = "",
) -> Reply:
    """Show the days of a conference, the hours of one, or the sessions of an hour.

    Days are those of the place where it is held, whoever reads.
    """
    rest, event_id = said.strip(), number(first)
    conference = await guide.events.get(event_id) if event_id is not None else None
    parts = await guide.standing(conference) if conference else []
    if not parts:  # "2" may be a day, "20 May" is one
        conference, rest = await _nearest(guide, call.now), f"{first} {rest}".strip()
        parts = await guide.standing(conference)
        if event_id is not None and rest == first and event_id > len(_by_day(conference, parts)):
            event = await guide.agenda.get(event_id)
            text = _("Event {number} has no programme.", number=event.id)
            return Reply("events.no_programme", text, ids=(first,))
    assert conference is not None
    mine = await guide.events.attended(call.person_id)
    if not rest:
        return _days(conference, parts, call.now)
    if found := _HOUR.fullmatch(rest):
        return _on_day(conference, parts, date.fromisoformat(found[1]), found[0], mine)
    if (day := _day(guide, call, conference, parts, rest)) is not None:
        return _on_day(conference, parts, day, "", mine)
    return _about(guide, conference, parts, rest, call.now, mine)


@feature.command(
    "now",
    summary=_("what is on now, and what is next"),
    act=Act.ATTEND,
    private=True,
    shows=True,
    purpose=Purpose.NOW,
)
async def now(call: Call, guide: Guide) -> Reply:
    """Show what is on at conferences, what is next, and first what one chose."""
    standing = await guide.programmes.standing(call.now - LONGEST_SESSION)
    mine = await guide.events.attended(call.person_id)
    running = [each for each in standing if each.starts_at <= call.now < ends(each)]
    ahead = [each for each in standing if each.starts_at > call.now]
    following = [each for each in ahead if each.starts_at == ahead[0].starts_at]
    if not running and not following:
        text = _(
            "No session of a conference is ahead. {events} shows what is.", events=Say("events")
        )
        return Reply("events.nothing_on", text)
    shown: list[EventRow] = []
    blocks: list[Node] = []
    for heading, sessions in (
        (n_("{n} session is on:", "{n} sessions are on:", len(running)), running),
        (n_("{n} session is next:", "{n} sessions are next:", len(following)), following),
    ):
        some = sorted(sessions, key=lambda each: (each.id not in mine, each.starts_at, each.id))
        if some := some[:FEW]:
            shown += some
            blocks += [heading, Bullets([_line(each, mine, dated=True) for each in some])]
    if len(shown) < len(running) + len(following):
        row = await guide.programmes.of(shown[-1].id)
        assert row is not None
        all_of_it = Say("programme", str(row.conference_id))
        blocks.append(_("Say {programme} for all of it.", programme=all_of_it))
    ids = [str(each.id) for each in shown]
    return Reply("events.now", Paragraphs(blocks), ids, listing=Listing(ListKind.EVENTS, ids))


async def _nearest(guide: Guide, now: datetime) -> EventRow:
    """Choose the conference that is on or next, else the latest; raises NotFound."""
    known = await guide.programmes.conferences()
    if not known:
        raise NotFound(
            _(
                "No conference has a programme yet. {events} shows what is coming.",
                events=Say("events"),
            )
        )
    coming = [event for event, last in known if last > now - LONGEST_SESSION]
    return coming[-1] if coming else known[0][0]


def _days(conference: EventRow, parts: Sequence[Part], now: datetime) -> Reply:
    """List the days; of many those ahead, and the first of them."""
    by_day = _by_day(conference, parts)
    days, today = list(by_day), wall(now, conference.zone).date()
    if len(days) > MOST_DAYS:
        days = ([day for day in days if day >= today] or days)[:MOST_DAYS]
    lines: list[Node] = [
        n_("{day}: {n} session", "{day}: {n} sessions", len(by_day[day]), day=OnDay(day))
        for day in days
    ]
    entries = [f"{conference.id} {day}" for day in days]
    blocks: list[Node] = [
        Strong(Verbatim(conference.title)),
        Numbered(lines),
        _(
            "Answer with the number of a day, or say {search} for sessions about it.",
            search=Say("programme", f"{conference.id} …"),
        ),
    ]
    if len(days) < len(by_day):
        other = Say(
            "programme", f"{conference.id} {next(day for day in by_day if day not in days)}"
        )
        blocks.append(_("Say {day} for those of a day.", day=other))
    body = Paragraphs(blocks)
    listing = Listing(ListKind.PROGRAMME, entries)
    return Reply("events.days", body, ids=(str(conference.id),), listing=listing)


def _on_day(
    conference: EventRow, parts: Sequence[Part], day: date, hour: str, mine: Collection[int]
) -> Reply:
    """Show the hours of a day, or all of it where it is short; or one *hour* of it."""
    sessions = _by_day(conference, parts).get(day, [])
    if not sessions:
        whole = Say("programme", str(conference.id))
        raise NotFound(
            _("Nothing is planned for that day. {programme} shows all.", programme=whole)
        )
    if len(sessions) <= PAGE and not hour:
        return _shown(conference, [OnDay(day)], sessions, mine)
    pages = _pages(conference, sessions)
    if chosen := [page for page in pages if page.hour == hour]:
        other = Say("programme", f"{conference.id} {day}")
        below = _("Say {programme} for the other hours.", programme=other)
        return _shown(conference, [OnDay(day)], chosen[0].sessions, mine, below)
    lines: list[Node] = [
        n_(
            "{clock}: {n} session",
            "{clock}: {n} sessions",
            len(page.sessions),
            clock=clocks(page.at, conference.zone, conference.kind, dated=False),
        )
        for page in pages
    ]
    body = Paragraphs([OnDay(day), Numbered(lines), _("Answer with the number of an hour.")])
    listing = Listing(ListKind.PROGRAMME, [f"{conference.id} {page.hour}" for page in pages])
    return Reply("events.hours", body, ids=(str(conference.id),), listing=listing)


def _shown(
    conference: EventRow,
    heading: Sequence[Node],
    sessions: Sequence[EventRow],
    mine: Collection[int],
    *below: Node,
    dated: bool = False,
) -> Reply:
    ids = [str(each.id) for each in sessions]
    how = _(
        "Say {going} to choose it, {mine} for what you chose.",
        going=Say("going", ids[0]),
        mine=Say("my events"),
    )
    lines = Bullets([_line(each, mine, dated=dated) for each in sessions])
    body = Paragraphs([*heading, lines, how, *below])
    listing = Listing(ListKind.EVENTS, ids)
    return Reply("events.sessions", body, (str(conference.id), *ids), listing=listing)


def _line(session: EventRow, mine: Collection[int], *, dated: bool = False) -> Node:
    """Name a session: when and where it is, and whether one chose it."""
    when = clocks(session.starts_at, session.zone, session.kind, dated=dated)
    title = Strong(Verbatim(_cut(session.title, LONGEST_TITLE)))
    named = _("{when}: {title} (number {number})", when=when, title=title, number=session.id)
    below: list[Node] = []
    if session.place:
        below.append(Verbatim(_cut(session.place, LONGEST_PLACE)))
    if session.id in mine:
        below.append(_("You chose it."))
    return Lines([named, *below])


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _by_day(conference: EventRow, parts: Sequence[Part]) -> Mapping[date, list[EventRow]]:
    """Sort sessions by the day at the place."""
    days: dict[date, list[EventRow]] = {}
    for event, _row in parts:
        days.setdefault(wall(event.starts_at, conference.zone).date(), []).append(event)
    return days


def _pages(conference: EventRow, sessions: Sequence[EventRow]) -> list[_Page]:
    """Part the sessions of a day by when they begin; further pages of one hour are counted."""
    pages: list[_Page] = []
    for at, some in groupby(sessions, key=lambda each: each.starts_at):
        together = list(some)
        clock = f"{wall(at, conference.zone):%Y-%m-%d %H:%M}"
        for start in range(0, len(together), PAGE):
            hour = f"{clock} {start // PAGE + 1}" if start else clock
            pages.append(_Page(at, hour, together[start : start + PAGE]))
    return pages


def _day(
    guide: Guide, call: Call, conference: EventRow, parts: Sequence[Part], said: str
) -> date | None:
    """Read which day of a conference is meant: by its place among them, or as people say a day."""
    days = list(_by_day(conference, parts))
    place = number(said)
    if place is not None:
        return days[place - 1] if 1 <= place <= len(days) else date.min
    reading = guide.understanding.moment(
        said, call.language, call.now, conference.zone, near=days[0]
    )
    read = days_of(reading, conference.zone)
    return next((day for day in days if day in read), min(read) if read else None)


def _about(
    guide: Guide,
    conference: EventRow,
    parts: Sequence[Part],
    said: str,
    now: datetime,
    mine: Collection[int],
) -> Reply:
    """Show sessions whose title, track, speakers or room have all the words; or "day 2".

    What a title names may be said in another language.
    """
    words = tokens(said)
    telling = {place for place, word in enumerate(words) if not word.stop}
    found = [
        event
        for event, row in parts
        if telling
        and telling
        <= shared(
            guide.index.concepts,
            words,
            tokens(f"{event.title} {row.track} {row.speakers} {event.place}"),
        )
    ]
    found.sort(key=lambda each: (each.starts_at <= now, each.starts_at, each.id))
    place = [int(digits) for digits in _DIGITS.findall(said)]
    days = list(_by_day(conference, parts))
    if not found and len(place) == 1 and 1 <= place[0] <= len(days):
        return _on_day(conference, parts, days[place[0] - 1], "", mine)
    if not found:
        whole = Say("programme", str(conference.id))
        raise NotFound(_("No session is about that. {programme} shows all.", programme=whole))
    heading = n_("{n} session is about that:", "{n} sessions are about that:", len(found))
    return _shown(conference, [heading], found[:PAGE], mine, dated=True)
