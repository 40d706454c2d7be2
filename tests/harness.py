"""Conversations without a homeserver: events go into the inbox, answers are read in the outbox."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from concurrent.futures import Future
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from random import Random
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.authority import Stewards
from actions.events.calendars import Publishing
from benchmarks.support.taught import taught
from bot.almanac import with_days
from bot.library.librarian import Librarian, library_index
from bot.say.i18n import Catalogs, catalog_directory
from bot.say.post import OutboxPost
from bot.service.wiring import command_table, converse, discover, lesson
from bot.settings import AttentionSettings
from bot.starter import load_library, starter
from bot.starter.network import load_network
from bot.talk.dispatch import Dispatcher
from bot.talk.manners import Manners
from bot.talk.scope import Scopes
from bot.understanding import AnswerReader, load_answers
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.moments import load_tables
from bot.understanding.wishes import Recogniser
from kit.feature import Feature
from kit.inbound import load
from kit.network import Network
from kit.ports import Numbers
from kit.roomkey import RoomKey, read_key
from kit.stored import Unreadable
from kit.table import CommandTable
from search.document import Document
from search.index import LibraryIndex
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.occupants import Occupants
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow
from storage.vault import Vault
from tests.beginnings import Beginnings
from tests.watched import Watched

HUB, STEWARD, SECOND_STEWARD = "@hub:test", "@secretariat:test", "@chair:test"
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LONGEST = 1_024
VAULT = Vault(bytes(32))
# French sets signs apart by a space at which no line breaks.
ISOLATES = {**dict.fromkeys(map(ord, "\u200f\u2066\u2067\u2068\u2069")), 0xA0: " "}

# Made once: building a statement takes longer than running it.
_HEARD = (
    select(OutboxRow.id, OutboxRow.action, OutboxRow.content, RoomRow.key)
    .join(RoomRow, RoomRow.id == OutboxRow.room)
    .where(OutboxRow.id > bindparam("read"))
    .order_by(OutboxRow.id)
)


@cache
def network() -> Network:
    return with_days(load_network(starter("space.yaml"), starter("vocabulary.yaml")))


@cache
def catalogs(prefix: str = "!") -> Catalogs:
    return Catalogs(catalog_directory(), network().languages, prefix=prefix, zones=network().zones)


@cache
def usual(prefix: str = "!") -> CommandTable:
    """Give the table of all commands: to make it takes as long as a message."""
    return command_table(discover(), catalogs(prefix).words)


@cache
def understanding() -> AnswerReader:
    return AnswerReader(
        network(),
        load_answers(starter("answers.yaml")),
        Guard(load_lexicon(starter("guard.yaml"))),
        load_tables(catalog_directory(), network().languages),
        index().concepts,
        catalogs().spoken,
    )


@cache
def wishes() -> Recogniser:
    return taught(lesson(discover(), catalogs().words, catalog_directory()))


@cache
def learnt() -> Future[Recogniser]:
    future = Future[Recogniser]()
    future.set_result(wishes())
    return future


@cache
def index() -> LibraryIndex:
    index = library_index(network())
    index.update(
        Document(
            **{
                **r.model_dump(exclude={"title", "summary", "url", "verified", "source"}),
                "titles": r.title,
                "summaries": r.summary,
            }
        )
        for r in load_library(starter("library.yaml"))
    )
    return index


def empty_index() -> LibraryIndex:
    """Make an index without items. It shares the concepts: to read them takes half a second."""
    known = index()
    return LibraryIndex(known.concepts, known._filters)


@dataclass(frozen=True)
class Said:
    """One thing the hub did: what, where, and in which words."""

    kind: str
    room: str
    body: str
    ids: list[str]
    content: dict[str, Any]


class InOrder:
    """Numbers requests 1, 2, 3, so that tests can name them."""

    def __init__(self) -> None:
        self.drawn = 0

    def draw(self) -> int:
        self.drawn += 1
        return self.drawn


def once(play: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Let what many tests begin with be played once; those after it copy what came of it."""

    @wraps(play)
    async def played(talk: Talk, *given: Hashable, **named: Hashable) -> Any:
        known = talk.beginnings
        beginning = known and known.after((play, given, *named.items(), *talk.mark()))
        if not (known and beginning):
            return await play(talk, *given, **named)
        if found := await known.restore(beginning):
            mark, result = found
            talk.go_on(mark)
        else:
            result = await play(talk, *given, **named)
            await known.keep(beginning, (talk.mark(), result))
        return deepcopy(result)

    return played


def scene(play: Callable[[Talk], Awaitable[object]]) -> Any:
    """Make a fixture of how the tests of a file begin, which is played once."""
    played = once(play)

    @pytest.fixture(name=play.__name__)
    async def begun(talk: Talk) -> Talk:
        await played(talk)
        return talk

    return begun


class Talk:
    """A hub whose homeserver is the test.

    It knows all *features* unless others are given. A *live* one finds what was changed in the
    library. One with *beginnings* is like all others with them, but for being live.
    """

    def __init__(
        self,
        storage: Storage,
        post: type[OutboxPost] = OutboxPost,
        *,
        attention: AttentionSettings | None = None,
        features: list[Feature] | None = None,
        plan: Network | None = None,
        live: bool = False,
        prefix: str = "!",
        numbers: Numbers | None = None,
        stewards: Collection[str] = (STEWARD, SECOND_STEWARD),
        encrypted_chats: bool = False,
        beginnings: Beginnings | None = None,
        hub: str = HUB,
        public: str | None = None,
        recogniser: Future[Recogniser] | None = None,
        found: LibraryIndex | None = None,
    ) -> None:
        self.network = plan = plan or network()
        self.storage = storage
        self.hub = hub
        self._live = live
        found = found or (empty_index() if live else index())
        self._librarian = Librarian(storage, found) if live else None
        self.now = NOON
        self.delay = timedelta(0)
        self.last_event = ""
        self.beginnings = beginnings
        self._numbers = InOrder()
        self._made = 0
        self._read = 0
        self._catalogs = catalogs(prefix)
        self.space = Watched()
        manners = Manners(hub, prefix, Stewards(frozenset(stewards)))
        router = converse(
            usual(prefix) if features is None else command_table(features, self._catalogs.words),
            plan,
            self._catalogs,
            understanding(),
            found,
            manners,
            numbers or self._numbers,
            random=Random(0).randbytes,
            recogniser=recogniser or learnt(),
            space=self.space,
            publishing=Publishing("test", public, Random(0).randbytes),
        )
        self.scopes = Scopes(
            self._catalogs,
            hub,
            attention or AttentionSettings(),
            encrypted_chats,
            lambda: f"txn{self._next()}",
            post,
        )
        self.dispatcher = Dispatcher(
            storage, router, clock=lambda: self.now, scopes=self.scopes, said=lambda: None
        )

    def post(self, session: AsyncSession, now: datetime) -> OutboxPost:
        return self.scopes.begin(session, now).post

    def restarted(self, **other: Any) -> Talk:
        """Return the same hub after a start with *other* settings."""
        talk = type(self)(self.storage, **other)
        talk.now, talk._made, talk._read = self.now, self._made, self._read
        return talk

    def _next(self) -> int:
        self._made += 1
        return self._made

    def mark(self) -> tuple[Hashable, ...]:
        """Say how far the conversation has come, beside what is in the database."""
        counts = self._made, self._read, self._numbers.drawn
        return self._live, self.now, self.delay, self.last_event, *counts

    def go_on(self, mark: tuple[Any, ...]) -> None:
        """Go on from where a conversation like this one left a mark."""
        _live, self.now, self.delay, self.last_event, *counts = mark
        self._made, self._read, self._numbers.drawn = counts

    @once
    async def room(self, key: str, room_id: str, language: str = "en") -> None:
        """Let a room exist that the hub has built."""
        async with self.storage.write() as session:
            row, _new = await Rooms(session).ensure(readable(key), language)
            await Rooms(session).made(row.id, room_id)

    async def event(
        self, kind: str, sender: str, room_id: str, payload: dict[str, Any]
    ) -> list[Said]:
        """Let an event arrive and be handled; returns what the hub did then."""
        self.last_event = event_id = f"${self._next()}"
        event = load(kind, payload)
        assert not isinstance(event, Unreadable)
        async with self.storage.write() as session:
            incoming = Incoming(event_id, room_id, sender, event, self.now - self.delay)
            await Inbox(session).take([incoming])
        if self._librarian:
            await self._librarian.refresh()
        while await self.dispatcher.handle_events():
            pass
        return await self.heard(str(payload.get("body", "")))

    async def opens(self, who: str) -> list[Said]:
        """Let somebody open a direct chat with the hub."""
        return await self.enters(self.chat(who), who)

    async def enters(self, room_id: str, *there: str, encrypted: bool = False) -> list[Said]:
        """Let the hub be invited to a room, go in, and hear from its homeserver who is there."""
        heard = await self.event("invite", self.hub, room_id, {})
        return heard + await self.gather(room_id, *there, encrypted=encrypted)

    async def gather(self, room_id: str, *there: str, encrypted: bool = False) -> list[Said]:
        """Let the homeserver tell who is in a chat with the hub."""
        async with self.storage.write() as session:
            await Occupants(session).count(room_id, {self.hub, *there})
            if encrypted:
                await Rooms(session).lock_all([room_id])
        return await self.event("members", self.hub, room_id, {})

    async def says(self, who: str, *texts: str, room_id: str = "") -> list[Said]:
        """Let somebody say things, in their direct chat unless a room is given."""
        heard: list[Said] = []
        for text in texts:
            heard = await self.event("message", who, room_id or self.chat(who), {"body": text})
        return heard

    async def reacts(self, who: str, key: str, to: Said) -> list[Said]:
        """Let somebody react to what the hub said, which has arrived by then."""
        txn_id = to.content["org.ilan.hub"]["txn"]
        async with self.storage.write() as session:
            query = select(OutboxRow).where(OutboxRow.txn_id == txn_id)
            row = (await session.scalars(query)).one()
            row.event_id, row.state = f"${txn_id}", State.SENT
        answer = {"body": key, "reacts_to": f"${txn_id}"}
        return await self.event("message", who, self.chat(who), answer)

    @staticmethod
    def chat(who: str) -> str:
        """Give the room id of somebody's direct chat, if they opened it."""
        return f"!chat-{who[1:].partition(':')[0]}:test"

    async def passes(self, time: timedelta) -> list[Said]:
        """Let time pass, and handle what falls due."""
        self.now += time
        if self._librarian:
            await self._librarian.refresh()
        while await self.dispatcher.handle_due():
            pass
        return await self.heard()

    async def heard(self, quoted: str = "") -> list[Said]:
        """Read what was put into the outbox since the last look."""
        async with self.storage.read() as session:
            rows = (await session.execute(_HEARD, {"read": self._read})).all()
        self._read = max([self._read, *(row.id for row in rows)])
        heard = [_said(row.action, row.content or {}, str(row.key)) for row in rows]
        for said in heard:
            assert faults(said.content, quoted) == [], said.kind
        return heard

    @once
    async def member(self, who: str, *, language: str = "1", country: str = "Kenya") -> None:
        """Take somebody through onboarding."""
        await self.opens(who)
        await self.says(who, "start", language, "yes", country, "1", "1, 10")


def readable(written: str) -> RoomKey:
    """Read the key of a room as the tables write it."""
    key = read_key(written)
    assert not isinstance(key, Unreadable)
    return key


def faults(content: Mapping[str, Any], quoted: str = "") -> list[str]:
    """List what makes a message hard to receive or to read, whatever it says.

    Signs that somebody typed may come back where they are *quoted*.
    About 1 kB on a slow line, complete without colours, pictures and other signs than letters.
    """
    body = str(content.get("body", "")).translate(ISOLATES)
    usual = {"№", *quoted}
    signs = sorted({s for s in body if unicodedata.category(s) == "So" and s not in usual})
    if content.get("org.ilan.hub", {}).get("kind") == "verification.compare":
        signs = []  # they are what is compared, and each has its name beside it
    return [
        *([f"{len(body)} characters"] * (len(body) > LONGEST)),
        *signs,
        *(["rings everybody"] * ("room" in content.get("m.mentions", {}))),
        *(["rings everybody by its text"] * ("@room" in body.casefold())),
    ]


def _said(action: str, content: dict[str, Any], key: str) -> Said:
    field = content.get("org.ilan.hub", {"kind": action, "ids": []})
    body = str(content.get("body", "")).translate(ISOLATES)
    return Said(field["kind"], key, body, field["ids"], content)


def kinds(heard: list[Said]) -> list[str]:
    return [said.kind for said in heard]
