"""Who is in a room: in a chat, in the Space before the hub came, and who is banned from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.matrix.batch import Batch
from bot.matrix.client import Client, Refused, TooLarge, escape
from bot.matrix.reader import CLOSED, SyncParser, is_open
from bot.matrix.shown import shown_name
from kit.due import Here, Planned
from kit.inbound import Joined, Removed
from kit.network import Network
from kit.roomkey import SpaceRoom
from storage.dues import Dues
from storage.engine import Storage
from storage.gone import Gone
from storage.inbox import Inbox, Incoming
from storage.occupants import ANYBODY
from storage.people import People
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

OF_TWO = 2  # the hub and one person


async def inside(client: Client, room_id: str) -> set[str]:
    """Return who is in a room, the hub among them; nobody where that is not said.

    Of a room of two it is asked as well whether they are among themselves: who made it, gave it its
    rules or was in it may be gone by now. If not, ``ANYBODY`` is one of those inside.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    path = f"/rooms/{escape(room_id)}"
    try:
        joined = (await client.call("GET", f"{path}/joined_members", patience=60)).get("joined")
        there = set(joined) if isinstance(joined, dict) else set()
        if len(there) == OF_TWO and not await _among_themselves(client, room_id):
            there.add(ANYBODY)
    except TooLarge:
        return set()
    except Refused as refusal:
        if refusal.passing:
            raise
        return set()
    return there


async def _among_themselves(client: Client, room_id: str) -> bool:
    """Tell whether nobody else was ever in a room of two, may come unasked, or may read it."""
    for kind in CLOSED:
        said = await client.state(room_id, kind)  # where nothing is said it is closed (spec)
        if said is not None and is_open(kind, said):
            return False
    query = {"not_membership": "join"}
    answer = await client.call("GET", f"/rooms/{escape(room_id)}/members", query=query, patience=60)
    chunk = answer.get("chunk")
    # Whoever is only invited was so by one of the two.
    return isinstance(chunk, list) and all(map(_is_invitation, chunk))


def _is_invitation(event: object) -> bool:
    match event:
        case {"content": {"membership": "invite"}}:
            return True
        case _:
            return False


async def take_in(
    client: Client, storage: Storage, network: Network, now: datetime, *, at: str
) -> int:
    """Remember the members of a Space that is new to this database; returns how many they are.

    Whoever joined after the sync token *at* comes as an event and is greeted. They are not greeted
    one by one: that would be as many new chats at once. The hub says in the open rooms that it is
    here, and greets each when they first write.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    async with storage.read() as session:
        root = await Rooms(session).get(SpaceRoom(network.root.slug))
        if root is None or root.room_id is None or await People(session).anybody_in_space():
            return 0
    try:
        # Who is there now first: whoever is in that answer and came late is in the next one.
        answer = await client.call(
            "GET", f"/rooms/{escape(root.room_id)}/joined_members", patience=60
        )
        late = await _joined_since(client, root.room_id, at)
    except TooLarge:
        log.warning("space.too_many_members", advice="who writes to the hub is greeted then")
        return 0
    except Refused as refusal:
        if refusal.passing:
            raise
        log.warning("space.members_refused", errcode=refusal.errcode)
        return 0
    joined = answer.get("joined")
    members = {*joined} - late - {client.user_id} if isinstance(joined, dict) else set()
    async with storage.read() as session:  # who was erased is not met by being there
        members = await Gone(session).without(members)
    if members:
        async with storage.write() as session:
            await People(session).take_in(members, network.languages[0], now)
            await Dues(session).plan(Here(), at=now)
    return len(members)


async def _joined_since(client: Client, room_id: str, at: str) -> set[str]:
    # Not /members?at=: where two events follow the same one, Synapse answers the state of one.
    reader, taken = SyncParser(client.user_id), Batch("")
    start: object = at
    while isinstance(start, str):
        query = {"dir": "f", "from": start, "limit": "100"}
        query["filter"] = json.dumps({"types": ["m.room.member"]})
        page = await client.call("GET", f"/rooms/{escape(room_id)}/messages", query=query)
        chunk = page.get("chunk")
        reader.take(taken, room_id, iter(chunk if isinstance(chunk, list) else []))
        start = page.get("end")
    moved = [each for each in taken.events.get(room_id, ()) if isinstance(each, Incoming)]
    return {each.sender for each in moved if isinstance(each.event, Joined)}


async def learn_bans(client: Client, storage: Storage, network: Network, now: datetime) -> None:
    """Take in who is banned from the Space, as our homeserver has it at this moment.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    async with storage.read() as session:
        root = await Rooms(session).get(SpaceRoom(network.root.slug))
    if root is None or root.room_id is None:
        return
    # Spec, GET /rooms/{roomId}/members: full member events, here of those who are banned.
    path = f"/rooms/{escape(root.room_id)}/members"
    try:
        answer = await client.call("GET", path, query={"membership": "ban"})
    except TooLarge:
        log.warning("space.too_many_bans", advice="who is banned from now on is noticed")
        return
    except Refused as refusal:
        if refusal.passing:
            raise
        log.warning("space.bans_refused", errcode=refusal.errcode)
        return
    chunk = answer.get("chunk")
    events = [each for each in chunk if isinstance(each, dict)] if isinstance(chunk, list) else []
    banned = {who for each in events if isinstance(who := each.get("state_key"), str)}
    async with storage.write() as session:
        news = await Gone(session).banned(banned - {client.user_id}, now)
        told = [
            Incoming(f"ban {who} {now}", root.room_id, who, Removed(banned=True), now)
            for who in news
        ]
        await Inbox(session).take(told)


async def learn_names(
    client: Client,
    storage: Storage,
    network: Network,
    called: Callable[[str, str], Planned | None],
    now: datetime,
) -> None:
    """Let *called* know what each in the Space is called; what it finds falls due.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    async with storage.read() as session:
        root = await Rooms(session).get(SpaceRoom(network.root.slug))
    if root is None or root.room_id is None:
        return
    path = f"/rooms/{escape(root.room_id)}/joined_members"
    try:
        joined = (await client.call("GET", path, patience=60)).get("joined")
    except TooLarge:
        log.warning("space.too_many_names", advice="who gets another name is noticed")
        return
    except Refused as refusal:
        if refusal.passing:
            raise
        log.warning("space.names_refused", errcode=refusal.errcode)
        return
    found = []
    for user_id, said in joined.items() if isinstance(joined, dict) else ():
        name = said.get("display_name") if isinstance(said, dict) else None
        if user_id != client.user_id and (alike := called(user_id, shown_name(user_id, name))):
            found.append((alike, now))
    if found:
        async with storage.write() as session:
            await Dues(session).plan_all(found)
