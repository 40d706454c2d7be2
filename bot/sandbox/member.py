"""Somebody with a Matrix client: the plain client-server API and nothing of the hub's own code."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox.client import ErrorResponse, Event, PlainClient
from bot.sandbox.homeserver import Account

_POLL_SECONDS = 20
_PAUSE_SECONDS = 0.5
_FILTER = json.dumps({"presence": {"types": []}, "room": {"timeline": {"limit": 100}}})


class Missed(Exception):
    """What was waited for did not come; the message lists what came instead."""

    def __init__(self, who: str, seen: Sequence[Event]) -> None:
        lines = [_in_short(event) for event in seen] or ["nothing"]
        super().__init__("\n  ".join([f"{who} waited in vain and saw:", *lines]))
        self.seen = seen


def _in_short(event: Event) -> str:
    content = event["content"]
    said = content.get("body", content.get("membership", ""))
    return f"{event['type']} by {event['sender']}: {said}"


class Member(PlainClient):
    """One account and what it sees, as a person's client would show it.

    ``async with`` keeps it syncing. Nothing from before the start can be waited for. Invitations
    are accepted at once unless *auto_join* is off.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        account: Account,
        *,
        auto_join: bool = True,
    ) -> None:
        super().__init__(session, base_url, account)
        self.joined: set[str] = set()
        self.invited: set[str] = set()
        self.auto_join = auto_join
        self._since = ""
        self._timeline: dict[str, Event] = {}
        self._taken: set[str] = set()
        self._news = asyncio.Condition()
        self._follows = False
        self._follower: asyncio.Task[None] | None = None
        self._joins: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Learn which rooms there are, then follow them until closed."""
        await self._sync()
        self._follows = True
        self._follower = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop following; the session is its owner's to close."""
        self._follows = False
        tasks = [*self._joins, *([self._follower] if self._follower else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def wait(
        self,
        predicate: Callable[[Event], bool],
        timeout: float,  # noqa: ASYNC109 -- a miss says what was seen
        after: str | None = None,
    ) -> Event:
        """Return the first event that fits and was not returned before, in order of arrival.

        With *after*, the id of an event of this member's rooms, only what follows it counts.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._news:
                while (found := next(filter(predicate, self._open(after)), None)) is None:
                    await self._news.wait()
                self._taken.add(found["event_id"])
                return found
        if self._follower and self._follower.done():
            self._follower.result()  # why nothing could come
        raise Missed(self.user_id, self._open(after))

    def knows(self, room_id: str) -> bool:
        """Tell whether this member is in the room or invited to it."""
        return room_id in self.joined or room_id in self.invited

    def _open(self, after: str | None) -> list[Event]:
        """List what was not waited for yet; nothing while *after* itself has not come."""
        events = iter(self._timeline.values())
        if after is not None:
            events = itertools.dropwhile(lambda event: event["event_id"] != after, events)
            next(events, None)
        return [event for event in events if event["event_id"] not in self._taken]

    async def _follow(self) -> None:
        # A cancellation may be lost in a request that fails at the same moment.
        while self._follows:
            try:
                await self._sync()
            except ErrorResponse as refusal:
                if refusal.status < 500:  # noqa: PLR2004 -- a server's trouble passes, a refusal stays
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _sync(self) -> None:
        query = [("filter", _FILTER)]
        if self._since:
            query += [("since", self._since), ("timeout", str(_POLL_SECONDS * 1000))]
        async with asyncio.timeout(_POLL_SECONDS + 10):
            answer = await self.call("GET", "/sync", query=query)
        rooms = answer.get("rooms", {})
        present, past, asked = (rooms.get(part, {}) for part in ("join", "leave", "invite"))
        events = [
            event | {"room_id": room_id}
            for room_id, room in (*present.items(), *past.items())
            for event in await self._timeline_of(room_id, room["timeline"])
        ]
        events = await self._opened(answer, events)
        # One clock stamps them all: sorting restores the order across rooms, stable within each.
        events.sort(key=lambda event: event["origin_server_ts"])
        async with self._news:
            if self._since:
                self._timeline |= {event["event_id"]: event for event in events}
            self.joined = (self.joined | present.keys()) - past.keys() - asked.keys()
            self.invited = (self.invited | asked.keys()) - past.keys() - present.keys()
            self._since = answer["next_batch"]
            self._news.notify_all()
        if self.auto_join:
            for room_id in asked:
                self._accept(room_id)

    async def _opened(self, answer: Mapping[str, Any], events: Sequence[Event]) -> list[Event]:
        """Return the new *events* as they are read, by what else an *answer* of /sync brings."""
        del answer  # a plain client decrypts nothing
        return list(events)

    async def _timeline_of(self, room_id: str, timeline: dict[str, Any]) -> list[Event]:
        """Return the room's new events, those the homeserver left out for brevity included."""
        gap: list[Event] = []
        if self._since and timeline.get("limited"):
            gap = await self.history(room_id, start=timeline["prev_batch"], to=self._since)
        return [*gap, *timeline["events"]]

    def _accept(self, room_id: str) -> None:
        """Join aside: a homeserver that asks for patience must not hold up the other rooms."""

        async def accept() -> None:
            # It may be withdrawn by then.
            with contextlib.suppress(ErrorResponse, aiohttp.ClientError):
                await self.join(room_id)

        task = asyncio.create_task(accept())
        self._joins.add(task)
        task.add_done_callback(self._joins.discard)
