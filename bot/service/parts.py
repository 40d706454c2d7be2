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

import structlog

from actions.authority import Stewards
from bot.matrix.client import Client
from bot.matrix.intake import Intake
from bot.matrix.keys import Keys
from bot.matrix.login import connect
from bot.matrix.sender import Sender
from bot.matrix.space.builder import SpaceBuilder
from bot.matrix.trust import AccountTrust
from bot.say.appearance import Appearance
from bot.say.i18n import Catalogs, catalog_directory
from bot.service.clock import utc_now
from bot.settings import Settings
from bot.starter import load_network, load_pictures, starter
from bot.talk.manners import Manners
from kit.drawing import Pictures
from kit.errors import AlreadyRunning, BadConfiguration
from kit.network import Network
from kit.roomkey import SpaceRoom
from kit.stage import Stage, unobserved
from storage.engine import Storage
from storage.migrate import is_current, upgrade
from storage.vault import Vault, WrongKey, new_key, read_key, write_key

log = structlog.get_logger(__name__)


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


@asynccontextmanager
async def open_storage(
    settings: Settings, url: str | None = None, *, beside: bool = False
) -> AsyncIterator[tuple[Storage, bool]]:
    """Open the database with its key and bring it up to date; tell whether that changed it.

    *beside* a hub that uses it the database is left as it is.

    A database that holds nothing sealed yet gets a new key. *url* names another one than the
    settings do.

    Raises:
        BadConfiguration: the key is another one, or gone.
    """
    path = settings.path(settings.database.key_file)
    found = read_key(path)
    key = found or new_key()

    def keep_key() -> None:
        if found is None:
            write_key(path, key)
            log.warning("database.key_made", file=str(path), advice="keep a copy away from backups")

    storage = Storage(url or settings.database_url, Vault(key))
    try:
        try:
            changed = False if beside else await upgrade(storage, keep_key)
        except WrongKey as error:
            message = f"{path}: without the key that sealed this database it cannot be opened"
            raise BadConfiguration(message) from error
        if beside and not await is_current(storage):
            message = "the running hub is of another release than this command: restart it"
            raise BadConfiguration(message)
        yield storage, changed
    finally:
        await storage.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """What both the service and the operator's commands need."""

    settings: Settings
    storage: Storage
    network: Network
    catalogs: Catalogs
    client: Client
    manners: Manners
    intake: Intake
    keys: Keys
    trust: AccountTrust
    sender: Sender
    builder: SpaceBuilder
    pictures: Pictures
    stage: Stage


@asynccontextmanager
async def open_parts(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    random: Random | None = None,
    stage: Stage = unobserved,
    beside: bool = False,
) -> AsyncIterator[Parts]:
    """Open database and account, which nobody else uses then; the database is brought up to date.

    *beside* a hub that runs they are shared with it, to look only.

    Raises:
        AlreadyRunning: another process uses them.
    """
    async with AsyncExitStack() as stack:
        if not beside:
            stack.enter_context(only_instance(settings.directory))
        opened = open_storage(settings, beside=beside)
        storage, _changed = await stack.enter_async_context(opened)
        if not beside:
            await stack.enter_async_context(storage.only_user(settings.matrix.user_id))
        network = read_network(settings)
        catalogs = Catalogs(
            catalog_directory(),
            network.languages,
            prefix=settings.talk.prefix,
            zones=network.zones,
        )
        client = await connect(
            settings.matrix,
            settings.secrets,
            settings.path(settings.matrix.credentials_file),
        )
        stack.push_async_callback(client.close)
        server = settings.matrix.server_name
        stewards = Stewards(settings.people.stewards)
        manners = Manners(
            settings.matrix.user_id,
            settings.talk.prefix,
            stewards,
            settings.matrix.display_name,
        )
        intake = Intake(client.user_id, manners.concern, SpaceRoom(network.root.slug))
        keys = Keys(client, storage, intake, clock=clock, token=new_token, stage=stage)
        sender = Sender(
            client,
            storage,
            clock=clock,
            random=random or Random(),  # noqa: S311 -- spreads retries, keeps no secret
            server_name=server,
            keys=keys,
            unsigned_devices=settings.encryption.unsigned_devices,
            stage=stage,
        )
        pictures = load_pictures(starter("pictures.yaml"))
        builder = SpaceBuilder(
            client,
            storage,
            network,
            Appearance(network, catalogs.reader, pictures),
            server_name=server,
            alias_prefix=settings.space.alias_prefix,
            join_rule=settings.space.join_rule,
            room_version=settings.space.room_version,
        )
        yield Parts(
            settings,
            storage,
            network,
            catalogs,
            client,
            manners,
            intake,
            keys,
            AccountTrust(client, storage, secrets.token_bytes),
            sender,
            builder,
            pictures,
            stage,
        )
