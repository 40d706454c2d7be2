"""Open conversations across a release that changed them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.tables.talk import DialogueRow
from tests.harness import Talk, kinds, scene

WRITER = "@writer:test"


@scene
async def waiting(talk: Talk) -> None:
    """Leave somebody at the question for their country, as an older release put it."""
    await talk.opens(WRITER)
    await talk.says(WRITER, "hello", "1", "yes")
    await change(talk, version=0, draft={"what": "an older release kept"}, step="shoe size")


async def change(talk: Talk, **values: object) -> None:
    async with talk.storage.write() as session:
        await session.execute(update(DialogueRow).values(**values))


async def standing(talk: Talk) -> list[tuple[str, int, str]]:
    async with talk.storage.read() as session:
        rows = (await session.scalars(select(DialogueRow))).all()
    return [(row.name, row.version, row.step) for row in rows]


async def test_an_older_conversation_begins_again(waiting: Talk):
    assert kinds(await waiting.says(WRITER, "42")) == ["onboarding.ask.language"]
    assert await standing(waiting) == [("onboarding", 1, "language")]


@pytest.mark.parametrize("said", ["back", "skip", "pause"])
async def test_steering_an_older_conversation_begins_it_again(waiting: Talk, said):
    assert kinds(await waiting.says(WRITER, said)) == ["onboarding.ask.language"]
    assert await standing(waiting) == [("onboarding", 1, "language")]


async def test_an_older_conversation_can_be_cancelled(waiting: Talk):
    assert kinds(await waiting.says(WRITER, "cancel")) == ["onboarding.cancelled"]
    assert await standing(waiting) == []


async def test_an_older_conversation_does_not_stand_in_the_way_of_a_command(waiting: Talk):
    heard = kinds(await waiting.says(WRITER, "!find mandela"))
    assert heard[0] == "find.results"


async def test_a_bare_command_does_not_break_an_older_conversation(waiting: Talk):
    assert kinds(await waiting.says(WRITER, "!show")) == ["onboarding.ask.language"]


async def test_a_conversation_that_is_no_more_is_ended(waiting: Talk):
    await change(waiting, name="gone")
    assert kinds(await waiting.says(WRITER, "find mandela")) == ["find.results"]
    assert await standing(waiting) == []


async def test_a_current_conversation_goes_on(talk: Talk):
    await talk.opens(WRITER)
    await talk.says(WRITER, "hello", "1", "yes")
    assert kinds(await talk.says(WRITER, "Kenya")) == ["onboarding.ask.category"]


DAY = timedelta(days=1)


@scene
async def silent(talk: Talk) -> None:
    """Leave somebody at the question for their country, at noon."""
    await talk.opens(WRITER)
    await talk.says(WRITER, "hello", "1", "yes")


async def test_a_question_left_open_is_mentioned_once_and_forgotten(silent: Talk):
    days = [[(s.kind, s.body) for s in await silent.passes(DAY)] for _ in range(20)]
    nudge = (
        "onboarding.nudge",
        (
            'A question of mine is still open. Say "start" to go on, or "cancel" to stop. '
            "I forget it by myself: Monday, March 15, 2027, 12:00 UTC."
        ),
    )
    assert days == [[], [nudge]] + [[]] * 18
    assert await standing(silent) == []
    assert kinds(await silent.says(WRITER, "start")) == ["onboarding.ask.language"]


async def test_a_question_is_taken_up_again_after_the_mention(silent: Talk):
    await silent.passes(13 * DAY)
    assert kinds(await silent.says(WRITER, "start")) == ["onboarding.ask.country"]
    assert kinds(await silent.says(WRITER, "Kenya")) == ["onboarding.ask.category"]
    assert kinds(await silent.passes(1 * DAY)) == []
    assert kinds(await silent.passes(1 * DAY)) == ["onboarding.nudge"]
    await silent.passes(11 * DAY)
    assert await standing(silent) == [("onboarding", 1, "category")]
    await silent.passes(1 * DAY)
    assert await standing(silent) == []


async def test_who_answers_every_day_is_left_alone(silent: Talk):
    for said in ("Brazil", "Manaus", "back", "Manaus"):
        await silent.says(WRITER, said)
        assert kinds(await silent.passes(DAY)) == []
    assert kinds(await silent.passes(DAY)) == ["onboarding.nudge"]


async def test_a_pause_is_kept_in_silence_for_a_while(silent: Talk):
    await silent.says(WRITER, "pause")
    assert kinds(await silent.passes(13 * DAY)) == []
    assert len(await standing(silent)) == 1
    assert kinds(await silent.passes(1 * DAY)) == []
    assert await standing(silent) == []


async def test_a_member_who_finished_is_not_nudged(talk: Talk):
    await talk.member(WRITER)
    assert kinds(await talk.passes(20 * DAY)) == []


@pytest.mark.parametrize("values", [{"draft": {"topics": 5}}, {"step": "shoe size"}])
async def test_what_cannot_be_read_begins_again(talk: Talk, values):
    await talk.opens(WRITER)
    await talk.says(WRITER, "hello", "1", "yes")
    await change(talk, **values)
    assert kinds(await talk.says(WRITER, "42")) == ["onboarding.ask.language"]
    assert await standing(talk) == [("onboarding", 1, "language")]


async def test_what_cannot_begin_again_by_itself_ends_and_changes_nothing(talk: Talk):
    await talk.member(WRITER)
    before = (await talk.says(WRITER, "profile"))[0].body
    assert kinds(await talk.says(WRITER, "profile topics")) == ["profile.ask.topics"]
    await change(talk, draft={"name": "topics", "answers": 5})
    assert kinds(await talk.says(WRITER, "xyzzy")) == ["error.not_understood"]
    assert (await talk.says(WRITER, "profile"))[0].body == before
    assert await standing(talk) == []


@pytest.mark.parametrize("begun", ["ask", "volunteer", "profile directory"])
@pytest.mark.parametrize("said", ["quit", "Exit", "abandonner", "выход"])
async def test_one_word_leaves_any_question(talk: Talk, begun: str, said: str):
    await talk.member(WRITER)
    await talk.says(WRITER, begun)
    [left] = await talk.says(WRITER, said)
    assert left.body == "Cancelled. Nothing was saved."
