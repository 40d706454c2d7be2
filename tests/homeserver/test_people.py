"""The independent clients that judge the hub: what they show is what people see."""

from __future__ import annotations

import pytest

from bot.sandbox.homeserver import Homeserver
from tests.homeserver.people import Failed, People, Person


async def chat(one: Person, other: Person) -> str:
    room = await one.do("chat", invite=other.user_id)
    await other.do("join", room=room)
    await one.wait(
        lambda event: (
            event["content"].get("membership") == "join" and event["state_key"] == other.user_id
        )
    )
    return str(room)


async def test_two_people_read_each_other_before_and_after_they_close_their_clients(
    people: People,
) -> None:
    amal, badia = await people.person("amal"), await people.person("badia")
    room = await chat(amal, badia)
    said = await amal.say(room, "Good morning")
    heard = await badia.hears(room, amal.user_id, "Good morning")
    assert (heard["event_id"], heard["encrypted"], heard["shield"]) == (said, True, [0, None])
    await badia.do("stop")
    await amal.say(room, "Are you there?")
    await badia.start()
    await badia.hears(room, amal.user_id, "Are you there?")
    await badia.say(room, "Again")
    assert (await amal.hears(room, badia.user_id, "Again"))["shield"] == [0, None]


async def test_a_device_that_its_owner_did_not_sign_is_shown_as_such(people: People) -> None:
    amal, badia = await people.person("amal"), await people.person("badia", signed=False)
    room = await chat(amal, badia)
    await badia.say(room, "Unsigned")
    heard = await amal.hears(room, badia.user_id, "Unsigned")
    assert heard["shield"] != [0, None]
    trust = await amal.trust(badia.user_id, badia.device_id)
    assert (trust["signed_by_owner"], trust["verified"]) == (False, False)
    again = await people.new_device(amal)
    devices = sorted([amal.device_id, again.device_id])
    await badia.finds(amal.user_id, again.device_id, devices=devices, signed_by_owner=True)


async def test_two_people_verify_each_other(people: People) -> None:
    amal, badia = await people.person("amal"), await people.person("badia")
    room = await chat(amal, badia)
    await amal.do("ask", user=badia.user_id, room=room)
    await badia.sees("requested")
    await badia.do("accept")
    await amal.sees("ready")
    await amal.do("begin")
    assert await amal.sees("sas") == await badia.sees("sas")
    await amal.do("confirm")
    await badia.do("confirm")
    await amal.sees("done")
    await amal.finds(badia.user_id, badia.device_id, verified=True, owner_verified=True)


async def test_what_a_client_cannot_do_is_told_in_its_own_words(people: People) -> None:
    amal = await people.person("amal", signed=False)
    with pytest.raises(Failed, match="M_"):
        await amal.do("join", room="!nowhere:hub.test")


async def test_no_two_processes_of_clients_share_somebody(
    homeserver: Homeserver, people: People
) -> None:
    async with People(homeserver) as others:
        firsts = [await each.person("first") for each in (others, people)]
        assert len({person.user_id for person in firsts}) == 2
        assert [len(person.recovery_key.split()) for person in firsts] == [12, 12]
