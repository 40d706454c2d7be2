"""The Space as it is: only state that is compared, never all of a room's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.matrix.client import Client, Refused, TooLarge, escape
from bot.matrix.gallery import Gallery
from bot.matrix.space.declared import Declared
from bot.matrix.space.power import power
from kit.errand import Content
from kit.inbound import FIELD
from kit.roomkey import Former, SpaceRoom
from storage.engine import Storage
from storage.rooms import Rooms

STATE = (
    "m.room.name",
    "m.room.topic",
    "m.room.avatar",
    "m.room.join_rules",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.encryption",
    "m.room.power_levels",
    "m.room.tombstone",
)
MOST_PINNED = 20
AT_ONCE = 8  # rooms
CHILD = "m.space.child"
PAGE, PAGES = 100, 40  # of what Spaces were told to list


@dataclass(frozen=True, slots=True)
class Observed:
    """A room as the homeserver has it.

    *state* is by event type. *pinned* are the marks of what the hub said and is pinned;
    *children* are the rooms that a Space lists, by their ids. *outsiders* are in a room and not in
    the Space whose members may enter it; None where nobody asked. *keepers* are those who could
    hand the room on to another account of the hub.
    """

    room_id: str
    state: Mapping[str, Content]
    power: float
    parent: Content = field(default_factory=dict)
    pinned: Sequence[Marks] = ()
    children: Mapping[str, Content] = field(default_factory=dict)
    outsiders: frozenset[str] | None = None
    keepers: Mapping[str, Keeper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keeper:
    """The power of somebody in a room, and their membership, None where they never had any."""

    power: float
    membership: str | None


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """A room that the homeserver does not let the hub read."""

    room_id: str
    code: str


@dataclass(frozen=True, slots=True)
class ObservedSpace:
    """All of it: rooms by slug, those that are declared no more too.

    *holders* are the rooms behind the declared addresses, *former* those that went on in others,
    *pictures* the addresses of all that were ever uploaded, by fingerprint.
    """

    rooms: Mapping[str, Observed | OutOfSight]
    holders: Mapping[str, str]
    former: frozenset[str]
    pictures: Mapping[str, str]

    def room(self, slug: str | None) -> Observed | None:
        """Return a room that can be read."""
        found = self.rooms.get(slug) if slug is not None else None
        return found if isinstance(found, Observed) else None

    def id_of(self, slug: str | None) -> str | None:
        """Return the id of a room, readable or not."""
        found = self.rooms.get(slug) if slug is not None else None
        return None if found is None else found.room_id


Marks = tuple[object, object]
"""Kind and language of what the hub said."""


def marks(content: Content) -> Marks:
    """Return the kind and the language of what the hub said, if it did."""
    said = content.get(FIELD)
    return (said.get("kind"), said.get("locale")) if isinstance(said, dict) else (None, None)


class Survey:
    """Asks the homeserver how the Space is."""

    def __init__(
        self, client: Client, storage: Storage, server_name: str, keepers: Collection[str]
    ) -> None:
        """Look with *client*'s account at rooms whose addresses are on *server_name*.

        Of *keepers* it is asked whether they could hand a room on.
        """
        self._keepers = keepers
        self._client = client
        self._storage = storage
        self._server_name = server_name
        self._gallery = Gallery(client)

    async def look(
        self, declared: Mapping[str, Declared], *, thorough: bool = False
    ) -> ObservedSpace:
        """Look at every room; a *thorough* look asks who is inside that may not enter.

        A Space that exists but is new to this database is adopted.

        Raises:
            Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
        """
        limit = asyncio.Semaphore(AT_ONCE)

        async def find(room: Declared) -> tuple[str, str | None]:
            async with limit:
                return room.slug, await self.find(room)

        found = dict(await asyncio.gather(*map(find, declared.values())))
        async with self._storage.read() as session:
            known = await Rooms(session).of_space()

        async def read(slug: str, room_id: str) -> tuple[str, Observed | OutOfSight]:
            async with limit:
                return slug, await self._read(declared.get(slug), room_id, known, thorough=thorough)

        rooms = dict(await asyncio.gather(*(read(*each) for each in known.items())))
        listed = {
            child
            for room in rooms.values()
            if isinstance(room, Observed)
            for child in room.children
        }
        async with self._storage.read() as session:
            keys = await Rooms(session).keys_of(listed)
        return ObservedSpace(
            rooms,
            {slug: holder for slug, holder in found.items() if holder is not None},
            frozenset(str(each) for each, key in keys.items() if isinstance(key, Former)),
            await self._gallery.known(),
        )

    async def find(self, room: Declared) -> str | None:
        """Return the room behind the address of one that is declared.

        It is adopted if it is new to this database and our account made it for this.
        """
        alias = f"#{room.localpart}:{self._server_name}"
        holder = await self._client.resolve(alias)
        async with self._storage.read() as session:
            row = await Rooms(session).get(SpaceRoom(room.slug))
        known = row is not None and not row.left and row.room_id is not None
        if holder is None or known or not await self._client.is_ours(holder, alias):
            return holder
        encrypted = await self._client.state(holder, "m.room.encryption") is not None
        async with self._storage.write() as session:
            rooms = Rooms(session)
            other = await rooms.at(holder)
            if other is None or other.key == SpaceRoom(room.slug):
                row, _new = await rooms.ensure(SpaceRoom(room.slug), room.language)
                rooms.move(row, holder, encrypted=encrypted)
        return holder

    async def people(self, root: str) -> dict[str, int]:
        """Count who is in each room that the Space *root* leads to, beside the hub, by slug.

        What the homeserver does not say (spec, GET /rooms/{roomId}/hierarchy) is left out.
        """
        async with self._storage.read() as session:
            known = await Rooms(session).of_space()
        if root not in known:
            return {}
        slugs = {room_id: slug for slug, room_id in known.items()}
        path = f"/_matrix/client/v1/rooms/{escape(known[root])}/hierarchy"
        query, counts = {"limit": str(PAGE)}, dict[str, int]()
        for _page in range(PAGES):
            try:
                answer = await self._client.call("GET", path, query=query, below="")
            except Refused:  # how often it is asked is limited; the next look asks again
                break
            rooms = answer.get("rooms")
            for room in rooms if isinstance(rooms, list) else ():
                match room:
                    case {"room_id": str(room_id), "num_joined_members": int(joined)}:
                        if room_id in slugs:
                            counts[slugs[room_id]] = max(0, joined - 1)
            if not isinstance(after := answer.get("next_batch"), str):
                break
            query["from"] = after
        return counts

    async def _read(
        self, room: Declared | None, room_id: str, known: Mapping[str, str], *, thorough: bool
    ) -> Observed | OutOfSight:
        try:
            created = await self._client.state_event(room_id, "m.room.create")
            read = [await self._client.state(room_id, each) for each in STATE]
            state = {kind: got for kind, got in zip(STATE, read, strict=True) if got is not None}
            return Observed(
                room_id,
                state,
                power(self._client.user_id, created, state.get("m.room.power_levels")),
                await self._parent(room, room_id, known),
                await self._pinned(room_id) if room is not None and room.pinned else (),
                await self._children(room_id) if _is_space(created) else {},
                await self._outsiders(room, room_id, known) if thorough else None,
                await self._keeping(room_id, created, state),
            )
        except Refused as refusal:  # one room does not keep the others from being looked after
            if refusal.passing:
                raise
            return OutOfSight(room_id, refusal.errcode)

    async def _parent(
        self, room: Declared | None, room_id: str, known: Mapping[str, str]
    ) -> Content:
        parent = known.get(room.parent or "") if room is not None else None
        if parent is None:
            return {}
        return await self._client.state(room_id, "m.space.parent", parent) or {}

    async def _pinned(self, room_id: str) -> list[Marks]:
        pinned = (await self._client.state(room_id, "m.room.pinned_events") or {}).get("pinned")
        found = []
        for event_id in pinned[-MOST_PINNED:] if isinstance(pinned, list) else ():
            path = f"/rooms/{escape(room_id)}/event/{escape(str(event_id))}"
            event = await self._client.found(path) or {}
            if event.get("sender") == self._client.user_id:
                found.append(marks(event.get("content", {})))
        return found

    async def _children(self, room_id: str) -> dict[str, Content]:
        """Return what a Space lists: of each room what was said of it last.

        Not ``/hierarchy``: Synapse limits how often that is asked, whoever asks.
        """
        path, children = f"/rooms/{escape(room_id)}/messages", dict[str, Content]()
        query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps({"types": [CHILD]})}
        for _page in range(PAGES):
            answer = await self._client.call("GET", path, query=query)
            events = answer.get("chunk")
            for event in events if isinstance(events, list) else ():
                match event:
                    case {"type": str(kind), "state_key": str(child), "content": dict(content)}:
                        if kind == CHILD:
                            children.setdefault(child, content)
            if not isinstance(end := answer.get("end"), str):
                break
            query["from"] = end
        return {child: content for child, content in children.items() if content.get("via")}

    async def _outsiders(
        self, room: Declared | None, room_id: str, known: Mapping[str, str]
    ) -> frozenset[str] | None:
        if room is None or not room.closed or room.gate is None or room.gate not in known:
            return None
        if room.knock:  # who was let in after knocking is in no gate
            return None
        try:
            inside = await self._joined(room_id)
            return frozenset(inside - await self._joined(known[room.gate]) - {self._client.user_id})
        except TooLarge:
            return None

    async def _keeping(
        self, room_id: str, created: Mapping[str, Any], state: Mapping[str, Content]
    ) -> dict[str, Keeper]:
        found = {}
        for user_id in self._keepers:
            said = await self._client.state(room_id, "m.room.member", user_id)
            membership = None if said is None else str(said.get("membership"))
            own = power(user_id, created, state.get("m.room.power_levels"))
            found[user_id] = Keeper(own, membership)
        return found

    async def _joined(self, room_id: str) -> set[str]:
        path = f"/rooms/{escape(room_id)}/joined_members"
        joined = (await self._client.call("GET", path, patience=60)).get("joined")
        return set(joined) if isinstance(joined, dict) else set()


def _is_space(created: Mapping[str, Any]) -> bool:
    content = created.get("content")
    return isinstance(content, dict) and content.get("type") == "m.space"
