"""On a real homeserver: the hub's account is lost, and another one takes the Space over."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.matrix.client import Client, escape
from bot.matrix.space.recovery import Recovery
from bot.sandbox.homeserver import Account, Homeserver
from bot.sandbox.member import Member
from kit.roomkey import Direct
from storage.people import People
from storage.rooms import Rooms
from tests.homeserver.site import MEMBERS, OPEN, Site, few, room_id, site
from tests.homeserver.world import MakeMember, eventually

PLAN = few("themes", MEMBERS)
SLUGS = ["ilan", "members", "start", OPEN, "themes", MEMBERS]


async def lose(homeserver: Homeserver, account: Account, client: Client) -> None:
    """Deactivate an account: it leaves all its rooms, and nobody logs in to it again."""
    localpart = account.user_id[1:].partition(":")[0]
    proof = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": homeserver.password(localpart),
    }
    await client.call("POST", "/account/deactivate", {"auth": proof})


async def chat_with(built: Site, who: Member) -> None:
    async with built.storage.write() as session:
        person = await People(session).meet(who.user_id, "en", built.now())
        room, _new = await Rooms(session).ensure(Direct(person.id), "en", person_id=person.id)
        await Rooms(session).made(room.id, await who.create_direct(built.client.user_id))


def as_keeper(homeserver: Homeserver, keeper: Member) -> Client:
    token = keeper._headers["Authorization"].removeprefix("Bearer ")  # what their client shows them
    return Client(homeserver.url, keeper.user_id, "", token)


def recovery(built: Site, keeper: Member, client: Client | None = None) -> Recovery:
    return Recovery(built.client, built.storage, PLAN, [keeper.user_id], client)


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_another_account_takes_the_space_over_by_the_hand_of_who_keeps_it(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path, version: str
) -> None:
    keeper, amal = await member("keeper"), await member("amal")
    before = await homeserver.register(f"lost-{version}")
    after = await homeserver.register(f"found-{version}")
    file, prefix = tmp_path / "hub.db", f"lost-{version}"
    about = {"prefix": prefix, "version": version, "keepers": [keeper.user_id]}
    async with site(homeserver, before, file, PLAN, **about) as built:
        await built.apply()
        await built.apply()  # a keeper is given the power once there is a room to give it in
        assert await built.plan() == []
        ids = {slug: await room_id(built, slug, prefix) for slug in SLUGS}
        for gate in ("ilan", "members"):  # to which a keeper is invited
            await eventually(lambda room=ids[gate]: room in keeper.joined)
        for slug in SLUGS[2:]:
            await keeper.join(ids[slug])
        await amal.join(ids["ilan"])
        await chat_with(built, amal)
        await lose(homeserver, before, built.client)
    async with site(homeserver, after, file, PLAN, **about) as built:
        level = 150 if version == "12" else 100
        gives = f"gives the hub's account the power level {level}"
        count, lacking = await recovery(built, keeper).take_over()
        # Who is in the Space enters the rooms open to all; of others the settings say who helps.
        unseen = f"{keeper.user_id} invites the hub's account and gives it the power level 100"
        assert sorted(map(str, lacking)) == [
            f"{MEMBERS}: {unseen}",
            f"ilan: {keeper.user_id} {gives}",
            f"members: {unseen}",
            *(f"{slug}: {keeper.user_id} {gives}" for slug in ("start", "themes", OPEN)),
        ]
        client = as_keeper(homeserver, keeper)
        assert await recovery(built, keeper, client).take_over() == (count, [])
        await client.close()
        async with built.storage.read() as session:
            chat = await Rooms(session).get(Direct(1))
            assert chat is not None
            assert chat.left
            assert await Rooms(session).of_space() == ids
        await built.apply()
        assert await built.plan() == []
        await built.client.call(
            "POST", f"/rooms/{escape(ids['ilan'])}/ban", {"user_id": amal.user_id}
        )
        assert (await recovery(built, keeper).take_over())[1] == []
