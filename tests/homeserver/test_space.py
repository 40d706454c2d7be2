"""The Space on a real homeserver: built once, mended, adopted, and closed where it should be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.matrix.client import escape
from bot.matrix.reader import SyncParser
from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import Account, Homeserver
from bot.sandbox.member import Member
from kit.roomkey import SpaceRoom
from tests.homeserver.site import (
    MEMBERS,
    OPEN,
    PRACTITIONERS,
    SPACES,
    Site,
    alias,
    few,
    room_id,
    site,
    state,
    trimmed,
)

MakeMember = Callable[[str], Awaitable[Member]]


async def test_a_second_plan_is_empty(built: Site) -> None:
    assert await built.plan() == []


async def test_rooms_hang_below_their_spaces(built: Site, member: MakeMember) -> None:
    amal = await member("amal")
    root = await amal.join(alias("ilan"))
    seen = {room["room_id"] for room in await amal.hierarchy(root)}
    # Who is no member yet may look at the closed rooms' names only where the gate lets in.
    shown = {await room_id(built, slug) for slug in ("ilan", "start", "themes", OPEN)}
    assert shown <= seen
    children = {}
    for slug in SPACES:
        path = f"/rooms/{escape(await room_id(built, slug))}/state"
        events = (await built.client.call("GET", path))["list"]
        listed = [e for e in events if e["type"] == "m.space.child" and e["content"]]
        children[slug] = {e["state_key"] for e in listed}
    below = {
        "ilan": ("start", "themes"),  # who may not enter a gate would see an entry without a name
        "start": (OPEN,),
        "themes": (MEMBERS, PRACTITIONERS),
        "members": (MEMBERS,),
        "practitioners": (PRACTITIONERS,),
    }
    assert children == {
        parent: {await room_id(built, slug) for slug in slugs} for parent, slugs in below.items()
    }


async def test_a_room_is_what_was_declared(built: Site) -> None:
    name = await state(built, OPEN, "m.room.name")
    guests = await state(built, OPEN, "m.room.guest_access")
    created = await state(built, "ilan", "m.room.create")
    topic = await state(built, OPEN, "m.room.topic")
    assert (name, guests) == ({"name": "Welcome · ILAN"}, {"guest_access": "forbidden"})
    assert (created["type"], created["room_version"]) == ("m.space", "12")
    assert topic["topic"] == (
        "Short rules, how to start; the bot invites newcomers to a direct chat. "
        "Not encrypted: no details of any case here."
    )


async def test_sensitive_rooms_are_encrypted_and_others_are_not(built: Site) -> None:
    encrypted = {
        slug: (await state(built, slug, "m.room.encryption")).get("algorithm")
        for slug in (OPEN, MEMBERS, PRACTITIONERS)
    }
    megolm = "m.megolm.v1.aes-sha2"
    assert encrypted == {OPEN: None, MEMBERS: megolm, PRACTITIONERS: megolm}
    history = await state(built, MEMBERS, "m.room.history_visibility")
    assert history == {"history_visibility": "joined"}


async def enters(person: Member, slug: str) -> bool:
    try:
        await person.join(alias(slug))
    except ErrorResponse as refusal:
        assert refusal.status == 403  # noqa: PT017 -- any other refusal is a fault of the test
        return False
    return True


async def through(built: Site, person: Member, gate: str) -> None:
    """Let the hub invite *person* to a gate, and them go through it."""
    path = f"/rooms/{escape(await room_id(built, gate))}/invite"
    await built.client.call("POST", path, {"user_id": person.user_id})
    assert await enters(person, gate)


async def test_rooms_open_to_those_who_went_through_their_gate(
    built: Site, member: MakeMember
) -> None:
    amal = await member("amal")
    places = (OPEN, MEMBERS, PRACTITIONERS)

    async def open_to_amal() -> list[bool]:
        return [await enters(amal, slug) for slug in places]

    assert await open_to_amal() == [False, False, False]
    assert [await enters(amal, gate) for gate in ("members", "practitioners")] == [False, False]
    await amal.join(alias("ilan"))
    assert await open_to_amal() == [True, False, False]
    await through(built, amal, "members")
    assert await open_to_amal() == [True, True, False]
    await through(built, amal, "practitioners")
    assert await open_to_amal() == [True, True, True]


async def test_members_invite_nobody_and_write_in_no_space(built: Site, member: MakeMember) -> None:
    amal, boris = await member("amal"), await member("boris")
    root = await amal.join(alias("ilan"))
    with pytest.raises(ErrorResponse, match="403"):
        await amal.call("POST", f"/rooms/{escape(root)}/invite", {"user_id": boris.user_id})
    with pytest.raises(ErrorResponse, match="403"):
        await amal.say(root, "hello")


async def test_what_somebody_changed_is_mended(built: Site) -> None:
    room = await room_id(built, OPEN)
    await built.client.put_state(room, "m.room.name", "", {"name": "Something else"})
    await built.client.put_state(room, "m.room.join_rules", "", {"join_rule": "public"})
    parent = await room_id(built, "start")
    await built.client.put_state(parent, "m.space.child", room, {})
    assert await built.plan() == [
        ("name", OPEN, ""),
        ("join rule", OPEN, ""),
        ("link", OPEN, "start"),
    ]
    await built.apply()
    assert await built.plan() == []
    assert await state(built, OPEN, "m.room.name") == {"name": "Welcome · ILAN"}


async def test_a_new_name_in_the_plan_reaches_the_room(
    homeserver: Homeserver, built: Site, builder: Account, space_file: Path
) -> None:
    async with site(homeserver, builder, space_file, trimmed(welcome="The porch")) as other:
        assert await other.plan() == [("name", OPEN, "")]
        await other.apply()
        assert await other.plan() == []
        assert await state(other, OPEN, "m.room.name") == {"name": "The porch · ILAN"}
    await built.apply()
    assert await built.plan() == []


async def test_an_empty_database_adopts_the_space_that_is_there(
    homeserver: Homeserver, built: Site, builder: Account, tmp_path: Path
) -> None:
    before = {slug: await room_id(built, slug) for slug in trimmed().rooms}
    async with site(homeserver, builder, tmp_path / "new.db", trimmed()) as fresh:
        assert await fresh.plan() == []
        assert {slug: await room_id(fresh, slug) for slug in trimmed().rooms} == before


async def test_open_rooms_are_known_before_anybody_is_told_that_the_hub_is_here(
    homeserver: Homeserver, built: Site, builder: Account, tmp_path: Path
) -> None:
    there = {SpaceRoom(slug): await room_id(built, slug) for slug in ("ilan", OPEN)}
    async with site(homeserver, builder, tmp_path / "new.db", trimmed()) as fresh:
        assert await fresh.look() == there


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_the_space_works_in_every_room_version(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path, version: str
) -> None:
    account, prefix = await homeserver.register(f"builder-{version}"), f"v{version}"
    open_site = partial(site, homeserver, account, planned=few(), prefix=prefix, version=version)
    amal = await member("amal")
    async with open_site(file=tmp_path / "hub.db") as old:
        await old.apply()
        assert (await old.plan(), await old.troubles()) == ([], [])
        gate, room = [await room_id(old, slug, prefix) for slug in ("members", OPEN)]
        created = await old.client.state(room, "m.room.create")
        assert created is not None
        assert created["room_version"] == version
        await amal.join(alias("ilan", prefix))
        assert await amal.join(alias(OPEN, prefix)) == room
        # What the hub does with its power as the one who made it.
        for action in ("invite", "kick"):
            path = f"/rooms/{escape(gate)}/{action}"
            await old.client.call("POST", path, {"user_id": amal.user_id})
        said = await amal.say(room, "a slip")
        path = f"/rooms/{escape(room)}/redact/{escape(said)}/t1"
        await old.client.call("PUT", path, {})
        event = await amal.wait(lambda event: event["type"] == "m.room.redaction", 30)
        (read,) = SyncParser("@other:hub.test").sync(joined_room(room, event)).withdrawn
        assert (read.event_id, read.room_id) == (said, room)
    async with open_site(file=tmp_path / "new.db") as new:
        assert (await new.plan(), await new.troubles()) == ([], [])


def joined_room(room: str, event: dict[str, object]) -> dict[str, object]:
    return {"next_batch": "s1", "rooms": {"join": {room: {"timeline": {"events": [event]}}}}}


@pytest.mark.fault("A16")
async def test_addresses_taken_beforehand_are_named_and_everything_is_built(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path
) -> None:
    account, prefix = await homeserver.register("builder-taken"), "taken"
    async with site(homeserver, account, tmp_path / "hub.db", trimmed(), prefix=prefix) as site_:
        squatter = await member("squatter")
        gate = {"preset": "public_chat", "creation_content": {"type": "m.space"}}
        theirs = {
            "practitioners": await make(squatter, f"{prefix}-practitioners", **gate),
            "themes": await make(squatter, f"{prefix}-themes", preset="private_chat"),
        }
        # A chat that the hub made itself, under the address of a room that is still to come.
        chat = {"preset": "private_chat", "invite": [squatter.user_id], "is_direct": True}
        answer = await site_.client.call("POST", "/createRoom", chat)
        theirs[OPEN] = await squatter.join(answer["room_id"])
        address = f"/directory/room/{escape(alias(OPEN, prefix))}"
        await squatter.call("PUT", address, {"room_id": theirs[OPEN]})
        taken = [alias(slug, prefix) for slug in trimmed().rooms if slug in theirs]
        assert await site_.troubles() == taken
        await site_.apply()
        assert [about for _kind, _slug, about in await site_.plan()] == taken
        built = await site_.rooms()
        assert (set(built), set(built.values()) & set(theirs.values())) == (
            {SpaceRoom(slug) for slug in trimmed().rooms},
            set(),
        )
        # Once the address is free, the room gets it.
        await squatter.call("DELETE", address)
        assert ("address", OPEN, alias(OPEN, prefix)) in await site_.plan()
        await site_.apply()
        assert await room_id(site_, OPEN, prefix) == built[SpaceRoom(OPEN)]
        assert await site_.troubles() == [each for each in taken if each != alias(OPEN, prefix)]


async def make(somebody: Member, localpart: str, **content: object) -> str:
    room = {"room_alias_name": localpart, **content}
    return str((await somebody.call("POST", "/createRoom", room))["room_id"])
