"""People verify the hub by comparing signs; an independent client judges."""

from __future__ import annotations

from collections.abc import Callable

from tests.homeserver.people import People, Person, Seen
from tests.homeserver.world import World


def from_hub(world: World, kind: str) -> Callable[[Seen], bool]:
    """Choose what the hub says of some kind."""

    def fits(event: Seen) -> bool:
        said = event["content"].get("org.ilan.hub", {}).get("kind")
        return (event["sender"], said) == (world.hub.user_id, kind)

    return fits


async def met(world: World, people: People, *, signed: bool = True) -> tuple[Person, str]:
    """Let somebody open an encrypted chat with the hub, and be greeted there."""
    await world.up()
    amal = await people.person("amal", signed=signed)
    room = await amal.do("chat", invite=world.hub.user_id)
    greeting = await amal.wait(from_hub(world, "onboarding.welcome"))
    assert (greeting["room_id"], greeting["encrypted"], greeting["shield"]) == (
        room,
        True,
        [0, None],
    )
    return amal, room


async def compared(world: World, amal: Person) -> bool:
    """Tell whether the hub names the signs that the client shows."""
    sas = await amal.sees("sas")
    event = await amal.wait(from_hub(world, "verification.compare"))
    named = event["content"]["body"].splitlines()[2:9]
    shown = [f"{place}. {sign} {name}" for place, (sign, name) in enumerate(sas["emoji"], 1)]
    assert " ".join(map(str, sas["decimal"])) in event["content"]["body"]
    return named == shown


async def begins(amal: Person, world: World, room: str) -> None:
    await amal.do("ask", user=world.hub.user_id, room=room)
    await amal.sees("ready")
    await amal.do("begin")


async def is_verified(world: World, amal: Person) -> None:
    await amal.finds(world.hub.user_id, world.account.device_id, verified=True, owner_verified=True)
    await amal.wait(from_hub(world, "verification.done"))


async def test_somebody_verifies_the_hub_in_their_chat(world: World, people: People) -> None:
    amal, room = await met(world, people)
    before = await amal.trust(world.hub.user_id, world.account.device_id)
    assert (before["verified"], before["owner_verified"]) == (False, False)
    await begins(amal, world, room)
    assert await compared(world, amal)
    await amal.do("confirm")
    await is_verified(world, amal)


async def test_the_hub_asks_to_be_verified(world: World, people: People) -> None:
    amal, room = await met(world, people)
    await amal.say(room, "verify")
    await amal.sees("requested")
    await amal.do("accept")
    assert await compared(world, amal)
    await amal.do("confirm")
    await is_verified(world, amal)


async def test_somebody_verifies_the_hub_from_device_to_device(
    world: World, people: People
) -> None:
    amal, _room = await met(world, people)
    await amal.do("ask", user=world.hub.user_id, device=world.account.device_id)
    await amal.sees("ready")
    await amal.do("begin")
    assert await compared(world, amal)
    await amal.do("confirm")
    await is_verified(world, amal)


async def test_signs_that_differ_are_taken_seriously(world: World, people: People) -> None:
    amal, room = await met(world, people)
    await begins(amal, world, room)
    await amal.sees("sas")
    await amal.do("mismatch")
    await amal.wait(from_hub(world, "verification.mismatch"))
    trust = await amal.trust(world.hub.user_id, world.account.device_id)
    assert (trust["verified"], trust["owner_verified"]) == (False, False)


async def test_a_device_that_is_not_verified_writes_nothing_into_the_chat(
    world: World, people: People
) -> None:
    amal, room = await met(world, people)
    other = await people.new_device(amal, signed=False)
    await other.do("ask", user=world.hub.user_id, device=world.account.device_id)
    await other.sees("ready")
    await other.do("begin")
    await other.sees("cancelled")
    await amal.say(room, "help")
    await amal.wait(from_hub(world, "help.all"))
    fits = from_hub(world, "verification.compare")
    assert [event for event in amal.events.values() if fits(event)] == []


async def test_the_end_of_the_process_does_not_end_a_verification(
    world: World, people: People
) -> None:
    amal, room = await met(world, people)
    await begins(amal, world, room)
    assert await compared(world, amal)
    await world.hub.kill()
    await world.up()
    await amal.do("confirm")
    await is_verified(world, amal)
