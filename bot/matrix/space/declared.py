"""The Space as it should be, room by room, in the homeserver's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kit.drawing import Drawing
from kit.errand import ENCRYPTION, Content, Create, Within, initial
from kit.network import Access, Network, RoomKind, RoomPlan
from kit.roomkey import SpaceRoom

CLOSED = (Access.MEMBERS, Access.PRACTITIONERS, Access.STAFF)
SUGGESTED = frozenset({RoomKind.FUNCTIONAL, RoomKind.LOBBY})
INVITE = {"join_rule": "invite"}
NO_GUESTS = {"guest_access": "forbidden"}


class Looks(Protocol):
    """What a room is called, what is said of it, and what it looks like."""

    def language(self, plan: RoomPlan) -> str:
        """Return the language of a room."""

    def name(self, plan: RoomPlan) -> str:
        """Name a room."""

    def topic(self, plan: RoomPlan, *, encrypted: bool) -> str:
        """Describe a room as it is: *encrypted*, or not."""

    def drawing(self, plan: RoomPlan) -> Drawing:
        """Draw a room."""

    def pinned(self, plan: RoomPlan) -> Sequence[Content]:
        """List the messages that are pinned in a room."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A room as it should be.

    *spaces* are the slugs of the Spaces with how it is listed in each. *gate* is the slug of the
    Space whose members may enter; without one *join_rule* says who may. Where there is one, others
    may *knock*.
    """

    slug: str
    is_space: bool
    parent: str | None
    language: str
    localpart: str
    name: str
    topic: str
    topic_encrypted: str
    encrypted: bool
    drawing: Drawing
    pinned: Sequence[Content]
    spaces: Mapping[str, Content]
    gate: str | None
    closed: bool
    join_rule: str
    knock: bool
    levels: Mapping[str, int]

    @property
    def history(self) -> Content:
        """Who reads what was said before they came."""
        return {"history_visibility": "joined" if self.encrypted else "shared"}

    def creation(self, room_version: str | None) -> Create:
        """Say how the room is made."""
        content: dict[str, Any] = {
            # A homeserver may encrypt what has a private preset. Who may join is said below.
            "preset": "private_chat" if self.closed else "public_chat",
            "visibility": "private",
            "name": self.name,
            "topic": self.topic_encrypted if self.encrypted else self.topic,
            "room_alias_name": self.localpart,
            "creation_content": {"type": "m.space"} if self.is_space else {},
            "power_level_content_override": dict(self.levels),
            "initial_state": [
                initial("m.room.guest_access", **NO_GUESTS),
                initial("m.room.history_visibility", **self.history),
            ],
        }
        if room_version is not None:
            content["room_version"] = room_version
        if self.encrypted:
            content["initial_state"].append(ENCRYPTION)
        if self.gate is None:
            rule = initial("m.room.join_rules", join_rule=self.join_rule)
            content["initial_state"].append(rule)
        if self.parent is None:
            return Create(content)
        gate = SpaceRoom(self.gate) if self.gate else None
        return Create(content, Within(SpaceRoom(self.parent), gate))


def entrance(usual: str, *, locked: bool) -> str:
    """Say by which rule people join the Space: who could at once knocks while it is *locked*."""
    return "knock" if locked and usual == "public" else usual


def declare(
    network: Network, looks: Looks, alias_prefix: str, join_rule: str
) -> Mapping[str, Declared]:
    """Say of each room of *network* how it should be; *join_rule* is that of the Space itself."""
    return {
        plan.slug: Declared(
            slug=plan.slug,
            is_space=plan.is_space,
            parent=plan.parent,
            language=looks.language(plan),
            # Slugs are ASCII by declaration: an alias of an Arabic or Chinese name would not be.
            localpart=alias_prefix if plan.parent is None else f"{alias_prefix}-{plan.slug}",
            name=looks.name(plan),
            topic=looks.topic(plan, encrypted=False),
            topic_encrypted=looks.topic(plan, encrypted=True),
            encrypted=plan.encrypted,
            drawing=looks.drawing(plan),
            pinned=looks.pinned(plan),
            spaces=_spaces(network, plan, place),
            gate=_gate(network, plan),
            closed=plan.access is not Access.OPEN,
            join_rule=join_rule if plan.parent is None else "knock" if plan.knock else "invite",
            knock=plan.knock,
            levels={"events_default": 50 if plan.is_space or plan.read_only else 0, "invite": 50},
        )
        for place, plan in enumerate(network.rooms.values())
    }


def _gate(network: Network, plan: RoomPlan) -> str | None:
    if plan.parent is None or plan.access is Access.INVITE:
        return None
    return network.gates.get(plan.access)


def _spaces(network: Network, plan: RoomPlan, place: int) -> dict[str, Content]:
    """Name the Spaces that list a room, and how.

    A gate holds the rooms that it opens. It is listed nowhere: who may not enter would see an
    entry without a name.
    """
    if plan.parent is None or plan.kind is RoomKind.GATE:
        return {}
    listing = {"order": f"{place:03}", "suggested": plan.kind in SUGGESTED}
    gate = network.gates.get(plan.access) if plan.access in CLOSED else None
    return dict.fromkeys(filter(None, (plan.parent, gate)), listing)
