"""An expert who is away until some day is not asked before it, and asked from then on."""

from datetime import timedelta

import pytest

from tests.commands.test_experts import ASKER, EXPERT, asks, volunteers
from tests.harness import Talk, kinds


async def away(talk: Talk, until: str) -> list[tuple[str, str]]:
    return [(said.kind, said.body) for said in await talk.says(EXPERT, f"away until {until}")]


@pytest.mark.slow
async def test_who_is_away_until_a_day_is_asked_from_its_beginning_on(talk: Talk):
    await volunteers(talk, EXPERT)
    assert await away(talk, "Wednesday") == [
        (
            "experts.away",
            (
                "I will not ask you until Wednesday, March 3, 2027, 00:00 Nairobi, "
                'or until you say "available".'
            ),
        )
    ]
    assert await asks(talk, ASKER) == ["experts.asked", "experts.unmatched", "experts.next"]
    assert kinds(await talk.passes(timedelta(hours=32))) == []
    assert kinds(await talk.passes(timedelta(hours=1))) == []  # it is night
    heard = await talk.passes(timedelta(hours=7))
    assert kinds(heard) == ["experts.back", "experts.offer"]
    assert heard[0].body == "You wanted to be away until now. I may ask you again."


@pytest.mark.parametrize("then", ["available", "away"])
async def test_what_is_said_afterwards_counts(talk: Talk, then):
    await volunteers(talk, EXPERT)
    await away(talk, "tomorrow at 9")
    await talk.says(EXPERT, then)
    assert kinds(await talk.passes(timedelta(days=2))) == []


@pytest.mark.parametrize(
    ("until", "why"),
    [
        ("soon", "I could not read when that is."),
        ("yesterday", "That is in the past: Sunday, February 28, 2027."),
        ("today", "That is in the past: Monday, March 1, 2027, 00:00 Nairobi."),
        ("tomorrow at 3", "That could be one of these:"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(talk: Talk, until, why):
    await volunteers(talk, EXPERT)
    [(kind, body)] = await away(talk, until)
    assert (kind, body[: len(why)]) == ("error.argument", why)


async def test_once_a_year_an_expert_is_asked_whether_they_go_on(talk: Talk):
    await volunteers(talk, EXPERT)
    year, month = timedelta(days=365), timedelta(weeks=4)
    heard = [said for said in await talk.passes(year) if said.kind == "experts.goes_on"]
    assert [said.room for said in heard] == ["direct:1"]
    await talk.says(EXPERT, "available")
    assert "experts.goes_on" not in kinds(await talk.passes(month))
    assert "experts.goes_on" in kinds(await talk.passes(year - month))
    (ended,) = [said for said in await talk.passes(month) if said.kind == "experts.goes_on"]
    assert ended.body == (
        "You did not say whether you go on as an expert, so I ask you nothing any more. "
        '"available" counts you in again.'
    )
    assert "experts.goes_on" not in kinds(await talk.passes(2 * year))
    assert "experts.unmatched" in await asks(talk, ASKER)


@pytest.mark.parametrize(
    "said", ["away until Friday", "I'll be away until Friday", "je suis en congé jusqu'à vendredi"]
)
async def test_who_is_no_expert_gets_only_answers_until_that_day(talk: Talk, said: str):
    await talk.member(ASKER)
    [muted] = await talk.says(ASKER, said)
    assert (muted.kind, muted.body) == (
        "attention.muted",
        (
            'Until Friday, March 5, 2027, 00:00 Nairobi, or until you say "unmute", I only answer, '
            "and write what your access to rooms depends on."
        ),
    )
    assert muted.body in (await talk.says(ASKER, "notify"))[0].body
    await talk.passes(timedelta(days=3))
    assert muted.body in (await talk.says(ASKER, "notify"))[0].body
    await talk.passes(timedelta(days=1))
    assert "unmute" not in (await talk.says(ASKER, "notify"))[0].body


@pytest.mark.parametrize("then", ["mute all", "away"])
async def test_silence_without_an_end_replaces_the_one_that_had_one(talk: Talk, then: str):
    await talk.member(ASKER)
    await talk.says(ASKER, "away until Friday")
    [muted] = await talk.says(ASKER, then)
    await talk.passes(timedelta(days=5))
    assert muted.body in (await talk.says(ASKER, "notify"))[0].body
    assert kinds(await talk.says(ASKER, "unmute")) == ["attention.unmuted"]


async def test_silence_cannot_end_in_the_past(talk: Talk):
    await talk.member(ASKER)
    assert kinds(await talk.says(ASKER, "away until yesterday")) == ["error.argument"]
    assert "unmute" not in (await talk.says(ASKER, "notify"))[0].body
