"""A device that somebody can be given by their homeserver reads nothing of what the hub writes."""

from __future__ import annotations

from tests.homeserver.people import People, Person
from tests.homeserver.test_verification import from_hub, met
from tests.homeserver.world import World


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


async def test_who_has_no_identity_is_answered_on_every_device(
    world: World, people: People
) -> None:
    amal, room = await met(world, people, signed=False)
    other = await people.new_device(amal, signed=False)
    assert await help_for(world, amal, room, amal, other) == [None, None]
