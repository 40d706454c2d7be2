"""Somebody becomes a member although the hub is killed at every question, and again in between."""

from __future__ import annotations

import signal
from collections.abc import Callable

import aiohttp
import pytest

from bot.sandbox.client import Event, PlainClient
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from bot.service.parts import open_storage
from bot.settings import load
from storage.people import People
from tests.homeserver.world import PATIENCE, MakeMember, World, eventually

# What is said while the hub is down, the moment of its next life at which it is killed, and the
# question that the life after that goes on with.
TURNS = [
    ("1", "sync.committed", "ask.consent"),
    ("yes", "event.begun", "ask.country"),
    ("Kenya", "event.handled", "ask.category"),
    ("public defender", "event.committed", "ask.topics"),
    ("skip", "errand.done", "done"),
]


@pytest.mark.fault("F68")
async def test_onboarding_goes_on_where_a_kill_left_it_on_any_device(
    world: World, homeserver: Homeserver, member: MakeMember
) -> None:
    phone = await member("newcomer")
    chat = await _greeted(world, phone)
    async with aiohttp.ClientSession() as session:
        again = await homeserver.register(phone.user_id[1:].partition(":")[0])
        devices = phone, PlainClient(session, homeserver.url, again)
        for number, (said, stage, expected) in enumerate(TURNS):
            await world.hub.kill()
            await devices[number % 2].say(chat, said)
            await _killed_at(world, stage)
            await world.up()
            await phone.wait(_is(expected), PATIENCE)
    steps = ["welcome", "ask.language", *(expected for _said, _stage, expected in TURNS)]
    assert await _heard(world, phone, chat) == [f"onboarding.{step}" for step in steps]
    async with (
        open_storage(load(world.hub.config)) as (storage, _changed),
        storage.read() as session,
    ):
        kept = await People(session).find(phone.user_id)
    assert kept is not None
    answers = (kept.role, kept.language, kept.country, kept.zone, kept.category)
    assert answers == ("member", "en", "KE", "Africa/Nairobi", "public-defender")


async def test_control_a_question_asked_twice_is_noticed(world: World, member: MakeMember) -> None:
    phone = await member("newcomer")
    chat = await _greeted(world, phone)
    await eventually(world.hub.idle)  # else the one before is asked twice
    await world.hub.kill()
    await phone.say(chat, "1")
    await _killed_at(world, "errand.done", variant="random-txn")
    await world.hub.start(variant="random-txn")
    for _time in range(2):
        await phone.wait(_is("ask.consent"), PATIENCE)
    assert (await _heard(world, phone, chat))[-2:] == ["onboarding.ask.consent"] * 2


async def _greeted(world: World, newcomer: Member) -> str:
    await world.up()
    chat = await world.welcome(newcomer)
    await newcomer.wait(_is("ask.language"), PATIENCE)
    return chat


async def _killed_at(world: World, stage: str, variant: str = "") -> None:
    await world.hub.start(stage=stage, variant=variant)
    assert await world.hub.ended(PATIENCE) == -signal.SIGKILL


async def _heard(world: World, newcomer: Member, chat: str) -> list[object]:
    """List the kinds of what the hub said, once it has nothing left to say."""
    await eventually(world.hub.idle)
    return [_kind(e) for e in await newcomer.messages(chat) if world.is_greeting(e)]


def _is(step: str) -> Callable[[Event], bool]:
    return lambda event: _kind(event) == f"onboarding.{step}"


def _kind(event: Event) -> object:
    return event["content"].get("org.ilan.hub", {}).get("kind")
