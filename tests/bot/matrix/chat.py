"""A chat of the hub with somebody, on a homeserver that they live on too."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.matrix.batch import Batch
from bot.matrix.intake import Taken
from kit.due import CannotRead
from storage.engine import Storage
from storage.people import People
from storage.tables.queues import DueRow
from tests.bot.encryption.peer import Peer
from tests.bot.matrix.keyserver import KeyServer
from tests.bot.matrix.outgoing import Out
from tests.harness import NOON

AMAL, CHAT = "@amal:test", "!chat:test"


class Chat:
    """A chat of the hub with somebody, on a homeserver that *there* live on too."""

    def __init__(self, storage: Storage, *there: Peer) -> None:
        self.server = KeyServer(*there)
        self.out = Out(storage, self.server)
        self.room = 0

    async def begin(self) -> None:
        async with self.out.storage.write() as session:
            assert (await People(session).meet(AMAL, "en", NOON)).id == 1
        self.room = await self.out.room("direct:1", room_id=CHAT, encrypted=True)

    async def say(self, *txn_ids: str) -> None:
        await self.out.send(self.room, *txn_ids)
        await self.out.goes_on()

    async def later(self) -> None:
        self.out.now += timedelta(minutes=2)
        await self.out.goes_on()

    async def waits(self) -> list[CannotRead]:
        """Try for a day; returns who is to be told why they read nothing."""
        for _try in range(6):
            await self.later()
        for _hour in range(22):
            self.out.now += timedelta(hours=1)
            await self.out.goes_on()
        async with self.out.storage.read() as session:
            rows = await session.scalars(select(DueRow).where(DueRow.kind == CannotRead.kind))
            return [CannotRead(**row.payload) for row in rows.all()]

    async def changed(self, *user_ids: str) -> None:
        """Hear that devices of somebody changed."""
        await self.hear(Batch("s1", changed_devices={*user_ids}))

    async def hear(self, batch: Batch, *taken: Taken) -> None:
        """Take in an answer of /sync."""
        async with self.out.storage.write() as session:
            await self.out.keys.open(session, batch, taken, history=False)


def since(said_at: datetime = NOON) -> int:
    return round(said_at.timestamp())
