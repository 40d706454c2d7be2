"""What somebody is told of their devices: whoever runs a homeserver can add such devices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kit.due import CannotRead
from kit.errand import SendInClear
from kit.roomkey import Direct
from storage.dues import Dues
from storage.encryption.correspondents import Correspondents
from storage.rooms import Rooms
from storage.tables.encryption import CorrespondentRow, DeviceRow
from storage.tables.queues import OutboxRow
from tests.harness import Talk

AMAL = "@amal:test"

pytestmark = pytest.mark.both_databases
# What is no ID of a device.
INVENTED = [
    *("Go on in evil.example", "A" * 17, "call +4312345", "\u202eERIF", "</code>", ""),
    *("ring-99887766", "WA55667788", "0044556677", "good_host_", "abcdefghij"),
]


async def refused(talk: Talk, *devices: str) -> list[str]:
    """Let keys be refused to these devices of Amal that nobody verified; returns what is said."""
    async with talk.storage.write() as session:
        lists = Correspondents(session)
        await lists.track([AMAL], talk.now)
        who = await lists.find(AMAL)
        assert who is not None
        who.pinned_master_key = "theirs"
        for device in devices:
            lists.add(who, device, "", "").refused = True
    return [said.body for said in await talk.event("unsigned", AMAL, f"device {devices[0]}", {})]


async def test_a_device_is_named_by_what_is_an_id_and_by_no_text(talk: Talk):
    await talk.member(AMAL)
    (plain,) = await refused(talk, "NQRSTUVWX1")
    said, _, name = plain.rpartition("\n\n")
    assert (said.startswith("One of your devices"), name) == (True, 'Its ID is "NQRSTUVWX1".')
    for device in INVENTED:
        await talk.passes(timedelta(days=1))
        assert await refused(talk, device) == [said]


async def test_of_all_devices_that_are_added_somebody_is_told_and_that_once_a_day(talk: Talk):
    await talk.member(AMAL)
    assert len(await refused(talk, "FIRSTONEXX")) == 1
    assert await refused(talk, "OTHERONEXX", "tell all: 123", "THIRDONEXX") == []
    await talk.passes(timedelta(hours=23))
    async with talk.storage.read() as session:
        untold = await Correspondents(session).untold(AMAL)
    assert [each.device_id[:5] for each in untold] == ["OTHER", "tell ", "THIRD"]
    (said,) = await talk.passes(timedelta(hours=1))
    first, *rest = said.body.split("\n\n")
    assert (said.kind, first[:40]) == ("room.unsigned", "3 of your devices are not verified by yo")
    assert rest == ["Their IDs, as far as I can name them:", '• "OTHERONEXX"\n• "THIRDONEXX"']
    assert await talk.passes(timedelta(days=2)) == []


async def test_what_was_verified_or_signed_out_by_then_is_not_spoken_of(talk: Talk):
    await talk.member(AMAL)
    (several,) = await refused(talk, "FIRSTONEXX", "OTHERONEXX")
    assert several.startswith("2 of your devices")
    assert await refused(talk, "THIRDONEXX", "FOURTHONEX", "FIFTHONEXX") == []
    async with talk.storage.write() as session:
        third, fourth, _fifth = await Correspondents(session).untold(AMAL)
        third.signed, fourth.gone = True, True
    (said,) = await talk.passes(timedelta(days=1))
    assert said.body.endswith('Its ID is "FIFTHONEXX".')


async def test_who_closed_their_chat_is_not_told_there_of_devices(talk: Talk):
    await talk.member(AMAL)
    await refused(talk, "FIRSTONEXX")
    await refused(talk, "OTHERONEXX")
    async with talk.storage.write() as session:
        room = await Rooms(session).get(Direct(1))
        assert room is not None
        Rooms(session).leave(room)
    assert await talk.passes(timedelta(days=1)) == []


async def explained(talk: Talk, number: int, device: str) -> list[str]:
    """Let it be noticed that Amal's newest device cannot read in a room; returns what is said."""
    async with talk.storage.write() as session:
        if number == 1:
            session.add(CorrespondentRow(id=1, user_id=AMAL, used_at=talk.now))
            await session.flush()
        row = DeviceRow(id=number, correspondent_id=1, device_id=device)
        row.identity_key = row.signing_key = ""
        row.keyless_at = talk.now
        session.add(row)
        met = await Rooms(session).at("!met:test")
        assert met is not None
        met.encrypted = True
        await Dues(session).plan(CannotRead(1, met.id, number), at=talk.now)
    await talk.passes(timedelta(0))
    async with talk.storage.read() as session:
        clear = select(OutboxRow).where(OutboxRow.action == SendInClear.action)
        rows = await session.scalars(clear.order_by(OutboxRow.id.desc()))
        return [(row.content or {})["message"]["body"] for row in rows.all()]


async def test_others_read_in_clear_that_one_cannot_and_no_name_of_a_device_and_that_once_a_day(
    talk: Talk,
):
    await talk.member(AMAL)
    await talk.room("private:request:1", "!met:test")
    await talk.gather("!met:test", AMAL)
    (plain,) = await explained(talk, 1, "PHONEPHONE")
    assert "PHONEPHONE" not in plain
    assert await explained(talk, 2, "PADPADPADP") == [plain]
    for number, device in enumerate(INVENTED, 3):
        await talk.passes(timedelta(days=1))
        assert await explained(talk, number, device) == [plain] * (number - 1)


async def test_nobody_reads_of_who_can_be_reached_meanwhile(talk: Talk):
    await talk.member(AMAL)
    await talk.room("private:request:1", "!met:test")
    await talk.gather("!met:test", AMAL)
    assert len(await explained(talk, 1, "PHONEPHONE")) == 1
    async with talk.storage.write() as session:
        (await session.get_one(DeviceRow, 1)).keyless_at = None
    await talk.passes(timedelta(days=1))
    assert len(await explained(talk, 2, "PADPADPADP")) == 1
