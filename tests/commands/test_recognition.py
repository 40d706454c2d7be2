"""A new identity for encryption counts by the word of a moderator who asked in another way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kit.codes import numbers
from kit.errand import SendInClear
from storage.encryption.correspondents import Correspondents
from storage.tables.audit import Audited, AuditRow
from storage.tables.encryption import CorrespondentRow
from storage.tables.queues import OutboxRow
from tests.harness import ISOLATES, SECOND_STEWARD, STEWARD, Said, Talk, kinds

AMAL, BORIS = "@amal:test", "@boris:test"
OLD, NEW, THIRD = "old master key", "new master key", "third master key"

pytestmark = pytest.mark.both_databases


async def replaces(talk: Talk, key: str, who: str = AMAL) -> list[Said]:
    """Let somebody be shown with another identity than before."""
    async with talk.storage.write() as session:
        await Correspondents(session).track([who], talk.now)
        shown = {"pinned_master_key": OLD, "master_key": key}
        theirs = CorrespondentRow.user_key == who
        await session.execute(update(CorrespondentRow).where(theirs).values(shown))
    return await talk.event("identity", who, "device", {})


async def warned(talk: Talk) -> list[str]:
    """Return what was said in clear so far."""
    async with talk.storage.read() as session:
        query = select(OutboxRow).where(OutboxRow.action == SendInClear.action)
        rows = (await session.scalars(query.order_by(OutboxRow.id.desc()))).all()
    return [(row.content or {})["message"]["body"].translate(ISOLATES) for row in rows]


async def verified(talk: Talk, who: str, text: str, *, vouched: bool = True) -> list[Said]:
    """Let somebody say a text from a device that they verified."""
    return await talk.event("message", who, talk.chat(who), {"body": text, "vouched": vouched})


async def letter(talk: Talk) -> tuple[str, list[str]]:
    """Let Amal show another identity; returns what a steward reads, and who was told."""
    heard = [said for said in await replaces(talk, NEW) if said.kind == "trust.to_recognise"]
    return heard[0].body, [said.room for said in heard]


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    for who in (AMAL, BORIS, STEWARD, SECOND_STEWARD):
        await talk.member(who)
    return talk


async def test_somebody_is_told_in_clear_and_those_who_may_decide_what_to_ask(hub: Talk):
    told, rooms = await letter(hub)
    assert rooms == ["direct:4", "direct:3"]
    assert numbers(NEW) in told
    assert f'"verify {AMAL} {numbers(NEW)}"' in told
    (clear,) = await warned(hub)
    assert clear.startswith("Your account shows a new identity for encryption.")
    assert clear.count(numbers(NEW)) == 1


async def test_of_more_identities_than_one_a_day_the_last_is_told(hub: Talk):
    await letter(hub)
    assert await replaces(hub, THIRD) == []
    assert await replaces(hub, "a fourth one") == []
    assert len(await warned(hub)) == 1
    heard = await hub.passes(timedelta(days=1))
    assert kinds(heard) == ["trust.to_recognise"] * 2
    assert numbers("a fourth one") in (await warned(hub))[-1]
    assert kinds(await hub.passes(timedelta(days=1))) == []


async def test_who_set_up_encryption_is_told_in_clear_on_which_device(hub: Talk):
    assert await hub.event("set_up", AMAL, "device", {"device": "ABCDEFGHIJ"}) == []
    assert await hub.event("set_up", AMAL, "another", {"device": "CALL 555 0100"}) == []
    there, anywhere = await warned(hub)
    assert there.startswith("Encryption was set up for your account, on a device of yours")
    assert 'Its ID is "ABCDEFGHIJ".' in there.splitlines()
    assert "555" not in anywhere


async def test_nobody_is_told_of_who_is_no_person_here(hub: Talk):
    assert await replaces(hub, NEW, "@stranger:test") == []


async def test_it_counts_by_the_numbers_that_a_moderator_heard_and_they_are_told(hub: Talk):
    told, _rooms = await letter(hub)
    assert [said.body for said in await verified(hub, STEWARD, f"verify {AMAL}")] == [told]
    health = (await hub.says(STEWARD, "health"))[0].body
    assert "• New identities for encryption that wait for a moderator: 1" in health.splitlines()
    heard = await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW).replace(' ', '')}")
    assert [(said.kind, said.room) for said in heard] == [
        ("trust.recognised", "direct:1"),
        ("trust.recognises", "direct:3"),
    ]
    async with hub.storage.read() as session:
        assert await Correspondents(session).replaced(AMAL) is None
        entry = (await session.scalars(select(AuditRow).order_by(AuditRow.id.desc()))).first()
    assert entry is not None
    assert entry.what is Audited.IDENTITY_ACCEPT
    assert "New identities" not in (await hub.says(STEWARD, "health"))[0].body
    again = await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    assert kinds(again) == ["error.not_found"]


@pytest.mark.parametrize(
    ("who", "key", "vouched", "refused"),
    [
        (STEWARD, THIRD, True, "error.conflict"),
        (STEWARD, NEW, False, "error.not_allowed"),  # a device of whoever has the account
        (AMAL, NEW, True, "error.not_allowed"),
        (BORIS, NEW, True, "error.not_allowed"),
    ],
)
async def test_it_does_not_count_by_anything_else(
    hub: Talk, who: str, key: str, *, vouched: bool, refused: str
):
    await letter(hub)
    text = f"verify {AMAL} {numbers(key)}"
    assert kinds(await verified(hub, who, text, vouched=vouched)) == [refused]
    async with hub.storage.read() as session:
        assert await Correspondents(session).replaced(AMAL) == NEW


async def test_who_decides_does_not_decide_about_themselves(hub: Talk):
    await replaces(hub, NEW, STEWARD)
    (heard,) = await verified(hub, STEWARD, f"verify {STEWARD} {numbers(NEW)}")
    assert heard.body == "Nobody acts on themselves: ask another moderator."
