"""The Space as declared: what differs on the homeserver, and the errands that mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.matrix.client import V3, Client, Refused, escape
from kit.errand import Address, Create, SetState, SpaceChild, Within, initial
from kit.network import Access, Network, RoomKind, RoomPlan
from kit.rendering import Reader
from kit.roomkey import SpaceRoom
from kit.text import Label, Name, Node, _
from storage.engine import Storage
from storage.outbox import Outbox
from storage.rooms import Rooms

# Translators: part of a room's description; no confidential talk belongs there.
CLEAR = _("Not encrypted: no details of any case here.")


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference, and the errand that mends it."""

    slug: str
    errand: Create | SetState | SpaceChild | Address

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
            case Create():
                return ""


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
        reader: Callable[[str], Reader],
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
        self._reader = reader
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
        if plan.parent is not None:
            suggested = plan.kind in {RoomKind.FUNCTIONAL, RoomKind.LOBBY}
            content = {"order": f"{place:03}", "suggested": suggested}
            if not await self._is_linked(plan.parent, room_id, content):
                found.append(Drift(plan.slug, SpaceChild(SpaceRoom(plan.parent), content)))
        return found

    async def _is_linked(self, parent: str, child: str | None, content: dict[str, Any]) -> bool:
        parent_id = await self._known(self._network.rooms[parent])
        if parent_id is None or child is None:
            return False
        listed = await self._client.state(parent_id, "m.space.child", child) or {}
        return {name: listed.get(name) for name in content} == content

    async def apply(
        self, changes: Sequence[Drift], now: datetime, token: Callable[[], str]
    ) -> None:
        """Queue the errands for *changes*; the outbox does them at the pace the server allows."""
        async with self._storage.write() as session:
            rooms, outbox = Rooms(session), Outbox(session)
            for change in changes:
                plan = self._network.rooms[change.slug]
                room, _new = await rooms.ensure(
                    SpaceRoom(plan.slug), self._language(plan), encrypted=plan.encrypted
                )
                if not await outbox.is_queued(room.id, change.errand):
                    outbox.add(room.id, change.errand, txn_id=token(), now=now)

    async def find_root(self) -> None:
        """Look for the Space, so that who joins it from now on is known to join it."""
        await self._find(self._network.root)

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
                        SpaceRoom(plan.slug), self._language(plan), encrypted=plan.encrypted
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

    def _language(self, plan: RoomPlan) -> str:
        return plan.language or self._network.languages[0]

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

    def _name(self, plan: RoomPlan) -> str:
        own = plan.names.get(self._language(plan), plan.names["en"])
        return " · ".join(dict.fromkeys([own, plan.names["en"]]))

    def _topic(self, plan: RoomPlan) -> str:
        lines = []
        for language in self._network.languages:
            reader = self._reader(language)
            told = [Label(plan.topics)] if language in plan.topics else _purpose(plan)
            if not plan.is_space and not plan.encrypted:
                told = [*told, CLEAR]
            lines.append(" ".join(part.render(reader).plain for part in told))
        return "\n".join(filter(None, lines))

    def _creation(self, plan: RoomPlan) -> Create:
        quiet = plan.is_space or plan.read_only
        content: dict[str, Any] = {
            # A homeserver may encrypt what has a private preset. Who may join is said below.
            "preset": "public_chat" if plan.access is Access.OPEN else "private_chat",
            "visibility": "private",
            "name": self._name(plan),
            "topic": self._topic(plan),
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
            content["initial_state"].append(
                initial("m.room.encryption", algorithm="m.megolm.v1.aes-sha2")
            )
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
            "m.room.name": {"name": self._name(plan)},
            "m.room.topic": {"topic": self._topic(plan)},
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


def _purpose(plan: RoomPlan) -> list[Node]:
    match plan.kind:
        case RoomKind.LOBBY if plan.language is not None:
            language = Name("language", plan.language)
            return [_("For everybody who speaks this language: {language}.", language=language)]
        case RoomKind.REGION:
            return [_("For members who work in this region: {region}.", region=Label(plan.names))]
        case _:
            return []
