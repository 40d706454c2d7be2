"""An event that comes again: some are there ahead, each once, by the clock of its zone."""

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Talk, kinds, scene

AMAL = "@amal:test"


@scene
async def hub(talk: Talk) -> None:
    """An events room, a steward (1) whose weekly call a member (2) is going to once."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Call | 1 h | Room 1", "yes")
    await talk.says(STEWARD, "event repeat 1 1", "yes")


async def dates(hub: Talk) -> list[str]:
    """List what is there of the first events, as the member reads it."""
    cards = [(await hub.says(AMAL, f"event {number}"))[0] for number in range(1, 8)]
    lines = [card.body.splitlines()[0] for card in cards if card.kind == "events.card"]
    return [line.removeprefix("Call: ").partition(",")[2].strip() for line in lines]


FIRST = [
    "March 11, 2027, 15:00 Vienna (number 1)",
    "March 18, 2027, 15:00 Vienna (number 2)",
    "March 25, 2027, 15:00 Vienna (number 3)",
    "April 1, 2027, 15:00 Vienna (number 4)",
]
FIFTH = "April 8, 2027, 15:00 Vienna (number 5)"


async def test_how_often_is_chosen_by_number_from_what_the_date_makes_possible(talk: Talk):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-25 15:00 Vienna: Call", "yes")
    [asked] = await talk.says(STEWARD, "event repeat 1")
    assert asked.body.splitlines()[2:9] == [
        "How often does it come?",
        "",
        (
            "1. every week: Thursday, April 1, 2027, Thursday, April 8, 2027, and "
            "Thursday, April 15, 2027"
        ),
        (
            "2. every two weeks: Thursday, April 8, 2027, Thursday, April 22, 2027, and "
            "Thursday, May 6, 2027"
        ),
        (
            "3. every month, on the same weekday counted from its beginning: "
            "Thursday, April 22, 2027, Thursday, May 27, 2027, and Thursday, June 24, 2027"
        ),
        (
            "4. every month, on the last such weekday: "
            "Thursday, April 29, 2027, Thursday, May 27, 2027, and Thursday, June 24, 2027"
        ),
        (
            "5. every year: Saturday, March 25, 2028, Sunday, March 25, 2029, and "
            "Monday, March 25, 2030"
        ),
    ]
    [shown] = await talk.says(STEWARD, "4")
    assert shown.body.splitlines()[2:6] == [
        "• Call",
        "• Thursday, April 29, 2027, 15:00 Vienna",
        "• Thursday, May 27, 2027, 15:00 Vienna",
        "• Thursday, June 24, 2027, 15:00 Vienna",
    ]
    heard = await talk.says(STEWARD, "yes")
    assert [(s.kind, s.room) for s in heard] == [
        ("events.repeated", "space:events"),
        ("events.repeated", "direct:1"),
    ]


async def test_an_end_alone_and_a_month_of_two_kinds_choose_no_rule(talk: Talk):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-25 15:00 Vienna: Call", "yes")
    await talk.says(STEWARD, "event repeat 1")
    for said in ("10 times", "until June", "every month"):
        [asked] = await talk.says(STEWARD, said)
        assert asked.body.splitlines()[0] == "Choose a number from 1 to 5.", said
    [shown] = await talk.says(STEWARD, "every week, 3 times")
    assert shown.body.splitlines()[2:6] == [
        "• Call",
        "• Thursday, April 1, 2027, 15:00 Vienna",
        "• Thursday, April 8, 2027, 15:00 Vienna",
        "",
    ]


@pytest.mark.both_databases
async def test_four_are_there_ahead_and_a_list_shows_the_next_alone(hub: Talk):
    assert await dates(hub) == FIRST
    [listed] = await hub.says(AMAL, "events")
    assert listed.ids == ["1"]
    await hub.passes(timedelta(days=10, hours=3))
    assert await dates(hub) == [*FIRST, FIFTH]
    [listed] = await hub.says(AMAL, "events")
    assert listed.ids == ["2"]


@pytest.mark.parametrize(
    ("first", "how", "then"),
    [
        (
            "2029-05-07",
            "1",
            (
                "Monday, May 14, 2029, 13:00 UTC, Monday, May 21, 2029, 13:00 UTC, and "
                "Monday, May 28, 2029, 13:00 UTC."
            ),
        ),
        ("2027-03-25", "5", "Saturday, March 25, 2028, 14:00 UTC."),
    ],
)
async def test_one_that_begins_late_or_comes_seldom_tells_when_it_comes_again(
    talk: Talk, first: str, how: str, then: str
):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, f"event add {first} 15:00 Vienna: Moot court", "yes")
    heard = await talk.says(STEWARD, f"event repeat 1 {how}", "yes")
    told = next(s.body for s in heard if s.room == "space:events")
    assert told.partition(" Then: ")[2] == then


async def test_what_was_missed_while_the_hub_was_down_does_not_come_late(hub: Talk):
    heard = await hub.passes(timedelta(days=60))
    assert [s for s in heard if s.room == "space:events"] == []
    [listed] = await hub.says(AMAL, "events")
    assert listed.body.splitlines()[2] == "• Call: Thursday, May 6, 2027, 15:00 Vienna (number 5)"


async def test_the_rest_of_a_series_changes_with_an_event_and_each_is_told_once(hub: Talk):
    await hub.says(AMAL, "going 2", "going 3", "going 4")
    heard = await hub.says(STEWARD, "event edit 2 3 Room 9", "yes")
    heard += await hub.passes(timedelta(0))
    assert [(s.kind, s.room) for s in heard] == [
        ("events.changed", "space:events"),
        ("events.changed", "direct:1"),
        ("events.changed", "direct:2"),
    ]
    await hub.passes(timedelta(days=10, hours=3))
    places = [(await hub.says(AMAL, f"event {n}"))[0].body.splitlines()[2] for n in (1, 2, 4, 5)]
    assert places == ["Place: Room 1", "Place: Room 9", "Place: Room 9", "Place: Room 9"]


async def test_one_is_called_off_and_stays_off_while_others_come(hub: Talk):
    [asked] = await hub.says(STEWARD, "event cancel 2")
    assert asked.kind == "event_cancel.ask.which"
    assert kinds(await hub.says(STEWARD, "1", "yes")) == ["events.cancelled", "events.cancelled"]
    await hub.passes(timedelta(days=10, hours=3))
    assert await dates(hub) == [FIRST[0], *FIRST[2:], FIFTH]


@pytest.mark.both_databases
async def test_a_series_is_called_off_whole_and_each_who_is_going_is_told_once(hub: Talk):
    await hub.says(AMAL, "going 2", "going 3")
    heard = await hub.says(STEWARD, "event cancel 2", "2", "yes")
    heard += await hub.passes(timedelta(0))
    assert [(s.kind, s.room) for s in heard] == [
        ("events.ended", "space:events"),
        ("events.ended", "direct:1"),
        ("events.ended", "direct:2"),
    ]
    assert [s.kind for s in await hub.passes(timedelta(days=90)) if "remind" in s.kind] == []
    assert await dates(hub) == FIRST[:1]


async def test_what_comes_again_already_is_not_repeated_twice(hub: Talk):
    heard = await hub.says(STEWARD, "event repeat 2 1")
    assert [(s.kind, s.body) for s in heard] == [
        (
            "error.conflict",
            'That event comes again already. Say "event cancel 2" to end it.',
        )
    ]


async def test_one_that_moves_lets_the_others_stay(hub: Talk):
    [shown] = await hub.says(STEWARD, "event move 2 2027-03-19 16:00")
    assert "\n\nIt comes again. Only this one moves.\n\n" in shown.body
    await hub.says(STEWARD, "yes")
    await hub.passes(timedelta(days=10, hours=3))
    moved = "March 19, 2027, 16:00 Vienna (number 2)"
    assert await dates(hub) == [FIRST[0], moved, *FIRST[2:], FIFTH]


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("weekly until 2027-04-01", "4 times in all, for the last time on Thursday, April 1, 2027"),
        (
            "every week, three times",
            "3 times in all, for the last time on Thursday, March 25, 2027",
        ),
        ("cada semana hasta el 1 de abril", "4 times in all, for the last time on Thursday, April"),
        (
            "toutes les deux semaines, 2 fois",
            "2 times in all, for the last time on Thursday, March",
        ),
        ("toda semana até 1 de abril", "4 times in all, for the last time on Thursday, April 1"),
        ("каждую неделю до 1 апреля", "4 times in all, for the last time on Thursday, April 1"),
        ("كل أسبوع حتى 1 أبريل", "4 times in all, for the last time on Thursday, April 1"),
        ("每周，三次", "3 times in all, for the last time on Thursday, March 25, 2027"),
        ("每周到4月1日", "4 times in all, for the last time on Thursday, April 1"),
        ("weekly until April", "8 times in all, for the last time on Thursday, April 29, 2027"),
        ("weekly until March", "3 times in all, for the last time on Thursday, March 25, 2027"),
        ("weekly until March 2028", "56 times in all, for the last time on Thursday, March 30"),
        ("weekly until Friday 2 April", "4 times in all, for the last time on Thursday, April 1"),
        ("cada semana hasta abril", "8 times in all, for the last time on Thursday, April 29"),
        ("chaque semaine jusqu'en avril", "8 times in all, for the last time on Thursday, April"),
        ("toda semana até abril", "8 times in all, for the last time on Thursday, April 29"),
        ("каждую неделю до апреля", "8 times in all, for the last time on Thursday, April 29"),
        ("كل أسبوع حتى أبريل", "8 times in all, for the last time on Thursday, April 29"),
        ("每周到4月", "8 times in all, for the last time on Thursday, April 29"),
    ],
)
async def test_a_series_ends_when_that_is_said(talk: Talk, said: str, last: str):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Call", "yes")
    [shown] = await talk.says(STEWARD, f"event repeat 1 {said}")
    assert (shown.kind, last in shown.body) == ("event_repeat.ask.sure", True)


@pytest.mark.parametrize(
    "said", ["until April", "no, until April", "jusqu'en avril", "hasta abril"]
)
async def test_an_end_said_instead_of_a_yes_is_taken(talk: Talk, said: str):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Call", "yes")
    [shown] = await talk.says(STEWARD, "event repeat 1 weekly", said)
    assert (shown.kind, "8 times in all" in shown.body) == ("event_repeat.ask.sure", True)


async def test_no_event_comes_after_the_end_of_its_series(talk: Talk):
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Call", "yes")
    [asked] = await talk.says(STEWARD, "event repeat 1 weekly", "2 times", "no, 3 times")
    assert "It comes 3 times in all" in asked.body
    await talk.says(STEWARD, "yes")
    assert await dates(talk) == FIRST[:3]
    await talk.passes(timedelta(days=40))
    [last] = await talk.says(AMAL, "event 4")
    assert last.kind == "error.not_found"


async def test_a_series_that_would_end_at_once_is_refused(talk: Talk):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Call", "yes")
    [heard] = await talk.says(STEWARD, "event repeat 1 weekly until 2027-03-12")
    assert heard.body == "It would come only once then. Please choose a later end."


async def test_one_later_date_is_called_off_by_its_day(hub: Talk):
    [shown] = await hub.says(STEWARD, "event cancel 1 25 March")
    assert (shown.kind, "March 25, 2027, 15:00" in shown.body) == ("event_cancel.ask.sure", True)
    await hub.says(STEWARD, "yes")
    assert await dates(hub) == [FIRST[0], FIRST[1], FIRST[3]]
    [none] = await hub.says(STEWARD, "event cancel 1 26 March")
    assert none.body == ('It is not planned for Friday, March 26, 2027. "event 1" says when it is.')


@pytest.mark.parametrize(
    ("said", "left"), [("only this one", FIRST[1:]), ("all of them", []), ("toda la serie", [])]
)
async def test_how_much_is_called_off_may_be_said_in_words(hub: Talk, said: str, left: list[str]):
    await hub.says(STEWARD, "event cancel 1", said, "yes")
    assert await dates(hub) == left


@pytest.mark.both_databases
async def test_a_whole_series_moves_and_goes_on_by_the_same_rule(hub: Talk):
    await hub.says(AMAL, "going 1", "going 3")
    await hub.says(STEWARD, "event cancel 2", "1", "yes")
    [shown] = await hub.says(STEWARD, "event move 1 2027-03-12 10:00 Vienna")
    assert "\n\nTo move all that follow along, answer: all\n\n" in shown.body
    [shown] = await hub.says(STEWARD, "all")
    assert "\n\nAll that follow move along, by the same rule.\n\n" in shown.body
    heard = await hub.says(STEWARD, "yes")
    heard += await hub.passes(timedelta(0))
    assert [(said.kind, said.room) for said in heard] == [
        ("events.all_moved", "space:events"),
        ("events.all_moved", "direct:1"),
        ("events.all_moved", "direct:2"),
    ]
    assert await dates(hub) == [
        "March 12, 2027, 10:00 Vienna (number 1)",
        "March 26, 2027, 10:00 Vienna (number 3)",
        "April 2, 2027, 10:00 Vienna (number 4)",
    ]
    planned = (await hub.says(AMAL, "remind"))[0].body.splitlines()[2:]
    assert [line.rpartition(" and ")[2] for line in planned] == [
        "Friday, March 12, 2027, 09:50 Vienna",
        "Friday, March 26, 2027, 09:50 Vienna",
    ]
    await hub.passes(timedelta(days=25))
    assert (await dates(hub))[-2:] == [
        "April 16, 2027, 10:00 Vienna (number 6)",
        "April 23, 2027, 10:00 Vienna (number 7)",
    ]


async def test_a_fifth_friday_is_no_day_to_which_a_monthly_series_moves(hub: Talk):
    await hub.says(STEWARD, "event add 2027-04-14 15:00 Vienna: Other", "yes")
    await hub.says(STEWARD, "event repeat 5 3", "yes")
    said = ("event move 5 2027-04-30 15:00 Vienna", "all", "yes")
    refused, _asked_again = await hub.says(STEWARD, *said)
    assert (refused.kind, refused.body) == (
        "error.conflict",
        "It cannot come again by the same rule from then on. Please choose another day.",
    )
    assert "April 14" in (await hub.says(AMAL, "event 5"))[0].body


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "move the weekly call to Thursdays at 10"),
        ("es", "mueve la reunión semanal a los jueves a las 10"),
        ("fr", "déplace la réunion hebdomadaire aux jeudis à 10h"),
        ("pt", "mude o encontro semanal para as quintas às 10h"),
        ("ru", "перенеси еженедельную встречу на четверги в 10"),
        ("ar", "انقل اللقاء الأسبوعي إلى أيام الخميس الساعة 10"),
        ("zh", "把每周的会议改到每周四10点"),
    ],
)
async def test_a_sentence_that_names_a_series_moves_all_of_it(hub: Talk, language: str, said: str):
    await hub.says(STEWARD, "event add 2027-03-18 15:00 Vienna: Bail | webinar", "yes")
    await hub.says(STEWARD, f"language {language}")
    [asked] = await hub.says(STEWARD, said)
    if asked.kind == "event_move.ask.day":  # of the day's own week and of the next
        [asked] = await hub.says(STEWARD, "1")
    assert asked.kind == "event_move.ask.sure", asked.body
    heard = await hub.says(STEWARD, "yes")
    assert heard[0].kind == "events.all_moved"
    hours = [day.partition(" Vienna")[0][-5:] for day in await dates(hub)]
    assert hours[:4] == ["10:00"] * 4


async def test_a_series_is_moved_in_one_line_and_one_of_it_by_an_answer(hub: Talk):
    [asked] = await hub.says(STEWARD, "event move 1 whole series 2027-03-12 10:00 Vienna")
    assert "\n\nAll that follow move along, by the same rule.\n\n" in asked.body
    assert "\n\nTo move only this one, answer: only this one\n\n" in asked.body
    heard = await hub.says(STEWARD, "only this one", "yes")
    assert heard[-1].kind == "events.moved"
    assert await dates(hub) == ["March 12, 2027, 10:00 Vienna (number 1)", *FIRST[1:]]


async def test_what_does_not_come_again_moves_alone_whatever_it_is_called(hub: Talk):
    await hub.says(STEWARD, "event add 2027-03-18 15:00 Vienna: Bail", "yes")
    [asked] = await hub.says(STEWARD, "event move 5 whole series 2027-03-19 10:00 Vienna")
    assert (asked.kind, "follow" in asked.body) == ("event_move.ask.sure", False)
