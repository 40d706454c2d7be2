"""What both the service and the operator's commands need: the database and the account."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

import structlog

from actions.authority import Stewards
from actions.moderation.floods import FloodGauge
from actions.moderation.namesakes import Names
from bot.almanac import with_days
from bot.matrix.client import Client
from bot.matrix.intake import Gauge, Intake
from bot.matrix.keys import Keys
from bot.matrix.lease import Lease
from bot.matrix.login import connect
from bot.matrix.sender import Sender
from bot.matrix.space.builder import SpaceBuilder
from bot.matrix.trust import AccountTrust
from bot.say.appearance import Appearance
from bot.say.i18n import Catalogs, catalog_directory
from bot.service.clock import utc_now
from bot.service.instance import OwnLeases, only_instance
from bot.settings import Settings
from bot.starter import load_pictures, starter
from bot.starter.network import load_network
from bot.talk.manners import Manners
from kit.drawing import Pictures
from kit.due import Planned
from kit.errors import AlreadyRunning, BadConfiguration
from kit.inbound import GoesBy
from kit.network import Network
from kit.roomkey import SpaceRoom
from kit.stage import Stage, unobserved
from storage.engine import Storage
from storage.inbox import Incoming
from storage.migrate import is_current, upgrade
from storage.vault import Vault, WrongKey, new_key, read_key, write_key

log = structlog.get_logger(__name__)


def read_network(settings: Settings) -> Network:
    """Read the declared network: the operator's files, or those that come with the hub."""
    space = settings.space
    network = load_network(
        settings.path(space.file) if space.file else starter("space.yaml"),
        settings.path(space.vocabulary) if space.vocabulary else starter("vocabulary.yaml"),
    )
    return with_days(network, settings.path(space.events) if space.events else None)


def new_token() -> str:
    """Make a transaction id, from which room addresses come too: it must not be guessed."""
    return secrets.token_hex(16)


def gauge(floods: FloodGauge, names: Names, clock: Callable[[], datetime]) -> Gauge:
    """Let *floods* count what comes in, by our own clock: others may say any moment.

    What people are called is compared with other *names*.
    """

    def count(room: SpaceRoom, incoming: Incoming, *, late: bool) -> list[tuple[Planned, datetime]]:
        now = clock()
        if isinstance(incoming.event, GoesBy):
            alike = names.called(incoming.sender, incoming.event.name)
            return [(alike, now)] if alike is not None else []
        at = min(incoming.sent_at, now) if late else now
        found = floods.count(room.slug, incoming.sender, incoming.event_id, incoming.event, at)
        return [(each, now) for each in found]

    return count


@asynccontextmanager
async def open_storage(
    settings: Settings, url: str | None = None, *, alone: bool = False
) -> AsyncIterator[tuple[Storage, bool]]:
    """Open the database with its key and bring it up to date; tell whether that changed it.

    It is held *alone*, or only as long as it is brought up to date: beside a hub that uses it, it
    is taken as it is. A database that holds nothing sealed yet gets a new key. *url* names another
    one than the settings do.

    Raises:
        AlreadyRunning: another process holds it.
        BadConfiguration: the key is another one, or gone; what uses it is of another release.
    """
    changed = False
    async with _keyed(settings, url) as (storage, keep_key), AsyncExitStack() as stack:
        if alone:
            await stack.enter_async_context(_held(settings, storage))
            changed = await upgrade(storage, keep_key)
        elif keep_key is not None or not await is_current(storage):
            try:
                async with _held(settings, storage):
                    changed = await upgrade(storage, keep_key)
            except AlreadyRunning as error:
                message = "the running hub is of another release than this command: restart it"
                raise BadConfiguration(message) from error
        yield storage, changed


@asynccontextmanager
async def open_copy(settings: Settings, url: str) -> AsyncIterator[Storage]:
    """Open a database that nobody else knows of yet, and bring it up to date.

    Raises:
        BadConfiguration: the key is another one, or gone.
    """
    async with _keyed(settings, url) as (storage, keep_key):
        await upgrade(storage, keep_key)
        yield storage


@asynccontextmanager
async def _keyed(
    settings: Settings, url: str | None
) -> AsyncIterator[tuple[Storage, Callable[[], None] | None]]:
    """Give a database its key, and what keeps that if it is a new one."""
    path = settings.path(settings.database.key_file)
    found = read_key(path)
    key = found or new_key()

    def keep_key() -> None:
        write_key(path, key)
        log.warning("database.key_made", file=str(path), advice="keep a copy away from backups")

    storage = Storage(url or settings.database_url, Vault(key))
    try:
        yield storage, keep_key if found is None else None
    except WrongKey as error:
        message = f"{path}: without the key that sealed this database it cannot be opened"
        if next_key(settings).exists():
            message += f". {next_key(settings)} may be it: say `ilan-hub db rekey`"
        raise BadConfiguration(message) from error
    finally:
        await storage.close()


def next_key(settings: Settings) -> Path:
    """Name the file of a key that is about to take the place of the one in use."""
    path = settings.path(settings.database.key_file)
    return path.with_name(f"{path.name}.new")


@asynccontextmanager
async def _held(settings: Settings, storage: Storage) -> AsyncIterator[None]:
    with only_instance(settings.directory):
        async with storage.only_user(settings.matrix.user_id):
            yield


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
    names: Names
    keys: Keys
    lease: Lease
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
        opened = open_storage(settings, alone=not beside)
        storage, _changed = await stack.enter_async_context(opened)
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
        root = network.root.slug
        secret = secrets.token_bytes(32)
        own = settings.matrix.display_name, settings.matrix.user_id[1:].partition(":")[0]
        names = Names(network.limits.lookalike_letters, secret, client.user_id, own)
        counted = gauge(FloodGauge(network.limits, root, secret), names, clock)
        intake = Intake(client.user_id, manners.concern, SpaceRoom(root), counted)
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
            keepers=sorted(settings.space.keepers),
        )
        yield Parts(
            settings,
            storage,
            network,
            catalogs,
            client,
            manners,
            intake,
            names,
            keys,
            Lease(client, OwnLeases(settings.directory), new_token),
            AccountTrust(client, storage, secrets.token_bytes),
            sender,
            builder,
            pictures,
            stage,
        )
