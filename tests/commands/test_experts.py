from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.due import NotInvited, WasInvited
from kit.roomkey import Private
from storage.dues import Dues
from storage.people import People
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.cases import RequestRow
from storage.tables.queues import OutboxRow
from storage.tables.rooms import RoomRow
from tests.harness import HUB, Said, Talk, kinds, once

ASKER, EXPERT, OTHER = "@asker:test", "@expert:test", "@other:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
CLOSED = ["leave", "experts.done", "experts.done"]


@once
async def volunteers(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "10", "skip")


@once
async def asks(talk: Talk, who: str) -> list[str]:
    await talk.member(who)
    return kinds(await talk.says(who, "ask", QUESTION, "10", "no", "skip", "yes"))


def offers(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard if said.kind == "experts.offer"]


async def state(talk: Talk) -> str:
    async with talk.storage.read() as session:
        return (await session.scalars(select(RequestRow.state))).one()


@pytest.mark.slow
@pytest.mark.both_databases
async def test_two_strangers_meet_only_after_both_agree(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    heard = await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    assert kinds(heard) == ["experts.asked", "experts.offer", "experts.next"]
    told = " ".join(said.body for said in heard if said.kind == "experts.offer")
    assert ("asker" in told, "disciplinary" in told) == (False, False)
    heard = await talk.says(EXPERT, "accept 1")
    assert [(s.kind, s.room) for s in heard] == [
        ("experts.accepted", "direct:2"),
        ("experts.taken", "direct:1"),
    ]
    assert all("expert:test" not in said.body for said in heard)
    heard = await talk.says(ASKER, "accept 1")
    assert [(s.kind, s.room) for s in heard] == [
        ("create", "private:request:1"),
        ("invite", "private:request:1"),
        ("invite", "private:request:1"),
        ("experts.introduction", "private:request:1"),
        ("experts.introduced", "direct:2"),
    ]
    assert [said.content["user_id"] for said in heard[1:3]] == [EXPERT, ASKER]
    told = heard[3].content
    assert heard[3].body.endswith(
        'When you are done, say "done 1" to me in our direct chat: I take back what I wrote here, '
        "and leave the room to you."
    )
    assert (told["msgtype"], told["m.mentions"]) == ("m.text", {"user_ids": [ASKER, EXPERT]})
    assert await falls_due(talk, WasInvited, EXPERT) == []
    (question,) = await falls_due(talk, WasInvited, ASKER)
    assert (question.kind, question.room) == ("experts.question", "direct:1")
    assert QUESTION in question.body
    assert kinds(await talk.says(EXPERT, "done 1")) == CLOSED
    assert await falls_due(talk, WasInvited, ASKER) == []


async def test_nobody_else_may_be_invited_to_an_introduction(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "accept 1")
    made = (await talk.says(ASKER, "accept 1"))[0].content
    assert made["power_level_content_override"] == {"invite": 100}
    assert {each["type"]: each["content"] for each in made["initial_state"]} == {
        "m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"},
        "m.room.guest_access": {"guest_access": "forbidden"},
        "m.room.history_visibility": {"history_visibility": "invited"},
        "io.element.functional_members": {"service_members": [HUB]},
    }
    assert "invite" not in made


@pytest.mark.slow
async def test_an_introduction_is_named_and_said_in_both_languages(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER, language="2", country="Senegal")
    await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "sí")
    await talk.says(EXPERT, "accept 1")
    heard = await talk.says(ASKER, "aceptar 1")
    assert (
        heard[0].content["name"] == "Prisons and post-sentence · Prisiones y ejecución de la pena"
    )
    said = [each for each in heard if each.kind == "experts.introduction"]
    assert [each.content["org.ilan.hub"]["locale"] for each in said] == ["en", "es"]
    assert [each.room for each in said] == ["private:request:1"] * 2


async def falls_due(
    talk: Talk, kind: type[WasInvited | NotInvited], who: str, room_id: str = "!private:test"
) -> list[Said]:
    """Let the homeserver invite somebody, or refuse to, as the sender hears it."""
    talk.now += timedelta(seconds=1)
    async with talk.storage.write() as session:
        person = await People(session).find(who)
        assert person is not None
        await Rooms(session).made((await _private(session)).id, room_id)
        await Dues(session).plan(kind("request:1", person.id), at=talk.now)
    return await talk.passes(timedelta(0))


async def cannot_be_invited(talk: Talk, who: str) -> list[Said]:
    """Let the homeserver refuse to invite somebody."""
    return await falls_due(talk, NotInvited, who)


async def _private(session: AsyncSession) -> RoomRow:
    room = await Rooms(session).get(Private("request:1"))
    assert room is not None
    return room


def places(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


@pytest.mark.slow
@pytest.mark.both_databases
async def test_an_expert_who_cannot_be_invited_is_told_and_the_next_one_is_asked(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await volunteers(talk, OTHER)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    heard = await cannot_be_invited(talk, EXPERT)
    assert places(heard) == [
        ("kick", heard[0].room),
        ("kick", heard[0].room),
        ("leave", heard[0].room),
        ("experts.expert_refuses", "direct:1"),
        ("experts.expert_missing", "direct:2"),
        ("experts.offer", "direct:3"),
    ]
    assert heard[0].room == "refused:!private:test"
    assert await state(talk) == "offered"
    await talk.says(OTHER, "accept 1")
    heard = await talk.says(ASKER, "accept 1")
    assert [(said.kind, said.content.get("user_id")) for said in heard[:3]] == [
        ("create", None),
        ("invite", OTHER),
        ("invite", ASKER),
    ]


async def test_an_asker_who_cannot_be_invited_may_ask_again_once(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    heard = await cannot_be_invited(talk, ASKER)
    assert places(heard)[3:] == [
        ("experts.asker_refuses", "direct:2"),
        ("experts.asker_missing", "direct:1"),
    ]
    assert await state(talk) == "accepted"
    again = kinds(await talk.says(ASKER, "accept 1"))
    assert again[:3] == ["create", "invite", "invite"]
    heard = await falls_due(talk, NotInvited, ASKER, "!second:test")
    assert places(heard)[3:] == [
        ("experts.withdrawn", "direct:1"),
        ("experts.asker_gives_up", "direct:2"),
    ]
    assert await state(talk) == "withdrawn"
    assert kinds(await talk.says(ASKER, "accept 1")) == ["error.conflict"]


async def test_who_closed_a_request_hears_nothing_of_its_room(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1", "done 1")
    assert await cannot_be_invited(talk, EXPERT) == []


@pytest.mark.both_databases
async def test_what_is_taken_back_at_night_is_not_put_to_the_expert_in_the_morning(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    await talk.passes(timedelta(hours=9))  # it is midnight where the expert is
    assert kinds(await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")) == [
        "experts.asked",
        "experts.next",
    ]
    assert kinds(await talk.says(ASKER, "withdraw 1")) == ["experts.withdrawn"]
    assert kinds(await talk.passes(timedelta(hours=9))) == []


async def test_a_decline_asks_nobody_again_and_nobody_left_is_told_honestly(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    heard = await talk.says(EXPERT, "decline 1")
    assert kinds(heard) == ["experts.unmatched", "experts.declined"]
    assert await state(talk) == "unmatched"
    assert offers(await talk.passes(timedelta(days=9))) == []


@pytest.mark.slow
async def test_a_new_expert_is_asked_what_waits(talk: Talk):
    assert await asks(talk, ASKER) == ["experts.asked", "experts.unmatched", "experts.next"]
    await talk.member(EXPERT)
    assert kinds(await talk.says(EXPERT, "volunteer", "10", "skip")) == ["experts.volunteered"]
    assert offers(await talk.passes(timedelta(0))) == [("experts.offer", "direct:2")]


@pytest.mark.parametrize(
    ("goes", "comes_back"),
    [("away", "available"), ("mute all", "unmute"), ("notify off 2", "notify on 2")],
)
async def test_who_can_be_asked_again_is_asked_what_waits(talk: Talk, goes: str, comes_back: str):
    await volunteers(talk, EXPERT)
    await talk.says(EXPERT, goes)
    assert await asks(talk, ASKER) == ["experts.asked", "experts.unmatched", "experts.next"]
    assert offers(await talk.passes(timedelta(0))) == []
    await talk.says(EXPERT, comes_back)
    assert offers(await talk.passes(timedelta(0))) == [("experts.offer", "direct:1")]


@pytest.mark.slow
async def test_a_place_that_gets_free_is_for_what_waits(talk: Talk):
    await volunteers(talk, EXPERT)
    for who in (ASKER, OTHER, "@third:test"):
        await asks(talk, who)
    assert offers(await talk.passes(timedelta(0))) == []  # two at a time
    for who in (EXPERT, ASKER):
        await talk.says(who, "accept 1")
    await talk.says(EXPERT, "done 1")
    assert offers(await talk.passes(timedelta(0))) == [("experts.offer", "direct:1")]


@pytest.mark.slow
async def test_a_request_that_waits_is_looked_at_each_day(talk: Talk):
    await volunteers(talk, EXPERT)
    for who in (ASKER, OTHER, "@third:test", "@fourth:test"):
        await asks(talk, who)  # the last two wait: the expert has as many as one may have
    for who, number in ((ASKER, 1), (OTHER, 2)):
        await talk.says(who, f"withdraw {number}")
    assert offers(await talk.passes(timedelta(hours=23))) == []
    heard = await talk.passes(timedelta(hours=2))
    assert offers(heard) == [("experts.offer", "direct:1")]  # the third in a week is the last
    assert offers(await talk.passes(timedelta(days=7))) != []


async def test_silence_passes_the_request_on_after_two_days(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    assert kinds(await talk.passes(timedelta(hours=47))) == []
    heard = await talk.passes(timedelta(hours=2))
    assert kinds(heard) == ["experts.expired", "experts.unmatched"]
    late = await talk.says(EXPERT, "accept 1")
    assert [(s.kind, s.body) for s in late] == [
        ("error.conflict", "That is no longer possible for request 1.")
    ]


@pytest.mark.parametrize("said", ["accept 1", "decline 1", "withdraw 1", "done 1", "why 1"])
async def test_to_others_a_request_does_not_exist(talk: Talk, said):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.member(OTHER)
    heard = await talk.says(OTHER, said)
    assert [(s.kind, s.body) for s in heard] == [
        ("error.not_found", "I know of no request 1 of yours.")
    ]


async def test_a_request_taken_back_tells_the_expert_and_forgets_the_question(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    heard = await talk.says(ASKER, "withdraw 1")
    assert [(s.kind, s.room) for s in heard] == [
        ("experts.withdrawn", "direct:1"),
        ("experts.withdrawn", "direct:2"),
    ]
    async with talk.storage.read() as session:
        assert (await session.scalars(select(RequestRow.question))).one() == ""
    assert kinds(await talk.passes(timedelta(days=3))) == []


async def test_a_request_goes_on_when_its_expert_is_erased(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    heard = await talk.says(EXPERT, "forget me", "yes")
    assert ("experts.unmatched", "direct:2") in [(said.kind, said.room) for said in heard]
    assert kinds(await talk.passes(timedelta(days=3))) == []


async def test_an_asker_is_told_when_the_expert_who_accepted_is_erased(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    heard = await talk.says(EXPERT, "accept 1", "forget me", "yes")
    assert kinds(heard)[:2] == ["experts.stepped_back", "experts.unmatched"]
    assert kinds(await talk.says(ASKER, "accept 1")) == ["error.conflict"]


async def test_an_expert_who_is_away_is_not_asked(talk: Talk):
    await volunteers(talk, EXPERT)
    await talk.says(EXPERT, "away")
    assert await asks(talk, ASKER) == ["experts.asked", "experts.unmatched", "experts.next"]


@pytest.mark.both_databases
async def test_where_there_is_one_request_it_needs_no_number(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    assert kinds(await talk.says(EXPERT, "why")) == ["experts.why"]
    assert kinds(await talk.says(EXPERT, "accept")) == ["experts.accepted", "experts.taken"]
    assert kinds(await talk.says(ASKER, "accept"))[-1] == "experts.introduced"
    assert kinds(await talk.says(ASKER, "done")) == CLOSED
    assert [said.body for said in await talk.says(ASKER, "done")] == [
        "You have no request that is open, and none waits for you."
    ]


async def test_of_several_requests_the_number_is_asked_for(talk: Talk):
    await asks(talk, ASKER)
    await talk.says(ASKER, "ask", QUESTION, "10", "no", "skip", "yes")
    assert [(said.kind, said.body) for said in await talk.says(ASKER, "withdraw")] == [
        ("error.conflict", "Which one? Say its number with it: 1 and 2.")
    ]
    assert kinds(await talk.says(ASKER, "withdraw 2", "withdraw")) == ["experts.withdrawn"]


async def test_an_expert_takes_back_no_request_of_somebody_else(talk: Talk):
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    assert kinds(await talk.says(EXPERT, "withdraw")) == ["error.not_found"]
    assert kinds(await talk.says(EXPERT, "decline")) == ["experts.unmatched", "experts.declined"]
    assert kinds(await talk.says(EXPERT, "decline")) == ["error.not_found"]


async def meet(talk: Talk) -> None:
    """Introduce two people, in a room where the hub has said so."""
    await volunteers(talk, EXPERT)
    await asks(talk, ASKER)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    async with talk.storage.write() as session:
        room = await Rooms(session).get(Private("request:1"))
        assert room is not None
        room.room_id = "!met:test"
        said = OutboxRow.room == room.id, OutboxRow.action == "send"
        sent = {"state": State.SENT, "event_id": "$introduction", "content": None}
        await session.execute(update(OutboxRow).where(*said).values(sent))


@pytest.mark.both_databases
@pytest.mark.parametrize("who", [EXPERT, ASKER])
async def test_the_hub_takes_its_words_back_and_leaves_when_a_request_is_done(talk: Talk, who: str):
    await meet(talk)
    heard = [said for said in await talk.says(who, "done 1") if said.room == "private:request:1"]
    assert [(said.kind, said.content) for said in heard] == [
        ("redact", {"event_id": "$introduction"}),
        ("leave", {"reason": ""}),
    ]
    assert not [said for said in await talk.says(who, "forget me", "yes") if "private" in said.room]


async def test_the_hub_leaves_the_room_of_two_of_whom_one_is_erased(talk: Talk):
    await meet(talk)
    heard = await talk.says(EXPERT, "forget me", "yes")
    there = [said.kind for said in heard if said.room == "private:request:1"]
    assert there == ["redact", "redact", "leave"]  # for who goes, and because the hub does


async def test_the_hub_leaves_a_room_that_nobody_closes_after_two_months(talk: Talk):
    await meet(talk)
    heard = await talk.passes(timedelta(days=60))
    there = [said.kind for said in heard if said.room == "private:request:1"]
    assert there == ["redact", "leave"]
