"""Encrypted chats with people on matrix-js-sdk: what they say is answered, once, for them alone."""

from __future__ import annotations

import itertools
import json
import signal
from collections.abc import Callable

import aiohttp
import pytest

from bot.sandbox.homeserver import Homeserver
from tests.homeserver.people import People, Person, Seen
from tests.homeserver.silent import silent_devices
from tests.homeserver.world import PATIENCE, World, eventually

NUMBERS = itertools.count(90_000)
# The moments of a life between which keys and words are in two places.
MOMENTS = ["sync.committing", "sync.committed", "seal.committing", "keys.begun", "keys.done"]
MOMENTS += ["errand.begun", "errand.done"]


def kind(event: Seen) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


def heard(person: Person, hub: str) -> list[tuple[str, bool, str | None]]:
    """List what the hub said to somebody: its kind, whether encrypted, why it cannot be read."""
    return [
        (kind(event), event["encrypted"], event["unreadable"])
        for event in person.events.values()
        if event["sender"] == hub and event["type"] in {"m.room.message", "m.room.encrypted"}
    ]


def answer_to(word: str) -> Callable[[Seen], bool]:
    return lambda event: word in str(event["content"].get("body")) and kind(event) != ""


def spoken(person: Person) -> list[str]:
    """List what the hub said to somebody."""
    return [str(event["content"].get("body")) for event in person.events.values() if kind(event)]


async def begins(world: World, who: Person, **chat: object) -> str:
    """Open a chat with the hub and be greeted there."""
    await world.up()
    room = await who.do("chat", invite=world.hub.user_id, **chat)
    greeting = await who.wait(lambda event: kind(event) == "onboarding.welcome")
    assert greeting["room_id"] == room
    await who.wait(lambda event: kind(event) == "onboarding.ask.language")
    return str(room)


async def asks(who: Person, room: str) -> str:
    """Ask something whose answer names it; returns the word it is known by."""
    word = f"zzqx{next(NUMBERS)}"
    await who.say(room, f"show {word}")
    return word


async def test_people_who_open_an_encrypted_chat_are_answered_there(
    world: World, people: People
) -> None:
    badia = await people.person("badia")
    room = await begins(world, badia, rotation=3)
    for _time in range(4):  # more than one session of each side
        await badia.wait(answer_to(await asks(badia, room)))
    assert {each[1:] for each in heard(badia, world.hub.user_id)} == {(True, None)}


async def test_either_side_starts_again_and_somebody_gets_another_device(
    world: World, people: People
) -> None:
    badia = await people.person("badia")
    room = await begins(world, badia)
    await badia.do("stop")
    await world.down()
    await world.up()
    await badia.start()
    await badia.wait(answer_to(await asks(badia, room)))
    await world.down()
    missed = await asks(badia, room)
    await world.up()
    await badia.wait(answer_to(missed))
    tablet = await people.new_device(badia)
    word = await asks(tablet, room)
    for each in (badia, tablet):
        seen = await each.wait(answer_to(word))
        assert (seen["encrypted"], seen["unreadable"]) == (True, None)


async def test_a_chat_in_clear_goes_on_when_encryption_is_turned_on(
    world: World, people: People
) -> None:
    badia = await people.person("badia")
    room = await begins(world, badia, encrypted=False)
    assert not (await badia.wait(answer_to(await asks(badia, room))))["encrypted"]
    content = {"algorithm": "m.megolm.v1.aes-sha2"}
    on = await badia.do("state", room=room, type="m.room.encryption", content=content)
    await badia.wait(lambda event: event["event_id"] == on)
    seen = await badia.wait(answer_to(await asks(badia, room)))
    assert (seen["room_id"], seen["encrypted"], seen["unreadable"]) == (room, True, None)


async def test_edits_reactions_replies_and_redactions_mean_what_they_do_in_clear(
    world: World, people: People
) -> None:
    badia = await people.person("badia")
    room = await begins(world, badia)
    question = await badia.wait(lambda event: kind(event) == "onboarding.ask.language")
    relation = {"rel_type": "m.annotation", "event_id": question["event_id"], "key": "2️⃣"}
    await badia.do("send", room=room, type="m.reaction", content={"m.relates_to": relation})
    consent = await badia.wait(lambda event: kind(event) == "onboarding.ask.consent")
    assert consent["content"]["org.ilan.hub"]["locale"] == "es"
    said = await badia.say(room, "sí")
    await badia.wait(lambda event: kind(event) == "onboarding.ask.country")
    thread = {"rel_type": "m.thread", "event_id": said}
    word = f"zzqx{next(NUMBERS)}"
    await badia.say(room, f"show {word}", **{"m.relates_to": thread})
    seen = await badia.wait(answer_to(word))
    assert seen["wire"]["m.relates_to"]["event_id"] == said
    await world.down()
    taken_back = f"zzqx{next(NUMBERS)}"
    event_id = await badia.say(room, f"show {taken_back}")
    await badia.do("redact", room=room, event=event_id)
    after = await asks(badia, room)
    await world.up()
    await badia.wait(answer_to(after))
    await eventually(world.hub.idle)
    assert not any(taken_back in said for said in spoken(badia))


@pytest.mark.fault("F08", "F24", "F25", "F26")
async def test_a_kill_at_any_moment_loses_doubles_and_garbles_nothing(
    world: World, people: People
) -> None:
    badia = await people.person("badia")
    room = await begins(world, badia, rotation=2)
    await world.down()
    words, ended = [], {}
    for stage in MOMENTS:
        words.append(await asks(badia, room))
        await world.hub.start(stage=stage)
        ended[stage] = await world.hub.ended(PATIENCE)
    await world.up()
    words.append(await asks(badia, room))
    await badia.wait(answer_to(words[-1]))
    await eventually(world.hub.idle)
    assert ended == dict.fromkeys(MOMENTS, -signal.SIGKILL)
    said = spoken(badia)
    assert [sum(word in body for body in said) for word in words] == [1] * len(words)
    assert {each[1:] for each in heard(badia, world.hub.user_id)} == {(True, None)}


async def read_by_all(readers: list[Person], asker: Person, room: str) -> Seen:
    """Let one of somebody's devices ask; returns the answer, which each of the readers can read."""
    word = await asks(asker, room)
    answers = [await reader.wait(answer_to(word)) for reader in readers]
    assert [(each["encrypted"], each["unreadable"]) for each in answers] == [(True, None)] * len(
        readers
    )
    return answers[0]


async def test_a_device_that_logged_out_is_sent_no_further_key(
    world: World, people: People, homeserver: Homeserver
) -> None:
    """Seen on the wire, where whatever the hub sends to devices passes; before, it was sent one."""
    badia = await people.person("badia")
    async with aiohttp.ClientSession() as session:
        (other,) = await silent_devices(homeserver, session, badia.user_id, 1)
        await badia.do("vouch", user=badia.user_id, devices=[other.device_id])
        world.proxy.watched, world.proxy.bodies = "/sendToDevice/m.room.encrypted/", []
        room = await begins(world, badia)
        first = await read_by_all([badia], badia, room)
        before = world.proxy.bodies
        await other.log_out()
        world.proxy.bodies = []
        second = await read_by_all([badia], badia, room)
    assert first["wire"]["session_id"] != second["wire"]["session_id"]
    given = [
        {device for body in sent for device in json.loads(body)["messages"].get(badia.user_id, {})}
        for sent in (before, world.proxy.bodies)
    ]
    assert given == [{badia.device_id, other.device_id}, {badia.device_id}]


@pytest.mark.slow
async def test_each_of_fifty_devices_reads_what_the_hub_says_and_one_that_left_gets_no_further_key(
    world: World, people: People, homeserver: Homeserver
) -> None:
    badia, hub = await people.person("badia"), world.hub.user_id
    async with aiohttp.ClientSession() as session:
        silent = await silent_devices(homeserver, session, badia.user_id, 48)
        await badia.do("vouch", user=badia.user_id, devices=[each.device_id for each in silent])
        speaking = [badia, await people.new_device(badia), await people.new_device(badia)]
        room = await begins(world, badia)
        for each in speaking:
            await each.wait(lambda event: kind(event) == "onboarding.ask.language")
            before = await read_by_all(speaking, each, room)
        assert [await each.given(hub) for each in silent] == [[before["wire"]["session_id"]]] * 48
        await silent.pop().log_out()
        after = await read_by_all(speaking, badia, room)
        assert [await each.given(hub) for each in silent] == [[after["wire"]["session_id"]]] * 47
    for answer in (before, after):
        read = [each.reads(answer["wire"])["content"]["body"] for each in silent]
        assert read == [answer["content"]["body"]] * 47
    shared = await world.hub.rows(
        "SELECT session_id, device_id FROM shared_key"
        " JOIN outbound_session ON outbound_session.id = outbound_id"
        " JOIN device ON device.id = shared_key.device"
    )
    fifty = {each.device_id for each in (*speaking, *silent)}
    assert {device for key, device in shared if key == after["wire"]["session_id"]} == fifty
