"""Chats made by earlier releases have an address, which clients show as their name."""

from __future__ import annotations

from bot.matrix.client import Client, Refused, escape
from storage.engine import Storage
from storage.rooms import Rooms

DONE = "org.ilan.hub.unnamed"


async def unname(client: Client, storage: Storage) -> int:
    """Take its address from each chat that the hub made, once for an account; count them.

    That it is done is kept with the account. An address that somebody else gave a chat stays.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    done = f"/user/{escape(client.user_id)}/account_data/{DONE}"
    if await client.found(done) is not None:
        return 0
    async with storage.read() as session:
        chats = await Rooms(session).direct()
    taken = 0
    for room_id in chats:
        try:
            taken += await _unname(client, room_id)
        except Refused as refusal:  # the hub is no longer there, or may not
            if refusal.passing:
                raise
    await client.call("PUT", done, {"chats": taken})
    return taken


async def _unname(client: Client, room_id: str) -> bool:
    named = await client.state(room_id, "m.room.canonical_alias") or {}
    alias = named.get("alias")
    if not isinstance(alias, str) or not await client.is_ours(room_id, alias):
        return False
    await client.put_state(room_id, "m.room.canonical_alias", "", {})
    return True
