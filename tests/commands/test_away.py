"""An expert who is away until some day is not asked before it, and asked from then on."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.tables.cases import ExpertRow
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


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("I'm away travelling for three weeks", "Monday, March 22, 2027"),
        ("me voy de vacaciones hasta mayo", "Saturday, May 1, 2027"),
        ("je suis malade, absente dix jours", "Thursday, March 11, 2027"),
        ("de férias até o fim de abril", "Saturday, May 1, 2027"),
        ("أنا مسافرة لمدة أسبوع", "Monday, March 8, 2027"),
        ("болею, меня нет до конца месяца", "Thursday, April 1, 2027"),
        ("我要出差三周", "Monday, March 22, 2027"),
    ],
)
async def test_how_long_somebody_is_away_is_kept(talk: Talk, said: str, day: str):
    await volunteers(talk, EXPERT)
    await talk.member(ASKER)
    assert (await talk.says(EXPERT, said))[0].body == (
        f'I will not ask you until {day}, 00:00 Nairobi, or until you say "available".'
    )
    [muted] = await talk.says(ASKER, said)
    assert (muted.kind, day in muted.body) == ("attention.muted", True)


async def test_the_silence_of_who_is_no_expert_has_an_end(talk: Talk):
    await talk.member(ASKER)
    [asked] = await talk.says(ASKER, "I am sick")
    assert (asked.kind, asked.body) == (
        "error.argument",
        'Until when? Write a day, or how long. For silence without an end, say "mute all".',
    )
    assert "unmute" not in (await talk.says(ASKER, "notify"))[0].body
    await talk.says(ASKER, "away")
    assert kinds(await talk.says(ASKER, "for ten days")) == ["attention.muted"]


BACK = [
    "I'm back at last",
    "he vuelto ya",
    "me voici de retour",
    "já estou de volta",
    "ها قد عدت",
    "я вернулся!",
]


@pytest.mark.parametrize("said", [*BACK, "我从外地回来了"])
async def test_who_is_back_is_asked_and_written_to_again(talk: Talk, said: str):
    await volunteers(talk, EXPERT)
    again = "I will write to you again, and tell you what is still useful."
    await talk.says(EXPERT, "away", "mute all")
    assert (await talk.says(EXPERT, said))[
        0
    ].body == f"Welcome back. I may ask you again.\n\n{again}"
    await talk.member(ASKER)
    await talk.says(ASKER, "mute all")
    assert (await talk.says(ASKER, said))[0].body == again
    assert (await talk.says(ASKER, said))[0].body == (
        'You are not away: I write to you as you wish. "notify" shows it.'
    )


@pytest.mark.parametrize(
    "said",
    [
        "am I still on holiday?",
        "am I still available to others?",
        "¿estoy ausente todavía?",
        "¿cuándo estoy disponible de nuevo?",
        "suis-je encore en congé ?",
        "quando fico disponível outra vez?",
        "متى سأصبح متاحا من جديد؟",
        "я ещё числюсь в отпуске?",
        "когда я снова доступна?",
        "我还在休假吗？",
    ],
)
async def test_whether_somebody_is_away_is_told_and_nothing_changes(talk: Talk, said: str):
    await volunteers(talk, EXPERT)
    await talk.says(EXPERT, "away until Friday")
    until = 'until Friday, March 5, 2027, 00:00 Nairobi, or until you say "available".'
    for _time in range(2):
        [told] = await talk.says(EXPERT, said)
        assert (told.kind, told.body) == ("about.away", f"I will not ask you {until}")


async def test_who_is_silent_or_not_away_is_told_so_too(talk: Talk):
    await volunteers(talk, EXPERT)
    assert (await talk.says(EXPERT, "am I away?"))[0].body == (
        'I may ask you as an expert: say "away" to pause it.'
    )
    await talk.member(ASKER)
    await talk.says(ASKER, "away until Friday")
    [told] = await talk.says(ASKER, "am I still away?")
    assert (told.kind, 'or until you say "unmute"' in told.body) == ("about.away", True)


async def test_silence_without_an_end_replaces_the_one_that_had_one(talk: Talk):
    await talk.member(ASKER)
    await talk.says(ASKER, "away until Friday")
    [muted] = await talk.says(ASKER, "mute all")
    await talk.passes(timedelta(days=5))
    assert muted.body in (await talk.says(ASKER, "notify"))[0].body
    assert kinds(await talk.says(ASKER, "unmute")) == ["attention.unmuted"]


async def test_silence_cannot_end_in_the_past(talk: Talk):
    await talk.member(ASKER)
    assert kinds(await talk.says(ASKER, "away until yesterday")) == ["error.argument"]
    assert "unmute" not in (await talk.says(ASKER, "notify"))[0].body


STRETCHES = [
    ("1", "away from the 5th to the 12th of April"),
    ("1", "I am out of office from 5 April until 12 April"),
    ("2", "estaré de viaje del 5 al 12 de abril"),
    ("3", "je suis absente du 5 au 12 avril"),
    ("4", "ausente do dia 5 ao dia 12 de abril"),
    ("5", "سأغيب من 5 إلى 12 أبريل"),
    ("6", "меня не будет с 5 по 12 апреля"),
    ("7", "我从4月5日到4月12日休假"),
]


@pytest.mark.parametrize(("language", "said"), STRETCHES)
async def test_a_stretch_begins_on_its_first_day_and_ends_after_its_last(
    talk: Talk, language: str, said: str
):
    await talk.member(EXPERT, language=language)
    await talk.says(EXPERT, "volunteer", "10", "skip")
    heard = await talk.says(EXPERT, said)
    if kinds(heard) == ["wish.offer"]:
        heard = await talk.says(EXPERT, "1")
    assert kinds(heard) == ["absence.ask.sure"]
    assert kinds(await talk.says(EXPERT, "yes")) == ["experts.absence"]
    seen = []
    for day, hour in ((4, 20), (4, 22), (12, 20), (12, 22)):  # midnight in Nairobi is at 21 UTC
        await talk.passes(datetime(2027, 4, day, hour, tzinfo=UTC) - talk.now)
        async with talk.storage.read() as session:
            seen.append(await session.scalar(select(ExpertRow.away)))
    assert seen == [False, True, True, False]


async def test_without_a_last_day_somebody_is_away_until_they_say_otherwise(talk: Talk):
    await volunteers(talk, EXPERT)
    (shown,) = await talk.says(EXPERT, "away from 1 April on")
    assert shown.body.splitlines()[2] == (
        "From Thursday, April 1, 2027, 00:00 Nairobi on I ask you nothing, until you say "
        '"available".'
    )
    await talk.says(EXPERT, "yes")
    await talk.passes(timedelta(days=40))
    assert await asks(talk, ASKER) == ["experts.asked", "experts.unmatched", "experts.next"]


@pytest.mark.parametrize("takes_back", ["available", "away", "volunteer stop"])
async def test_what_is_said_before_a_stretch_begins_takes_it_back(talk: Talk, takes_back: str):
    await volunteers(talk, EXPERT)
    await talk.says(EXPERT, "away from 5 April to 12 April", "yes", takes_back, "yes")
    heard = await talk.passes(timedelta(days=60))
    assert "experts.back" not in kinds(heard)


async def test_what_has_begun_holds_at_once(talk: Talk):
    await volunteers(talk, EXPERT)
    (said,) = await talk.says(EXPERT, "away from today to 5 March")
    assert said.body.startswith("I will not ask you until Saturday, March 6, 2027, 00:00 Nairobi")
