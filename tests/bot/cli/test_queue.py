"""What was refused, on the operator's command line."""

from __future__ import annotations

import asyncio

import pytest

from kit.errand import Errand, Join, SetState
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from storage.given_up import GivenUps
from storage.outbox import Outbox
from storage.rooms import Rooms
from storage.vault import Vault, read_key
from tests.bot.cli.operator import code
from tests.harness import NOON


@pytest.mark.slow
def test_what_was_refused_is_listed_tried_again_and_forgotten(config, tmp_path, capsys):
    assert code("db", "upgrade") == 0

    async def refuse(*errands: Errand) -> None:
        storage = Storage(f"sqlite:///{tmp_path}/hub.db", Vault(read_key(tmp_path / "hub.key")))
        for errand in errands:
            async with storage.write() as session:
                room, _new = await Rooms(session).ensure(SpaceRoom("funding"), "en")
                Outbox(session).add(room.id, errand, txn_id=errand.action, now=NOON)
                await session.flush()
                (row,) = await Outbox(session).heads(NOON, 1)
                await GivenUps(session).park(row, "403 M_FORBIDDEN")
        await storage.close()

    asyncio.run(refuse(SetState("m.room.name", "", {"name": "a"}), Join()))
    capsys.readouterr()
    assert code("queue", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "     1  2027-03-01 12:00  space:funding  state: 403 M_FORBIDDEN",
        "     2  2027-03-01 12:00  space:funding  join: 403 M_FORBIDDEN, not again",
        "2 errands were given up.",
    ]
    assert [code("queue", "retry", "--all"), code("queue", "drop", "2"), code("queue", "list")] == [
        0,
        0,
        0,
    ]
    assert capsys.readouterr().out.splitlines() == [
        "1 of 2 will be tried again by the running hub.",
        "1 forgotten.",
        "Nothing was given up.",
    ]
