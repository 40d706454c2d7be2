"""A device that somebody can be given by their homeserver reads nothing of what the hub writes."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack

import aiohttp

from bot.sandbox.client import Event
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from bot.sandbox.secrecy import ENCRYPTION
from tests.homeserver.people import People, Person
from tests.homeserver.silent import Silent
from tests.homeserver.test_verification import from_hub, met
from tests.homeserver.world import PATIENCE, World


async def help_for(world: World, amal: Person, room: str, *readers: Person) -> list[object]:
    """Let somebody ask for help; returns why each of their devices cannot read the answer."""
    await amal.say(room, "help")
    answer = await amal.wait(from_hub(world, "help.all"))

    def same(event: dict[str, object]) -> bool:
        return event["event_id"] == answer["event_id"] and (
            event["unreadable"] is not None or event["type"] == "m.room.message"
        )

    return [(await reader.wait(same))["unreadable"] for reader in readers]


async def test_a_device_that_its_owner_does_not_vouch_for_is_given_no_keys(
    world: World, people: People
) -> None:
    amal, room = await met(world, people)
    other = await people.new_device(amal, signed=False)
    mine, theirs = await help_for(world, amal, room, amal, other)
    assert (mine, theirs) == (None, "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE")
    told = await amal.wait(from_hub(world, "room.unsigned"))
    assert other.device_id in told["content"]["body"]


async def test_whose_only_device_is_not_verified_is_told_in_clear_and_reads_it_once_it_is(
    world: World, people: People
) -> None:
    amal, room = await met(world, people)
    other = await people.new_device(amal, signed=False)
    await amal.do("logout")
    await other.say(room, "help")
    told = await other.wait(from_hub(world, "room.cannot_read"))
    assert (told["room_id"], told["encrypted"]) == (room, False)
    assert other.device_id in told["content"]["body"]
    await other.do("stop")
    await other.start(signed=True)
    answer = await other.wait(from_hub(world, "help.all"))
    assert (answer["encrypted"], answer["unreadable"]) == (True, None)
    fits = from_hub(world, "room.cannot_read")
    assert sum(map(fits, other.events.values())) == 1


async def test_who_has_no_identity_is_answered_on_every_device(
    world: World, people: People
) -> None:
    amal, room = await met(world, people, signed=False)
    other = await people.new_device(amal, signed=False)
    assert await help_for(world, amal, room, amal, other) == [None, None]


async def test_a_device_without_keys_to_write_to_it_is_told_so_and_reads_all_once_it_has_some(
    world: World, homeserver: Homeserver
) -> None:
    await world.up()
    me = world.hub.user_id
    async with aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        name = f"kira.{secrets.token_hex(4)}"
        account = await homeserver.register(name)
        device = Silent(session, homeserver.url, account)
        await device.appear()
        account = await homeserver.register(name)  # logs in once more, with a client without keys
        kira = await stack.enter_async_context(Member(session, homeserver.url, account))
        made = {"preset": "trusted_private_chat", "is_direct": True, "invite": [me]}
        made["initial_state"] = [ENCRYPTION]
        room = (await kira.call("POST", "/createRoom", made))["room_id"]

        def in_clear(event: Event) -> bool:
            said = event["content"].get("org.ilan.hub", {}).get("kind")
            return bool(said == "room.cannot_read")

        told = await kira.wait(in_clear, PATIENCE)
        assert (told["room_id"], device.device_id in told["content"]["body"]) == (room, True)
        assert "has left no key" in told["content"]["body"]
        assert await device.given(me) == []
        await device.refill()
        await kira.say(room, "help")

        def sealed(event: Event) -> bool:
            return (event["type"], event["sender"]) == ("m.room.encrypted", me)

        await kira.wait(sealed, PATIENCE)
        await device.given(me)
        said = [each for each in await kira.messages(room) if sealed(each)]
        assert [device.reads(each["content"])["type"] for each in said[:1]] == ["m.room.message"]


async def test_what_waits_for_a_device_is_said_in_no_chat_in_clear(
    world: World, people: People, homeserver: Homeserver
) -> None:
    amal, room = await met(world, people)
    async with aiohttp.ClientSession() as session:
        account = await homeserver.register(amal.user_id[1:].partition(":")[0])
        async with Member(session, homeserver.url, account) as thief:
            await amal.do("logout")
            await thief.say(room, "my data")
            await thief.wait(from_hub(world, "room.cannot_read"), PATIENCE)
            bare = await thief.create_direct(world.hub.user_id)
            await thief.say(bare, "hello")

            def unsaid(event: Event) -> bool:
                here = event["room_id"] == bare and event["sender"] == world.hub.user_id
                return here and "do not say here" in str(event["content"].get("body"))

            await thief.wait(unsaid, PATIENCE)
            said = [each["content"].get("body", "") for each in await thief.messages(bare)]
            assert not any("my data" in each for each in said if "do not say" not in each)
            kept = [each["content"].get("body", "") for each in await thief.messages(room)]
            assert any(
                "verified none of the devices" in each or "none of your apps" in each
                for each in kept
            )
