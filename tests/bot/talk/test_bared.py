"""What was meant to be encrypted, when somebody opens another chat in clear."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kit.audience import only
from kit.errand import Create, Send, SendInClear
from kit.roomkey import Direct
from storage.outbox import Outbox
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.encryption import CorrespondentRow
from storage.tables.queues import OutboxRow
from tests.bot.talk.test_chats import AMAL, BORIS, chat, encrypted
from tests.harness import HUB, Talk, kinds

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("sealed", [False, True])
async def test_what_waits_to_be_encrypted_is_not_said_in_a_chat_in_clear(talk: Talk, sealed: bool):
    """Whoever holds the account, and no device of its owner, may open one."""
    await talk.event("invite", HUB, "!secret:test", {})
    await talk.gather("!secret:test", AMAL, encrypted=True)
    await talk.says(AMAL, "help", room_id="!secret:test")
    waiting, answered = await _with_a_warning(talk)
    await talk.enters("!new:test", AMAL, encrypted=sealed)
    heard = await talk.says(AMAL, "help", room_id="!new:test")
    told = [each.body for each in heard if each.kind == "room.in_clear"]
    assert ["What waited for you in our encrypted chat" in each for each in told] == (
        [] if sealed else [True]
    )
    async with talk.storage.read() as session:
        row = await session.get_one(OutboxRow, waiting)
    assert (row.state, row.content is None) == (("new", False) if sealed else ("withdrawn", True))
    redacted = {each.content["event_id"] for each in heard if each.kind == "redact"}
    assert (answered in redacted, "$warning" in redacted) == (True, False)


async def _with_a_warning(talk: Talk) -> tuple[int, str]:
    """Let all be sent but the last answer; returns its row, and an event that was an answer."""
    async with talk.storage.write() as session:
        rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        for number, row in enumerate(rows[:-1]):
            row.state, row.content, row.event_id = State.SENT, None, f"$sent{number}"
        last = rows[-1]
        for name, errand in (("$warning", SendInClear({})), ("$answer", Send({}))):
            add = Outbox(session).add
            add(last.room, errand, txn_id=name, now=talk.now, person_id=1, audience=only([1]))
            row = await session.scalar(select(OutboxRow).where(OutboxRow.txn_id == name))
            assert row is not None
            row.state, row.content, row.event_id = State.SENT, None, name
        return last.id, "$answer"


@pytest.mark.parametrize("replaced", [False, True])
async def test_while_another_identity_is_shown_nothing_encrypted_goes_on_in_clear(
    talk: Talk, replaced: bool
):
    await talk.event("invite", HUB, "!secret:test", {})
    await talk.gather("!secret:test", AMAL, encrypted=True)
    await talk.says(AMAL, "help", room_id="!secret:test")
    async with talk.storage.write() as session:
        shown = "other" if replaced else "theirs"
        identity = {"master_key": shown, "pinned_master_key": "theirs"}
        session.add(CorrespondentRow(user_id=AMAL, used_at=talk.now, **identity))
    await talk.enters("!clear:test", AMAL)
    heard = await talk.says(AMAL, "help", room_id="!clear:test")
    assert ("help.all" in kinds(heard)) is not replaced
    assert (await chat(talk), await encrypted(talk)) == (
        ("!secret:test", True) if replaced else ("!clear:test", False)
    )


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_chat_that_others_came_into_is_meant_to_be_encrypted_before_the_next_is_made(
    talk: Talk, replaced: bool
):
    """Else a third account that is let in opens the way to a chat in clear."""
    await talk.event("invite", HUB, "!secret:test", {})
    await talk.gather("!secret:test", AMAL, encrypted=True)
    await talk.says(AMAL, "help", room_id="!secret:test")
    _waiting, answered = await _with_a_warning(talk)
    async with talk.storage.write() as session:
        shown = "other" if replaced else "theirs"
        identity = {"master_key": shown, "pinned_master_key": "theirs"}
        session.add(CorrespondentRow(user_id=AMAL, used_at=talk.now, **identity))
    await talk.event("invite", HUB, "!clear:test", {})
    parted = await talk.gather("!secret:test", AMAL, BORIS)
    redacted = {each.content["event_id"] for each in parted if each.kind == "redact"}
    assert (answered in redacted, "$warning" in redacted) == (True, False)
    async with talk.storage.write() as session:  # nor was the homeserver asked for it yet
        made = select(OutboxRow).where(OutboxRow.action == Create.action)
        (await session.scalars(made.order_by(OutboxRow.id.desc()))).first().state = State.NEW
        row = await Rooms(session).get(Direct(1))
        assert row is not None
        row.room_id = None
        assert row.encrypted
    await talk.gather("!clear:test", AMAL)
    heard = await talk.says(AMAL, "help", room_id="!clear:test")
    assert ("help.all" in kinds(heard)) is not replaced
    told = [each.body for each in heard if each.kind == "room.in_clear"]
    assert ["What waited for you in our encrypted chat" in each for each in told] == (
        [] if replaced else [True]
    )
    assert await chat(talk) == (None if replaced else "!clear:test")
