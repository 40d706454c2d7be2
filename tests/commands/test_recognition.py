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


async def counts(talk: Talk) -> str | None:
    """Return the master key of the identity of Amal that counts."""
    async with talk.storage.read() as session:
        who = await Correspondents(session).find(AMAL)
        assert who is not None
        return who.pinned_master_key


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
    assert numbers(NEW) not in told  # so that they have to be heard
    assert f'"verify {AMAL} …"' in told
    (clear,) = await warned(hub)
    assert clear.startswith("Your account shows a new identity for encryption.")
    assert clear.count(numbers(NEW)) == 1


async def test_of_some_identities_a_day_somebody_is_told_and_moderators_of_one(hub: Talk):
    await letter(hub)
    for key in (THIRD, "a fourth one", "a fifth one"):
        assert await replaces(hub, key) == []
    assert len(await warned(hub)) == 3
    assert await hub.passes(timedelta(days=1)) == []
    assert sum(numbers("a fifth one") in each for each in await warned(hub)) == 1
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
        ("trust.decided", "direct:4"),
        ("trust.recognises", "direct:3"),
    ]
    assert heard[0].body == (
        f"{STEWARD} let another identity for encryption count for {AMAL}. That is entry 1 of "
        f'"audit". If it is wrong, "verify {AMAL} {numbers(OLD)}" brings back what counted before.'
    )
    assert any(f"{AMAL} {numbers(OLD)}" in each for each in await warned(hub))
    async with hub.storage.read() as session:
        assert await Correspondents(session).replaced(AMAL) is None
        entry = (await session.scalars(select(AuditRow).order_by(AuditRow.id.desc()))).first()
    assert entry is not None
    assert entry.what is Audited.IDENTITY_ACCEPT
    assert "New identities" not in (await hub.says(STEWARD, "health"))[0].body
    again = await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    assert kinds(again) == ["trust.other_numbers"]


async def test_a_moderators_word_is_taken_back_by_another(hub: Talk):
    await letter(hub)
    await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    (shown,) = await verified(hub, SECOND_STEWARD, f"verify {AMAL}")
    assert f'"verify {AMAL} {numbers(OLD)}" brings back' in shown.body
    heard = await verified(hub, SECOND_STEWARD, f"verify {AMAL} {numbers(OLD)}")
    assert sorted(kinds(heard)) == ["trust.brings_back", "trust.decided"]
    assert await counts(hub) == OLD
    assert any(each.startswith("A moderator brought back") for each in await warned(hub))
    async with hub.storage.read() as session:
        entry = (await session.scalars(select(AuditRow).order_by(AuditRow.id.desc()))).first()
    assert entry is not None
    assert entry.what is Audited.IDENTITY_BACK


@pytest.mark.parametrize(("days", "counted"), [(6, OLD), (7, NEW)])
async def test_the_word_of_whose_own_identity_is_new_does_not_count(
    hub: Talk, days: int, counted: str
):
    await letter(hub)
    async with hub.storage.write() as session:
        await Correspondents(session).track([STEWARD], hub.now)
        theirs = CorrespondentRow.user_key == STEWARD
        own = {"pinned_master_key": OLD, "pinned_at": hub.now - timedelta(days=days)}
        await session.execute(update(CorrespondentRow).where(theirs).values(own))
    await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    assert await counts(hub) == counted


async def test_wrong_numbers_are_said_a_few_times_a_day(hub: Talk):
    await letter(hub)
    for _time in range(3):
        heard = await verified(hub, STEWARD, f"verify {AMAL} {numbers(THIRD)}")
        assert kinds(heard) == ["trust.other_numbers"]
    heard = await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    assert kinds(heard) == ["error.not_allowed"]
    await hub.passes(timedelta(days=1))
    await verified(hub, STEWARD, f"verify {AMAL} {numbers(NEW)}")
    assert await counts(hub) == NEW


@pytest.mark.parametrize(
    ("who", "key", "vouched", "refused"),
    [
        (STEWARD, THIRD, True, "trust.other_numbers"),
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


@pytest.mark.parametrize("another", [True, False])
async def test_who_is_erased_while_another_identity_is_shown_keeps_the_one_that_counts(
    hub: Talk, another: bool
):
    """Else whoever has the account lets it be forgotten, and passes for its owner."""
    await replaces(hub, NEW if another else OLD)
    heard = await hub.says(AMAL, "forget me", "yes")
    (goodbye,) = (said.body for said in heard if said.kind == "forget.done")
    assert ("Only the list of your devices stays" in goodbye) is another
    async with hub.storage.read() as session:
        who = await Correspondents(session).find(AMAL)
    assert (None if who is None else who.pinned_master_key) == (OLD if another else None)


async def test_moderators_hear_of_a_steward_who_never_became_a_member(talk: Talk):
    await talk.member(STEWARD)
    await talk.opens(SECOND_STEWARD)
    heard = await replaces(talk, NEW, SECOND_STEWARD)
    assert [(said.kind, said.room) for said in heard] == [("trust.to_recognise", "direct:1")]
