"""What both the service and the operator's commands need: the database and the account."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from bot.clock import utc_now
from bot.i18n import Catalogs, catalog_directory
from bot.kit.errors import AlreadyRunning
from bot.kit.network import Network
from bot.kit.stage import Stage, unobserved
from bot.matrix.client import Client
from bot.matrix.login import connect
from bot.matrix.outbox import Sender
from bot.matrix.space import SpaceBuilder
from bot.settings import Settings
from bot.starter import load_network, starter
from storage.engine import Storage
from storage.migrate import upgrade


def read_network(settings: Settings) -> Network:
    """Read the declared network: the operator's files, or those that come with the hub."""
    space = settings.space
    return load_network(
        settings.path(space.file) if space.file else starter("space.yaml"),
        settings.path(space.vocabulary) if space.vocabulary else starter("vocabulary.yaml"),
    )


@contextmanager
def only_instance(directory: Path) -> Iterator[None]:
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


def new_token() -> str:
    """Make a transaction id, from which room addresses come too: it must not be guessed."""
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
        await stack.enter_async_context(storage.only_user(settings.matrix.user_id))
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
