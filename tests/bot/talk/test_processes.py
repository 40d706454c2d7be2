"""Two dispatchers at one database: each event and each due row is handled once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.talk import dispatch
from kit.inbound import TextMessage
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.queue import State
from storage.tables.queues import DueRow
from tests.harness import Talk

ANSWERS = {
    "help.all": 2,
    "error.not_found": 1,
    "onboarding.ask.language": 1,  # what is said in the middle of it recalls it in its own answer
    "onboarding.cancelled": 1,
}
PEOPLE = [f"@p{n}:test" for n in range(6)]


async def until_nothing_is_left(*talks: Talk) -> None:
    async def work(talk: Talk) -> None:
        while await talk.dispatcher.handle_events() or await talk.dispatcher.handle_due():
            pass

    for _twice in range(2):
        await asyncio.gather(*map(work, talks))


async def test_each_event_is_answered_once_also_when_it_is_refused(
    shared: Storage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatch, "TOGETHER", 2)  # of six rooms, or one process gets them all
    first, second = Talk(shared), Talk(shared)
    second._made = 10_000
    for who in PEOPLE:
        await first.opens(who)
        await first.says(who, "hello")
    second.dispatcher.handled = first.dispatcher.handled = 0
    async with shared.write() as session:
        said = [
            Incoming(f"${who}{n}", first.chat(who), who, TextMessage(text), first.now)
            for n, text in enumerate(["help", "cite 1", "cancel", "help"])
            for who in PEOPLE
        ]
        await Inbox(session).take(said)
    await until_nothing_is_left(first, second)
    heard = await first.heard()
    answers = {said.room: Counter[str]() for said in heard}
    for said in heard:
        answers[said.room][said.kind] += 1
    assert list(answers.values()) == [ANSWERS] * len(PEOPLE)
    assert min(first.dispatcher.handled, second.dispatcher.handled) > 0
    async with shared.read() as session:
        assert await Inbox(session).counts() == {}


async def test_each_due_row_is_handled_once(shared: Storage):
    first, second = Talk(shared), Talk(shared)
    second._made = 10_000
    for who in PEOPLE:
        await first.opens(who)
    first.now += timedelta(minutes=1)
    second.now = first.now
    await until_nothing_is_left(first, second)
    greeted = Counter(
        said.room for said in await first.heard() if said.kind == "onboarding.welcome"
    )
    assert greeted == {f"direct:{n}": 1 for n in range(1, len(PEOPLE) + 1)}
    async with shared.read() as session:
        done = select(func.count()).where(DueRow.state == State.DONE)
        assert await session.scalar(done) == len(PEOPLE)
