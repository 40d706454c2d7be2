"""An appeal is granted or declined by a steward, and who appealed hears which."""

from __future__ import annotations

import pytest

from storage.engine import Storage
from storage.measures import Measures
from tests.harness import SECOND_STEWARD, STEWARD, Talk, kinds, scene
from tests.measuring import MINUTE, MOD, SPAMMER, does, done, lines, moderated, where

UNTIL = "Tuesday, March 2, 2027, 15:00 Nairobi"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(SECOND_STEWARD)
    await talk.heard()


async def appealed(hub: Talk, command: str = f"mute {SPAMMER} adverts") -> None:
    await done(hub, command)
    await hub.says(SPAMMER, "appeal my cousin had my phone")


@pytest.mark.both_databases
async def test_who_appealed_hears_that_it_stands_until_when_and_why(hub: Talk):
    await appealed(hub)
    heard = await hub.says(STEWARD, "appeal decline 1 Your phone is yours to guard.")
    assert where(heard) == [
        ("measure.appeal_declined", "direct:4"),
        ("measure.appeal_declined_by", "direct:5"),
        ("measure.upheld", "direct:1"),
    ]
    assert lines(heard[0]) == [
        "The stewards of the network read your appeal. What was decided stands:",
        "The moderators of International Legal Aid Network muted you: you can read, not write.",
        f"Until: {UNTIL}",
        "They say:",
        "Your phone is yours to guard.",
    ]
    assert lines(heard[1])[0] == (f"{STEWARD} declined the appeal against measure 1: it stands.")
    (card,) = await hub.says(MOD, "measures 1")
    assert "• Appeal declined: Monday, March 1, 2027, 15:01 Nairobi" in lines(card)
    (trail,) = await hub.says(STEWARD, "audit")
    assert "appeal declined (measure 1): @spammer:test. By: @secretariat:test" in lines(trail)[0]


async def test_it_is_declined_once_and_only_what_somebody_appealed_against(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    (said,) = await hub.says(STEWARD, "appeal decline 1")
    assert said.body == "Nobody appealed against measure 1."
    await hub.says(SPAMMER, "appeal that was my cousin")
    assert kinds(await hub.says(MOD, "appeal decline 1")) == ["error.not_allowed"]
    await hub.says(STEWARD, "appeal decline 1")
    (said,) = await hub.says(SECOND_STEWARD, "appeal decline 1")
    assert said.body == "The appeal against measure 1 is declined already."


async def test_who_decided_a_measure_leaves_the_appeal_to_another_steward(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts", STEWARD)
    await hub.says(SPAMMER, "appeal my cousin had my phone")
    (said,) = await hub.says(STEWARD, "appeal decline 1")
    assert said.kind == "error.not_allowed"
    assert said.body == "You decided measure 1: another steward hears the appeal."
    heard = await hub.says(SECOND_STEWARD, "appeal decline 1")
    assert heard[-1].kind == "measure.upheld"


async def test_nobody_declines_an_appeal_of_their_own(hub: Talk):
    await appealed(hub)
    async with hub.storage.write() as session:  # as of before they were a steward
        row = await Measures(session).get(1)
        assert row is not None
        row.person_id = 1
    (said,) = await hub.says(STEWARD, "appeal decline 1")
    assert said.body == "Nobody acts on themselves: ask another moderator."


async def test_who_is_the_only_steward_hears_every_appeal(storage: Storage):
    talk = Talk(storage, stewards=[STEWARD])
    await moderated(talk)
    await done(talk, f"mute {SPAMMER} adverts", STEWARD)
    await talk.says(SPAMMER, "appeal my cousin had my phone")
    assert (await talk.says(STEWARD, "appeal decline 1"))[-1].kind == "measure.upheld"


async def test_what_is_taken_back_already_stands_no_more(hub: Talk):
    await appealed(hub)
    await hub.says(STEWARD, "undo 1")
    await does(hub)
    (said,) = await hub.says(STEWARD, "appeal decline 1")
    assert said.body == "Measure 1 is over already."


async def test_what_is_taken_back_after_an_appeal_is_told_as_that(hub: Talk):
    await appealed(hub)
    told = [said for said in await hub.says(STEWARD, "undo 1") if said.kind == "measure.lifted"]
    assert [lines(said) for said in told] == [
        [
            "Your appeal was heard: what was decided is taken back.",
            "You may write in the rooms again.",
        ]
    ]


async def test_what_ends_by_itself_grants_no_appeal(hub: Talk):
    await appealed(hub, f"mute {SPAMMER} 5 min adverts")
    told = [each for each in await hub.passes(5 * MINUTE) if each.kind == "measure.lifted"]
    assert [said.body for said in told] == ["You may write in the rooms again."]


@pytest.mark.parametrize("said", ["undo 1", f"undo {SPAMMER}"])
async def test_a_warning_is_taken_back_in_words(hub: Talk, said: str):
    await appealed(hub, f"warn {SPAMMER} adverts")
    heard = await hub.says(STEWARD, said)
    told = next(each for each in heard if each.kind == "measure.lifted")
    assert lines(told) == [
        "Your appeal was heard: what was decided is taken back.",
        "The moderators of International Legal Aid Network take their warning back.",
    ]
    await does(hub)
    (card,) = await hub.says(MOD, "measures 1")
    assert lines(card)[0].endswith("is taken back, and they appealed")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "no, the silence remains"),
        ("2", "no, el silencio sigue"),
        ("3", "non, la sourdine est maintenue"),
        ("4", "não, o silenciamento continua"),
        ("5", "لا، الإسكات باق"),
        ("6", "нет, запрет писать остаётся в силе"),
        ("7", "不，禁言维持"),
        ("1", "no"),
        ("6", "👎"),
    ],
)
async def test_a_no_to_the_appeal_that_was_just_read_lets_it_stand(
    hub: Talk, language: str, said: str
):
    await hub.says(STEWARD, f"language {language}")
    await appealed(hub)
    heard = await hub.says(STEWARD, said)
    assert kinds(heard) == [
        "measure.appeal_declined",
        "measure.appeal_declined_by",
        "measure.upheld",
    ]


async def test_a_yes_to_it_takes_the_measure_back(hub: Talk):
    await appealed(hub)
    assert "measure.lifted" in kinds(await hub.says(STEWARD, "yes"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "we keep the decision"),
        ("2", "mantenemos la medida"),
        ("3", "nous maintenons la mesure"),
        ("4", "mantemos a medida"),
        ("5", "نبقي على القرار"),
        ("6", "мы оставляем решение в силе"),
        ("7", "我们维持原决定"),
    ],
)
async def test_without_a_no_it_is_offered_to_decline_it(hub: Talk, language: str, said: str):
    await appealed(hub)
    await hub.says(STEWARD, f"language {language}")
    (offer,) = await hub.says(STEWARD, said)
    assert (offer.kind, offer.ids[0]) == ("wish.offer", "appeal decline")
    heard = await hub.says(STEWARD, "1")
    assert (heard[0].kind, heard[0].ids) == ("measure.appeal_declined", ["1"])
