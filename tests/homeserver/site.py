"""A hub's account, its database, and the small Space that it looks after."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.matrix.client import Client
from bot.matrix.sender import Sender
from bot.matrix.space.builder import SpaceBuilder
from bot.sandbox.homeserver import Account, Homeserver
from bot.say.appearance import Appearance
from bot.service.building import Building, Terminal
from bot.service.clock import utc_now
from bot.starter import load_pictures, starter
from kit.network import Network, RoomBook
from kit.roomkey import RoomKey
from kit.space import Drift, Mend
from storage.engine import Storage
from storage.outbox import Outbox
from storage.tables.rooms import RoomRow
from tests.harness import VAULT, catalogs, network
from tests.haste import hurry
from tests.homeserver.unused import make_database
from tests.keyring import keyring

OPEN, MEMBERS, PRACTITIONERS = "welcome", "early-access", "torture-prevention"
SPACES = ("ilan", "start", "themes", "members", "practitioners")
# What is done in a room beside making it: rules are pinned in each language, and it is listed.
ABOVE = {
    **dict.fromkeys(("start", "themes"), ("link",)),
    OPEN: ("pin",) * 7 + ("link",),
    **dict.fromkeys((MEMBERS, PRACTITIONERS), ("link", "link")),
}
PREFIX = "trimmed"
PICTURES = load_pictures(starter("pictures.yaml"))
TOKENS = itertools.count(1)


def trimmed(**names: str) -> Network:
    """Keep eight rooms of the network, one of each sort; *names* are other English names."""
    rooms = {slug: network().rooms[slug] for slug in (*SPACES, OPEN, MEMBERS, PRACTITIONERS)}
    for slug, name in names.items():
        rooms[slug] = replace(rooms[slug], names={"en": name})
    return replace(network(), rooms=RoomBook(rooms))


def few(*more: str) -> Network:
    """Keep four of them, and *more*: the Space, what is open to all, and the members' gate."""
    plan, kept = trimmed(), {"ilan", "start", "members", OPEN, *more}
    rooms = {slug: room for slug, room in plan.rooms.items() if slug in kept}
    gates = {access: slug for access, slug in plan.gates.items() if slug in rooms}
    return replace(plan, rooms=RoomBook(rooms), gates=gates)


def open_database(file: Path) -> Storage:
    """Open the database of a hub; one that is not there is made."""
    if not file.exists():
        make_database(file)
    return hurry(Storage(f"sqlite:///{file}", VAULT))


class Site:
    """A hub's account, its database, and the Space it looks after."""

    def __init__(
        self,
        client: Client,
        storage: Storage,
        planned: Network,
        prefix: str,
        version: str | None,
        keepers: Sequence[str],
    ) -> None:
        self.client = client
        self.storage = self._storage = storage
        self._ahead = timedelta(0)
        _intake, keys = keyring(client, storage, self.now)
        self._sender = Sender(
            client,
            storage,
            clock=self.now,
            random=Random(1),
            server_name="hub.test",
            keys=keys,
        )
        self._builder = SpaceBuilder(
            client,
            storage,
            planned,
            Appearance(planned, catalogs().reader, PICTURES),
            server_name="hub.test",
            alias_prefix=prefix,
            join_rule="public",
            room_version=version,
            keepers=keepers,
        )

    def building(self, terminal: Terminal) -> Building:
        """Return what `ilan-hub space` works with, on a clock that goes on."""
        reader = catalogs().reader("en")
        return Building(self._storage, self._builder, self._sender, reader, terminal, self.now)

    def now(self) -> datetime:
        return utc_now() + self._ahead

    async def plan(self) -> list[tuple[str, str, str]]:
        return [(drift.kind, drift.slug, drift.about) for drift in await self.drifts()]

    async def drifts(self) -> list[Drift]:
        return await self._builder.plan(thorough=True)

    async def look(self) -> dict[RoomKey, str | None]:
        """Look for the open rooms before anything is planned; returns the rooms that are known."""
        await self._builder.find_open()
        return await self.rooms()

    async def troubles(self) -> list[str]:
        return [each.about for each in await self.drifts() if each.mend is Mend.HAND]

    async def rooms(self) -> dict[RoomKey, str | None]:
        async with self._storage.read() as session:
            return {row.key: row.room_id for row in await session.scalars(select(RoomRow))}

    async def apply(self) -> None:
        """Do everything that is planned; waiting for a room takes no time here."""
        changes = [drift for drift in await self.drifts() if drift.mend is not Mend.HAND]
        for _twice in range(2):  # planned again before it is done, it is still done once
            await self._builder.apply(changes, self.now(), lambda: f"token{next(TOKENS)}")
        while await self._waiting():
            await self._sender.drain(30)
            self._ahead += timedelta(seconds=2)

    async def _waiting(self) -> int:
        async with self._storage.read() as session:
            assert set(await Outbox(session).counts()) <= {"new", "sent"}
            return sum((await Outbox(session).waiting()).values())


@asynccontextmanager
async def site(
    homeserver: Homeserver,
    account: Account,
    file: Path,
    planned: Network,
    *,
    prefix: str = PREFIX,
    version: str | None = None,
    keepers: Sequence[str] = (),
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        storage = await asyncio.to_thread(open_database, file)
        stack.push_async_callback(storage.close)
        client = Client(homeserver.url, account.user_id, account.device_id, account.access_token)
        stack.push_async_callback(client.close)
        yield Site(client, storage, planned, prefix, version, keepers)


def alias(slug: str, prefix: str = PREFIX) -> str:
    return f"#{prefix}:hub.test" if slug == "ilan" else f"#{prefix}-{slug}:hub.test"


async def room_id(site_: Site, slug: str, prefix: str = PREFIX) -> str:
    found = await site_.client.resolve(alias(slug, prefix))
    assert found
    return found


async def state(site_: Site, slug: str, kind: str) -> dict[str, object]:
    return await site_.client.state(await room_id(site_, slug), kind) or {}
