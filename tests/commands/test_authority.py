"""What somebody may do is asked at every step, not only where it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.library import ResourceRow
from tests.harness import SECOND_STEWARD, STEWARD, Talk, kinds, scene

WANDA, AMAL = "@wanda:test", "@amal:test"
ADDRESS = "https://www.example.org/zzz"
QUESTIONS = ("Zzz guide for defenders", "2", "English", "1")
LAST = "It helps defenders prepare bail hearings."


@scene
async def hub(talk: Talk) -> None:
    for who in (STEWARD, WANDA):
        await talk.member(who)
    await talk.says(STEWARD, f"role {WANDA} curator")


async def added(talk: Talk) -> list[str]:
    async with talk.storage.read() as session:
        query = select(ResourceRow.id).where(ResourceRow.url == ADDRESS)
        return list(await session.scalars(query))


@pytest.mark.parametrize("answered", range(len(QUESTIONS) + 1))
async def test_a_curator_who_loses_the_role_is_asked_no_further(hub: Talk, answered):
    await hub.says(WANDA, f"resource add {ADDRESS}", *QUESTIONS[:answered])
    await hub.says(STEWARD, f"role {WANDA} member", "yes")
    heard = await hub.says(WANDA, [*QUESTIONS, LAST][answered])
    assert [(said.kind, said.body) for said in heard] == [
        ("error.not_allowed", "Only library curators can do that. Ask a moderator.")
    ]
    assert kinds(await hub.says(WANDA, "skip")) == ["error.conflict"]
    assert await added(hub) == []


async def test_a_curator_who_keeps_the_role_comes_to_the_end(hub: Talk):
    heard = await hub.says(WANDA, f"resource add {ADDRESS}", *QUESTIONS, LAST)
    assert kinds(heard) == ["curation.listed"]
    assert await added(hub) == ["zzz-guide-for-defenders"]


@pytest.mark.parametrize("way", ["back", "start"])
async def test_steering_an_open_question_takes_the_role_too(hub: Talk, way):
    await hub.says(WANDA, f"resource add {ADDRESS}", *QUESTIONS[:2])
    await hub.says(STEWARD, f"role {WANDA} member", "yes")
    assert kinds(await hub.says(WANDA, way)) == ["error.not_allowed"]


async def test_what_anybody_may_say_still_answers_while_a_lost_question_is_dropped(hub: Talk):
    await hub.says(WANDA, f"resource add {ADDRESS}", *QUESTIONS[:2])
    await hub.says(STEWARD, f"role {WANDA} member", "yes")
    assert kinds(await hub.says(WANDA, "events")) == ["events.none", "error.not_allowed"]
    assert kinds(await hub.says(WANDA, "events")) == ["events.none"]


@pytest.mark.parametrize("whom", [STEWARD, "@nobody:test"])
async def test_who_may_not_vouch_does_not_learn_who_is_a_member(hub: Talk, whom):
    await hub.member(AMAL)
    heard = await hub.says(AMAL, f"vouch {whom}")
    assert [(said.kind, said.body) for said in heard] == [
        (
            "error.not_allowed",
            "Only moderators and people in the practitioners' rooms can vouch for somebody.",
        )
    ]


ROOMS = {"death-penalty": "practitioners", "mod-room": "staff"}


@pytest.mark.parametrize("room", ROOMS)
async def test_who_was_let_in_finds_the_way(hub: Talk, room):
    for slug in ROOMS:
        await hub.room(f"space:{slug}", f"!{slug}:test")
    await hub.member(AMAL)
    assert kinds(await hub.says(AMAL, f"join {room}")) == ["error.not_allowed"]
    await hub.says(STEWARD, f"vouch {AMAL}", f"role {AMAL} moderator")
    (said,) = await hub.says(AMAL, f"join {room}")
    assert (said.kind, said.ids) == ("rooms.join", [room])


async def test_a_steward_who_is_none_any_more_no_longer_counts_as_the_first(talk: Talk):
    """The operator's settings name the stewards: a restart with others makes the difference."""
    for who in (STEWARD, SECOND_STEWARD):
        await talk.member(who)
    await talk.says(STEWARD, "purge region Europe")
    later = talk.restarted(stewards={SECOND_STEWARD})
    assert kinds(await later.says(SECOND_STEWARD, "purge region Europe")) == ["purge.asked"]
    assert await later.passes(timedelta(minutes=1)) == []
    assert kinds(await later.says(SECOND_STEWARD, "purge region Europe")) == ["error.conflict"]
    again = later.restarted(stewards={STEWARD, SECOND_STEWARD})
    assert kinds(await again.says(STEWARD, "purge region Europe"))[-1] == "purge.confirmed"
