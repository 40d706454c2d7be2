"""Composition root: builds each part once, runs them together, closes them in reverse order."""

from __future__ import annotations

import asyncio
import fcntl
import importlib
import pkgutil
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

import commands
from bot.clock import Clock, utc_now
from bot.conversation import Conversation, Manners
from bot.dialogues import Talks
from bot.dispatch import Dispatcher
from bot.i18n import Catalogs, catalog_directory
from bot.kit.errors import AlreadyRunning
from bot.kit.feature import Feature
from bot.kit.network import Network
from bot.kit.ports import Post, Understanding
from bot.kit.stage import Stage, unobserved
from bot.kit.table import CommandTable
from bot.matrix.client import Client, Refused, Unreachable
from bot.matrix.login import connect, whoami
from bot.matrix.outbox import Sender
from bot.matrix.space import SpaceBuilder
from bot.matrix.sync import SyncLoop
from bot.post import OutboxPost
from bot.scope import Provider, Services
from bot.settings import Settings
from bot.starter import load_library, load_network, starter
from bot.understanding import AnswerReader, load_answers
from bot.web import Pages
from storage.dialogues import Dialogues, Listings
from storage.dues import Dues
from storage.engine import Storage
from storage.events import Events
from storage.experts import Experts, Requests
from storage.inbox import Inbox
from storage.library import Library
from storage.migrate import upgrade
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.search.concepts import Concepts, load_concepts
from storage.search.index import LibraryIndex
from storage.search.places import places
from storage.search.query import Filters

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 8
SILENT_TOO_LONG = 120


def discover() -> list[Feature]:
    """Import every public package of ``commands`` and collect its feature."""
    names = sorted(m.name for m in pkgutil.iter_modules(commands.__path__) if m.name[0] != "_")
    modules = (importlib.import_module(f"commands.{name}") for name in names)
    features: list[Feature] = [module.feature for module in modules]
    return sorted(features, key=lambda feature: feature.place)


def read_network(settings: Settings) -> Network:
    """Read the declared network: the operator's files, or those that come with the hub."""
    space = settings.space
    return load_network(
        settings.path(space.file) if space.file else starter("space.yaml"),
        settings.path(space.vocabulary) if space.vocabulary else starter("vocabulary.yaml"),
    )


async def import_library(storage: Storage, path: Path) -> tuple[int, int]:
    """Put a library file into the tables; returns how many items it has and how many are new."""
    resources = load_library(path)
    async with storage.write() as session:
        library = Library(session)
        before = await library.count()
        for resource in resources:
            values = resource.model_dump()
            titles, summaries = values.pop("title"), values.pop("summary")
            lists = {k: list(v) for k, v in values.items() if isinstance(v, tuple)}
            await library.put({**values, **lists, "titles": titles, "summaries": summaries})
        await session.flush()
        return len(resources), await library.count() - before


def library_index(network: Network) -> LibraryIndex:
    """Make an empty search index that knows the network's concepts, places and languages."""
    read = load_concepts(starter("concepts.yaml"), starter("kinds.yaml"))
    concepts = [*read, *places(network)]
    return LibraryIndex(Concepts(concepts), Filters(concepts, network))


async def build_index(storage: Storage, index: LibraryIndex) -> None:
    """Fill the search index from the tables, off the loop."""
    async with storage.read() as session:
        documents = [row.document() for row in await Library(session).everything()]
    await asyncio.to_thread(index.rebuild, documents)


@contextmanager
def only_instance(directory: Path) -> Any:
    """Hold the lock of this directory: two processes on one device would corrupt its keys.

    Raises:
        AlreadyRunning: another process holds it.
    """
    with (directory / "hub.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"another hub is running in {directory.absolute()}"
            raise AlreadyRunning(message) from error
        yield


def _token() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Parts:
    """What both the service and the operator's commands need."""

    settings: Settings
    storage: Storage
    network: Network
    catalogs: Catalogs
    client: Client
    sender: Sender
    builder: SpaceBuilder
    stage: Stage


@asynccontextmanager
async def open_parts(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    random: Random | None = None,
    stage: Stage = unobserved,
) -> AsyncIterator[Parts]:
    """Open database and account; the database is brought up to date first."""
    async with AsyncExitStack() as stack:
        stack.enter_context(only_instance(settings.directory))
        storage = Storage(settings.database_url)
        stack.push_async_callback(storage.close)
        await upgrade(storage)
        network = read_network(settings)
        catalogs = Catalogs(catalog_directory(), network.languages)
        client = connect(settings.matrix, settings.path(settings.matrix.credentials_file))
        stack.push_async_callback(client.close)
        server = settings.matrix.server_name
        sender = Sender(
            client,
            storage,
            clock=clock,
            random=random or Random(),  # noqa: S311 -- spreads retries, keeps no secret
            server_name=server,
            stage=stage,
        )
        builder = SpaceBuilder(
            client,
            storage,
            network,
            catalogs,
            server_name=server,
            alias_prefix=settings.space.alias_prefix,
            join_rule=settings.space.join_rule,
            room_version=settings.space.room_version,
        )
        yield Parts(settings, storage, network, catalogs, client, sender, builder, stage)


def services(
    network: Network, understanding: Understanding, index: LibraryIndex, table: CommandTable
) -> Services:
    """Say what handlers may ask for, by type."""
    repositories: list[Any] = [
        People,
        Rooms,
        Dialogues,
        Listings,
        Dues,
        Library,
        Experts,
        Requests,
        Events,
        Inbox,
        Outbox,
    ]

    def bound(repository: Callable[[AsyncSession], object]) -> Provider:
        return lambda scope: repository(scope.session)

    return Services(
        {
            **{repository: bound(repository) for repository in repositories},
            Post: lambda scope: scope.post,
            Network: lambda _scope: network,
            Understanding: lambda _scope: understanding,
            LibraryIndex: lambda _scope: index,
            CommandTable: lambda _scope: table,
        }
    )


class Hub:
    """The running service."""

    def __init__(self, parts: Parts, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Wire the parts; nothing runs before ``run``."""
        self._parts = parts
        self._clock = clock
        settings, network, catalogs = parts.settings, parts.network, parts.catalogs
        understanding = AnswerReader(network, load_answers(starter("answers.yaml")))
        self._index = library_index(network)
        features = discover()
        table = CommandTable(features, catalogs.words.ways)
        given = services(network, understanding, self._index, table)
        manners = Manners(settings.matrix.user_id, settings.talk.prefix, settings.people.stewards)
        conversation = Conversation(
            features,
            table,
            Talks(features, given, network, understanding),
            given,
            network=network,
            words=catalogs.words,
            manners=manners,
        )
        self._dispatcher = Dispatcher(
            parts.storage,
            conversation,
            clock=clock,
            post=self._post,
            said=parts.sender.lanes.wake,
            stage=parts.stage,
        )
        self._sync = SyncLoop(
            parts.client,
            parts.storage,
            seconds=time.monotonic,
            random=Random(),  # noqa: S311 -- spreads retries, keeps no secret
            taken=self._dispatcher.inbox.wake,
            stage=parts.stage,
        )
        self._pages = Pages(self._healthy, self._readings)

    def _post(self, session: AsyncSession, now: datetime) -> OutboxPost:
        server = self._parts.settings.matrix.server_name
        return OutboxPost(session, self._parts.catalogs, now, token=_token, server_name=server)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way within ten seconds."""
        settings = self._parts.settings
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await self._prepare_library()
        clock = Clock()
        clock.every(1, self._dispatcher.dues.wake)
        await self._pages.start(settings.web.host, settings.web.port)
        clock.start()
        log.info("hub.started", web=[f"{host}:{port}" for host, port in self._pages.addresses])
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(work)
                    for work in (
                        self._sync.run(),
                        self._dispatcher.inbox.run(),
                        self._dispatcher.dues.run(),
                        self._parts.sender.lanes.run(),
                        self._look_after_space(),
                    )
                ]
                await stop.wait()
                for task in tasks:
                    task.cancel()
        finally:
            clock.stop()
            await self._pages.stop()
        await self._parts.sender.drain(DRAIN_SECONDS)
        log.info("hub.stopped")

    async def _prepare_library(self) -> None:
        async with self._parts.storage.read() as session:
            known = await Library(session).count()
        if not known:
            file = self._parts.settings.library.file
            path = self._parts.settings.path(file) if file else starter("library.yaml")
            log.info("library.imported", items=(await import_library(self._parts.storage, path))[0])
        await build_index(self._parts.storage, self._index)

    async def _look_after_space(self) -> None:
        """Build what is missing of the Space, once the homeserver answers."""
        await self._sync.ready.wait()
        await whoami(self._parts.client)
        if not self._parts.settings.space.manage:
            return
        while True:
            try:
                changes = await self._parts.builder.plan()
                break
            except (Refused, Unreachable) as error:
                log.warning("space.not_planned", error=str(error))
                await asyncio.sleep(30)
        await self._parts.builder.apply(changes, self._clock(), _token)
        log.info("space.planned", changes=len(changes))
        self._parts.sender.lanes.wake()

    def _healthy(self) -> bool:
        recent = time.monotonic() - self._sync.last_answer < SILENT_TOO_LONG
        return recent and self._sync.ready.is_set()

    async def _readings(self) -> dict[str, float]:
        async with self._parts.storage.read() as session:
            inbox, outbox = await Inbox(session).counts(), await Outbox(session).counts()
        return {
            "events_handled_total": self._dispatcher.handled,
            "events_malformed_total": self._sync.dropped,
            "messages_sent_total": self._parts.sender.sent,
            "sync_failures": self._sync.failures,
            "inbox_waiting": inbox.get("new", 0),
            "inbox_dead": inbox.get("dead", 0),
            "outbox_waiting": outbox.get("new", 0),
            "outbox_parked": outbox.get("parked", 0),
            "outbox_unknown": outbox.get("unknown", 0),
        }
