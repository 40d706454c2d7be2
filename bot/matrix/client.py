"""One account on one homeserver. Errors become exceptions here, once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import ClientError
from nio import AsyncClient, AsyncClientConfig

from kit.errors import BadConfiguration

V3 = "/_matrix/client/v3"
MEDIA = "/_matrix/media/v3"
PNG_BEGINS = b"\x89PNG"
PNG, BYTES = "image/png", "application/octet-stream"
LARGEST_ANSWER = 64 * 2**20  # bytes
SLOW_TO_PARSE = 2**19  # bytes
NO_CODE = "HTTP"
_REVOKED = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})
# Our account or our homeserver is at a stop, and what ends it (spec, common error codes).
HELD: Mapping[str, str] = {
    "M_USER_SUSPENDED": "the account is suspended: an administrator has to lift that",
    "M_USER_LOCKED": "the account is locked: an administrator has to unlock it",
    "M_RESOURCE_LIMIT_EXCEEDED": "the homeserver is full or switched off: see its limits",
    "M_USER_LIMIT_EXCEEDED": "the account is over a limit of the homeserver: raise it",
    "M_CONSENT_NOT_GIVEN": "the homeserver wants its terms accepted: log in with a client, once",
}


class Refused(Exception):
    """The homeserver said no.

    ``status`` is the HTTP status, ``errcode`` the Matrix error code. ``retry_after`` in seconds is
    what the server asked for, if it did. ``soft``: logging in again keeps the device.

    Where other servers take part (a join, an invitation) it may repeat what one of these said.
    """

    def __init__(
        self, status: int, errcode: str, retry_after: float | None = None, *, soft: bool = False
    ) -> None:
        """Keep codes only: the server's prose may quote what was sent."""
        super().__init__(f"{status} {errcode}")
        self.status = status
        self.errcode = errcode
        self.retry_after = retry_after
        self.soft = soft

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        # Without a Matrix code a proxy said it, perhaps while the homeserver behind it restarts;
        # but one that finds a request too large (413) will do so again.
        foreign = self.errcode == NO_CODE and self.status != 413  # noqa: PLR2004 -- HTTP's own numbers
        return self.holds or self.status in {408, 429} or self.status >= 500 or foreign  # noqa: PLR2004 -- HTTP's own numbers

    @property
    def holds(self) -> bool:
        """Whether nothing of the kind succeeds until an administrator acts."""
        # With other statuses one of these speaks of a single room, which is too large.
        return self.errcode in HELD and self.status in {401, 403}


class Unreachable(Exception):
    """No usable answer: refused, reset, cut short, timed out. The request may have been done."""


class TimedOut(Unreachable):
    """Nothing was answered in time, perhaps because another server does not answer ours."""


class TooLarge(Unreachable):
    """The answer is larger than any that can be meant well; asking again would not make it less."""


class SignedOut(BadConfiguration):
    """The token is no longer valid, or the account is gone."""

    def __init__(self, errcode: str) -> None:
        """Keep the code, for the operator."""
        super().__init__(f"the homeserver no longer accepts our token ({errcode}): log in again")


class Client:
    """A hardened matrix-nio client.

    nio is used for its transport. Its success types are not: they ignore the HTTP status, so a 502
    page reads as a successful ban. Nor are its retries, which never end: whoever calls decides when
    to try again. Nor is its Olm machine, whose keys are not in the hub's transactions.
    """

    def __init__(
        self,
        homeserver: str,
        user_id: str,
        device_id: str,
        access_token: str,
        *,
        renew: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        """Prepare a client for an existing login; *renew* gets a new token for the same device."""
        self._renew = renew
        self._renewing = asyncio.Lock()
        for name in ("nio", "peewee"):  # at WARNING they log decrypted bodies, at DEBUG the token
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self.user_id = user_id
        self.device_id = device_id
        self._token = access_token
        self.date: str | None = None  # what the last answer said of the time (RFC 9110, 6.6.1)
        config = AsyncClientConfig(
            encryption_enabled=False,
            max_timeouts=0,
            max_limit_exceeded=0,
            request_timeout=30,
            store_sync_tokens=False,
        )
        self._nio = AsyncClient(homeserver, user_id, device_id=device_id, config=config)

    async def close(self) -> None:
        """Close the connections."""
        await self._nio.close()

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        query: Mapping[str, str] | None = None,
        patience: float = 30,
        below: str = V3,
    ) -> dict[str, Any]:
        """Make one request *below* a path of the API and return the JSON object it answers.

        A *body* of bytes is sent as a file, any other as JSON.

        Whether our token is over is decided by ``/account/whoami`` alone: any other answer may
        come from another server. A soft logout is mended once by logging in again with the same
        device.

        Raises:
            Refused: the homeserver said no; the status decides, never the shape of the body.
            SignedOut: the access token is revoked or the account is gone.
            Unreachable: no whole, readable answer within *patience* seconds.
            TooLarge: an ``Unreachable`` that needs another, smaller question.
        """
        token = self._token
        try:
            return await self._call(method, below + path, body, query, patience)
        except Refused as refusal:
            ours = token and refusal.errcode in _REVOKED | {"M_USER_LOCKED"}
            if not ours or await self._accepts(token):
                raise
        return await self._call(method, below + path, body, query, patience)

    async def _accepts(self, token: str) -> bool:
        """Ask whether our *token* is accepted; False if there is another one by now."""
        async with self._renewing:
            if self._token != token:  # somebody else has renewed it meanwhile
                return False
            try:
                await self._call("GET", f"{V3}/account/whoami", None, None, 30)
            except Refused as refusal:
                if refusal.errcode not in _REVOKED:
                    raise
                if not refusal.soft or self._renew is None:
                    raise SignedOut(refusal.errcode) from None
                self._token = await self._renew()
                return False
            return True

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None,
        query: Mapping[str, str] | None,
        patience: float,
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        data: str | bytes | None = None
        if isinstance(body, bytes):
            data = body
            headers["Content-Type"] = PNG if body.startswith(PNG_BEGINS) else BYTES
        elif body is not None:
            data = json.dumps(body, ensure_ascii=False)
            headers["Content-Type"] = "application/json"
        address = path + (f"?{urlencode(query)}" if query else "")
        try:
            async with asyncio.timeout(patience):  # nio's own time-out is unset for long polls
                answer = await self._nio.send(method, address, data, headers, timeout=patience)
                async with answer:  # a connection that is given up halfway is closed at once
                    raw = await answer.content.read(LARGEST_ANSWER + 1)
                    while not answer.content.at_eof() and len(raw) <= LARGEST_ANSWER:
                        raw += await answer.content.read(LARGEST_ANSWER)
        except TimeoutError:
            message = "no answer in time"
            raise TimedOut(message) from None
        except (ClientError, OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        if len(raw) > LARGEST_ANSWER:
            message = "the answer is too large"
            raise TooLarge(message)
        self.date = answer.headers.get("Date")
        retry_after = answer.headers.get("Retry-After")
        if len(raw) > SLOW_TO_PARSE:  # a first sync of many rooms would hold up the loop
            return await asyncio.to_thread(_understand, answer.status, retry_after, raw)
        return _understand(answer.status, retry_after, raw)

    async def send(
        self, room_id: str, event_type: str, txn_id: str, content: Mapping[str, Any]
    ) -> str:
        """Send an event; the same *txn_id* gives the same event. Returns its id."""
        path = f"/rooms/{escape(room_id)}/send/{escape(event_type)}/{escape(txn_id)}"
        return text(await self.call("PUT", path, content), "event_id")

    async def upload(self, name: str, data: bytes) -> str:
        """Upload a file, a PNG or what is encrypted; twice gives two ``mxc://`` addresses.

        Without a *name* the homeserver learns none.
        """
        query = {"filename": name} if name else {}
        answer = await self.call("POST", "/upload", data, query=query, below=MEDIA)
        return text(answer, "content_uri")

    async def put_state(
        self, room_id: str, event_type: str, state_key: str, content: Mapping[str, Any]
    ) -> None:
        """Set one piece of room state."""
        path = f"/rooms/{escape(room_id)}/state/{escape(event_type)}/{escape(state_key)}"
        await self.call("PUT", path, content)

    async def state(
        self, room_id: str, event_type: str, state_key: str = ""
    ) -> dict[str, Any] | None:
        """Read one piece of a room's state; None where there is none.

        Never all of it: who is in a room decides how much that is.
        """
        path = f"/rooms/{escape(room_id)}/state/{escape(event_type)}/{escape(state_key)}"
        return await self.found(path)

    async def levels(self, room_id: str) -> dict[str, Any]:
        """Read the power levels of a room; where none are set, ours as the one who made it (spec).

        Who writes them anew must not forget that power.
        """
        own = {"users": {self.user_id: 100}}
        return await self.state(room_id, "m.room.power_levels") or own

    async def state_event(self, room_id: str, event_type: str) -> dict[str, Any]:
        """Read one piece of a room's state as the whole event, with who sent it."""
        path = f"/rooms/{escape(room_id)}/state/{escape(event_type)}/"
        return await self.call("GET", path, query={"format": "event"})

    async def resolve(self, alias: str) -> str | None:
        """Find the room behind an alias."""
        answer = await self.found(f"/directory/room/{escape(alias)}")
        return None if answer is None else text(answer, "room_id")

    async def is_ours(self, room_id: str, alias: str) -> bool:
        """Tell whether our account made a room and gave it *alias* as its own address.

        An alias alone says nothing: anybody may have set it, on any room. Who sent the first event
        of a room is the same in all room versions; only who has power there sets its own address.
        """
        try:
            created = await self.state_event(room_id, "m.room.create")
            named = await self.state(room_id, "m.room.canonical_alias")
        except Refused as refusal:
            if refusal.passing:
                raise
            return False  # we are not even in it
        return created.get("sender") == self.user_id and (named or {}).get("alias") == alias

    async def found(self, path: str) -> dict[str, Any] | None:
        """Read what is at a path; None where there is nothing."""
        try:
            return await self.call("GET", path)
        except Refused as refusal:
            if refusal.status == 404 and not refusal.passing:  # noqa: PLR2004 -- HTTP's own number
                return None
            raise


def escape(part: str) -> str:
    """Quote one path segment: room ids and aliases are opaque."""
    return quote(part, safe="")


def text(answer: Mapping[str, Any], key: str) -> str:
    """Take a text that must be in an answer.

    Raises:
        Unreachable: it is missing, so something else than a homeserver answered.
    """
    found = answer.get(key)
    if not isinstance(found, str):
        message = f"an answer without {key}"
        raise Unreachable(message)
    return found


def _understand(status: int, retry_header: str | None, raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):  # HTML, cut short, bad UTF-8, nested without end
        answer = None
    said = answer if isinstance(answer, dict) else {}
    if 200 <= status < 300:  # noqa: PLR2004 -- HTTP's own numbers
        if isinstance(answer, list):
            return {"list": answer}
        if not isinstance(answer, dict):
            message = "the answer is not JSON"
            raise Unreachable(message)
        return answer
    errcode = said.get("errcode")
    errcode = errcode if isinstance(errcode, str) and errcode[:2] == "M_" else NO_CODE
    soft = said.get("soft_logout") is True
    raise Refused(status, errcode, _seconds(retry_header, said.get("retry_after_ms")), soft=soft)


def _seconds(header: str | None, milliseconds: object) -> float | None:
    # Retry-After first: the field in the body is deprecated (Matrix spec 1.10, rate limiting).
    if header and header.isdecimal():
        return float(header)
    if isinstance(milliseconds, int | float) and milliseconds >= 0:
        return milliseconds / 1000
    return None
