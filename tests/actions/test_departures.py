"""Who leaves, is banned or was erased: nothing waits for them, nothing brings them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.moderation.namesakes import Names, Namesake
from bot.matrix.census import learn_bans, learn_names, take_in
from storage.gone import Gone
from storage.people import People
from storage.retention import sweep
from storage.tables.cases import RequestRow
from storage.tables.people import GoneRow, PersonRow
from storage.tables.queues import DueRow
from tests.bot.matrix.outgoing import Homeserver
from tests.harness import HUB, NOON, STEWARD, Said, Talk, kinds, network, scene

EXPERT, OTHER, ASKER = "@expert:test", "@other:test", "@asker:test"
ROOT = "!root:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
ASK = ("ask", QUESTION, "10", "no", "skip", "yes")
AGAIN = "!again:test"  # a second chat with the hub
HELLO = ["onboarding.welcome", "onboarding.ask.language"]


@scene
async def hub(talk: Talk) -> None:
    """A network whose expert (1) and asker (2) are in the Space."""
    await talk.room("space:ilan", ROOT)
    for slug in ("members", "practitioners", "lobby-en", "mod-room"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    for who in (EXPERT, ASKER):
        await talk.event("join", who, ROOT, {})
        await talk.member(who)
    await talk.says(EXPERT, "volunteer", "10", "skip")


def done(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def known(talk: Talk) -> list[str]:
    async with talk.storage.read() as session:
        return sorted(row.user_id for row in await session.scalars(select(PersonRow)))


async def gone(talk: Talk) -> list[bool]:
    """List of those who are gone whether they are banned."""
    async with talk.storage.read() as session:
        return list(await session.scalars(select(GoneRow.banned)))


async def state(talk: Talk) -> list[str]:
    async with talk.storage.read() as session:
        return list(await session.scalars(select(RequestRow.state)))


@pytest.mark.both_databases
@pytest.mark.parametrize("way", ["ban", "kick"])
async def test_who_is_taken_out_of_the_space_loses_every_room_and_is_erased(hub: Talk, way):
    await hub.says(ASKER, *ASK)
    await hub.says(EXPERT, "accept 1")
    await hub.says(ASKER, "accept 1")
    heard = await hub.event(way, EXPERT, ROOT, {})
    assert {room for kind, room in done(heard) if kind == "kick"} == {
        "space:members",
        "space:practitioners",
        "space:lobby-en",
        "space:mod-room",
        "private:request:1",
    }
    assert done(heard)[-2:] == [("forget.expelled", "direct:1"), ("leave", "direct:1")]
    assert (await known(hub), await gone(hub)) == ([ASKER], [way == "ban"])
    assert await hub.passes(timedelta(days=3)) == []


async def test_nothing_is_taken_from_who_leaves_another_room_by_force(hub: Talk):
    await hub.room("space:welcome", "!welcome:test")
    assert await hub.event("ban", EXPERT, "!welcome:test", {}) == []
    assert await known(hub) == [ASKER, EXPERT]


async def test_an_offer_goes_to_the_next_expert_when_the_first_is_banned(hub: Talk):
    await hub.says(ASKER, *ASK)
    await hub.member(OTHER)
    await hub.says(OTHER, "volunteer", "10", "skip")
    heard = await hub.event("ban", EXPERT, ROOT, {})
    assert ("experts.offer", "direct:3") in done(heard)


async def test_who_is_banned_is_not_heard_until_the_ban_is_over(hub: Talk):
    await hub.event("ban", EXPERT, ROOT, {})
    assert await hub.says(EXPERT, "events") == []
    heard = await hub.enters("!other:test", EXPERT)
    assert done(heard) == [("join", "visit:!other:test"), ("leave", "refused:!other:test")]
    assert await hub.event("message", EXPERT, "!lobby-en:test", {"body": "!events"}) == []
    assert await known(hub) == [ASKER]
    assert await hub.event("unban", EXPERT, ROOT, {}) == []
    hub.now += timedelta(minutes=1)
    assert kinds(await hub.enters(AGAIN, EXPERT)) == ["join"]
    assert kinds(await hub.says(EXPERT, "hello", room_id=AGAIN)) == HELLO
    assert await gone(hub) == []


async def test_who_was_banned_before_they_were_known_is_not_heard_either(hub: Talk):
    await hub.event("ban", OTHER, ROOT, {})
    heard = done(await hub.opens(OTHER))
    assert heard == [("join", f"visit:{hub.chat(OTHER)}"), ("leave", f"refused:{hub.chat(OTHER)}")]
    assert await known(hub) == [ASKER, EXPERT]


async def test_a_removal_that_is_told_again_does_not_touch_who_came_back(hub: Talk):
    before = hub.now
    await hub.event("kick", EXPERT, ROOT, {})
    hub.now += timedelta(minutes=1)
    assert kinds(await hub.enters(AGAIN, EXPERT)) == ["join"]
    await hub.says(EXPERT, "hello", room_id=AGAIN)
    hub.delay = hub.now - before
    assert await hub.event("kick", EXPERT, ROOT, {}) == []
    assert await known(hub) == [ASKER, EXPERT]


@pytest.mark.both_databases
async def test_nothing_but_their_own_word_brings_back_who_was_erased(hub: Talk):
    await hub.says(EXPERT, "forget me", "yes")
    hub.now += timedelta(minutes=1)
    assert await hub.event("join", EXPERT, ROOT, {}) == []  # the state of a restart
    hub.delay = timedelta(hours=1)
    assert await hub.event("message", EXPERT, "!lobby-en:test", {"body": "!events"}) == []
    assert await known(hub) == [ASKER]
    hub.delay = timedelta(0)
    await hub.enters(AGAIN, EXPERT)
    assert kinds(await hub.says(EXPERT, "hello", room_id=AGAIN)) == HELLO
    assert (await known(hub), await gone(hub)) == ([ASKER, EXPERT], [])


async def test_the_census_does_not_bring_back_who_was_erased(hub: Talk):
    for who in (EXPERT, ASKER):
        await hub.says(who, "forget me", "yes")
    server = Homeserver()
    server.answers += [{"joined": {EXPERT: {}, ASKER: {}, OTHER: {}}}, {"chunk": []}]
    await take_in(server, hub.storage, network(), NOON, at="s1")
    assert await known(hub) == [OTHER]


async def test_what_is_kept_of_who_was_erased_ends_after_a_year(hub: Talk):
    await hub.says(EXPERT, "forget me", "yes")
    for days, left in ((364, [False]), (366, [])):
        async with hub.storage.write() as session:
            await sweep(session, NOON + timedelta(days=days))
        assert await gone(hub) == left


def bans(*user_ids: str) -> dict[str, Any]:
    return {"chunk": [{"type": "m.room.member", "state_key": each} for each in user_ids]}


async def learn(talk: Talk, *user_ids: str) -> list[tuple[str, str]]:
    server = Homeserver()
    server.answers.append(bans(*user_ids))
    await learn_bans(server, talk.storage, network(), talk.now)
    assert server.queries == [{"membership": "ban"}]
    while await talk.dispatcher.handle_events():
        pass
    return done(await talk.heard())


async def test_at_each_start_the_homeserver_says_who_is_banned(hub: Talk):
    assert ("leave", "direct:1") in await learn(hub, EXPERT, OTHER)
    assert (await known(hub), await gone(hub)) == ([ASKER], [True, True])
    hub.now += timedelta(days=300)
    assert await learn(hub, OTHER) == []
    assert sorted(await gone(hub)) == [False, True]
    async with hub.storage.write() as session:
        await sweep(session, hub.now + timedelta(days=300))
        assert await Gone(session).of(EXPERT) is None
        assert (await Gone(session).of(OTHER)).banned


LEAVES = [("Space", ROOT), ("chat", "!chat-expert:test")]
leaves = pytest.mark.parametrize("where", [room for _name, room in LEAVES])


@leaves
async def test_an_expert_who_left_is_not_asked(hub: Talk, where):
    await hub.event("leave", EXPERT, where, {})
    assert kinds(await hub.says(ASKER, *ASK)) == [
        "experts.asked",
        "experts.unmatched",
        "experts.next",
    ]


@leaves
async def test_no_request_waits_for_an_expert_who_left(hub: Talk, where):
    await hub.says(ASKER, *ASK)
    assert done(await hub.event("leave", EXPERT, where, {})) == [("experts.unmatched", "direct:2")]


@leaves
async def test_an_asker_is_told_at_once_when_the_expert_who_accepted_leaves(hub: Talk, where):
    await hub.says(ASKER, *ASK)
    await hub.says(EXPERT, "accept 1")
    heard = await hub.event("leave", EXPERT, where, {})
    assert done(heard) == [("experts.stepped_back", "direct:2"), ("experts.unmatched", "direct:2")]


@pytest.mark.parametrize("where", [ROOT, "!chat-asker:test"])
async def test_what_an_asker_asked_who_left_is_taken_back(hub: Talk, where):
    await hub.says(ASKER, *ASK)
    assert done(await hub.event("leave", ASKER, where, {})) == [("experts.withdrawn", "direct:1")]
    assert await state(hub) == ["withdrawn"]


async def test_an_expert_who_left_is_asked_again_when_they_say_so(hub: Talk):
    await hub.event("leave", EXPERT, ROOT, {})
    assert kinds(await hub.says(EXPERT, "requests"))[-1:] == ["experts.requests"]
    assert "experts.offer" not in kinds(await hub.says(ASKER, *ASK))
    await hub.says(ASKER, "withdraw 1")
    await hub.says(EXPERT, "available")
    assert "experts.offer" in kinds(await hub.says(ASKER, *ASK))


async def test_who_left_and_asks_later_hears_what_comes_of_it(hub: Talk):
    await hub.event("leave", ASKER, ROOT, {})
    await hub.says(ASKER, *ASK)
    assert ("experts.accepted", "direct:2") in done(await hub.says(EXPERT, "accept 1"))


@leaves
async def test_nobody_who_left_is_written_to_again(hub: Talk, where):
    await hub.member(STEWARD)
    await hub.says(STEWARD, "event add in 72h Bail hearings", "yes")
    await hub.says(EXPERT, "going 1")
    await hub.event("leave", EXPERT, where, {})
    heard = await hub.passes(timedelta(days=8))
    heard += await hub.says(STEWARD, f"vouch {EXPERT}")
    assert [each for each in done(heard) if each[1] == "direct:1"] == []


async def test_who_stays_is_reminded(hub: Talk):
    await hub.member(STEWARD)
    await hub.says(STEWARD, "event add in 72h Bail hearings", "yes")
    await hub.says(EXPERT, "going 1")
    heard = await hub.passes(timedelta(days=3))
    assert ("events.reminder", "direct:1") in done(heard)


async def test_who_returns_to_the_space_is_written_to_as_before(hub: Talk):
    await hub.event("leave", EXPERT, ROOT, {})
    assert await hub.event("join", EXPERT, ROOT, {}) == []
    assert "experts.offer" in kinds(await hub.says(ASKER, *ASK))
    async with hub.storage.read() as session:
        assert (await People(session).find(EXPERT)).departed is False


async def rejoins(hub: Talk) -> None:
    await hub.event("leave", EXPERT, ROOT, {})
    await hub.event("join", EXPERT, ROOT, {})


async def opens_another_chat(hub: Talk) -> None:
    await hub.event("leave", EXPERT, hub.chat(EXPERT), {})
    await hub.enters(AGAIN, EXPERT)


@pytest.mark.parametrize("returns", [rejoins, opens_another_chat])
async def test_who_is_back_is_reminded_of_what_they_are_going_to(hub: Talk, returns):
    await hub.member(STEWARD)
    await hub.says(STEWARD, "event add in 72h Bail hearings", "yes")
    await hub.says(EXPERT, "going 1")
    await returns(hub)
    heard = await hub.passes(timedelta(days=3))
    assert [each for each in done(heard) if each[1] == "direct:1"] == [
        ("events.reminder", "direct:1")
    ]


async def test_at_each_start_the_homeserver_says_what_members_are_called(hub: Talk):
    server = Homeserver()
    server.answers.append(
        {
            "joined": {
                EXPERT: {"display_name": "Amal"},
                ASKER: {"display_name": 7},
                OTHER: {"display_name": "\u0410mal"},
                HUB: {"display_name": "Amal"},
                "@odd:test": None,
            }
        }
    )
    names = Names(2, b"key", HUB, ())
    await learn_names(server, hub.storage, network(), names.called, hub.now)
    assert [path for _method, path, _body in server.asked] == [
        "/rooms/%21root%3Atest/joined_members"
    ]
    async with hub.storage.read() as session:
        (due,) = await session.scalars(select(DueRow).where(DueRow.kind == Namesake.kind))
    assert (due.payload["user_id"], due.payload["others"]) == (OTHER, EXPERT)
    assert names.called("@late:test", "asker") is not None
