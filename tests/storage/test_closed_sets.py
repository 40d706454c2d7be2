"""Words of closed sets are members in Python and texts in the tables; one unknown stops nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from kit.authority import Role
from kit.notices import Notice
from kit.text import Reply, Verbatim
from storage.inbox import Inbox
from storage.people import People
from storage.queue import TRIES, State
from storage.tables.people import Decided
from storage.tables.talk import NoticeState
from tests.harness import NOON, STEWARD, Talk, kinds

pytestmark = pytest.mark.both_databases

AMAL, BORIS = "@amal:test", "@boris:test"
NIGHT = NOON.replace(hour=23)


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    for who in (STEWARD, AMAL, BORIS):
        await talk.member(who)
    await talk.says(STEWARD, f"role {AMAL} moderator")
    return talk


async def damage(hub: Talk, statement: str) -> None:
    async with hub.storage.write() as session:
        await session.execute(text(statement))


async def stored(hub: Talk, query: str) -> list[object]:
    async with hub.storage.read() as session:
        return list((await session.scalars(text(query))).all())


async def test_members_of_a_set_are_stored_as_their_words(hub: Talk):
    hub.now = NIGHT
    await hub.says(AMAL, f"vouch {BORIS}")
    async with hub.storage.write() as session:
        await hub.post(session, NIGHT).notify(1, Notice.DUTIES, Reply("test.duty", Verbatim("do")))
    assert await stored(hub, "SELECT role FROM person ORDER BY id") == [
        "member",
        "moderator",
        "member",
    ]
    assert await stored(hub, "SELECT what FROM decision ORDER BY id") == ["moderator", "vouch"]
    assert await stored(hub, "SELECT DISTINCT state FROM inbox") == ["done"]
    duties = "FROM notice WHERE notice = 'duties'"
    assert await stored(hub, f"SELECT state {duties}") == ["held"]


async def test_a_word_that_is_in_no_set_is_not_stored(hub: Talk):
    with pytest.raises(StatementError, match="archbishop"):
        async with hub.storage.write() as session:
            (await People(session).find(AMAL)).role = "archbishop"


async def test_who_has_a_role_that_nobody_knows_has_no_power_and_stops_nobody(hub: Talk):
    assert kinds(await hub.says(AMAL, "health")) == ["moderation.health"]
    await damage(hub, "UPDATE person SET role = 'archbishop' WHERE role = 'moderator'")
    assert kinds(await hub.says(AMAL, "health")) == ["error.not_allowed"]
    assert kinds(await hub.says(AMAL, "rooms")) == ["rooms.list"]
    async with hub.storage.write() as session:
        people = await People(session).named([1, 2, 3])
    assert [person.role for person in people] == [Role.MEMBER, Role.ANYONE, Role.MEMBER]


async def test_a_decision_that_nobody_knows_costs_the_question_for_it(hub: Talk):
    await damage(hub, "UPDATE decision SET what = 'canonised'")
    heard = await hub.says(STEWARD, "decisions")
    for _try in range(TRIES):
        hub.now += timedelta(minutes=5)
        await hub.dispatcher.handle_events()
    assert kinds([*heard, *await hub.heard()]) == ["error.broken"]
    assert kinds(await hub.says(STEWARD, "health")) == ["moderation.health"]


async def test_a_notice_of_a_kind_that_nobody_knows_is_said_with_the_others(hub: Talk):
    hub.now = NIGHT
    async with hub.storage.write() as session:
        post = hub.post(session, NIGHT)
        for name in ("one", "two"):
            await post.notify(1, Notice.DUTIES, Reply(f"test.{name}", Verbatim(name)))
    await damage(
        hub, "UPDATE notice SET notice = 'weather' WHERE id IN (SELECT min(id) FROM notice)"
    )
    assert kinds(await hub.passes(timedelta(hours=12))) == ["test.one", "test.two"]


async def test_a_row_in_a_state_that_nobody_knows_is_over_and_counted_as_dead(hub: Talk):
    await damage(hub, "UPDATE inbox SET state = 'lost' WHERE id IN (SELECT min(id) FROM inbox)")
    async with hub.storage.read() as session:
        counts = await Inbox(session).counts()
    assert counts == {State.DEAD: 1}


def test_every_role_can_be_decided_about():
    assert {role.value for role in Role} | {"vouch", "withdraw"} == {each.value for each in Decided}


def test_what_was_said_waits_no_longer():
    assert [state for state in NoticeState if state.waits] == [
        NoticeState.HELD,
        NoticeState.GATHERED,
        NoticeState.VEILED,
    ]
