"""Find rooms, go there and leave: offered, never forced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from actions.authority import may
from actions.rooms.visits import RoomFinder, Visits, fitting
from commands.rooms._feature import feature
from kit.authority import Act, Actor
from kit.command import Call, Rest
from kit.counts import LEAST
from kit.errors import Incomplete, NotFound
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Access, Network, RoomPlan
from kit.ports import RoomErrands, SpaceWatch
from kit.roomkey import SpaceRoom
from kit.text import Label, Link, Node, Numbered, Paragraphs, Reply, Say, Series, _, n_
from kit.trait import Slot, Trait
from kit.words import number, quote
from storage.listings import Listings
from storage.people import People
from storage.rooms import Rooms

PAGE = 5


@feature.command(
    "rooms", summary=_("rooms you may join"), private=True, traits=(Trait.SAID_OF_HUB,)
)
async def rooms(
    call: Call,
    people: People,
    network: Network,
    finder: RoomFinder,
    watch: SpaceWatch,
    words: Annotated[str, Rest(_("words"), free=True)] = "",
) -> Reply:
    """List rooms that *words* are about; without words, those that fit the person."""
    person = await people.get(call.person_id)
    found = finder.all(words, call.language) if words else fitting(network, person)
    if not found and words:
        raise NotFound(
            _("No room is about {said}. Say {rooms}.", said=quote(words), rooms=Say("rooms"))
        )
    if not found:
        raise NotFound(
            _(
                "I have no room to suggest. Add a word to find one: {rooms}",
                rooms=Say("rooms", "AI"),
            )
        )
    shown = found[:PAGE]
    heading = n_("{n} room:", "{n} rooms:", len(found))
    lines = [_line(room, call.by, watch) for room in shown]
    # Its topic on the homeserver is in the room's language, this one in the reader's.
    about = [Label(room.topics) for room in found if room.topics and len(found) == 1]
    join = _("Say {join} to go there.", join=Say("join", "1"))
    more = _("Add a word to find others, for example {rooms}.", rooms=Say("rooms", "AI"))
    slugs = [room.slug for room in shown]
    body = Paragraphs([heading, Numbered(lines), *about, join, more])
    return Reply("rooms.list", body, slugs, listing=Listing(ListKind.ROOMS, slugs))


def _line(room: RoomPlan, by: Actor, watch: SpaceWatch) -> Node:
    facts = [*_facts(room, by, watch)]
    name = Label(room.names)
    return _("{room} ({facts})", room=name, facts=Series(facts)) if facts else name


def _facts(room: RoomPlan, by: Actor, watch: SpaceWatch) -> Iterator[Node]:
    if room.encrypted:
        yield _("encrypted")
    enters = may(by, Act.ENTER, room)
    people = watch.people.get(room.slug)
    # Who counts twice learns who came: few are counted for members, and none where one may not go.
    if people is not None and enters and (by.member or people >= LEAST):
        yield n_("{n} person", "{n} people", people)
    if not enters:
        match room.access:
            case Access.MEMBERS:
                yield _("for members")
            case Access.PRACTITIONERS:
                yield _("for practitioners")
            case _:
                yield _("by invitation")


@feature.command(
    "join", summary=_("go to a room"), private=True, opens=ListKind.ROOMS, opposite="leave"
)
async def join(
    call: Call,
    finder: RoomFinder,
    listings: Listings,
    visits: Visits,
    errands: RoomErrands,
    room: Annotated[str, Rest(_("room or number"), slot=Slot.ROOM_OR_TEXT)],
) -> Reply:
    """Give the link to a room the person may join, or say what is missing."""
    plan = await _meant(call, finder, listings, room)
    await visits.enter(call.by, plan)
    link = await errands.link(SpaceRoom(plan.slug))
    if link is None:
        raise NotFound(_("That room is still being built. Try again in some minutes."))
    text = _("Follow this link and join: {room}", room=Link(link, Label(plan.names)))
    return Reply("rooms.join", text, ids=(plan.slug,))


@feature.command("leave", summary=_("leave a room"), private=True, weighty=True)
async def leave(
    call: Call,
    finder: RoomFinder,
    listings: Listings,
    visits: Visits,
    known: Rooms,
    network: Network,
    room: Annotated[str, Rest(_("room or number"), slot=Slot.ROOM)] = "",
) -> Reply:
    """Take somebody out of a room; without one, of that in which they say it."""
    if room:
        plan: RoomPlan | None = await _meant(call, finder, listings, room)
        if plan and number(room) is None and finder.called(room) is None:
            return _is_it(plan)
    else:
        here = await known.at(call.room_id)
        slug = here.key.slug if here is not None and isinstance(here.key, SpaceRoom) else ""
        plan = network.rooms.get(slug)
    if plan is None:
        raise Incomplete(_("Which room? Say {leave}.", leave=Say("leave", "AI")))
    await visits.leave(call.by, [plan])
    text = _(
        "I take you out of this room: {room}. {join} brings you back.",
        room=Label(plan.names),
        join=Say("join", plan.slug),
    )
    return Reply("rooms.left", text, ids=(plan.slug,))


def _is_it(plan: RoomPlan) -> Reply:
    """Ask before somebody is taken out of a room that they may only have spoken of."""
    ask = _("Shall I take you out of this room: {room}?", room=Label(plan.names))
    this = Listing(ListKind.WISHES, [wish_entry("leave", plan.slug)])
    body = Paragraphs([ask, _("Answer yes or no.")])
    return Reply("rooms.leave_sure", body, (plan.slug,), listing=this)


@feature.command(
    "leave all",
    summary=_("leave all rooms"),
    private=True,
    weighty=True,
    traits=(Trait.OF_ONESELF,),
)
async def leave_all(call: Call, visits: Visits, network: Network) -> Reply:
    """Take somebody out of every room; they stay a member, and in this chat."""
    await visits.leave(call.by, [room for room in network.rooms.values() if not room.is_space])
    text = _(
        "I take you out of all rooms. You stay what you are in the network; {rooms} shows rooms, "
        "{withdraw} ends your membership.",
        rooms=Say("rooms"),
        withdraw=Say("withdraw consent"),
    )
    return Reply("rooms.left_all", text)


async def _meant(call: Call, finder: RoomFinder, listings: Listings, said: str) -> RoomPlan:
    index = number(said)
    if index is not None:
        said = await listings.resolve(call.person_id, ListKind.ROOMS, index) or said
    if (plan := finder.one(said, call.language)) is not None:
        return plan
    if len(found := finder.all(said, call.language)) == 1:
        return found[0]
    raise NotFound(
        _("I do not know a room {said}. Say {rooms}.", said=quote(said), rooms=Say("rooms"))
    )
