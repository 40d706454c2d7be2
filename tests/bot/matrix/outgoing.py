"""A sender whose homeserver is the test."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from sqlalchemy import select

from bot.matrix.client import V3, Client, Refused
from bot.matrix.sender import Sender
from kit.audience import Audience, Everybody, only
from kit.errand import MEGOLM, Errand, Send
from kit.roomkey import Direct, Private
from storage.engine import Storage
from storage.occupants import Occupants
from storage.outbox import Outbox
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow
from tests.harness import HUB, NOON, readable
from tests.keyring import keyring


class Homeserver(Client):
    """Answers what the test prepared, else that all is well; keeps what it was asked."""

    def __init__(self) -> None:
        self.user_id, self.device_id = HUB, "HUB"
        self.answers: deque[Exception | dict[str, Any]] = deque()
        self.asked: list[tuple[str, str, Mapping[str, Any] | None]] = []
        self.queries: list[Mapping[str, str]] = []
        self.patience: list[float] = []
        self.encrypts = False
        self.members: dict[str, Any] | None = None
        self.heard: Callable[[], None] = lambda: None

    async def call(
        self, method, path, body=None, *, query=None, patience=30, below=V3
    ) -> dict[str, Any]:
        if path == "/keys/query":
            return {}
        self.heard()
        self.asked.append((method, path, body))
        if method == "GET" and path.endswith("m.room.encryption/"):
            if not self.encrypts:
                raise Refused(404, "M_NOT_FOUND")
            return {"algorithm": MEGOLM}
        if path.endswith("/joined_members") and self.members is not None:
            return {"joined": {self.user_id: {}, **self.members}}
        self.queries.append(query or {})
        self.patience.append(patience)
        number = len(self.asked)
        well = {
            "event_id": f"${number}",
            "room_id": f"!{number}:t",
            "content_uri": f"mxc://t/{number}",
        }
        answer = self.answers.popleft() if self.answers else well
        if isinstance(answer, Exception):
            raise answer
        return answer


class Out:
    """A sender, its homeserver, and a clock that the test moves."""

    def __init__(self, storage: Storage, server: Homeserver | None = None) -> None:
        self.storage = storage
        self.now = NOON
        self.server = server or Homeserver()
        self.intake, self.keys = keyring(self.server, storage, lambda: self.now)
        self.sender = Sender(
            self.server,
            storage,
            clock=lambda: self.now,
            random=Random(1),
            server_name="test",
            keys=self.keys,
        )

    async def room(self, key: str, *, room_id: str | None = None, encrypted: bool = False) -> int:
        async with self.storage.write() as session:
            row, _new = await Rooms(session).ensure(readable(key), "en", encrypted=encrypted)
            if room_id is not None:
                await Rooms(session).made(row.id, room_id)
                await Occupants(session).count(room_id, {self.server.user_id})
            return row.id

    async def add(self, room: int, errand: Errand, txn_id: str) -> None:
        async with self.storage.write() as session:
            key = (await session.get_one(RoomRow, room)).key
            match key:
                case Direct(person_id):
                    audience: Audience = only([person_id])
                case Private():
                    audience = only([1])
                case _:
                    audience = Everybody()
            Outbox(session).add(room, errand, txn_id=txn_id, now=self.now, audience=audience)

    async def send(self, room: int, *txn_ids: str) -> None:
        for txn_id in txn_ids:
            await self.add(room, Send({"body": txn_id}), txn_id)

    async def goes_on(self) -> None:
        """Do what is ready now, until nothing is."""
        await self.sender.drain(5)

    async def rows(self) -> list[tuple[str, str, str | None]]:
        async with self.storage.read() as session:
            rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        assert [row.content for row in rows if row.state != "new"] == [None] * sum(
            row.state != "new" for row in rows
        )
        return [(row.txn_id, row.state, row.reason) for row in rows]

    def sent(self) -> list[str]:
        """List the transaction ids of the messages the server was given."""
        return [
            path.rpartition("/")[2] for method, path, _b in self.server.asked if method == "PUT"
        ]
