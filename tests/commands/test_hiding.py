"""What the hub wrote is taken back at once, for whoever fears a look at their screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kit.errand import SendInClear
from storage.queue import State
from storage.tables.queues import OutboxRow
from tests.harness import Said, Talk

AMAL, BORIS = "@amal:test", "@boris:test"


async def arrive(talk: Talk) -> None:
    """Let the homeserver have made an event of each message that waits."""
    async with talk.storage.write() as session:
        for row in await session.scalars(select(OutboxRow)):
            made = row.action == "send" and row.event_id is None and row.state == State.NEW
            row.event_id = f"${row.txn_id}" if made else row.event_id
            row.state = State.SENT


def event_of(said: Said) -> str:
    return f"${said.content['org.ilan.hub']['txn']}"


async def met(talk: Talk) -> tuple[list[str], list[str]]:
    """Let two people speak with the hub; returns what it wrote to the first, before and lately."""
    await talk.opens(AMAL)
    before = [event_of(said) for said in await talk.says(AMAL, "rooms")]
    await arrive(talk)
    async with talk.storage.read() as session:
        greeting = list(await session.scalars(select(OutboxRow.event_id)))
    talk.now += timedelta(hours=1, seconds=1)
    lately = [
        event_of(said) for text in ("find mandela", "help") for said in await talk.says(AMAL, text)
    ]
    await talk.opens(BORIS)
    await arrive(talk)
    return [each for each in greeting if each and each not in before] + before, lately


def redacted(heard: list[Said]) -> list[str]:
    return [said.content["event_id"] for said in heard if said.kind == "redact"]


@pytest.mark.both_databases
async def test_what_the_hub_wrote_in_the_last_hour_is_taken_back_and_no_more(talk: Talk):
    _before, lately = await met(talk)
    *taken, answer = await talk.says(AMAL, "hide")
    assert (redacted(taken), {said.room for said in taken}) == (lately, {"direct:1"})
    assert (answer.kind, answer.body.splitlines()[0]) == (
        "attention.hidden",
        "I delete 2 messages of mine.",
    )


async def test_all_that_the_hub_wrote_in_a_chat_is_taken_back_and_nothing_in_another(talk: Talk):
    before, lately = await met(talk)
    heard = await talk.says(AMAL, "hide all")
    assert redacted(heard) == before + lately
    assert {said.room for said in heard} == {"direct:1"}


async def test_a_warning_in_clear_is_not_taken_back(talk: Talk):
    """Whoever has the account could hide it from its owner."""
    before, lately = await met(talk)
    warns = {"action": SendInClear.action}
    async with talk.storage.write() as session:
        theirs = OutboxRow.event_id == lately[0]
        await session.execute(update(OutboxRow).where(theirs).values(warns))
    assert redacted(await talk.says(AMAL, "hide all")) == before + lately[1:]


async def test_nothing_is_taken_back_twice(talk: Talk):
    await met(talk)
    await talk.says(AMAL, "hide all")
    (answer,) = await talk.says(AMAL, "hide all")
    assert answer.body.splitlines()[0] == "I delete 0 messages of mine."


async def test_in_a_room_only_what_is_in_the_own_chat_is_taken_back(talk: Talk):
    _before, lately = await met(talk)
    await talk.room("space:lobby-en", "!lobby:test")
    await talk.says(BORIS, "!help", room_id="!lobby:test")
    await arrive(talk)
    await talk.heard()
    heard = await talk.says(AMAL, "!hide", room_id="!lobby:test")
    assert redacted(heard) == lately
    assert [said.room for said in heard if said.kind == "redact"] == ["direct:1"] * 2
