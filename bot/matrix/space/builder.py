"""Looks after the Space: what differs from what is declared, and the errands that mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.matrix.client import Client
from bot.matrix.space.declared import Looks, declare, entrance
from bot.matrix.space.difference import differences
from bot.matrix.space.survey import Survey
from kit.audience import Everybody
from kit.due import RoomMade
from kit.errand import Create, Pin
from kit.network import Network, RoomKind
from kit.roomkey import SpaceRoom
from kit.space import Drift
from storage.dues import Dues
from storage.engine import Storage
from storage.founded import FoundedRooms
from storage.given_up import GivenUps
from storage.lockdowns import Lockdowns
from storage.outbox import Outbox
from storage.rooms import Rooms
from storage.tables.rooms import RoomState


class SpaceBuilder:
    """Compares what is declared with the homeserver and queues what mends it."""

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
        keepers: Collection[str] = (),
    ) -> None:
        """Prepare to build *network* on *server_name*, where rooms look as *looks* says.

        Each of *keepers* gets the power to hand the rooms on to another account.
        """
        self._storage = storage
        self._network = network
        self._looks = looks
        self._server_name = server_name
        self._prefix = alias_prefix
        self._join_rule = join_rule
        self._room_version = room_version
        self._survey = Survey(client, storage, server_name, keepers)

    async def plan(self, *, thorough: bool = False) -> list[Drift]:
        """List the differences; a Space that exists but is new to this database is adopted.

        A *thorough* plan looks as well for people who are where they may not enter.

        Raises:
            Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
        """
        rooms = self._network.rooms
        async with self._storage.read() as session:
            founded = FoundedRooms(session)
            archived = await founded.in_state(RoomState.ARCHIVED)
            locked = await Lockdowns(session).current() is not None
            rooms.renew(await founded.plans(), [row.slug for row in archived])
        rule = entrance(self._join_rule, locked=locked)
        declared = declare(self._network, self._looks, self._prefix, rule)
        there = await self._survey.look(declared, thorough=thorough)
        return differences(
            declared, there, self._server_name, self._room_version, archived=rooms.archived
        )

    def is_gate(self, slug: str) -> bool:
        """Tell whether a room is a Space that opens others."""
        plan = self._network.rooms.get(slug)
        return plan is not None and plan.kind is RoomKind.GATE

    async def people(self) -> Mapping[str, int]:
        """Count who is in each room beside the hub, by slug, as far as the homeserver says it.

        Raises:
            Unreachable, SignedOut: as ``Client.call``.
        """
        return await self._survey.people(self._network.root.slug)

    async def apply(
        self,
        drifts: Sequence[Drift],
        now: datetime,
        token: Callable[[], str],
        *,
        again: bool = True,
    ) -> Sequence[Drift]:
        """Queue the errands for *drifts*; the outbox does them at the pace the server allows.

        Unless *again*, what was refused is not asked anew; returns the drifts that this leaves.
        """
        left = []
        async with self._storage.write() as session:
            rooms, outbox, given_up = Rooms(session), Outbox(session), GivenUps(session)
            for drift in drifts:
                plan = self._network.rooms.get(drift.slug)
                language = self._looks.language(plan) if plan else self._network.languages[0]
                encrypted = plan is not None and plan.encrypted
                room, _new = await rooms.ensure(
                    SpaceRoom(drift.slug), language, encrypted=encrypted
                )
                for errand in drift.errands:
                    if not again and await given_up.holds(room.id, errand):
                        left.append(drift)
                        break
                    if await outbox.is_queued(room.id, errand):
                        continue
                    if isinstance(errand, Create):  # what belongs to it waits until it is made
                        rooms.move(room, None, encrypted=encrypted)
                        await Dues(session).plan(RoomMade(room.id), at=now)
                    readers = Everybody() if isinstance(errand, Pin) else None
                    outbox.add(room.id, errand, txn_id=token(), now=now, audience=readers)
        return left

    async def find_open(self) -> None:
        """Look for the Space and its open rooms, in which the hub says that it is here.

        So who joins it from now on is known to join it, and nothing is said into the void.
        """
        declared = declare(self._network, self._looks, self._prefix, self._join_rule)
        for plan in (self._network.root, *self._network.halls):
            await self._survey.find(declared[plan.slug])
