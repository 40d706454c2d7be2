"""The sender: takes errands from the outbox and does them on the homeserver, once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.matrix.backoff import backoff
from bot.matrix.client import HELD, Client, Refused, TimedOut, Unreachable
from bot.matrix.errands import ELSEWHERE, Errands, NoDevice
from bot.matrix.gallery import Gallery
from bot.matrix.handing import Handing
from bot.matrix.keys import Keys
from bot.matrix.making import NotReady
from bot.matrix.sealing import Sealing
from kit.due import NoChat, NotInvited, WasInvited
from kit.errand import (
    KINDS,
    Create,
    Errand,
    Follow,
    Invite,
    Join,
    Send,
    SendFile,
    SendInClear,
    SendSealed,
    SendStep,
    Unsay,
)
from kit.roomkey import Private, SpaceRoom, Visit
from kit.stage import Stage, unobserved
from kit.stored import Unreadable
from kit.worker import Worker
from storage.dues import Dues
from storage.engine import Storage
from storage.given_up import GivenUps
from storage.outbox import LIMITED, MESSAGES, Outbox, Outgoing
from storage.people import People
from storage.rooms import Rooms

log = structlog.get_logger(__name__)

ONE_EACH = timedelta(seconds=1)
CAREFUL = timedelta(minutes=1)
# Synapse forgets transaction ids after 24 hours; a later resend could double.
FORGOTTEN_AFTER = timedelta(hours=23)
# Another server that is not reached within a day is given up.
GIVEN_UP_AFTER, TRIED_OFTEN = timedelta(days=1), 20
# What another server may have asked for holds up others for no longer than this.
LONGEST_FOR_OTHERS = 60  # seconds
# Whoever has no device yet may never have one.
LONGEST_FOR_DEVICES = 60 * 60  # seconds
LONGEST_FOR_KEYS = 5 * 60  # seconds
# What nobody can read by then is of no use, and the database is not theirs to fill.
GIVEN_UP_ON_DEVICES = timedelta(days=14)
# Longer than any errand takes: making a room is waited for longest.
LEASE = timedelta(minutes=5)
# To the homeserver these are messages as well.
_LIKE_SEND: list[type[Errand]] = [SendSealed, SendStep, SendInClear]
# So many rooms are written to at once.
WIDTH = 48


class Sender:
    """Does errands in order per room, in parallel across rooms, at the pace the server allows."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        *,
        clock: Callable[[], datetime],
        random: Random,
        server_name: str,
        keys: Keys,
        unsigned_devices: bool = False,
        stage: Stage = unobserved,
    ) -> None:
        """Prepare to send as *client*'s account, with *keys* where it is encrypted.

        Where *unsigned_devices*, those read it too that their owners do not vouch for.
        """
        self._client = client
        self._storage = storage
        self._clock = clock
        self._random = random
        self._stage = stage
        sealing = Sealing(client, storage, keys, clock, stage, unsigned_too=unsigned_devices)
        handing = Handing(client, storage, keys, clock, stage, unsigned_too=unsigned_devices)
        keys.hands_over(handing.hand_over)
        self._errands = Errands(client, storage, server_name, keys, sealing)
        # The homeserver limits each kind of request by itself: one that is told to wait
        # holds up only its own kind.
        self._closed_until: dict[type[Errand], datetime] = {}
        self._careful_until: dict[type[Errand], datetime] = {}
        # What our homeserver does not do for us for now, why and since when.
        self._held: dict[type[Errand], tuple[str, datetime, int]] = {}
        self.worker = Worker(self._begin)
        self._group: asyncio.TaskGroup
        self._begun: dict[int, int] = {}  # room -> row
        self._done: list[tuple[Outgoing, str | None]] = []
        self._marking: asyncio.Task[None] | None = None
        self._moved: Callable[[], None] = lambda: None
        self.sent = 0

    def tell(self, moved: Callable[[], None]) -> None:
        """Call *moved* whenever a room of the Space goes on in another."""
        self._moved = moved

    @property
    def gallery(self) -> Gallery:
        """The pictures that rooms are given."""
        return self._errands.gallery

    async def run(self) -> None:
        """Send until cancelled.

        Raises:
            SignedOut: the homeserver no longer accepts our token.
            StorageFailed: the database refused.
        """
        if self._storage.shared:
            # Who claimed them is gone: the account belongs to one process (Storage.only_user).
            async with self._storage.write() as session:
                await Outbox(session).release_all()
        async with asyncio.TaskGroup() as self._group:
            await self.worker.run()

    async def _ready(self) -> Sequence[Outgoing]:
        now = self._clock()
        closed = [kind for kind, until in self._closed_until.items() if until > now]
        closed += _LIKE_SEND * (Send in closed)
        most, me = WIDTH - len(self._begun), self._client.user_id
        if not self._storage.shared:  # then what this process has begun is all that is claimed
            async with self._storage.read() as session:
                return await Outbox(session).heads(now, most, self._begun, closed, me=me)
        async with self._storage.write() as session:
            return await Outbox(session).claim(now, now + LEASE, most, self._begun, closed, me=me)

    async def _release(self, row_ids: Collection[int]) -> None:
        if self._storage.shared:
            async with self._storage.write() as session:
                await Outbox(session).release(row_ids)

    async def _begin(self) -> bool:
        for row in await self._ready():
            self._begun[row.room] = row.id
            self._group.create_task(self._work(row))
        return False

    async def _work(self, row: Outgoing) -> None:
        await self._step(row)
        del self._begun[row.room]  # one that is cut short stays claimed
        self.worker.wake()

    async def _step(self, row: Outgoing) -> None:
        now, errand = self._clock(), row.errand
        if isinstance(errand, Unreadable):
            log.error("outbox.unreadable", row=row.id, errand=row.reference)
            await self._park(row, "the hub cannot read what it stored")
            return
        if _may_have_been_said(row) and now - row.created_at > FORGOTTEN_AFTER:
            log.warning("outbox.unknown", row=row.id, errand=row.reference, kind=errand.action)
            async with self._storage.write() as session:
                await Outbox(session).forgotten(row, "older than the homeserver remembers")
            return
        kind = _kind(errand)
        if self._closed_until.get(kind, now) > now:
            await self._release([row.id])
            return
        if self._careful_until.get(kind, now) > now:
            # Limited a moment ago: they go one by one, or all who wait would be refused together.
            self._closed_until[kind] = now + ONE_EACH
        try:
            row = await self._errands.sealed(row)
            self._stage("errand.begun")
            event_id = await self._errands.run(row)
            self._stage("errand.done")
        except (NotReady, Unreachable, Refused) as error:
            await self._failed(row, kind, error)
            return
        if self._held.pop(kind, None):
            log.info("account.released", action=kind.action)
        await self._mark(row, event_id)
        self._stage("errand.marked")
        log.info("outbox.done", row=row.id, errand=row.reference, kind=errand.action)
        if isinstance(errand, Follow) and isinstance(row.key, SpaceRoom):
            self._moved()
        self.sent += 1

    async def _mark(self, row: Outgoing, event_id: str | None) -> None:
        """Close a row, in one transaction with all that were done since the last began."""
        self._done.append((row, event_id))
        if self._marking is None:
            self._marking = asyncio.create_task(self._write_done())
        await asyncio.shield(self._marking)

    async def _write_done(self) -> None:
        async with self._storage.write() as session:
            done, self._done, self._marking = self._done, [], None
            await Outbox(session).sent(done)
            for row, _event_id in done:
                await self._invited(session, row)

    async def _invited(self, session: AsyncSession, row: Outgoing) -> None:
        match row.errand, row.key:
            case Invite(user_id), Private(matter):
                if (person := await People(session).find(user_id)) is not None:
                    await Dues(session).plan(WasInvited(matter, person.id), at=self._clock())

    async def _failed(
        self, row: Outgoing, kind: type[Errand], error: NotReady | Unreachable | Refused
    ) -> None:
        refused = error if isinstance(error, Refused) else None
        if refused is not None and refused.holds and not isinstance(row.errand, ELSEWHERE):
            await self._hold(row, kind, refused.errcode)
            return
        what = {"row": row.id, "errand": row.reference, "kind": kind.action, "error": str(error)}
        if (refused is not None and not refused.passing) or self._hopeless(row, error):
            log.warning("outbox.parked", **what)
            await self._park(row, str(error))
            return
        asked = refused.retry_after if refused else None
        match error:
            case NoDevice(keyless=keyless):  # it is tried at once when there is news of them
                seconds = LONGEST_FOR_DEVICES / 2 ** max(0, 12 - row.tries)
                seconds = min(seconds, LONGEST_FOR_KEYS) if keyless else seconds
            case NotReady():
                seconds = 1
            case _:
                seconds = backoff(row.tries, asked, self._random)
        if type(error) is not NotReady:  # the room is being made, which has a line of its own
            log.info("outbox.waits", **what, seconds=round(seconds))
        until = self._clock() + timedelta(seconds=seconds)
        limited = refused is not None and refused.status == 429  # noqa: PLR2004 -- HTTP's own number
        if limited:
            others = min(seconds, LONGEST_FOR_OTHERS) if kind in ELSEWHERE else seconds
            again = self._clock() + timedelta(seconds=others)
            self._closed_until[kind] = again
            self._careful_until[kind] = again + min(CAREFUL, timedelta(seconds=10 * others))
        async with self._storage.write() as session:
            if limited:
                await Outbox(session).hold_back(kind, again)
                for alike in _LIKE_SEND if kind is Send else ():
                    await Outbox(session).hold_back(alike, again)
            await Outbox(session).retry(row, until, LIMITED if limited else str(error))
            if self._storage.shared:
                await Outbox(session).release([row.id])

    @property
    def held(self) -> str | None:
        """The code with which our homeserver does nothing for us, if it does so."""
        return next((code for code, _since, _tries in self._held.values()), None)

    async def _hold(self, row: Outgoing, kind: type[Errand], errcode: str) -> None:
        """Do nothing more until an administrator has acted; look once a minute whether."""
        now = self._clock()
        _code, since, tries = self._held.get(kind, (errcode, now, 0))
        self._held[kind] = errcode, since, tries + 1
        log.error("account.held", action=kind.action, errcode=errcode, advice=HELD[errcode])
        until = now + timedelta(seconds=backoff(tries, None, self._random))
        # Who is over a limit of their own may do other things.
        kinds = [kind] if errcode == "M_USER_LIMIT_EXCEEDED" else KINDS.values()
        self._closed_until |= dict.fromkeys(kinds, until)
        self._careful_until |= dict.fromkeys(kinds, until + CAREFUL)
        async with self._storage.write() as session:
            await Outbox(session).keep_young(since, now)
            if self._storage.shared:
                await Outbox(session).release([row.id])

    def _hopeless(self, row: Outgoing, error: Exception) -> bool:
        """Tell whether another server was asked, or a device waited for, for long enough."""
        waited = self._clock() - row.created_at
        match error:
            case NoDevice():
                return waited > GIVEN_UP_ON_DEVICES
            case Refused(status=status):
                asked = status != 429  # noqa: PLR2004 -- HTTP's own number
            case _:
                asked = isinstance(error, TimedOut)
        elsewhere = isinstance(row.errand, ELSEWHERE)
        return elsewhere and asked and waited > GIVEN_UP_AFTER and row.tries > TRIED_OFTEN

    async def _park(self, row: Outgoing, reason: str) -> None:
        async with self._storage.write() as session:
            await GivenUps(session).park(row, reason)
            match row.errand, row.key:
                case Create(), _:  # what was meant for that room can never be done
                    await Outbox(session).withdraw_room(row.room, "the room could not be made")
                    room = await Rooms(session).lost(row.room)
                    if room.person_id is not None:
                        await Dues(session).plan(NoChat(room.person_id), at=self._clock())
                case Join(), Visit():  # so nobody is met there
                    await Rooms(session).lost(row.room)
                case Invite(user_id), Private(matter):  # nor is one who is missing talked to
                    await Outbox(session).withdraw_room(row.room, "somebody could not be invited")
                    if (person := await People(session).find(user_id)) is not None:
                        missing = NotInvited(matter, person.id)
                        await Dues(session).plan(missing, at=self._clock())

    def reopen(self) -> None:
        """Try every kind of errand again: until when it was closed is no longer known."""
        self._closed_until.clear()
        self._careful_until.clear()

    async def drain(self, seconds: float) -> None:
        """Go on until nothing is ready, for at most *seconds*: what is left waits in the table."""
        await self._release(self._begun.values())
        self._begun.clear()
        try:
            async with asyncio.timeout(seconds):
                while rows := await self._ready():
                    for row in rows:
                        await self._step(row)
        except TimeoutError:
            log.info("outbox.left_over")


def _may_have_been_said(row: Outgoing) -> bool:
    """Tell whether an earlier try of a message may have reached the homeserver."""
    unsealed = row.encrypted and isinstance(row.errand, Send | SendFile)
    return isinstance(row.errand, (*MESSAGES, Unsay)) and not unsealed


def _kind(errand: Errand) -> type[Errand]:
    """Tell what the homeserver limits together."""
    return Send if type(errand) in _LIKE_SEND else type(errand)
