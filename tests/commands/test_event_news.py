"""News of events for many members: in their digests portion by portion, as the event is by then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.events import spreading
from storage.tables.talk import NoticeRow
from tests.harness import ISOLATES, STEWARD, Talk, scene

MEMBERS = [f"@member{n}:test" for n in range(5)]


@scene
async def network(talk: Talk) -> None:
    for who in (STEWARD, *MEMBERS):
        await talk.member(who)


@pytest.fixture
async def hub(network: Talk, monkeypatch) -> Talk:
    monkeypatch.setattr(spreading, "PORTION", 2)
    return network


async def waiting(hub: Talk) -> dict[int, str]:
    """Say what waits for whom, in a word."""
    async with hub.storage.read() as session:
        rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.person_id))
        return {row.person_id: row.text["plain"].translate(ISOLATES).split(": ")[1] for row in rows}


async def test_all_but_who_announced_it_find_it_in_their_digests(hub: Talk):
    await hub.says(STEWARD, "event add in 100h Call", "yes")
    assert [*await waiting(hub)] == [2]  # the first portion, in the same transaction
    await hub.passes(timedelta(seconds=1))
    assert [*await waiting(hub)] == [2, 3, 4, 5, 6]


async def test_what_is_called_off_meanwhile_reaches_nobody_any_more(hub: Talk):
    await hub.says(STEWARD, "event add in 100h Call", "yes", "event cancel 1", "yes")
    await hub.passes(timedelta(seconds=1))
    assert await waiting(hub) == {}


async def test_what_is_changed_meanwhile_is_read_as_it_is(hub: Talk):
    await hub.says(STEWARD, "event add in 100h Call", "yes")
    await hub.passes(timedelta(seconds=1))
    await hub.says(MEMBERS[4], "going 1")
    await hub.says(STEWARD, "event edit 1 1 Talk", "yes")
    await hub.passes(timedelta(seconds=1))
    assert await waiting(hub) == dict.fromkeys([2, 3, 4, 5], "Talk")
