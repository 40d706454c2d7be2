"""The Space as declared: what differs on the homeserver, and the errands that mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.matrix.client import Client
from bot.say.i18n import Catalogs
from kit.errand import Create, Link, SetState, Within
from kit.network import Access, Network, RoomPlan
from kit.roomkey import SpaceRoom
from kit.text import Label, Name, Node, _
from storage.engine import Storage
from storage.outbox import Outbox
from storage.rooms import Rooms

# Translators: part of a room's description; no confidential talk belongs there.
CLEAR = _("Not encrypted: no details of any case here.")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, and the errand that mends it."""

    slug: str
    errand: Create | SetState | Link

    @property
    def detail(self) -> str:
        """What it is about, for an operator."""
        match self.errand:
            case SetState(event_type):
                return event_type
            case Link(parent):
                return str(parent)
            case Create():
                return ""


class SpaceBuilder:
    """Compares the plan with the homeserver and queues what is missing; never deletes."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        network: Network,
        catalogs: Catalogs,
        *,
        server_name: str,
        alias_prefix: str,
        join_rule: str,
        room_version: str,
    ) -> None:
        """Prepare to build *network* on the homeserver *server_name*."""
        self._client = client
        self._storage = storage
        self._network = network
        self._catalogs = catalogs
        self._server_name = server_name
        self._prefix = alias_prefix
        self._join_rule = join_rule
        self._room_version = room_version

    async def plan(self) -> list[Change]:
        """List the differences; a Space that exists but is new to this database is adopted."""
        changes: list[Change] = []
        links: dict[str, dict[str, Any]] = {}
        for place, plan in enumerate(self._network.rooms.values()):
            room_id = await self._find(plan)
            if room_id is None:
                changes.append(Change(plan.slug, self._creation(plan)))
            else:
                state = {
                    (event["type"], event["state_key"]): event["content"]
                    for event in await self._client.state(room_id)
                }
                links |= {
                    child: content for (kind, child), content in state.items() if "child" in kind
                }
                changes += self._differences(plan, state, await self._gate_id(plan))
            if plan.parent is not None:
                content = {
                    "order": f"{place:03}",
                    "suggested": plan.kind in {"functional", "lobby"},
                }
                listed = links.get(room_id or "", {})
                if {name: listed.get(name) for name in content} != content:
                    changes.append(Change(plan.slug, Link(SpaceRoom(plan.parent), content)))
        return changes

    async def apply(self, changes: list[Change], now: datetime, token: Callable[[], str]) -> None:
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

    async def _find(self, plan: RoomPlan) -> str | None:
        async with self._storage.read() as session:
            room = await Rooms(session).get(SpaceRoom(plan.slug))
        if room is not None and room.room_id is not None and not room.left:
            return room.room_id
        found = await self._client.resolve(f"#{self._alias(plan)}:{self._server_name}")
        if found is not None:
            async with self._storage.write() as session:
                rooms = Rooms(session)
                row, _new = await rooms.ensure(
                    SpaceRoom(plan.slug), self._language(plan), encrypted=plan.encrypted
                )
                await rooms.made(row.id, found)
        return found

    def _language(self, plan: RoomPlan) -> str:
        return plan.language or self._network.languages[0]

    def _alias(self, plan: RoomPlan) -> str:
        # Slugs are ASCII by declaration: an alias made from an Arabic or Chinese name would not be.
        return self._prefix if plan.kind == "root" else f"{self._prefix}-{plan.slug}"

    def _gate(self, plan: RoomPlan) -> str | None:
        """Give the slug of the Space whose members may join, None where invited people may."""
        if plan.kind == "root" or plan.access is Access.INVITE:
            return None
        return self._network.gates[plan.access]

    async def _gate_id(self, plan: RoomPlan) -> str | None:
        gate = self._gate(plan)
        return await self._find(self._network.rooms[gate]) if gate else None

    def _name(self, plan: RoomPlan) -> str:
        own = plan.names.get(self._language(plan), plan.names["en"])
        return " · ".join(dict.fromkeys([own, plan.names["en"]]))

    def _topic(self, plan: RoomPlan) -> str:
        lines = []
        for language in self._network.languages:
            reader = self._catalogs.reader(language)
            told = [Label(plan.topics)] if language in plan.topics else _purpose(plan)
            if not plan.is_space and not plan.encrypted:
                told = [*told, CLEAR]
            lines.append(" ".join(part.render(reader).plain for part in told))
        return "\n".join(filter(None, lines))

    def _creation(self, plan: RoomPlan) -> Create:
        quiet = plan.is_space or plan.read_only
        content: dict[str, Any] = {
            "preset": "private_chat",
            "visibility": "private",
            "room_version": self._room_version,
            "name": self._name(plan),
            "topic": self._topic(plan),
            "room_alias_name": self._alias(plan),
            "creation_content": {"type": "m.space"} if plan.is_space else {},
            "power_level_content_override": {"events_default": 50 if quiet else 0, "invite": 50},
            "initial_state": [
                _state("m.room.guest_access", guest_access="forbidden"),
                _state(
                    "m.room.history_visibility",
                    history_visibility="joined" if plan.encrypted else "shared",
                ),
            ],
        }
        if plan.encrypted:
            content["initial_state"].append(
                _state("m.room.encryption", algorithm="m.megolm.v1.aes-sha2")
            )
        if plan.parent is None:
            content["initial_state"].append(_state("m.room.join_rules", join_rule=self._join_rule))
            return Create(content)
        gate = self._gate(plan)
        return Create(content, Within(SpaceRoom(plan.parent), SpaceRoom(gate) if gate else None))

    def _differences(
        self, plan: RoomPlan, state: dict[tuple[str, str], dict[str, Any]], gate_id: str | None
    ) -> list[Change]:
        join: dict[str, Any] = {"join_rule": self._join_rule if plan.parent is None else "invite"}
        if gate_id is not None:
            allow = {"type": "m.room_membership", "room_id": gate_id}
            join = {"join_rule": "restricted", "allow": [allow]}
        wanted = {
            "m.room.name": {"name": self._name(plan)},
            "m.room.topic": {"topic": self._topic(plan)},
            "m.room.join_rules": join,
            "m.room.guest_access": {"guest_access": "forbidden"},
        }
        changes = []
        for event_type, content in wanted.items():
            there = state.get((event_type, ""), {})
            # The server adds fields of its own, such as the rich form of a topic.
            if {name: there.get(name) for name in content} != content:
                changes.append(Change(plan.slug, SetState(event_type, "", content)))
        return changes


def _purpose(plan: RoomPlan) -> list[Node]:
    match plan.kind:
        case "lobby" if plan.language is not None:
            language = Name("language", plan.language)
            return [_("For everybody who speaks this language: {language}.", language=language)]
        case "region":
            return [_("For members who work in this region: {region}.", region=Label(plan.names))]
        case _:
            return []


def _state(event_type: str, **content: Any) -> dict[str, Any]:
    return {"type": event_type, "state_key": "", "content": content}
