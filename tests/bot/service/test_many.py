"""What is asked of the database for each command, however many members there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from random import Random

import pytest

from benchmarks.load import Load
from benchmarks.support.crowd import Crowd
from benchmarks.support.sayings import SAYINGS, Saying
from benchmarks.support.statements import counted
from bot.library.librarian import import_library
from bot.service.wiring import discover
from bot.starter import starter
from kit.codes import Codes
from storage.attention import Attention
from storage.engine import Storage
from storage.migrate import upgrade
from tests.harness import NOON, VAULT, Talk, network

pytestmark = pytest.mark.slow

# A request is put to one expert more or less, as they happen to be there.
MATCHED, ONE_EXPERT = {"ask", "conflict", "decline", "case widen", "withdraw consent"}, 20


async def asked(directory: Path, members: int, paths: Iterable[str]) -> dict[str, int]:
    """Count the statements of each of these commands in a network of so many members."""
    storage = Storage(f"sqlite:///{directory / f'{members}.db'}", VAULT)
    await upgrade(storage)
    await import_library(storage, starter("library.yaml"))
    crowd = Crowd(members, network(), NOON)
    await crowd.settle(storage)
    load, found = Load(Talk(storage, live=True, numbers=Codes(Random(1))), crowd), {}
    await load.prepare()
    for path in paths:
        saying = SAYINGS[path](crowd, 0)
        await load.say(Saying(saying.who, ("cancel", *saying.texts[:-1])))
        with counted() as counts:
            await load.say(Saying(saying.who, saying.texts[-1:]))
        found[path] = counts.statements
    await storage.close()
    return found


async def growing(directory: Path, few: int, many: int, paths: Collection[str]) -> set[str]:
    """Name the commands that ask more where there are more members."""
    small, large = [await asked(directory, n, paths) for n in (few, many)]
    return {path for path in paths if large[path] > small[path] + ONE_EXPERT * (path in MATCHED)}


async def test_a_larger_network_takes_no_more_statements(tmp_path):
    assert await growing(tmp_path, 500, 2_000, SAYINGS) == set()


async def test_what_asks_for_each_member_is_noticed(tmp_path, monkeypatch):
    async def one_by_one(attention: Attention, _after: int, _most: int) -> list[int]:
        found = await attention.members(range(1_000))
        return [person.id for person, _wishes in found if await attention.wishes(person.id)]

    monkeypatch.setattr(Attention, "member_ids", one_by_one)
    assert await growing(tmp_path, 100, 200, ["help", "event add"]) == {"event add"}


def test_each_command_there_is_is_said():
    assert {*SAYINGS} == {each.path for feature in discover() for each in feature.commands}
