"""An address that clients show as the name of a chat is taken away once, where it is ours."""

from __future__ import annotations

from typing import Any

import pytest

from bot.matrix.client import V3, Client, Refused
from bot.matrix.unnaming import DONE, unname
from storage.engine import Storage
from tests.harness import HUB, Talk

AMAL, BORIS, CELIA, DINA = "@amal:test", "@boris:test", "@celia:test", "@dina:test"


class Homeserver(Client):
    """Knows who made each room and what it is called, and remembers what is put."""

    def __init__(self, rooms: dict[str, tuple[str, str | None]]) -> None:
        self.user_id = HUB
        self.put: list[str] = []
        self.down = False
        self._rooms = rooms
        self._done: dict[str, Any] | None = None

    async def call(
        self, method, path, body=None, *, query=None, patience=30, below=V3
    ) -> dict[str, Any]:
        if self.down:
            raise Refused(503, "M_UNKNOWN")
        if path.endswith(DONE):
            self._done = body if method == "PUT" else self._done
            if self._done is None:
                raise Refused(404, "M_NOT_FOUND")
            return self._done
        room = next((room for room in self._rooms if room[1:].partition(":")[0] in path), None)
        if room is None:
            raise Refused(403, "M_FORBIDDEN")
        maker, alias = self._rooms[room]
        if method == "PUT":
            assert body == {}
            self.put.append(room)
            return {}
        if "m.room.create" in path:
            return {"sender": maker}
        if alias is None:
            raise Refused(404, "M_NOT_FOUND")
        return {"alias": alias}


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    for who in (AMAL, BORIS, CELIA, DINA):
        await talk.opens(who)
        await talk.says(who, "hello")
    return talk


def served(talk: Talk) -> Homeserver:
    return Homeserver(
        {
            talk.chat(AMAL): (HUB, "#8f3a:test"),
            talk.chat(BORIS): (BORIS, "#mine:test"),
            talk.chat(CELIA): (HUB, None),
        }
    )


async def test_only_addresses_that_the_hub_gave_its_own_chats_are_taken_away(
    hub: Talk, storage: Storage
):
    server = served(hub)
    assert (await unname(server, storage), server.put) == (1, [hub.chat(AMAL)])
    assert (await unname(server, storage), server.put) == (0, [hub.chat(AMAL)])


async def test_what_could_not_be_asked_is_asked_again(hub: Talk, storage: Storage):
    server = served(hub)
    server.down = True
    with pytest.raises(Refused):
        await unname(server, storage)
    server.down = False
    assert await unname(server, storage) == 1
