"""The Space as declared: what differs on the homeserver, and the errands that mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.matrix.client import V3, Client, Refused, escape
from bot.matrix.gallery import Gallery
from kit.audience import Everybody
from kit.drawing import Drawing
from kit.errand import (
    ENCRYPTION,
    Address,
    Content,
    Create,
    Pin,
    SetPicture,
    SetState,
    SpaceChild,
    Within,
    initial,
)
from kit.inbound import FIELD
from kit.network import Access, Network, RoomKind, RoomPlan
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.outbox import Outbox
from storage.rooms import Rooms

MOST_PINNED = 20


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference, and the errand that mends it."""

    slug: str
    errand: Create | SetState | SetPicture | Pin | SpaceChild | Address

    @property
    def detail(self) -> str:
        """What it is about, for an operator."""
        match self.errand:
            case SetState(event_type):
                return event_type
            case SpaceChild(parent):
                return str(parent)
            case Address(localpart):
                return localpart
            case Pin(message):
                return str(_marks(message)[1])
            case Create() | SetPicture():
                return ""


class Looks(Protocol):
    """What a room is called, what is said of it, and what it looks like."""

    def language(self, plan: RoomPlan) -> str:
        """Return the language of a room."""

    def name(self, plan: RoomPlan) -> str:
        """Name a room."""

    def topic(self, plan: RoomPlan) -> str:
        """Describe a room."""

    def drawing(self, plan: RoomPlan) -> Drawing:
        """Draw a room."""

    def pinned(self, plan: RoomPlan) -> Sequence[Content]:
        """List the messages that are pinned in a room."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What differs, and what an operator has to mend, each with how."""

    changes: Sequence[Drift]
    troubles: Sequence[str]


class SpaceBuilder:
    """Compares the plan with the homeserver and queues what is missing; never deletes."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        network: Network,
        looks: Looks,
        *,
        server_name: str,
        alias_prefix: str,
        join_rule: str,
        room_version: str | None,
    ) -> None:
        """Prepare to build *network* on *server_name*; a *reader* is who reads a language."""
        self._client = client
        self._storage = storage
        self._network = network
        self._looks = looks
        self._gallery = Gallery(client)
        self._server_name = server_name
        self._prefix = alias_prefix
        self._join_rule = join_rule
        self._room_version = room_version

    async def plan(self) -> Plan:
        """List the differences; a Space that exists but is new to this database is adopted."""
        changes: list[Drift] = []
        troubles: list[str] = []
        for place, plan in enumerate(self._network.rooms.values()):
            room_id, holder = await self._find(plan)
            if holder is not None and holder != room_id:
                troubles.append(_taken(self._address(plan)))
            try:
                changes += await self._differences(plan, place, room_id)
            except Refused as refusal:  # one room does not keep the others from being built
                if refusal.passing:
                    raise
                troubles.append(f"{plan.slug}: {refusal}. Let the hub's account into {room_id}")
                continue
            if room_id is not None and holder is None:
                changes.append(Drift(plan.slug, Address(self._alias(plan))))
        return Plan(changes, troubles)

    async def _differences(self, plan: RoomPlan, place: int, room_id: str | None) -> list[Drift]:
        found: list[Drift] = []
        if room_id is None:
            found.append(Drift(plan.slug, self._creation(plan)))
        else:
            found += await self._changes(plan, room_id)
        drawing = self._looks.drawing(plan)
        if room_id is None or await self._is_to_be_hung(room_id, drawing):
            picture = SetPicture(drawing.lines, drawing.ink, drawing.paper)
            found.append(Drift(plan.slug, picture))
        found += await self._to_pin(plan, room_id)
        listing = {
            "order": f"{place:03}",
            "suggested": plan.kind in {RoomKind.FUNCTIONAL, RoomKind.LOBBY},
        }
        for parent, content in self._parents(plan, listing).items():
            if not await self._is_listed(parent, room_id, content):
                found.append(Drift(plan.slug, SpaceChild(SpaceRoom(parent), content)))
        return found

    def _parents(self, plan: RoomPlan, listing: Content) -> dict[str, Content]:
        """Name the Spaces of a room, each with how the room is listed there; empty: not at all.

        A gate holds the rooms that it opens. It is listed nowhere: who may not enter would see an
        entry without a name.
        """
        if plan.parent is None:
            return {}
        if plan.kind is RoomKind.GATE:
            return {plan.parent: {}}
        closed = plan.access in {Access.MEMBERS, Access.PRACTITIONERS, Access.STAFF}
        gates = [self._network.gates[plan.access]] if closed else []
        return dict.fromkeys([plan.parent, *gates], listing)

    async def _is_listed(self, parent: str, child: str | None, content: Content) -> bool:
        parent_id = await self._known(self._network.rooms[parent])
        if parent_id is None or child is None:
            return not content
        there = await self._client.state(parent_id, "m.space.child", child) or {}
        if not content:
            return not there.get("via")
        return {name: there.get(name) for name in content} == content

    async def _is_to_be_hung(self, room_id: str, drawing: Drawing) -> bool:
        avatar = await self._client.state(room_id, "m.room.avatar") or {}
        return await self._gallery.is_to_be_hung(drawing, avatar.get("url"))

    async def _to_pin(self, plan: RoomPlan, room_id: str | None) -> list[Drift]:
        """Pin what is to be read first in a room, unless it is pinned already."""
        wanted = self._looks.pinned(plan)
        there = await self._pinned(room_id) if room_id and wanted else []
        return [Drift(plan.slug, Pin(each)) for each in wanted if _marks(each) not in there]

    async def _pinned(self, room_id: str) -> list[tuple[object, object]]:
        pinned = (await self._client.state(room_id, "m.room.pinned_events") or {}).get("pinned")
        found = []
        for event_id in pinned[-MOST_PINNED:] if isinstance(pinned, list) else ():
            path = f"/rooms/{escape(room_id)}/event/{escape(str(event_id))}"
            event = await self._client.found(path) or {}
            if event.get("sender") == self._client.user_id:
                found.append(_marks(event.get("content", {})))
        return found

    async def apply(
        self, changes: Sequence[Drift], now: datetime, token: Callable[[], str]
    ) -> None:
        """Queue the errands for *changes*; the outbox does them at the pace the server allows."""
        async with self._storage.write() as session:
            rooms, outbox = Rooms(session), Outbox(session)
            for change in changes:
                plan = self._network.rooms[change.slug]
                room, _new = await rooms.ensure(
                    SpaceRoom(plan.slug), self._looks.language(plan), encrypted=plan.encrypted
                )
                if not await outbox.is_queued(room.id, change.errand):
                    readers = Everybody() if isinstance(change.errand, Pin) else None
                    outbox.add(room.id, change.errand, txn_id=token(), now=now, audience=readers)

    async def find_open(self) -> None:
        """Look for the Space and its open rooms, in which the hub says that it is here.

        So who joins it from now on is known to join it, and nothing is said into the void.
        """
        for plan in (self._network.root, *self._network.halls):
            await self._find(plan)

    async def _find(self, plan: RoomPlan) -> tuple[str | None, str | None]:
        """Return the room of *plan*, if there is one, and the room that has its address.

        A room that is new to this database is adopted if our account made it for this.
        """
        alias = self._address(plan)
        holder = await self._client.resolve(alias)
        known = await self._known(plan)
        if known is None and holder is not None and await self._client.is_ours(holder, alias):
            async with self._storage.write() as session:
                rooms = Rooms(session)
                other = await rooms.at(holder)
                if other is None or other.key == SpaceRoom(plan.slug):
                    row, _new = await rooms.ensure(
                        SpaceRoom(plan.slug), self._looks.language(plan), encrypted=plan.encrypted
                    )
                    await rooms.made(row.id, holder)
                    known = holder
        return known, holder

    async def _known(self, plan: RoomPlan) -> str | None:
        async with self._storage.read() as session:
            room = await Rooms(session).get(SpaceRoom(plan.slug))
        return None if room is None or room.left else room.room_id

    def _address(self, plan: RoomPlan) -> str:
        return f"#{self._alias(plan)}:{self._server_name}"

    def _alias(self, plan: RoomPlan) -> str:
        # Slugs are ASCII by declaration: an alias made from an Arabic or Chinese name would not be.
        return self._prefix if plan.kind is RoomKind.ROOT else f"{self._prefix}-{plan.slug}"

    def _gate(self, plan: RoomPlan) -> str | None:
        """Give the slug of the Space whose members may join, None where invited people may."""
        if plan.kind is RoomKind.ROOT or plan.access is Access.INVITE:
            return None
        return self._network.gates.get(plan.access)

    async def _gate_id(self, plan: RoomPlan) -> str | None:
        gate = self._gate(plan)
        return await self._known(self._network.rooms[gate]) if gate else None

    def _creation(self, plan: RoomPlan) -> Create:
        quiet = plan.is_space or plan.read_only
        content: dict[str, Any] = {
            # A homeserver may encrypt what has a private preset. Who may join is said below.
            "preset": "public_chat" if plan.access is Access.OPEN else "private_chat",
            "visibility": "private",
            "name": self._looks.name(plan),
            "topic": self._looks.topic(plan),
            "room_alias_name": self._alias(plan),
            "creation_content": {"type": "m.space"} if plan.is_space else {},
            "power_level_content_override": {"events_default": 50 if quiet else 0, "invite": 50},
            "initial_state": [
                initial("m.room.guest_access", guest_access="forbidden"),
                initial(
                    "m.room.history_visibility",
                    history_visibility="joined" if plan.encrypted else "shared",
                ),
            ],
        }
        if self._room_version is not None:
            content["room_version"] = self._room_version
        if plan.encrypted:
            content["initial_state"].append(ENCRYPTION)
        if plan.parent is None:
            content["initial_state"].append(initial("m.room.join_rules", join_rule=self._join_rule))
            return Create(content)
        gate = self._gate(plan)
        if gate is None:
            content["initial_state"].append(initial("m.room.join_rules", join_rule="invite"))
        return Create(content, Within(SpaceRoom(plan.parent), SpaceRoom(gate) if gate else None))

    async def _changes(self, plan: RoomPlan, room_id: str) -> list[Drift]:
        join: dict[str, Any] = {"join_rule": self._join_rule if plan.parent is None else "invite"}
        if (gate_id := await self._gate_id(plan)) is not None:
            allow = {"type": "m.room_membership", "room_id": gate_id}
            join = {"join_rule": "restricted", "allow": [allow]}
        wanted = {
            "m.room.name": {"name": self._looks.name(plan)},
            "m.room.topic": {"topic": self._looks.topic(plan)},
            "m.room.join_rules": join,
            "m.room.guest_access": {"guest_access": "forbidden"},
        }
        state = await asyncio.gather(*(self._client.state(room_id, each) for each in wanted))
        # The server adds fields of its own, such as the rich form of a topic.
        return [
            Drift(plan.slug, SetState(event_type, "", content))
            for (event_type, content), there in zip(wanted.items(), state, strict=True)
            if {name: (there or {}).get(name) for name in content} != content
        ]


def _taken(alias: str) -> str:
    request = f"DELETE {V3}/directory/room/{escape(alias)}"
    return (
        f"{alias} belongs to a room that the hub did not make for this. Its own room goes without "
        f"that address. Let an administrator delete it ({request}) and run: ilan-hub space apply"
    )


def _marks(content: Content) -> tuple[object, object]:
    """Return the kind and the language of what the hub said, if it did."""
    field = content.get(FIELD)
    return (field.get("kind"), field.get("locale")) if isinstance(field, dict) else (None, None)
