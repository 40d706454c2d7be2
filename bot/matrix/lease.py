"""One hub for one account, wherever another may run: noticed on the homeserver, without a clock.

Who serves the account says so in its account data. Who finds somebody else's word there asks, in
the same place; a hub that runs hears that by /sync and answers. No answer means that it is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog

from bot.matrix.client import Client, Refused, SignedOut, Unreachable, escape
from kit.errors import AlreadyRunning

log = structlog.get_logger(__name__)

KIND = "org.ilan.hub.running"
ANSWER_SECONDS = 45  # longer than a long poll: one that was cut off without a word is noticed
PARTING_SECONDS = 1  # beside what is finished until then, within ten


class Known(Protocol):
    """Remembers what this hub wrote itself, from one life to the next."""

    def read(self) -> frozenset[str]:
        """List it."""

    def write(self, *leases: str) -> None:
        """Keep these alone."""


class Lease:
    """The word of this process that it serves the account."""

    def __init__(
        self,
        client: Client,
        known: Known,
        token: Callable[[], str],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to serve *client*'s account; *token* gives words that nobody else has."""
        self._client = client
        self._known = known
        self._token = token
        self._sleep = sleep
        self._mine = token()
        self._taken = False
        self._before: frozenset[str] = frozenset()
        self._path = f"/user/{escape(client.user_id)}/account_data/{KIND}"

    async def take(self) -> None:
        """Take the account, unless that is done.

        Raises:
            AlreadyRunning: another hub serves it, or is about to.
            Refused, Unreachable: another try may succeed.
        """
        if self._taken:
            return
        try:
            await self._take()
        except Refused as refusal:
            if refusal.passing:
                raise
            log.warning("lease.refused", errcode=refusal.errcode)
        self._taken = True

    async def _take(self) -> None:
        holder = (await self._read()).get("holder")
        ours = self._known.read()
        if holder and holder not in {*ours, self._mine}:
            await self._ask(holder)
        # A homeserver of several processes may still tell us of the one before.
        self._before = frozenset({*ours, *([holder] if isinstance(holder, str) else [])})
        self._known.write(*ours, self._mine)
        await self._write({"holder": self._mine})
        self._known.write(self._mine)
        log.info("lease.taken")

    async def _ask(self, holder: object) -> None:
        asked = {"holder": holder, "asked": self._token()}
        log.warning("lease.asked", hint="another hub may serve this account", wait=ANSWER_SECONDS)
        await self._write(asked)
        for _second in range(ANSWER_SECONDS):
            await self._sleep(1)
            found = await self._read()
            if not found.get("holder"):
                return  # it has just ended
            if found != asked:
                self._give_way()

    async def heard(self, content: Mapping[str, Any] | None) -> None:
        """Read what was written there meanwhile, None where nothing was; answer who asks.

        Raises:
            AlreadyRunning: another hub took the account, because this one could not answer.
        """
        holder = (content or {}).get("holder")
        if content is None or not holder or (holder in self._before and holder != self._mine):
            return
        if holder != self._mine:
            self._give_way()
        asked = content.get("asked")
        if isinstance(asked, str):
            await self._write({"holder": self._mine, "answered": asked})

    async def release(self) -> None:
        """Say that nobody serves the account."""
        if self._taken:
            with suppress(Refused, Unreachable, SignedOut):
                await self._write({}, patience=PARTING_SECONDS)

    def _give_way(self) -> None:
        message = f"another hub serves {self._client.user_id} from another place: stop it first"
        raise AlreadyRunning(message)

    async def _read(self) -> dict[str, Any]:
        return await self._client.found(self._path) or {}

    async def _write(self, content: Mapping[str, Any], *, patience: float = 30) -> None:
        await self._client.call("PUT", self._path, content, patience=patience)
