"""A yes or no goes to the last question that was put, and what cannot be undone does not wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Talk, kinds, scene
from tests.measuring import (
    MINUTE,
    MOD,
    SPAMMER,
    STRANGER,
    moderated,
    person,
    shown,
    surveyed,
    where,
)

LATE = (
    "I have said other things since I asked that. "
    'Say "carry out 1" for a yes, or "undo 1" for a no.'
)
HOUR = timedelta(hours=1)
DROPPED = (
    'I drop my question about that, and nothing was erased. To be asked once more, say "forget me".'
)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


@pytest.mark.parametrize(("said", "done"), [("yes", "measure.agreed"), ("no", "measure.dropped")])
async def test_an_answer_to_a_measure_never_erases_who_gives_it(hub: Talk, said: str, done: str):
    heard = await hub.says(MOD, "forget me", f"redact {SPAMMER} last hour")
    assert kinds(heard) == ["examine", "measure.looking", "forget.lapsed"]
    assert heard[-1].body == DROPPED
    await surveyed(hub, 1)
    assert kinds(await hub.says(MOD, said)) == [done]
    assert await person(hub, MOD) is not None


@pytest.mark.parametrize(("said", "done"), [("yes", "measure.agreed"), ("no", "measure.dropped")])
async def test_a_measure_that_is_shown_after_a_question_is_what_is_answered(
    hub: Talk, said: str, done: str
):
    heard = await hub.says(MOD, f"redact {SPAMMER} last hour", "forget me")
    assert heard[-1].kind == "forget.ask.confirm"
    await surveyed(hub, 1)
    assert kinds(await hub.says(MOD, said)) == [done, "forget.lapsed"]
    assert await person(hub, MOD) is not None


async def test_a_question_that_can_wait_goes_on_after_a_measure_is_answered(hub: Talk):
    await hub.says(MOD, f"redact {SPAMMER} last hour", "volunteer")
    await surveyed(hub, 1)
    first, second = await hub.says(MOD, "yes")
    assert (first.kind, second.body[:10]) == ("measure.agreed", "Still open")


async def test_an_erasure_is_asked_again_after_anything_else_was_said(hub: Talk):
    await hub.says(MOD, "forget me")
    heard = await hub.says(SPAMMER, "report @other:test is rude")
    assert "direct:2" in [said.room for said in heard]
    assert kinds(await hub.says(MOD, "yes")) == ["forget.ask.confirm"]
    assert await person(hub, MOD) is not None
    await hub.says(MOD, "yes")
    assert await person(hub, MOD) is None


async def test_no_stream_of_letters_keeps_anybody_from_being_forgotten(hub: Talk):
    await hub.says(MOD, "forget me")
    for nth in range(2):
        heard = await hub.says(SPAMMER, f"report @other{nth}:test is rude")
        assert "direct:2" in [said.room for said in heard]
        assert ("forget.ask.confirm" in kinds(await hub.says(MOD, "yes"))) is (nth == 0)
    assert await person(hub, MOD) is None


async def test_what_asks_something_itself_is_never_taken_for_no_more_than_a_letter(hub: Talk):
    await hub.says(MOD, "forget me")
    await hub.says(SPAMMER, "report @other:test is rude")
    assert kinds(await hub.says(MOD, "yes")) == ["forget.ask.confirm"]
    await hub.says(MOD, f"mute {SPAMMER} adverts")
    await surveyed(hub, 1)
    assert kinds(await hub.says(MOD, "yes")) == ["measure.agreed"]
    assert await person(hub, MOD) is not None


async def test_leaving_does_not_wait_either(hub: Talk):
    assert kinds(await hub.says(MOD, "withdraw consent", "events")) == [
        "events.none",
        "withdrawal.lapsed",
    ]
    assert kinds(await hub.says(MOD, "yes")) == ["error.not_understood"]


async def test_after_a_side_question_a_measure_says_how_it_is_answered(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "help")
    (late,) = await hub.says(MOD, "yes")
    assert late.body == LATE
    assert kinds(await hub.says(MOD, "carry out 1")) == ["measure.agreed"]


@pytest.mark.parametrize(("said", "done"), [("yes", "measure.agreed"), ("no", "measure.dropped")])
async def test_a_notice_of_the_hub_is_between_no_question_and_its_answer(
    hub: Talk, said: str, done: str
):
    await shown(hub, f"mute {SPAMMER} adverts")
    heard = await hub.says(SPAMMER, "report @other:test is rude")
    assert ("report.new", "direct:2") in where(heard)
    assert kinds(await hub.says(MOD, said)) == [done]


async def test_another_preview_is_what_a_yes_is_to(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, f"mute {STRANGER} adverts")
    await hub.says(SPAMMER, "report @other:test is rude")
    (late,) = await hub.says(MOD, "yes")
    assert late.body == LATE  # what was said last is that the hub looks into the other
    await surveyed(hub, 2, STRANGER)
    assert [said.ids for said in await hub.says(MOD, "yes")] == [["2"]]


async def test_a_measure_is_answered_once(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    (again,) = await hub.says(MOD, "yes")
    assert again.body.startswith("I am not waiting for a yes or a no.")
    assert len(await hub.passes(MINUTE)) > 0


async def test_a_yes_to_nothing_never_suggests_a_change(hub: Talk):
    await hub.says(STEWARD, "event add 2027-03-10 14:00 UTC Forensics webinar", "yes")
    await hub.says(MOD, "help")
    for said in ("yes", "yes please", "yes do it", "no"):
        assert kinds(await hub.says(MOD, said)) in (["error.not_understood"], ["say.kept"]), said


async def test_a_yes_to_what_was_offered_before_an_error_says_how_to_have_it(hub: Talk):
    """It is not done by that: who says yes may answer what they read last."""
    (offer,) = await hub.says(MOD, f"there is spam again, from {SPAMMER}")
    assert (offer.kind, offer.ids) == ("wish.offer", ["report"])
    assert kinds(await hub.says(MOD, "qwrtz plmk")) == ["error.not_understood"]
    (said,) = await hub.says(MOD, "yes")
    assert said.body == (
        "I have said other things since I asked that. "
        f'Say "report {SPAMMER} there is spam again, from {SPAMMER}" for a yes.'
    )
    hub.now += HOUR + MINUTE
    (said,) = await hub.says(MOD, "yes")
    assert "other things" not in said.body
