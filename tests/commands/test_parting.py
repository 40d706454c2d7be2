"""Who goes is taken out of every private room before the hub leaves it, and the others are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kit.errand import Invite, Remove
from kit.roomkey import Private
from storage.outbox import Outbox
from storage.queue import State
from storage.requests import Requests
from storage.rooms import Rooms
from storage.tables.cases import RequestState
from storage.tables.queues import OutboxRow
from tests.commands.test_interpreting import (
    ALL,
    ASKER,
    EXPERT,
    INTERPRETER,
    all_agreed,
    state,
    told,
)
from tests.harness import STEWARD, Said, Talk, once
from tests.measuring import done

ROOT, PRIVATE = "!root:test", "private:request:1"
CHATS = {who: f"direct:{place + 1}" for place, who in enumerate(ALL)}
WAYS = ("withdraw consent", "forget me", "ban", "kick", "leave", "measure")


@once
async def met(talk: Talk) -> None:
    await talk.room("space:ilan", ROOT)
    await all_agreed(talk)
    for who in ALL:
        await talk.event("join", who, ROOT, {})


async def goes(talk: Talk, who: str, way: str) -> list[Said]:
    if way == "measure":
        return await done(talk, f"ban {who} because of threats", STEWARD, who)
    if " " in way:
        return await talk.says(who, way, "yes")
    return await talk.event(way, who, ROOT, {})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", [ASKER, EXPERT])
async def test_who_asked_or_the_expert_goes_before_the_hub_leaves(talk: Talk, who: str, way: str):
    await met(talk)
    heard = await goes(talk, who, way)
    errands = [kind for kind, room in told(heard) if room == PRIVATE and kind != "redact"]
    assert errands == ["kick", "leave"]
    (kick,) = [each for each in heard if (each.kind, each.room) == ("kick", PRIVATE)]
    assert who in kick.content.values()
    others = sorted(each.room for each in heard if each.kind == "experts.taken_out")
    assert others == sorted(CHATS[each] for each in ALL if each != who)
    again = [each.room for each in heard if "reopen" in each.body]
    assert again == [CHATS[ASKER]] * (who == EXPERT)
    async with talk.storage.read() as session:
        assert await Requests(session).open_count() == 0


@pytest.mark.parametrize("way", WAYS)
async def test_the_others_go_on_without_who_interpreted(talk: Talk, way: str):
    await met(talk)
    heard = await goes(talk, INTERPRETER, way)
    assert [kind for kind, room in told(heard) if room == PRIVATE] == ["kick"]
    others = [each.room for each in heard if each.kind == "experts.interpreter_taken_out"]
    assert others == [CHATS[ASKER], CHATS[EXPERT]]
    assert (await state(talk))[0] is RequestState.INTRODUCED
    assert "experts.done" in [kind for kind, _room in told(await talk.says(ASKER, "done 1"))]


async def test_who_ended_their_part_is_taken_out_as_well(talk: Talk):
    await met(talk)
    await talk.says(INTERPRETER, "done 1")
    assert ("kick", PRIVATE) in told(await goes(talk, INTERPRETER, "forget me"))


async def test_what_was_over_before_is_told_to_nobody(talk: Talk):
    await met(talk)
    await talk.says(ASKER, "done 1")
    heard = told(await goes(talk, EXPERT, "forget me"))
    assert [each for each in heard if each[1] in {PRIVATE, CHATS[ASKER]}] == []


async def test_who_leaves_only_the_chat_with_the_hub_is_taken_out_of_nothing(talk: Talk):
    await met(talk)
    assert await talk.event("leave", EXPERT, talk.chat(EXPERT), {}) == []
    assert (await state(talk))[0] is RequestState.INTRODUCED


@pytest.mark.parametrize("way", ["withdraw consent", "leave"])
async def test_being_taken_out_waits_for_no_message_and_no_invitation(talk: Talk, way: str):
    await met(talk)
    async with talk.storage.write() as session:
        rooms = Rooms(session)
        room = await rooms.get(Private("request:1"))
        assert room is not None
        await rooms.made(room.id, "!private:test")
    await goes(talk, INTERPRETER, way)
    async with talk.storage.read() as session:
        (first, *others) = [
            row
            for row in await Outbox(session).heads(talk.now, 99)
            if row.room_id == "!private:test"
        ]
        assert (first.errand, others) == (Remove(INTERPRETER), [])
        invited = await session.scalars(
            select(OutboxRow.content).where(
                OutboxRow.room == room.id,
                OutboxRow.action == Invite.action,
                OutboxRow.state == State.NEW,
            )
        )
        assert [each["user_id"] for each in invited] == [EXPERT, ASKER]
