"""Who can read nothing of the hub is told so in clear, and that alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kit.due import CannotRead
from kit.errand import SendInClear
from kit.roomkey import Direct
from storage.dues import Dues
from storage.rooms import Rooms
from storage.tables.encryption import CorrespondentRow, DeviceRow
from storage.tables.queues import OutboxRow
from tests.harness import ISOLATES, Talk, readable

AMAL, BORIS = "@amal:test", "@boris:test"

pytestmark = pytest.mark.both_databases

NO_KEYS = (
    "I encrypt what I write here, and none of your apps can read it yet. Sign in with an app that "
    "encrypts, or turn encryption on in yours."
)
UNVERIFIED = (
    "I encrypt what I write here, and you have verified none of the devices that could read it. "
    "If the newest is yours, verify it in its settings, from another device or with your recovery "
    "key. If it is not, sign it out: whoever runs a homeserver can add such a device.\n\n"
    'Its ID is "NRSTPHONEX".'
)
CONTESTED = (
    "I encrypt what I write here, and your app cannot read it: it shows other keys than the app "
    "had that used its ID before. If it is yours, sign it out and in again, so that it gets an ID "
    "of its own. If it is not, sign it out: whoever runs a homeserver can put one in the place of "
    "another."
)
USED_UP = (
    "I encrypt what I write here, and your app has left no key with which I can reach it. Open it "
    "and leave it open for some minutes. If you read no more then, sign it out and in again."
)
LATER = (
    "Who can read goes on without you for now. What you miss stays here: I keep its key for you, "
    "for two weeks at most, and give it to you as soon as one of your apps can read."
)
KEPT = "I keep what I have for you and write it here as soon as you can read it."


async def in_clear(
    talk: Talk, room: str, who: int, device: int = 0, *, encrypted: bool = True
) -> list[tuple[str, list[str]]]:
    """Let somebody be unable to read in a room; returns what is said there, and whom it rings."""
    async with talk.storage.write() as session:
        row, _new = await Rooms(session).ensure(readable(room), "en")
        row.encrypted = encrypted
        for _try in range(2):
            await Dues(session).plan(CannotRead(who, row.id, device), at=talk.now)
    assert await talk.passes(timedelta(0)) == []
    async with talk.storage.read() as session:
        query = select(OutboxRow).where(OutboxRow.action == SendInClear.action)
        rows = (await session.scalars(query.order_by(OutboxRow.id.desc()))).all()
    said = [row.content["message"] for row in rows if row.content]
    assert {row.person_id for row in rows} <= {who}
    return [
        (each["body"].translate(ISOLATES), each["m.mentions"].get("user_ids", [])) for each in said
    ]


async def test_a_chat_that_went_on_in_clear_is_not_said_to_be_encrypted(talk: Talk):
    await talk.member(AMAL)
    assert await in_clear(talk, "direct:1", 1, encrypted=False) == []


async def test_who_has_no_keys_is_told_in_clear_and_nothing_else(talk: Talk):
    await talk.member(AMAL)
    assert await in_clear(talk, "direct:1", 1) == [(f"{NO_KEYS}\n\n{KEPT}", [AMAL])]


ID = 'Its ID is "NRSTPHONEX".'


async def device(talk: Talk, **known: Any) -> None:
    """Let Amal have a device, whose owner has an identity."""
    async with talk.storage.write() as session:
        who = CorrespondentRow(user_id=AMAL, used_at=talk.now, pinned_master_key="theirs")
        session.add(who)
        await session.flush()
        row = DeviceRow(correspondent_id=who.id, device_id="NRSTPHONEX", **known)
        row.identity_key = row.signing_key = ""
        session.add(row)


async def told(talk: Talk) -> bool:
    async with talk.storage.read() as session:
        return (await session.get_one(DeviceRow, 1)).told


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, UNVERIFIED),
        ({"signed": True}, f"{USED_UP}\n\n{ID}"),
        ({"contested": True, "gone": True}, f"{CONTESTED}\n\n{ID}"),
    ],
)
async def test_who_cannot_read_is_told_of_the_device_what_is_true_of_it(
    talk: Talk, known: dict[str, bool], why: str
):
    await talk.member(AMAL)
    await device(talk, **known)
    assert await in_clear(talk, "direct:1", 1, 1) == [(f"{why}\n\n{KEPT}", [AMAL])]
    assert await told(talk)


async def test_of_a_device_that_is_gone_by_then_nothing_is_said(talk: Talk):
    await talk.member(AMAL)
    await device(talk, gone=True)
    assert (await in_clear(talk, "direct:1", 1, 1), await told(talk)) == ([], False)


async def test_those_who_meet_read_in_their_languages_who_cannot_read_yet(talk: Talk):
    await talk.member(AMAL)
    await talk.member(BORIS, language="2")
    await talk.room("private:request:1", "!met:test")
    await talk.gather("!met:test", AMAL, BORIS)
    (english, rung), (spanish, unrung) = await in_clear(talk, "private:request:1", 1)
    assert (english.split("\n\n"), rung) == (
        [
            "@amal:test, you cannot read what I write here yet.",
            NO_KEYS,
            LATER,
        ],
        [AMAL],
    )
    assert (spanish.count("\n\n"), AMAL in spanish, spanish == english) == (2, True, False)
    assert unrung == []  # one message mentions them, in their own language


async def test_a_chat_that_is_over_is_written_to_no_more(talk: Talk):
    await talk.member(AMAL)
    async with talk.storage.write() as session:
        room = await Rooms(session).get(Direct(1))
        assert room is not None
        Rooms(session).leave(room)
        await Dues(session).plan(CannotRead(1, room.id, 0), at=talk.now)
    assert await talk.passes(timedelta(0)) == []
    async with talk.storage.read() as session:
        clear = await session.scalar(select(OutboxRow.id).where(OutboxRow.action == "clear"))
    assert clear is None
