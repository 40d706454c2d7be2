"""What a measure takes on the homeserver: looking first, then bans, power levels, redactions.

All of it may be done twice: each errand looks at the room before it changes anything.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.matrix.client import Client, Refused, escape
from kit.due import Authored, Surveyed
from kit.errand import AnswerKnock, Ban, Examine, FindAuthor, RedactSince, SetLevel, Unban
from storage.dues import Dues
from storage.engine import Storage
from storage.measures import Measures, Sighting
from storage.outbox import Outgoing
from storage.people import People
from storage.rooms import Rooms
from storage.tables.moderation import MeasureRow, Presence
from storage.tables.rooms import RoomRow

log = structlog.get_logger(__name__)

LEVELS = "m.room.power_levels"
AT_ONCE = 8  # rooms that are looked into
PAGE, PAGES = 100, 10  # events of one person that are looked through in a room


class Moderating:
    """Looks somebody up in the rooms of the Space, and does what was decided there."""

    def __init__(self, client: Client, storage: Storage) -> None:
        """Act as *client*'s account."""
        self._client = client
        self._storage = storage
        self._width = asyncio.Semaphore(AT_ONCE)

    async def run(
        self,
        row: Outgoing,
        errand: Ban | Unban | SetLevel | RedactSince | Examine | FindAuthor,
        room_id: str,
    ) -> None:
        """Do one errand in a room.

        Raises:
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        match errand:
            case Ban(user_id):
                if await self._presence(room_id, user_id) is not Presence.BAN:
                    await self._post(room_id, "ban", user_id)
            case Unban(user_id):
                if await self._presence(room_id, user_id) is Presence.BAN:
                    await self._post(room_id, "unban", user_id)
            case SetLevel(user_id, level):
                await self._set_level(room_id, user_id, level)
            case RedactSince(user_id, since):
                for event_id in await self._said(room_id, user_id, datetime.fromisoformat(since)):
                    # Named by the event, so that every try is the same redaction.
                    name = hashlib.sha256(event_id.encode()).hexdigest()[:16]
                    path = f"{_path(room_id)}/redact/{escape(event_id)}/{row.txn_id}-{name}"
                    await self._client.call("PUT", path, {})
            case Examine(measure):
                await self._survey(row, measure)
            case FindAuthor(event_id, report):
                author = await self._author(room_id, event_id) or ""
                async with self._storage.write() as session:
                    await Dues(session).plan(Authored(report, author), at=row.created_at)

    async def answer(self, errand: AnswerKnock, room_id: str) -> None:
        """Let somebody in who knocks, or turn them away.

        Raises:
            Refused, Unreachable, SignedOut: as ``Client.call``.
        """
        if await self._presence(room_id, errand.user_id) is Presence.KNOCK:
            await self._post(room_id, "invite" if errand.let_in else "kick", errand.user_id)

    async def _post(self, room_id: str, what: str, user_id: str) -> None:
        await self._client.call("POST", f"{_path(room_id)}/{what}", {"user_id": user_id})

    async def _presence(self, room_id: str, user_id: str) -> Presence | None:
        found = await self._client.state(room_id, "m.room.member", user_id) or {}
        known = set(Presence)
        return Presence(found["membership"]) if found.get("membership") in known else None

    async def _level(self, room_id: str, user_id: str) -> int | None:
        level = _users(await self._client.state(room_id, LEVELS)).get(user_id)
        return level if isinstance(level, int) else None

    async def _set_level(self, room_id: str, user_id: str, level: int | None) -> None:
        content = await self._client.levels(room_id)
        users = {who: own for who, own in _users(content).items() if who != user_id}
        if level is not None:
            users[user_id] = level
        if users != _users(content):
            await self._client.put_state(room_id, LEVELS, "", {**content, "users": users})

    async def _said(self, room_id: str, user_id: str, since: datetime) -> list[str]:
        """List what somebody said in a room *since* a moment and is not deleted, the newest first.

        The moment of an event is what its server says, so a page is read to its end.
        """
        found: list[str] = []
        query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps({"senders": [user_id]})}
        for _page in range(PAGES):
            answer = await self._client.call("GET", f"{_path(room_id)}/messages", query=query)
            chunk = answer.get("chunk")
            events = chunk if isinstance(chunk, list) else []
            late = [event for event in events if _is_since(event, since)]
            found += [event["event_id"] for event in late if _is_said(event, user_id)]
            end = answer.get("end")
            if not late or not isinstance(end, str):
                break
            query["from"] = end
        return found

    async def _survey(self, row: Outgoing, number: int) -> None:
        async with self._storage.read() as session:
            measure = await Measures(session).get(number)
            if measure is None:
                return
            about = await People(session).named([measure.person_id or 0])
            rooms = [room for room in await Rooms(session).network_rooms() if room.room_id]
            if measure.in_one_room:
                rooms = [room for room in rooms if room.id == measure.room]
        user_id = about[0].user_id if about else await self._sender(measure, rooms)
        found = await asyncio.gather(*(self._look(measure, room, user_id) for room in rooms))
        async with self._storage.write() as session:
            measure = await Measures(session).get(number)
            if measure is None:
                return
            await Measures(session).note(number, [each for each in found if each])
            author = "" if about else user_id or ""
            await Dues(session).plan(Surveyed(number, author), at=row.created_at)

    async def _sender(self, measure: MeasureRow, rooms: Sequence[RoomRow]) -> str | None:
        room_id = next((room.room_id for room in rooms if room.id == measure.room), None)
        if room_id is None or measure.event_id is None:
            return None
        return await self._author(room_id, measure.event_id)

    async def _author(self, room_id: str, event_id: str) -> str | None:
        path = f"{_path(room_id)}/event/{escape(event_id)}"
        try:
            sender = (await self._client.found(path) or {}).get("sender")
        except Refused as refusal:
            if refusal.passing:
                raise
            return None
        return sender if isinstance(sender, str) else None

    async def _look(
        self, measure: MeasureRow, room: RoomRow, user_id: str | None
    ) -> Sighting | None:
        room_id = room.room_id
        if user_id is None or room_id is None:
            return None
        async with self._width:
            try:
                presence = await self._presence(room_id, user_id)
                level = await self._level(room_id, user_id)
                said = await self._said(room_id, user_id, measure.since) if measure.since else []
            except Refused as refusal:
                if refusal.passing:
                    raise
                log.warning("measure.room_closed", room=room.id, error=str(refusal))
                return None
        named = measure.event_id is not None and measure.room == room.id
        return Sighting(room.id, presence, level, len(said) + named)


def _users(content: dict[str, Any] | None) -> dict[str, Any]:
    users = (content or {}).get("users")
    return users if isinstance(users, dict) else {}


def _is_since(event: Any, since: datetime) -> bool:
    stamp = event.get("origin_server_ts") if isinstance(event, dict) else None
    return isinstance(stamp, int) and stamp >= since.astimezone(UTC).timestamp() * 1000


def _is_said(event: dict[str, Any], user_id: str) -> bool:
    """Tell whether an event is what somebody said: no state, and nothing that is deleted."""
    content = event.get("content")
    return (
        event.get("sender") == user_id
        and "state_key" not in event
        and event.get("type") != "m.room.redaction"
        and isinstance(event.get("event_id"), str)
        and isinstance(content, dict)
        and bool(content)
    )


def _path(room_id: str) -> str:
    return f"/rooms/{escape(room_id)}"
