"""On a real homeserver: measures in several rooms, and back to the very state that was before."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from actions.moderation.floods import Flood, Flooded
from actions.moderation.namesakes import Names, Namesake
from bot.matrix.census import learn_names
from bot.matrix.reader import SyncParser
from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import Account, Homeserver
from bot.sandbox.member import Member
from bot.service.clock import utc_now
from kit.inbound import GoesBy
from storage.dues import Dues
from storage.lockdowns import Lockdowns
from storage.tables.moderation import LockdownRow
from storage.tables.queues import DueRow
from tests.harness import STEWARD, kinds
from tests.homeserver.acting import Acting, TalkOfMany
from tests.homeserver.site import MEMBERS, OPEN, few, room_id, site
from tests.homeserver.world import MakeMember, eventually

MOD, OTHER = "@mod:test", "@other:test"
MINUTE, SECONDS = timedelta(minutes=1), timedelta(seconds=10)
NOTICE = {"msgtype": "m.notice", "body": "hello"}
SLUGS = ("ilan", "members", OPEN, MEMBERS)
PREFIX = "measures"
PLAN = few("themes", MEMBERS)


class Hub(Acting):
    """A Space and its hub, which two moderators talk to; *rooms* are the ids of four of them."""

    rooms: dict[str, str]

    async def settle(self) -> None:
        """Do what is queued, and handle what falls due by it, until nothing is left."""
        for _round in range(3):
            await self.acts()
            await self.talk.passes(SECONDS)

    async def carries_out(self, command: str, who: str = MOD) -> str:
        """Say a command, agree to it, and let it be done; returns the number of the measure."""
        heard = await self.talk.says(who, command)
        number = str(heard[0].content["measure"])
        await self.acts()
        (preview,) = await self.talk.passes(timedelta(0))
        assert preview.kind == "measure.preview"
        await self.talk.says(who, "yes")
        await self.talk.passes(MINUTE)
        await self.settle()
        return number

    async def state(self) -> dict[str, dict[tuple[str, str], Any]]:
        """Read the whole state of each room."""
        return {
            slug: {
                (event["type"], event["state_key"]): event["content"]
                for event in (await self.client.call("GET", f"/rooms/{room}/state"))["list"]
            }
            for slug, room in self.rooms.items()
        }

    async def presence(self, who: Member) -> dict[str, str]:
        states = await self.state()
        key = ("m.room.member", who.user_id)
        return {slug: found.get(key, {}).get("membership", "") for slug, found in states.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def space(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Account, dict[str, str], Path]:
    """Build the rooms once; returns their hub's account, their ids, and its database."""
    account = await homeserver.register("moderating")
    file = tmp_path_factory.mktemp("measures") / "hub.db"
    async with site(homeserver, account, file, PLAN, prefix=PREFIX) as built:
        await built.apply()
        return account, {slug: await room_id(built, slug, PREFIX) for slug in SLUGS}, file


@pytest_asyncio.fixture(loop_scope="session")
async def hub(
    homeserver: Homeserver, space: tuple[Account, dict[str, str], Path], tmp_path: Path
) -> AsyncIterator[Hub]:
    """A hub that has just built its rooms; who came into them in other tests is still there."""
    account, rooms, file = space
    copy = shutil.copy(file, tmp_path)
    async with site(homeserver, account, Path(copy), PLAN, prefix=PREFIX) as built:
        hub = Hub(TalkOfMany(built._storage, hub=account.user_id, plan=PLAN), built.client)
        hub.talk.now = utc_now()
        hub.rooms = rooms
        for who in (STEWARD, MOD, OTHER):
            await joins(hub, who)
        await hub.talk.says(STEWARD, f"role {MOD} moderator", f"role {OTHER} moderator")
        await hub.settle()
        yield hub


async def joins(hub: Hub, who: str) -> None:
    """Become a member, of a network with a single topic."""
    await hub.talk.opens(who)
    await hub.talk.says(who, "start", "1", "yes", "Kenya", "1", "1")


async def comes_in(hub: Hub, who: Member) -> None:
    """Join the Space, become a member, and enter three of its rooms."""
    await joins(hub, who.user_id)
    await who.join(hub.rooms["ilan"])
    await hub.talk.event("join", who.user_id, hub.rooms["ilan"], {})
    await hub.settle()
    await enters(hub, who)


async def enters(hub: Hub, who: Member) -> None:
    for slug in ("ilan", "members"):
        await eventually(lambda room=hub.rooms[slug]: room in who.joined, 15)
    for slug in (OPEN, MEMBERS):
        await who.join(hub.rooms[slug])
    assert set((await hub.presence(who)).values()) == {"join"}


async def test_a_ban_is_undone_to_the_very_state_that_was_before(
    hub: Hub, member: MakeMember
) -> None:
    amal = await member("amal")
    await comes_in(hub, amal)
    await hub.talk.says(STEWARD, f"role {amal.user_id} curator")
    await hub.settle()
    before = await hub.state()
    number = await hub.carries_out(f"ban {amal.user_id} adverts")
    assert set((await hub.presence(amal)).values()) == {"ban"}
    assert kinds(await hub.talk.says(amal.user_id, "review")) == ["error.not_allowed"]
    await hub.talk.says(MOD, f"undo {number}")
    await hub.settle()
    await enters(hub, amal)
    assert await hub.state() == before
    assert kinds(await hub.talk.says(amal.user_id, "review")) == ["curation.queue"]


async def test_who_is_removed_is_out_of_every_room_and_may_come_back(
    hub: Hub, member: MakeMember
) -> None:
    amal = await member("amal")
    await comes_in(hub, amal)
    await hub.carries_out(f"remove {amal.user_id} adverts")
    assert set((await hub.presence(amal)).values()) == {"leave"}
    await amal.join(hub.rooms["ilan"])


async def test_who_is_muted_cannot_write_until_that_is_undone(hub: Hub, member: MakeMember) -> None:
    amal = await member("amal")
    await comes_in(hub, amal)
    before = await hub.state()
    number = await hub.carries_out(f"mute {amal.user_id} 2 hours flooding")
    with pytest.raises(ErrorResponse, match="403"):
        await amal.say(hub.rooms[OPEN], "hello")
    await hub.talk.says(MOD, f"undo {number}")
    await hub.settle()
    await amal.say(hub.rooms[OPEN], "hello")
    assert await hub.state() == before


async def said_in(hub: Hub, reader: Member, slug: str) -> list[dict[str, Any]]:
    """List what people said in a room, as somebody sees it."""
    return [
        event
        for event in await reader.messages(hub.rooms[slug])
        if event["type"] == "m.room.message" and event["sender"] != hub.client.user_id
    ]


async def test_who_floods_a_room_cannot_write_there_until_that_is_undone(
    hub: Hub, member: MakeMember
) -> None:
    amal = await member("amal")
    await comes_in(hub, amal)
    before = await hub.state()
    async with hub.talk.storage.write() as session:
        flooded = Flooded(Flood.MESSAGES, OPEN, "$flood", amal.user_id)
        await Dues(session).plan(flooded, at=hub.talk.now)
    await hub.talk.passes(timedelta(0))
    await hub.settle()
    with pytest.raises(ErrorResponse, match="403"):
        await amal.say(hub.rooms[OPEN], "hello")
    await amal.say(hub.rooms[MEMBERS], "hello")
    await hub.talk.says(MOD, "undo 1")
    await hub.settle()
    await amal.say(hub.rooms[OPEN], "hello")
    assert await hub.state() == before


async def test_whose_name_looks_like_that_of_a_moderator_is_noticed_however_it_is_learnt(
    hub: Hub, member: MakeMember
) -> None:
    amal, name = await member("amal"), "Moderator Cl\u0430ire"
    await comes_in(hub, amal)
    since = (await hub.client.call("GET", "/sync", query={"timeout": "0"}))["next_batch"]
    await amal.set_display_name(name)
    for room in hub.rooms.values():  # the homeserver renames people in one after the other
        named = room, name
        await amal.wait(
            lambda e, named=named: (e["room_id"], e["content"].get("displayname")) == named, 15
        )
    query = {"timeout": "0", "since": since}
    batch = SyncParser(hub.client.user_id).sync(await hub.client.call("GET", "/sync", query=query))
    assert batch is not None
    seen = {each.room_id: each.event for each in batch.shown if each.sender == amal.user_id}
    assert seen == dict.fromkeys(hub.rooms.values(), GoesBy(name))
    names = Names(2, b"key", hub.client.user_id, ())
    assert names.called(MOD, "Moderator Claire") is None
    await learn_names(hub.client, hub.talk.storage, PLAN, names.called, hub.talk.now)
    async with hub.talk.storage.read() as session:
        (due,) = await session.scalars(select(DueRow).where(DueRow.kind == Namesake.kind))
    assert (due.payload["user_id"], due.payload["others"]) == (amal.user_id, MOD)


async def test_a_locked_space_lets_nobody_in_until_it_is_opened(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path
) -> None:
    account = await homeserver.register("door-keeping")
    async with site(homeserver, account, tmp_path / "hub.db", PLAN, prefix="doors") as built:
        await built.apply()
        space = await room_id(built, "ilan", "doors")
        amal, li = await member("amal"), await member("li")
        await amal.join(space)
        async with built.storage.write() as session:
            row = LockdownRow(by_id=None, at=utc_now(), until=utc_now() + MINUTE, over=False)
            await Lockdowns(session).begin(row)
        await built.apply()
        with pytest.raises(ErrorResponse, match="403"):
            await li.join(space)
        async with built.storage.write() as session:
            (await session.get_one(LockdownRow, row.id)).over = True
        await built.apply()
        await li.join(space)


async def test_what_somebody_said_is_deleted_and_nothing_else(hub: Hub, member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    for who in (amal, boris):
        await comes_in(hub, who)
    before = [e["event_id"] for slug in (OPEN, MEMBERS) for e in await said_in(hub, boris, slug)]
    for who, slug in itertools.product((amal, boris), (OPEN, MEMBERS)):
        await who.say(hub.rooms[slug], "buy coins")
    first = await amal.say(hub.rooms[OPEN], "once more")
    answer = {"body": "!redact", "replies": first}
    await hub.talk.event("message", MOD, hub.rooms[OPEN], answer)
    await hub.acts()
    heard = await hub.talk.passes(timedelta(0))
    assert next(said.body for said in heard if said.kind == "measure.preview").startswith(
        f"Measure 1: deleting 1 message of {amal.user_id}."
    )
    await hub.talk.says(MOD, "yes", "carry out 1")
    await hub.talk.passes(timedelta(0))
    await hub.settle()
    await hub.carries_out(f"redact {amal.user_id}")
    for slug in (OPEN, MEMBERS):
        said = [
            (event["sender"], bool(event["content"]))
            for event in await said_in(hub, boris, slug)
            if event["event_id"] not in before
        ]
        assert {(boris.user_id, True), (amal.user_id, False)} == set(said)


async def test_of_two_moderators_who_act_on_one_person_one_does(
    hub: Hub, member: MakeMember
) -> None:
    amal = await member("amal")
    await comes_in(hub, amal)
    for who in (MOD, OTHER):
        await hub.talk.says(who, f"ban {amal.user_id} adverts")
    await hub.acts()
    assert kinds(await hub.talk.passes(timedelta(0))) == ["measure.preview"] * 2
    assert kinds(await hub.talk.says(MOD, "yes")) == ["measure.agreed"]
    assert kinds(await hub.talk.says(OTHER, "yes")) == ["error.conflict"]


async def test_nobody_acts_on_who_is_protected_by_answering_them(
    hub: Hub, member: MakeMember
) -> None:
    said = await hub.client.send(hub.rooms[OPEN], "m.room.message", "own", NOTICE)
    await hub.talk.event("message", MOD, hub.rooms[OPEN], {"body": "!ban adverts", "replies": said})
    await hub.acts()
    (refused,) = await hub.talk.passes(timedelta(0))
    assert (refused.kind, refused.body) == ("error.not_allowed", "I do not act on myself.")


async def test_a_steward_undoes_what_a_hostile_moderator_did_in_two_commands(
    hub: Hub, member: MakeMember
) -> None:
    victims = [await member("victim") for _number in range(3)]
    for who in victims:
        await comes_in(hub, who)
    before = await hub.state()
    for who in victims:
        await hub.carries_out(f"ban {who.user_id} out")
    assert {each for who in victims for each in (await hub.presence(who)).values()} == {"ban"}
    await hub.talk.says(STEWARD, f"role {MOD} member", "yes", f"undo {MOD}", "yes")
    await hub.settle()
    for who in victims:
        await enters(hub, who)
    assert await hub.state() == before
