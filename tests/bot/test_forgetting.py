"""After "forget me" no byte of a person is left in any file, and each part of it is needed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.library.librarian import import_library
from bot.starter import starter
from storage import engine
from storage.engine import Storage
from storage.inbox import Inbox
from storage.migrate import upgrade
from storage.outbox import Outbox
from storage.people import People
from storage.retention import sweep
from storage.vault import Vault
from tests.bot.matrix.outgoing import Out
from tests.harness import STEWARD, Said, Talk, kinds

pytestmark = pytest.mark.slow  # the file is written anew after each erasure

WORD = "canary7f3a"
CANARY, FRIEND = f"@{WORD}:test", "@friend:test"
QUESTION = f"Which standards protect the {WORD} at disciplinary hearings?"


class Glass(Vault):
    """Seals nothing: what the file holds can be read, so that the search means something.

    Hashes stay what they are: one is kept on purpose, for a year.
    """

    def seal(self, plain: bytes, place: bytes) -> bytes:
        return plain

    def open(self, sealed: bytes, place: bytes) -> bytes:
        return sealed


class World(Talk):
    """A conversation whose errands are done, on a file of its own."""

    def __init__(self, directory: Path) -> None:
        super().__init__(Storage(f"sqlite:///{directory / 'hub.db'}", Glass(bytes(32))))
        self.directory = directory
        self.out = Out(self.storage)

    async def works(self) -> None:
        """Do every errand, and what the clock does each hour."""
        self.out.now = self.now
        await self.out.goes_on()
        async with self.storage.write() as session:
            await sweep(session, self.now)
        await self.storage.wipe()

    def named_in(self) -> set[str]:
        """List the events that the homeserver was sent and that name the canary."""
        sent = enumerate(self.out.server.asked, 1)
        return {f"${n}" for n, (_m, path, b) in sent if "/send/" in path and WORD in json.dumps(b)}

    def redacted(self) -> set[str]:
        """List the events that the homeserver was asked to redact."""
        paths = [path.split("/redact/") for _method, path, _body in self.out.server.asked]
        return {unquote(after[0].split("/")[0]) for _before, *after in paths if after}

    def left(self) -> list[str]:
        """Name the files that still hold a trace."""
        files = sorted(path for path in self.directory.iterdir() if path.is_file())
        return [path.name for path in files if WORD.encode() in path.read_bytes()]


@pytest.fixture
async def world(tmp_path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await upgrade(world.storage)
    await import_library(world.storage, starter("library.yaml"))
    for slug in (
        "ilan",
        "members",
        "practitioners",
        "staff",
        "mod-room",
        "events",
        "announcements",
    ):
        await world.room(f"space:{slug}", f"!{slug}:test")
    yield world
    await world.storage.close()


async def lives(world: World) -> None:
    """Let the canary do everything that members do, and others speak of it."""
    for who in (STEWARD, FRIEND, CANARY):
        await world.member(who)
        await world.says(who, "volunteer", "10", "skip")
    await world.says(
        STEWARD, f"vouch {CANARY}", f"role {CANARY} organiser", "event add in 72h Call", "yes"
    )
    await world.says(
        CANARY, f"find {CANARY}", f"{WORD} and nothing else", "going 1", "rooms", "join 1"
    )
    await world.event("join", CANARY, "!ilan:test", {})
    await world.works()
    await world.says(CANARY, "event add in 120h Talk", "yes")
    await world.says(CANARY, "ask", QUESTION, "10", "no", "skip", "yes")
    await world.says(STEWARD, "accept 1")
    await world.says(FRIEND, "accept 1")
    await world.says(CANARY, "accept 1")
    other = "What do you know of hearings elsewhere?"
    await world.says(FRIEND, "ask", other, "10", "no", "skip", "yes")
    await world.works()
    await world.says(CANARY, "accept 2", "ask", f"{QUESTION} Another.", "10", "no", "skip")
    await world.says(CANARY, "profile", room_id="!ilan:test")
    assert world.left() != []


async def goes(world: World) -> list[Said]:
    """Let it be forgotten, and the homeserver tell of what that led to."""
    said = await world.says(CANARY, "forget me", "yes")
    await world.works()
    await world.event("leave", CANARY, "!members:test", {})
    await world.works()
    return said


async def test_no_byte_of_a_person_is_left(world: World, capsys):
    await lives(world)
    said = await goes(world)
    assert set(kinds(said)) == {
        *("redact", "uninvite", "kick", "forget.done", "leave"),
        *("experts.stepped_back", "experts.offer"),  # who waited for them waits no more
        "experts.taken_out",
    }
    assert [each.room for each in said if each.kind == "leave"] == ["private:request:1", "direct:3"]
    assert world.left() == []
    assert WORD not in "".join(capsys.readouterr())
    assert (len(world.named_in()) > 3, world.named_in() - world.redacted()) == (True, set())


async def nothing(*_arguments: object) -> None:
    """Do nothing, in place of a part."""


@pytest.mark.parametrize(
    ("part", "name", "broken"),
    [
        (engine, "_ERASING", "secure_delete=OFF"),
        (Storage, "wipe", nothing),
        (People, "erase", nothing),
        (Inbox, "forget", nothing),
    ],
)
async def test_without_any_part_of_it_something_is_left(
    world: World, monkeypatch, part, name, broken
):
    await world.storage.close()  # pragmas are set when a connection is opened
    monkeypatch.setattr(part, name, broken)
    await lives(world)
    await goes(world)
    assert world.left() != []


async def test_messages_to_others_are_deleted_because_they_are_noted(world: World, monkeypatch):
    monkeypatch.setattr(Outbox, "about", nothing)
    await lives(world)
    await goes(world)
    assert world.named_in() - world.redacted() != set()


@pytest.mark.parametrize(("word", "left"), [("cancel", []), ("pause", ["hub.db"])])
async def test_of_a_draft_that_is_given_up_no_byte_is_left(world: World, word: str, left):
    await world.member(FRIEND)
    await world.says(FRIEND, "ask", QUESTION, "10", "no", "skip", word)
    await world.works()
    assert world.left() == left  # what is only paused is kept
