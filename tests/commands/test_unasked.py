"""What comes unasked never takes over a yes to what somebody was asked in their own talk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.people import People
from tests.commands.test_experts import EXPERT, OTHER, QUESTION, volunteers
from tests.harness import STEWARD, Talk, kinds, once

WISH = "please never mute all"
WHICH = "error.not_understood"


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, OTHER):
        await talk.member(who)
    await volunteers(talk, EXPERT)
    await talk.says(STEWARD, f"role {EXPERT} organiser", "yes")
    await talk.says(EXPERT, "event add in 72h Bail", "yes")
    return talk


@once
async def another_asks(talk: Talk, who: str = OTHER) -> None:
    heard = await talk.says(who, "ask", QUESTION, "10", "no", "skip", "yes")
    assert "experts.offer" in kinds(heard)


async def is_known(talk: Talk) -> bool:
    async with talk.storage.read() as session:
        return await People(session).find(EXPERT) is not None


@pytest.mark.parametrize(
    ("asked", "said", "kind"),
    [
        ("event cancel 1", "yes", "events.cancelled"),
        ("event cancel 1", "no", "events.kept"),
        ("forget me", "yes", "forget.ask.confirm"),
        ("forget me", "no", "forget.kept"),
        (WISH, "yes", "attention.muted"),
        (WISH, "no", "say.kept"),
    ],
)
async def test_a_yes_answers_what_was_asked_and_not_what_came_upon_it(hub, asked, said, kind):
    await hub.says(EXPERT, asked)
    await another_asks(hub)
    assert set(kinds(await hub.says(EXPERT, said))) == {kind}
    heard = await hub.says(EXPERT, "accept 1")
    assert kinds(heard)[0] == "experts.accepted"  # it waits as before


async def test_who_is_asked_once_more_whether_to_be_erased_is(hub: Talk):
    await hub.says(EXPERT, "forget me")
    await another_asks(hub)
    await hub.says(EXPERT, "yes", "yes")
    assert not await is_known(hub)


@pytest.mark.parametrize("said", ["yes", "no"])
@pytest.mark.parametrize(
    ("before", "later", "between"),
    [
        ("event cancel 1", timedelta(hours=2), []),
        ("event add", timedelta(0), []),
        (WISH, timedelta(0), ["events"]),
    ],
)
async def test_its_number_is_asked_for_where_anything_else_was_open(
    hub: Talk, before: str, later: timedelta, between: list[str], said: str
):
    await hub.says(EXPERT, before, *between)
    hub.now += later
    await another_asks(hub)
    heard = await hub.says(EXPERT, said)
    assert kinds(heard)[0] == WHICH
    assert heard[0].body == (
        "I have said other things since I asked that. "
        'Say "accept 1" for a yes, or "decline 1" for a no.'
    )
    assert kinds(await hub.says(EXPERT, "decline 1"))[0] != WHICH


async def test_two_offers_in_a_row_take_nothing_over(hub: Talk):
    await hub.says(EXPERT, WISH)
    await another_asks(hub)
    await hub.member(STEWARD)
    await another_asks(hub, STEWARD)
    assert kinds(await hub.says(EXPERT, "yes")) == [WHICH]


@pytest.mark.parametrize(
    ("before", "later"),
    [
        ([], timedelta(0)),
        (["event cancel 1", "no"], timedelta(0)),
        ([WISH, "no"], timedelta(0)),
        ([WISH], timedelta(hours=2)),
    ],
)
@pytest.mark.parametrize(
    ("said", "kind"), [("yes", "experts.accepted"), ("no", "experts.declined")]
)
async def test_a_lone_offer_is_answered_by_a_yes_or_a_no(hub, before, later, said, kind):
    await hub.says(EXPERT, *before)
    hub.now += later
    await another_asks(hub)
    assert kind in kinds(await hub.says(EXPERT, said))


async def test_a_sign_set_to_an_offer_answers_it_whatever_else_is_open(hub: Talk):
    await hub.says(EXPERT, "event cancel 1")
    heard = await hub.says(OTHER, "ask", QUESTION, "10", "no", "skip", "yes")
    [offer] = [each for each in heard if each.kind == "experts.offer"]
    assert "experts.accepted" in kinds(await hub.reacts(EXPERT, "👍", offer))


@pytest.mark.parametrize("said", ["yes to everything", "aceptar todo", "oui à tout", "accept all"])
async def test_a_yes_to_all_is_none_to_the_last_alone(hub: Talk, said: str):
    await another_asks(hub)
    await another_asks(hub, STEWARD)
    assert [(each.kind, each.ids) for each in await hub.says(EXPERT, said)] == [
        ("error.conflict", [])
    ]
