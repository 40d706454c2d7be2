"""Composition root: builds each part once, runs them together, closes them in reverse order."""

from __future__ import annotations

import asyncio
import gc
import secrets
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random, SystemRandom

import structlog

from actions.cases.crowds import Crowds
from actions.cases.pool import Pool
from actions.events.calendars import PublishedCalendars, Publishing
from bot.library.librarian import (
    LOOK_SECONDS,
    Librarian,
    import_library,
    import_referrals,
    library_index,
)
from bot.library.links import LinkChecker
from bot.matrix.census import learn_bans, learn_names, take_in
from bot.matrix.client import HELD, Refused, Unreachable
from bot.matrix.gallery import introduce
from bot.matrix.login import whoami
from bot.matrix.sync import SyncLoop
from bot.matrix.trust import Untrusted
from bot.matrix.unnaming import unname
from bot.say.i18n import catalog_directory
from bot.service.care import SpaceCare
from bot.service.clock import Clock, utc_now
from bot.service.parts import Parts, new_token
from bot.service.wiring import command_table, converse, discover, lesson, noticing
from bot.starter import starter
from bot.talk.dispatch import Dispatcher
from bot.talk.scope import Scopes
from bot.understanding import AnswerReader, load_answers
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.moments import load_tables
from bot.understanding.wishes import Recogniser, learn_apart
from bot.web import ByKind, Pages, Readings
from kit.codes import Codes
from kit.network import RoomKind, WellKnown
from kit.roomkey import SpaceRoom
from kit.worker import Worker
from language.apart import EncoderProcess
from language.meaning import is_installed
from storage.calendars import Calendars
from storage.dues import OVERDUE, Dues
from storage.events import Events
from storage.inbox import Inbox
from storage.items import Items
from storage.outbox import LIMITED, Outbox
from storage.people import People
from storage.queue import State
from storage.retention import sweep

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 8  # at the end, for what is under way
LEARNT = Path("learnt")  # a directory: what may be deleted, since it is made again
LONGEST_WAIT = timedelta(days=1)  # of a row, before the next try
LEARN_AFTER = 3  # seconds: it takes the processor, and who waited is answered first
# A thread that computes hands over so soon: the loop waits for that at each call of the system.
# Handing over four times as often costs a command 0.8 ms of CPU and holds the loop no shorter.
THREADS_SECONDS = 0.002
SILENT_TOO_LONG = 120  # seconds
HOLD_SECONDS = 10  # between looks whether the account is still ours
KEYS_SECONDS = 1  # between looks at what keys wait for
SWEEP_PAUSE = 0.05  # seconds between portions
LINK_SECONDS = 10  # one request at a time, and no site is asked more often


class Hub:
    """The running service."""

    def __init__(self, parts: Parts, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Wire the parts; nothing runs before ``run``."""
        self._parts = parts
        self._clock = clock
        settings, network, catalogs = parts.settings, parts.network, parts.catalogs
        by_meaning = settings.talk.by_meaning and is_installed()
        self._encoder = EncoderProcess(settings.path(LEARNT)) if by_meaning else None
        index = library_index(network, settings.thesauri, self._encoder)
        understanding = AnswerReader(
            network,
            load_answers(starter("answers.yaml")),
            Guard(load_lexicon(starter("guard.yaml"))),
            load_tables(catalog_directory(), network.languages),
            index.concepts,
            catalogs.spoken,
        )
        self._librarian = Librarian(parts.storage, index)
        # What a first answer seldom needs: whoever needs it earlier has it made at once.
        self._later = index.fill, understanding.prepare, index.provisions.read
        features = discover()
        self._lesson = partial(lesson, features, catalogs.words, catalog_directory())
        self._learnt = Future[Recogniser]()
        self._care = SpaceCare(parts.builder, catalogs.reader("en"), new_token, settings.space)
        public = settings.web.public
        publishing = Publishing(settings.matrix.server_name, public, secrets.token_bytes)
        self._scopes = Scopes(
            parts.catalogs,
            settings.matrix.user_id,
            settings.attention,
            settings.encryption.direct_chats,
            new_token,
        )
        router = converse(
            command_table(features, catalogs.words),
            network,
            catalogs,
            understanding,
            index,
            parts.manners,
            Codes(SystemRandom()),
            random=secrets.token_bytes,
            recogniser=self._learnt,
            space=self._care,
            publishing=publishing,
        )
        self._services = router.services
        self._dispatcher = Dispatcher(
            parts.storage,
            router,
            clock=clock,
            scopes=self._scopes,
            said=self._said,
            stage=parts.stage,
        )
        parts.intake.notice(
            SpaceRoom(WellKnown.WELCOME),
            noticing(understanding, network.languages[0]),
        )
        parts.keys.tell(self._dispatcher.inbox.wake)
        parts.sender.tell(self._look_at_space)
        self._sync = SyncLoop(
            parts.client,
            parts.storage,
            seconds=time.monotonic,
            random=Random(),  # noqa: S311 -- spreads retries, keeps no secret
            intake=parts.intake,
            keys=parts.keys,
            lease=parts.lease,
            begun=self._take_in,
            taken=self._dispatcher.inbox.wake,
            stage=parts.stage,
        )
        self._space, self._settled = Worker(self._look_after), False
        self._hold = Worker(parts.storage.still_only_user)
        self._catching_up, self._patient = Worker(self._catch_up), LONGEST_WAIT
        self._accepted = asyncio.Event()
        self._publishing = publishing
        self._pages = Pages(self._trouble, self._readings, self._calendar)

    async def _calendar(self, token: str) -> bytes | None:
        """Write the calendar that a token is for, None if it is for none."""
        async with self._parts.storage.read() as session:
            published = PublishedCalendars(
                Calendars(session),
                Events(session),
                People(session),
                self._parts.network,
                self._publishing,
            )
            return await published.read(token)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way within ten seconds."""
        settings = self._parts.settings
        sys.setswitchinterval(THREADS_SECONDS)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        clock = Clock(went_back=self._catching_up.wake)
        for worker in (self._dispatcher.inbox, self._dispatcher.dues, self._parts.sender.worker):
            clock.wakes(worker, every=1)
        clock.wakes(self._librarian.worker, every=LOOK_SECONDS)
        clock.wakes(self._space, every=30)
        clock.wakes(self._parts.keys.worker, every=KEYS_SECONDS)
        clock.wakes(self._hold, every=HOLD_SECONDS)
        clock.every(60, self._parts.storage.wipe)
        clock.every(3600, self._sweep)
        clock.every(3600, self._foresee)
        if settings.library.check_links:
            checker = LinkChecker(self._parts.storage, clock=self._clock)
            clock.every(LINK_SECONDS, checker.check_next)
        await self._pages.start(settings.web.host, settings.web.port)
        clock.start()
        log.info("hub.started", web=[f"{host}:{port}" for host, port in self._pages.addresses])
        try:
            async with asyncio.TaskGroup() as group:
                # The homeserver takes its time for the first answer: the library uses it.
                tasks = [group.create_task(self._sync.run())]
                await self._prepare_library()
                gc.freeze()  # what stands now stays: to look for garbage in it blocks for 0.1 s
                gc.enable()
                tasks += [
                    group.create_task(work)
                    for work in (
                        self._dispatcher.inbox.run(),
                        self._dispatcher.dues.run(),
                        self._send(),
                        self._librarian.worker.run(),
                        self._parts.keys.worker.run(),
                        self._hold.run(),
                        self._catching_up.run(),
                        self._look_after_space(),
                        self._learn(),
                    )
                ]
                await stop.wait()
                for task in tasks:
                    task.cancel()
        finally:
            clock.stop()
            await self._pages.stop()
        await self._parts.sender.drain(DRAIN_SECONDS)
        await self._parts.lease.release()
        log.info("hub.stopped")

    def _said(self) -> None:
        """Send what was queued, and let what a curator listed be found by the next who asks."""
        self._parts.sender.worker.wake()
        self._librarian.worker.wake()

    async def _prepare_library(self) -> None:
        async with self._parts.storage.read() as session:
            known = await Items(session).count()
        if not known:
            file = self._parts.settings.library.file
            path = self._parts.settings.path(file) if file else starter("library.yaml")
            log.info("library.imported", items=(await import_library(self._parts.storage, path))[0])
        await import_referrals(self._parts.storage, starter("referrals.yaml"))
        await self._librarian.refresh()

    async def _catch_up(self) -> bool:
        """Let rows be tried that wait until a moment which the clock, set back, comes to late.

        At the start only those that wait longer than any does.
        """
        now = self._clock()
        async with self._parts.storage.write() as session:
            for queue in (Inbox(session), Outbox(session), Dues(session)):
                await queue.catch_up(now, now + self._patient)
        self._patient = timedelta(0)
        self._parts.sender.reopen()
        return False

    async def _sweep(self) -> None:
        more = True
        while more:
            async with self._parts.storage.write() as session:
                more = await sweep(session, self._clock())
            await asyncio.sleep(SWEEP_PAUSE)  # after a long rest there is much, and others wait

    async def _foresee(self) -> None:
        """Count members and learn who the experts are, before somebody waits for it."""
        async with self._parts.storage.read() as session:
            scope = self._scopes.begin(session, self._clock())
            await self._services.one(scope, Crowds).count(scope.now)
            await self._services.one(scope, Pool).learn(scope.now)

    async def _take_in(self, at: str) -> None:
        parts = self._parts
        if parts.settings.space.manage:
            await parts.builder.find_open()
            await take_in(parts.client, parts.storage, parts.network, self._clock(), at=at)

    async def _send(self) -> None:
        # By then it is known which rooms are encrypted, and that the token belongs to a device.
        await self._sync.ready.wait()
        await self._accepted.wait()
        await self._parts.sender.run()

    async def _learn(self) -> None:
        await self._sync.ready.wait()
        await asyncio.sleep(LEARN_AFTER)
        await self._foresee()
        gc.disable()
        for prepare in self._later:
            await asyncio.to_thread(prepare)
        gc.freeze()
        gc.enable()
        directory = self._parts.settings.path(LEARNT)
        given = await asyncio.to_thread(self._lesson)
        self._learnt.set_result(await learn_apart(given, directory, self._encoder))
        gc.freeze()  # what was learnt stays too
        if self._encoder is not None:
            await self._encoder.run()

    def _look_at_space(self) -> None:
        self._care.look_again()
        self._space.wake()

    async def _look_after_space(self) -> None:
        await self._sync.ready.wait()
        await self._space.run()

    async def _look_after(self) -> bool:
        """Settle the account once, and keep the Space as declared; what fails is tried again."""
        parts = self._parts
        try:
            if not self._settled:
                await self._settle()
                self._settled = True
            if parts.settings.space.manage:
                await self._care.turn(self._clock())
                parts.sender.worker.wake()
        except (Refused, Unreachable) as error:
            log.warning("space.not_planned", error=str(error))
        return False

    async def _settle(self) -> None:
        parts = self._parts
        await whoami(parts.client)
        await self._vouch()  # else clients warn of what is said first
        self._accepted.set()
        face = parts.pictures.of(RoomKind.ROOT, "")
        name = parts.settings.matrix.display_name
        await introduce(parts.client, parts.sender.gallery, name, face)
        if parts.settings.space.manage:
            await self._take_in(self._sync.began or "")
            await learn_bans(parts.client, parts.storage, parts.network, self._clock())
        if (names := parts.names).on:
            now = self._clock()
            await learn_names(parts.client, parts.storage, parts.network, names.called, now)
        if chats := await unname(parts.client, parts.storage):
            log.info("chats.unnamed", chats=chats)

    async def _vouch(self) -> None:
        """Let the account vouch for our device; an identity that replaced ours ends the process."""
        parts = self._parts
        try:
            await parts.trust.establish(parts.settings.secrets.password)
        except Untrusted as error:
            log.warning("trust.not_established", advice=str(error))
        except Refused as refusal:
            if refusal.passing:
                raise
            log.warning("trust.not_established", advice=f"the homeserver refuses it: {refusal}")

    def _held(self) -> str | None:
        return self._sync.held or self._parts.sender.held

    def _trouble(self) -> str | None:
        """Say what is wrong, for an operator."""
        if held := self._held():
            return f"{held}: {HELD[held]}"
        recent = time.monotonic() - self._sync.last_answer < SILENT_TOO_LONG
        return None if recent and self._sync.ready.is_set() else "cannot reach the homeserver"

    async def _readings(self) -> Readings:
        now, journal = self._clock(), self._dispatcher.journal
        async with self._parts.storage.read() as session:
            inbox, outbox = await Inbox(session).counts(), await Outbox(session).counts()
            building = await Outbox(session).waiting(in_space=True)
            begun = await Inbox(session).oldest(), await Outbox(session).oldest()
            held_up, dues = await Outbox(session).held_up(), await Dues(session).counts()
            overdue = await Dues(session).overdue(now - OVERDUE)
        waits = [max(0.0, (now - since).total_seconds()) if since else 0.0 for since in begun]
        return {
            "events_handled_total": self._dispatcher.handled,
            "events_malformed_total": self._sync.dropped + self._parts.keys.dropped,
            "events_forged_total": self._parts.intake.forged,
            "commands_total": ByKind("command", journal.commands),
            "errors_total": ByKind("kind", journal.refused),
            "messages_sent_total": self._parts.sender.sent,
            "encoder_ready": float(self._encoder is not None and self._encoder.ready),
            "encoder_starts_total": self._encoder.starts if self._encoder is not None else 0,
            "rooms_set_aside": len(self._sync.stream.set_aside),
            "account_held": float(self._held() is not None),
            "space_planned": float(self._care.left is not None),
            "space_waiting": building.total(),
            "space_left": len(self._care.left or ()),
            "sync_failures": self._sync.failures,
            "inbox_waiting": inbox[State.NEW],
            "inbox_dead": inbox[State.DEAD],
            "inbox_oldest_seconds": waits[0],
            "outbox_waiting": outbox[State.NEW],
            "outbox_oldest_seconds": waits[1],
            "outbox_limited": held_up[LIMITED],
            "outbox_parked": outbox[State.PARKED],
            "outbox_unknown": outbox[State.UNKNOWN],
            "due_dead": dues[State.DEAD],
            "due_overdue": overdue,
            "database_bytes": await self._parts.storage.size(),
            "sync_silent_seconds": time.monotonic() - self._sync.last_answer,
        }
