"""What ``ilan-hub check`` looks at: before the first member comes, or beside a hub that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.matrix.inspection import Finding, inspect
from bot.matrix.login import whoami
from bot.service.clock import utc_now
from bot.service.parts import Parts, new_token, open_parts
from bot.service.readiness import clock_finding, steward_findings
from bot.settings import Settings
from bot.web import ask_health
from kit.errors import AlreadyRunning
from kit.rendering import steady
from kit.space import Mend
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.queue import State


@asynccontextmanager
async def open_or_join(settings: Settings) -> AsyncIterator[tuple[Parts, bool]]:
    """Open database and account, beside a hub that runs if there is one; tell whether there is.

    Raises:
        BadConfiguration: what runs is an older release, or a setting is wrong.
    """
    async with AsyncExitStack() as stack:
        try:
            parts, running = await stack.enter_async_context(open_parts(settings)), False
        except AlreadyRunning:
            beside = open_parts(settings, beside=True)
            parts, running = await stack.enter_async_context(beside), True
        yield parts, running


async def examine(parts: Parts, *, running: bool) -> AsyncIterator[Finding]:
    """Try everything; what is made on the way is cleared away.

    Raises:
        BadConfiguration: the token is no longer valid, or not ours.
        Refused, Unreachable: another try may succeed.
    """
    device_id = await whoami(parts.client)
    yield Finding("login", f"accepted as device {device_id}")
    if (finding := clock_finding(parts.client, utc_now())) is not None:
        yield finding
    parts.client.device_id = device_id
    for finding in await steward_findings(parts.client, parts.settings):
        yield finding
    yield await parts.trust.finding()
    version = parts.settings.space.room_version
    async for finding in inspect(parts.client, parts.settings.matrix, new_token, version):
        yield finding
    if parts.settings.space.manage:
        drifts = await parts.builder.plan()
        reader = parts.catalogs.reader("en")
        for drift in drifts:
            if drift.mend is not Mend.ALONE:
                what, advice = (
                    steady(each.render(reader).plain) for each in (drift.what, drift.advice)
                )
                yield Finding(f"the room {drift.slug}", what.rstrip("."), advice)
        mends = sum(drift.mend is Mend.ALONE for drift in drifts)
        yield Finding("the Space", f"{mends} changes to make")
    if running:
        yield await _health(parts.settings)
        for finding in await _failures(parts):
            yield finding


async def _health(settings: Settings) -> Finding:
    what, web = "the running hub", settings.web
    if not web.port:
        return Finding(what, "serves its health on a port of chance")
    status = await ask_health(web.host, web.port)
    if status is None:
        mend = "See its log, then restart it"
        return Finding(what, f"does not answer on {web.host}:{web.port}", mend)
    if status != "ok":
        return Finding(what, status, "See its log for what it tried last")
    return Finding(what, "is in touch with the homeserver")


async def _failures(parts: Parts) -> list[Finding]:
    async with parts.storage.read() as session:
        inbox, outbox = await Inbox(session).counts(), await Outbox(session).counts()
    counted = [
        ("messages not handled", inbox[State.DEAD], "The log says why: look for dispatch.failed"),
        ("errands refused", outbox[State.PARKED], "Say `ilan-hub queue list`"),
        (
            "messages perhaps lost",
            outbox[State.UNKNOWN],
            "They are too old to repeat safely: `ilan-hub queue`",
        ),
    ]
    return [Finding(what, f"{n}", mend, needed=False) for what, n, mend in counted if n]
