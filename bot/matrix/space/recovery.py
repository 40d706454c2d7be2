"""Taking the Space over with another account, where that of the hub is lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.matrix.client import Client, Refused, escape
from bot.matrix.space.power import needed, power
from kit.errand import Content
from kit.network import Network, RoomKind
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.inbox import Inbox
from storage.occupants import Occupants
from storage.outbox import Outbox
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

LEVELS = "m.room.power_levels"
_FIRST = (RoomKind.ROOT, RoomKind.GATE)
GONE = "the hub's account is another one"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A room that is not taken over yet: the power it takes, whether we are in it, who could help.

    *by* are those in it who have that power, or None where nobody who is in it can be asked.
    """

    slug: str
    level: int
    inside: bool
    by: Sequence[str] | None

    def __str__(self) -> str:
        """Write a line for an operator."""
        do = f"gives the hub's account the power level {self.level}"
        if not self.inside:
            do = f"invites the hub's account and gives it the power level {self.level}"
        if self.by is None:
            return f"{self.slug}: somebody with power in it {do}"
        if not self.by:
            return f"{self.slug}: nobody in it has the power level {self.level}"
        return f"{self.slug}: {' or '.join(self.by)} {do}"


class Recovery:
    """A new account of the hub, and the Space that another one made.

    A keeper of the Space lets it in and gives it the power, if their own account is at hand.
    """

    def __init__(
        self,
        client: Client,
        storage: Storage,
        network: Network,
        keepers: Sequence[str],
        keeper: Client | None,
    ) -> None:
        """Act as *client*'s account, and as *keeper*'s where that is needed.

        The *keepers* of the settings are named where nobody can say who has the power.
        """
        self._keepers = keepers
        self._client = client
        self._storage = storage
        self._network = network
        self._keeper = keeper

    async def take_over(self) -> tuple[int, list[Lacking]]:
        """Come into every room with all the power it takes.

        Returns how many there are, and those where that fails.

        May be done again. Once the Space itself is ours, so are its members: each gets a new chat.

        Raises:
            Unreachable, SignedOut: as ``Client.call``; another try goes on.
        """
        async with self._storage.read() as session:
            known = await Rooms(session).of_space()
            lost = await Inbox(session).accounts() - {self._client.user_id}
        lacking = []
        for slug in sorted(known, key=self._place):
            found = await self._room(slug, known[slug], lost)
            if found is not None:
                lacking.append(found)
        if self._network.root.slug not in {each.slug for each in lacking}:
            await self._leave_chats()
        return len(known), lacking

    def _place(self, slug: str) -> int:
        """Put the Spaces first that open others."""
        plan = self._network.rooms.get(slug)
        return _FIRST.index(plan.kind) if plan and plan.kind in _FIRST else len(_FIRST)

    async def _room(self, slug: str, room_id: str, lost: Collection[str]) -> Lacking | None:
        us, keeper = self._client, self._keeper
        inside = await _enters(us, room_id)
        helps = keeper is not None and await _enters(keeper, room_id)
        if keeper is not None and helps and not inside:
            await _tries(keeper, room_id, "invite", {"user_id": us.user_id})
            inside = await _enters(us, room_id)
        if (reader := us if inside else keeper if helps else None) is None:
            return Lacking(slug, needed(None), inside, self._keepers or None)
        created = await reader.state_event(room_id, "m.room.create")
        levels = await reader.levels(room_id)
        enough = needed(levels)
        if inside and power(us.user_id, created, levels) < enough and keeper is not None and helps:
            content = {**levels, "users": {**levels.get("users", {}), us.user_id: enough}}
            await _tries(keeper, room_id, f"state/{LEVELS}/", content, "PUT")
            levels = await reader.levels(room_id)
        if inside and power(us.user_id, created, levels) >= enough:
            log.info("space.taken_over", room=slug)
            return None
        able = await _powerful(reader, room_id, created, levels)
        return Lacking(slug, enough, inside, sorted(able - set(lost)))

    async def _leave_chats(self) -> None:
        """Let every chat of the account before be over: the next need makes another."""
        answer = (await self._client.call("GET", "/joined_rooms")).get("joined_rooms")
        joined = set(answer) if isinstance(answer, list) else set()
        async with self._storage.write() as session:
            for room in await Rooms(session).outside(joined):
                if not isinstance(room.key, SpaceRoom):
                    Rooms(session).leave(room)
                    await Outbox(session).withdraw_room(room.id, GONE)
                    await Occupants(session).lose_sight([room.room_id or ""])


async def _enters(client: Client, room_id: str) -> bool:
    """Come into a room, if that is allowed; tell whether we are in it."""
    return await _tries(client, room_id, "join", {})


async def _tries(
    client: Client, room_id: str, what: str, body: Content, method: str = "POST"
) -> bool:
    try:
        await client.call(method, f"/rooms/{escape(room_id)}/{what}", body)
    except Refused as refusal:
        if refusal.passing:
            raise
        return False
    return True


async def _powerful(
    reader: Client, room_id: str, created: dict[str, Any], levels: Content
) -> set[str]:
    """List who is in a room and has the power that everything there takes."""
    answer = await reader.call("GET", f"/rooms/{escape(room_id)}/joined_members")
    joined: Collection[str] = answer.get("joined") or ()
    enough = needed(levels)
    return {who for who in joined if power(who, created, levels) >= enough}
