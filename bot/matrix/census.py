"""Who was in the Space before the hub came."""

from __future__ import annotations

from datetime import datetime

from bot.matrix.client import Client, escape
from kit.due import Here
from kit.network import Network
from kit.roomkey import SpaceRoom
from storage.dues import Dues
from storage.engine import Storage
from storage.people import People
from storage.rooms import Rooms


async def take_in(client: Client, storage: Storage, network: Network, now: datetime) -> int:
    """Remember the members of a Space that is new to this database; returns how many they are.

    They are not greeted one by one: that would be as many new chats at once. The hub says in the
    open rooms that it is here, and greets each when they first write.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``.
    """
    async with storage.read() as session:
        root = await Rooms(session).get(SpaceRoom(network.root.slug))
        if root is None or root.room_id is None or await People(session).anybody_in_space():
            return 0
    # Spec, GET /rooms/{roomId}/joined_members: a sync with lazy members does not name them all.
    answer = await client.call("GET", f"/rooms/{escape(root.room_id)}/joined_members")
    joined = answer.get("joined")
    members = {*joined} - {client.user_id} if isinstance(joined, dict) else set()
    if members:
        async with storage.write() as session:
            await People(session).take_in(members, network.languages[0], now)
            await Dues(session).plan(Here(), at=now)
    return len(members)
