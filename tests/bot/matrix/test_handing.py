"""Several are meant and one cannot read: the others read at once, that one when they can."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.matrix.batch import Batch
from bot.matrix.client import V3, Refused
from bot.matrix.handing import LOOK_AGAIN_AFTER
from kit.audience import only
from kit.due import CannotRead
from kit.errand import Send
from storage.encryption.correspondents import Correspondents
from storage.engine import Storage
from storage.outbox import Outbox
from storage.people import People
from storage.tables.encryption import KeptKeyRow
from tests.bot.encryption.peer import Owner, Peer
from tests.bot.matrix.chat import AMAL, Chat, since
from tests.bot.matrix.keyserver import KeyServer
from tests.bot.matrix.outgoing import Out
from tests.harness import NOON

BADR, ROOM = "@badr:test", "!met:test"

pytestmark = pytest.mark.both_databases


class Met(KeyServer):
    """Says of everybody whether they are in the room."""

    async def call(
        self, method, path, body=None, *, query=None, patience=30, below=V3
    ) -> dict[str, Any]:
        if "/state/m.room.member/" in path and "/state/m.room.member/" not in self.failing:
            if not any(user.removeprefix("@").partition(":")[0] in path for user in self.members):
                raise Refused(404, "M_NOT_FOUND")
            return {"membership": "join"}
        return await super().call(method, path, body, query=query, patience=patience, below=below)


class Meeting(Chat):
    """Amal, who can read, and Badr, who cannot, in a room of their own with the hub."""

    def __init__(self, storage: Storage, amal: Peer) -> None:
        super().__init__(storage, amal)
        self.amal, self.badr = amal, Peer(BADR)
        self.server.__class__ = Met
        self.server.members |= {BADR: {}}

    async def begin(self) -> None:
        await super().begin()
        async with self.out.storage.write() as session:
            self.number = (await People(session).meet(BADR, "en", NOON)).id
        self.room = await self.out.room("private:abc", room_id=ROOM, encrypted=True)
        await self.out.keys.begin()

    async def say(self, *txn_ids: str) -> None:
        async with self.out.storage.write() as session:
            for each in txn_ids:
                send, both = Send({"body": each}), only([1, self.number])
                Outbox(session).add(self.room, send, txn_id=each, now=self.out.now, audience=both)
        await self.out.goes_on()

    async def appears(self, *devices: Peer) -> None:
        """Let devices of Badr have keys, and the hub hear of it."""
        self.server.peers += devices or (self.badr,)
        await self.changed(BADR)
        await self.out.keys.keep()

    async def kept(self) -> int:
        async with self.out.storage.read() as session:
            return len((await session.scalars(select(KeptKeyRow))).all())

    def read_by(self, peer: Peer) -> list[str]:
        """List what somebody can read of what was said, oldest first."""
        found = []
        for each in self.server.said:
            try:
                found.append(peer.reads(each)["content"]["body"])
            except Exception:  # noqa: BLE001 -- no key, or one from a later place on
                continue
        return found


@pytest.fixture
async def met(storage: Storage) -> Meeting:
    meeting = Meeting(storage, Peer(AMAL))
    await meeting.begin()
    return meeting


async def test_who_can_read_reads_at_once_and_the_late_one_all_of_it_when_they_can(met: Meeting):
    await met.say("t1", "t2")
    assert (met.read_by(met.amal), met.read_by(met.badr)) == (["t1", "t2"], [])
    await met.appears()
    assert (met.read_by(met.badr), await met.kept()) == (["t1", "t2"], 0)
    assert len(met.server.said) == 2
    assert met.server.done.count("m.room.encrypted") == 2  # a key for each of them, once
    await met.say("t3")
    await met.out.keys.keep()
    assert (met.read_by(met.badr)[-1:], met.server.done[-1]) == (["t3"], "t3")


async def test_what_was_said_before_they_were_meant_stays_closed(met: Meeting):
    del met.server.members[BADR]
    await met.say("t0")
    met.server.members[BADR] = {}
    await met.say("t1")
    await met.appears()
    assert met.read_by(met.badr) == ["t1"]


async def test_a_message_between_the_keys_and_their_handing_over_gives_nothing_twice(met: Meeting):
    await met.say("t1")
    met.server.peers += (met.badr,)
    await met.changed(BADR)
    await met.say("t2")
    await met.out.keys.keep()
    assert (met.read_by(met.badr), await met.kept()) == (["t1", "t2"], 0)
    assert met.server.done.count("m.room.encrypted") == 2


@pytest.mark.parametrize(
    "failing", ["/keys/query", "/keys/claim", "/state/m.room.member/", "/sendToDevice/"]
)
async def test_whatever_fails_it_is_given_once_with_the_next_turn(met: Meeting, failing: str):
    await met.say("t1")
    met.server.failing = [failing]
    await met.appears()
    assert (met.read_by(met.badr), met.server.failing) == ([], [])
    await met.out.keys.keep()
    assert (met.read_by(met.badr), await met.kept()) == (["t1"], 0)
    assert met.server.done.count("m.room.encrypted") == 2


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("stage", ["keys.handing", "keys.handed", "keys.begun", "keys.done"])
async def test_killed_anywhere_it_is_given_once_by_the_next_process(met: Meeting, stage: str):
    await met.say("t1")

    def dies(name: str) -> None:
        if name == stage:
            raise Killed

    handing = met.out.keys._late.__self__
    met.out.keys._stage = handing._stage = dies
    with pytest.raises(Killed):
        await met.appears()
    again = Out(met.out.storage, met.server)
    again.now = met.out.now
    await again.keys.begin()
    await again.keys.keep()
    assert (met.read_by(met.badr), await met.kept()) == (["t1"], 0)
    await again.keys.keep()
    assert len(met.server._delivered) == 2


@pytest.mark.parametrize("seen", [True, False])
async def test_who_left_meanwhile_gets_nothing_even_when_they_come_back(met: Meeting, seen: bool):
    await met.say("t1")
    del met.server.members[BADR]
    if seen:
        await met.hear(Batch("s1", moves={ROOM: {BADR: False}}))
        assert await met.kept() == 0
        met.server.members[BADR] = {}
    await met.appears()
    assert (met.read_by(met.badr), await met.kept()) == ([], 0)


@pytest.mark.parametrize("guarded", [True, False])
async def test_what_is_said_while_they_are_away_is_not_in_what_is_kept(
    met: Meeting, guarded: bool, monkeypatch: pytest.MonkeyPatch
):
    """Nobody told the hub that they were. Without the new session they would read it."""
    await met.say("t1")
    del met.server.members[BADR]
    if not guarded:
        monkeypatch.setattr("storage.encryption.kept_keys.KeptKeys.late", lambda *_a: _nobody())
    await met.say("t2")
    met.server.members[BADR] = {}
    await met.appears()
    assert met.read_by(met.badr) == (["t1"] if guarded else ["t1", "t2"])


async def _nobody() -> set[str]:
    return set()


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_device_that_its_owner_does_not_vouch_for_gets_nothing_that_was_kept(
    met: Meeting, guarded: bool
):
    owner, phone = Owner(BADR), Peer(BADR, "NEW")
    await met.say("t1")
    met.server.identities = owner.keys()
    vouched = owner.vouches(phone.device_keys())
    met.server.described = {} if guarded else {"NEW": vouched}
    await met.appears(phone)
    assert met.read_by(phone) == ([] if guarded else ["t1"])
    assert await met.kept() == int(guarded)
    met.server.described = {"NEW": vouched}
    await met.changed(BADR)
    await met.out.keys.keep()
    assert (met.read_by(phone), await met.kept()) == (["t1"], 0)


async def test_a_device_without_a_key_left_is_asked_now_and_then(
    met: Meeting, monkeypatch: pytest.MonkeyPatch
):
    met.server.peers += (met.badr,)
    claimed = met.server._claimed
    monkeypatch.setattr(
        met.server, "_claimed", lambda want: {k: v for k, v in claimed(want).items() if k != BADR}
    )
    await met.say("t1")
    await met.out.keys.keep()
    monkeypatch.setattr(met.server, "_claimed", claimed)
    claims = met.server.done.count("claim")
    met.out.now += LOOK_AGAIN_AFTER / 2
    await met.out.keys.keep()
    assert (met.server.done.count("claim"), met.read_by(met.amal)) == (claims, ["t1"])
    met.out.now += LOOK_AGAIN_AFTER / 2
    await met.out.keys.keep()
    assert (met.read_by(met.badr), await met.kept()) == (["t1"], 0)


async def test_of_one_loss_it_is_told_once_whatever_is_said_meanwhile(met: Meeting):
    await met.say("t1")
    met.out.now += timedelta(hours=1)
    await met.say("t2", "t3")
    assert await met.waits() == [CannotRead(met.number, met.room, 0, since())]


async def test_whose_devices_are_forgotten_is_kept_nothing_for(met: Meeting):
    await met.say("t1")
    assert await met.kept() == 1
    async with met.out.storage.write() as session:
        await Correspondents(session).forget(BADR)
    assert await met.kept() == 0


async def test_while_nobody_can_read_it_is_said_to_nobody(met: Meeting):
    met.server.peers = ()
    await met.say("t1")
    assert (met.server.said, await met.kept()) == ([], 0)
    met.server.peers = (met.badr,)
    await met.changed(BADR)
    await met.out.goes_on()
    assert (met.read_by(met.badr), await met.kept()) == (["t1"], 1)
