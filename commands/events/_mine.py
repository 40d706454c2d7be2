"""What somebody is going to: their own agenda, with what clashes in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated

from actions.clocks import OwnTime
from actions.events.agenda import Agenda
from actions.events.clashes import at_once
from actions.events.letters import line
from actions.events.recurrence import wall
from commands.events._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.listing import Listing, ListKind
from kit.steps import ahead, day_of
from kit.text import Bullets, Lines, Node, Paragraphs, Reply, Say, Series, Verbatim, _, n_
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from storage.tables.events import AttendanceRow, EventRow, Response

PAGE = 5
ROOM = 700  # characters that the events of a page share
FRAME = 100  # characters of one beside its title and its place, whatever the language
MOST_CLASHES = 3


@feature.command(
    "my events",
    summary=_("what you are going to"),
    act=Act.ATTEND,
    private=True,
    shows=True,
    purpose=Purpose.MINE,
    traits=(Trait.OF_PROGRAMME,),
)
async def my_events(
    call: Call,
    agenda: Agenda,
    own: OwnTime,
    understanding: Understanding,
    said: Annotated[str, Rest(_("day"), slot=Slot.MOMENT)] = "",
) -> Reply:
    """List what somebody is going to, may be, or waits for, on a day or from now on."""
    mine = await agenda.mine(call.by, call.now)
    if said:
        zone = await own.zone(call.person_id)
        day = day_of(ahead(understanding.moment(said, call.language, call.now, zone)), zone)
        mine = [each for each in mine if wall(each[0].starts_at, zone).date() == day]
    if not mine:
        text = _(
            "You are going to no event then. {events} shows what is coming.", events=Say("events")
        )
        return Reply("events.none_of_mine", text)
    events = [event for event, _attendance in mine]
    shown = mine[: _fitting(events)]
    lines = [_entry(event, attendance, events) for event, attendance in shown]
    blocks: list[Node] = [
        n_("You are going to {n} event:", "You are going to {n} events:", len(mine)),
        Bullets(lines),
    ]
    ids = [str(event.id) for event, _attendance in shown]
    if len(mine) > len(shown):
        later = wall(mine[len(shown)][0].starts_at, await own.zone(call.person_id)).date()
        blocks.append(_("Say {day} for those of a day.", day=Say("my events", str(later))))
    if len(mine) > 1 and not any(at_once(event, events) for event in events):
        blocks.append(_("None of them is at the same time as another."))
    return Reply("events.mine", Paragraphs(blocks), ids, listing=Listing(ListKind.EVENTS, ids))


def _fitting(events: Sequence[EventRow]) -> int:
    """Count how many fit on a page; one always does."""
    sizes = [len(each.title) + len(each.place or "") + FRAME for each in events[:PAGE]]
    return max(1, sum(total <= ROOM for total in accumulate(sizes)))


def _entry(event: EventRow, attendance: AttendanceRow, events: Sequence[EventRow]) -> Node:
    below: list[Node] = []
    if event.place:
        below.append(Verbatim(event.place))
    if attendance.response is Response.MAYBE:
        below.append(_("You may come."))
    if attendance.response is Response.WAITS:
        below.append(_("You wait for a place."))
    if clash := clashing(at_once(event, events)):
        below.append(clash)
    return Lines([line(event), *below])


def clashing(others: Sequence[EventRow]) -> Node | None:
    """Say what takes place at the same time, if anything does; of many only some."""
    if not others:
        return None
    some = [str(each.id) for each in others[:MOST_CLASHES]]
    more = ["…"] * (len(others) > MOST_CLASHES)
    numbers = Series([Verbatim(each) for each in [*some, *more]])
    return _("At the same time as number {numbers}.", numbers=numbers)
