"""A device of the hub, and somebody it knows."""

from __future__ import annotations

import pytest

from storage.engine import Storage
from tests.bot.encryption.device import ROOM, Device
from tests.bot.encryption.peer import Peer


@pytest.fixture
def hub(storage: Storage) -> Device:
    return Device(storage)


@pytest.fixture
async def amal(hub: Device) -> Peer:
    """Somebody whose device the hub knows, and who has given it the key to what she says."""
    amal = Peer("@amal:test")
    await hub.knows(amal)
    known = await hub.meets(amal)
    assert await hub.takes(amal.whispers(known, "m.room_key", amal.room_key(ROOM))) == 0
    return amal
