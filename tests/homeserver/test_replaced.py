"""Whoever has somebody's password sets up encryption in their name: nothing is written for them."""

from __future__ import annotations

import re

from sqlalchemy import update

from bot.sandbox.homeserver import Homeserver
from storage.tables.encryption import CorrespondentRow
from tests.homeserver.people import People, Person
from tests.homeserver.test_unsigned import help_for
from tests.homeserver.test_verification import from_hub, met
from tests.homeserver.world import World

REFUSED = "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE"


async def replaced(homeserver: Homeserver, people: People, amal: Person) -> Person:
    """Log in to somebody's account and give it another identity, which vouches for that device."""
    other = await people.new_device(amal, signed=False)
    await other.do("replace", password=homeserver.password(amal.user_id[1:].partition(":")[0]))
    await other.finds(amal.user_id, other.device_id, signed_by_owner=True)
    return other


async def warning(world: World, person: Person, room: str) -> str:
    """Wait for what the hub says in clear of an identity; returns the numbers in it."""
    told = await person.wait(from_hub(world, "trust.replaced"))
    assert (told["room_id"], told["encrypted"]) == (room, False)
    (numbers,) = re.findall(r"\d{4} \d{4} \d{4}", told["content"]["body"])
    return str(numbers)


async def test_devices_of_an_identity_that_took_the_place_of_another_read_nothing(
    world: World, people: People, homeserver: Homeserver
) -> None:
    amal, room = await met(world, people)
    assert await help_for(world, amal, room, amal) == [None]
    other = await replaced(homeserver, people, amal)
    amal.events.clear()
    assert await help_for(world, amal, room, amal, other) == [None, REFUSED]
    assert await warning(world, amal, room) == await warning(world, other, room)


async def test_the_first_identity_of_a_stranger_does_not_shut_out_who_was_read_before(
    world: World, people: People, homeserver: Homeserver
) -> None:
    amal, room = await met(world, people, signed=False)
    assert await help_for(world, amal, room, amal) == [None]
    other = await replaced(homeserver, people, amal)
    amal.events.clear()
    assert await help_for(world, amal, room, amal, other) == [None, REFUSED]
    await warning(world, amal, room)


async def test_who_sets_up_encryption_on_one_of_two_devices_is_told_so_and_asked_nothing(
    world: World, people: People
) -> None:
    amal, room = await met(world, people, signed=False)
    laptop = await people.new_device(amal, signed=False)
    assert await help_for(world, amal, room, amal, laptop) == [None, None]
    await amal.do("stop")
    await amal.start(signed=True)
    amal.events.clear()
    assert await help_for(world, amal, room, amal, laptop) == [None, REFUSED]
    told = await amal.wait(from_hub(world, "trust.set_up"))
    assert (told["room_id"], told["encrypted"]) == (room, False)
    assert f'"{amal.device_id}"' in told["content"]["body"]
    assert not any(map(from_hub(world, "trust.replaced"), amal.events.values()))


async def test_an_identity_that_signs_the_device_of_its_owner_unasked_does_not_count(
    world: World, people: People, homeserver: Homeserver
) -> None:
    amal, room = await met(world, people, signed=False)
    assert await help_for(world, amal, room, amal) == [None]
    other = await replaced(homeserver, people, amal)
    await other.do("vouch", user=amal.user_id, devices=[amal.device_id])
    amal.events.clear()
    assert await help_for(world, amal, room, amal, other) == [None, REFUSED]
    await warning(world, amal, room)
    # What its owner sets up on the device by which the hub knows them counts at once.
    name = amal.user_id[1:].partition(":")[0]
    await amal.do("replace", password=homeserver.password(name))
    amal.events.clear()
    assert await help_for(world, amal, room, amal, other) == [None, REFUSED]
    await amal.wait(from_hub(world, "trust.set_up"))


async def test_who_lost_their_devices_is_read_again_by_a_moderators_word(
    world: World, people: People, homeserver: Homeserver
) -> None:
    amal, room = await met(world, people)
    anew = await replaced(homeserver, people, amal)
    await amal.do("logout")
    await anew.say(room, "help")
    said = await warning(world, anew, room)
    account = await homeserver.register(world.members[0].user_id[1:].partition(":")[0])
    steward = await people.client(account)
    office = await steward.do("chat", invite=world.hub.user_id)
    assert await help_for(world, steward, office, steward) == [None]
    stranger = await people.new_device(steward, signed=False)
    order = f"verify {amal.user_id} {said}"
    await stranger.say(office, order)
    await steward.wait(from_hub(world, "error.not_allowed"))
    steward.events.clear()
    await steward.say(office, order)
    refused = await steward.wait(from_hub(world, "error.not_allowed"))
    assert "for less than a week" in refused["content"]["body"]
    async with world.hub.stored() as storage, storage.write() as session:
        await session.execute(update(CorrespondentRow).values(pinned_at=None))
    await steward.say(office, order)
    await steward.wait(from_hub(world, "trust.recognises"))
    told = await anew.wait(from_hub(world, "trust.recognised"))
    assert told["encrypted"] is False
    answer = await anew.wait(from_hub(world, "help.all"))
    assert (answer["encrypted"], answer["unreadable"]) == (True, None)
