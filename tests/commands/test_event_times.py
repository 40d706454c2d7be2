"""An event is asked about until it begins at one minute, and shown before anybody is told."""

import re
from datetime import timedelta

import pytest

from actions.events.reminders import MOST_MESSAGES
from storage.events import Events
from tests.harness import STEWARD, Said, Talk

VIENNA = "@vienna:test"

EXAMPLE = "Tuesday, September 28, 2027, 14:10 Vienna"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            "soon",
            f"I could not read when that is. For example: {EXAMPLE}",
        ),
        ("31 June at 10am Call", "There is no such day, or its parts contradict each other."),
        (
            "2027-03-28 02:30 Europe/Vienna Gap",
            (
                "The clocks are put forward and skip 02:30 on that day: it becomes "
                "Sunday, March 28, 2027, 03:30 Vienna. Please choose another time."
            ),
        ),
        ("2026-01-01 10:00 Past", "That is in the past: Thursday, January 1, 2026, 10:00 Nairobi."),
        ("yesterday Past", "That is in the past: Sunday, February 28, 2027."),
        ("2027-05-01 10:00 Europe/Nowhere Title", "I could read only a part of when that is."),
        ("tomorrow 3pm 5 steps", "I could read only a part of when that is."),
        ("9900-12-31 23:59 UTC Far", "That is more than 10 years ahead."),
        ("9999-12-31 23:59 America/Lima Far", "There is no such day,"),
        ("2040-05-01 10:00 UTC Far", "That is more than 10 years ahead."),
        ("in 9999w Far", "That is more than 10 years ahead."),
        ("in 99999999999d Far", "I could not read when that is."),
        ("in 0s Call", "I could not read when that is."),
    ],
)
async def test_what_is_wrong_with_an_event_is_said(talk: Talk, what, said):
    await talk.member(STEWARD)
    heard = await talk.says(STEWARD, f"event add {what}")
    assert [(s.kind, plain(s.body)[: len(said)]) for s in heard] == [("error.argument", said)]


@pytest.mark.parametrize(
    ("what", "when", "title"),
    [
        ("2027-10-28 18:00 Africa/Dakar Regional call", "2027-10-28 18:00", "Regional call"),
        ("2027-10-28 9:05 Call at 10:00", "2027-10-28 06:05", "Call at 10:00"),
        ("in 1h 15s Call", "2027-03-01 13:00", "Call"),
        ("Webinar on custody, Thursday 3pm", "2027-03-04 12:00", "Webinar on custody"),
        ("Session sur la détention jeudi 15h", "2027-03-04 12:00", "Session sur la détention"),
        ("jeudi 15h : session sur la détention", "2027-03-04 12:00", "session sur la détention"),
        ("Tuesday week 3pm New York time: 5 steps", "2027-03-09 20:00", "5 steps"),
        ("jueves a las 15 hora de Buenos Aires: Audiencias", "2027-03-04 18:00", "Audiencias"),
        ("下周四下午3点 值班律师", "2027-03-11 12:00", "值班律师"),
        ("بعد ثلاثة أيام الساعة ٣ مساء لقاء", "2027-03-04 12:00", "لقاء"),
    ],
)
async def test_when_and_title_are_told_apart(talk: Talk, what, when, title):
    await talk.member(STEWARD)
    await talk.says(STEWARD, f"event add {what}", "yes")
    assert await the_event(talk) == (when, title)


FOLLOWED = ("https://evil.example/login", "Log in at evil.example", "Meet @amal:test", "#a:b.test")


@pytest.mark.parametrize("title", FOLLOWED)
async def test_a_title_that_would_be_followed_is_refused(talk: Talk, title: str):
    await talk.member(STEWARD)
    refused = (
        "A title holds no links or addresses. Write a link on a line of its own, or behind the "
        'title as here: "… | https://example.org/call"'
    )
    (heard,) = await talk.says(STEWARD, f"event add 2027-10-28 18:00 UTC {title}")
    assert (heard.kind, heard.body) == ("error.argument", refused)
    (heard,) = await talk.says(STEWARD, "event add 2027-10-28 18:00 UTC", title)
    assert (heard.kind, refused in heard.body) == ("event_add.ask.title", True)


async def test_a_title_may_hold_a_number(talk: Talk):
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add 2027-10-28 18:00 UTC Session #3: appeals", "yes")
    assert await the_event(talk) == ("2027-10-28 18:00", "Session #3: appeals")


async def the_event(talk: Talk) -> tuple[str, str]:
    async with talk.storage.read() as session:
        event = await Events(session).get(1)
    assert event is not None
    return event.starts_at.strftime("%Y-%m-%d %H:%M"), event.title


def plain(body: str) -> str:
    return re.sub("[\u2066-\u2069]", "", body)


async def asked(talk: Talk, said: str) -> tuple[str, list[str]]:
    [heard] = await talk.says(STEWARD, said)
    return heard.kind, [part for part in plain(heard.body).split("\n\n") if "pause" not in part]


async def test_what_is_missing_is_asked_for_one_by_one(talk: Talk):
    await talk.member(STEWARD)
    heard = [
        await asked(talk, said) for said in ("event add", "one day", "Friday", "in the evening")
    ]
    assert heard == [
        (
            "event_add.ask.when",
            [
                "Question 1/3",
                f"When does it begin? For example: {EXAMPLE}",
            ],
        ),
        (
            "event_add.ask.when",
            [
                f"I could not read when that is. For example: {EXAMPLE}",
                f"Still open: When does it begin? For example: {EXAMPLE}",
            ],
        ),
        (
            "event_add.ask.time",
            ["Question 2/4", "At what time on Friday, March 5, 2027? For example 14:30."],
        ),
        (
            "event_add.ask.time",
            [
                "I need a time of day as well, for example 14:30.",
                "Still open: At what time on Friday, March 5, 2027? For example 14:30.",
            ],
        ),
    ]
    assert await asked(talk, "at 3") == (
        "event_add.ask.moment",
        [
            "Question 3/5",
            "Which do you mean?",
            (
                "1. Friday, March 5, 2027, 03:00 Nairobi (00:00 UTC)\n"
                "2. Friday, March 5, 2027, 15:00 Nairobi (12:00 UTC)"
            ),
        ],
    )
    assert await asked(talk, "2") == (
        "event_add.ask.title",
        ["Question 4/6", "What is it called?"],
    )
    assert await asked(talk, "Bail basics") == (
        "event_add.ask.details",
        [
            "Question 4/5",
            (
                "What else is known: how long it takes, where it is, a link, what it is about? "
                "Write each on a line of its own, or part them as here: "
                "90 min | Room M2 | https://example.org/call | 30"
            ),
            'Or say "skip".',
        ],
    )
    [shown] = await talk.says(STEWARD, "skip")
    assert (shown.kind, plain(shown.body).splitlines()[2:6]) == (
        "event_add.ask.sure",
        [
            "• Bail basics",
            "• Friday, March 5, 2027, 12:00 UTC",
            "• On your clock: Friday, March 5, 2027, 15:00 Nairobi",
            "• in 4 days",
        ],
    )
    await talk.says(STEWARD, "yes")
    assert await the_event(talk) == ("2027-03-05 12:00", "Bail basics")


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        (
            "2027-10-31 02:30 Vienna: Call",
            [
                "1. Sunday, October 31, 2027, 02:30 Vienna (00:30 UTC)",
                "2. Sunday, October 31, 2027, 02:30 Vienna (01:30 UTC)",
            ],
        ),
        (
            "05/03/2027 16:00 UTC Call",
            ["1. Friday, March 5, 2027, 16:00 UTC", "2. Monday, May 3, 2027, 16:00 UTC"],
        ),
        (
            "June 5 2:10 PM EST Call",
            [
                "1. Saturday, June 5, 2027, 14:10 Sydney (04:10 UTC)",
                "2. Saturday, June 5, 2027, 14:10 New York (18:10 UTC)",
                "3. Saturday, June 5, 2027, 14:10 Panama (19:10 UTC)",
            ],
        ),
        (
            "tomorrow 3pm Jordan on trial",
            [
                "1. on trial: Tuesday, March 2, 2027, 15:00 Amman (12:00 UTC)",
                "2. Jordan on trial: Tuesday, March 2, 2027, 15:00 Nairobi (12:00 UTC)",
            ],
        ),
        (
            "next Friday 3pm: Call",
            [
                "1. Friday, March 5, 2027, 15:00 Nairobi (12:00 UTC)",
                "2. Friday, March 12, 2027, 15:00 Nairobi (12:00 UTC)",
            ],
        ),
    ],
)
async def test_what_could_be_another_time_is_chosen_by_number(talk: Talk, said, choices):
    await talk.member(STEWARD)
    kind, shown = await asked(talk, f"event add {said}")
    assert (kind, shown[1:]) == ("event_add.ask.day", ["Which do you mean?", "\n".join(choices)])
    kind, shown = await asked(talk, "9")
    assert (kind, shown[0]) == ("event_add.ask.day", f"Choose a number from 1 to {len(choices)}.")
    assert (await asked(talk, "2"))[0] == "event_add.ask.sure"


@pytest.mark.slow
async def test_a_reminder_may_be_told_by_its_moment(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add 2027-03-05 14:00 Europe/Vienna Call", "yes")
    await talk.says(VIENNA, "going 1")
    said = ["remind 1 завтра в 9 утра", "remind 1 2 horas antes", "remind 1 2027-03-06 9:00"]
    heard = [[plain(s.body) for s in await talk.says(VIENNA, each)] for each in said]
    assert heard == [
        ["I will remind you of Call: Tuesday, March 2, 2027, 09:00 Vienna."],
        ["I will remind you of Call: Friday, March 5, 2027, 12:00 Vienna."],
        ["The event has begun by then. Please choose an earlier time."],
    ]
    vague = [
        "remind 1 tomorrow",
        "remind 1 tomorrow at 3",
        "remind 1 90",
        "remind 1 tomorrow 9am x",
    ]
    heard = [[plain(s.body) for s in await talk.says(VIENNA, each)] for each in vague]
    assert heard == [
        ["I need a time of day as well, for example 14:30."],
        [
            (
                "That could be one of these: Tuesday, March 2, 2027, 03:00 Vienna (02:00 UTC) and "
                "Tuesday, March 2, 2027, 15:00 Vienna (14:00 UTC). Please write it exactly."
            )
        ],
        [f"I could not read when that is. For example: {EXAMPLE}"],
        [f"I could read only a part of when that is. For example: {EXAMPLE}"],
    ]


ROOM = "!theme:test"


async def answers(talk: Talk, what: str, to: str = "$talk", room_id: str = ROOM) -> list[Said]:
    return await talk.event("message", VIENNA, room_id, {"body": what, "replies": to})


async def test_a_member_is_reminded_of_any_message(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await talk.room("space:theme-prisons", ROOM)
    [heard] = await answers(talk, "!remind me of this tomorrow at 9")
    assert (heard.room, plain(heard.body)) == (
        "space:theme-prisons",
        "I will remind you of that message in our direct chat: Tuesday, March 2, 2027, 08:00 UTC.",
    )
    assert await talk.passes(timedelta(hours=19)) == []
    [reminder] = await talk.passes(timedelta(hours=1))
    assert (reminder.kind, reminder.room, plain(reminder.body)) == (
        "events.message_reminder",
        "direct:1",
        ("You asked me to remind you of the message: https://matrix.to/#/!theme:test/$talk"),
    )
    assert await talk.passes(timedelta(days=2)) == []


@pytest.mark.parametrize(
    ("said", "to", "why"),
    [
        ("remind me of this tomorrow at 9", "", "Please say it as an answer to the message"),
        ("remind me of this tomorrow", "$talk", "I need a time of day as well"),
        ("remind me of this yesterday at 9", "$talk", "That is in the past"),
        ("remind me of this soon", "$talk", "I could not read when that is."),
        ("remind me of this 1 May 2040 at 9", "$talk", "That is more than 10 years ahead."),
    ],
)
async def test_what_is_wrong_with_such_a_reminder_is_said(talk: Talk, said, to, why):
    await talk.member(VIENNA, country="Austria")
    [heard] = await answers(talk, said, to, talk.chat(VIENNA))
    assert (heard.kind, plain(heard.body)[: len(why)]) == ("error.argument", why)


@pytest.mark.slow
async def test_no_more_messages_are_kept_for_one_member_than_anybody_needs(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    for number in range(MOST_MESSAGES):
        await answers(talk, "remind me of this tomorrow at 9", f"${number}", talk.chat(VIENNA))
    again = await answers(talk, "remind me of this tomorrow at 9", "$0", talk.chat(VIENNA))
    assert [(said.kind, plain(said.body)) for said in again] == [
        (
            "error.argument",
            "I keep at most 50 reminders of messages for you. Some have to come first.",
        )
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Wednesday 9:30", ["• Wednesday, March 17, 2027, 06:30 UTC"]),
        ("Friday", ["• Friday, March 19, 2027, 10:00 UTC"]),
        (
            "Monday",
            [
                "1. Monday, March 15, 2027, 13:00 Nairobi (10:00 UTC)",
                "2. Monday, March 22, 2027, 13:00 Nairobi (10:00 UTC)",
            ],
        ),
        ("Tuesday", ["• Tuesday, March 23, 2027, 10:00 UTC"]),
        ("tomorrow at 9", ["• Tuesday, March 2, 2027, 06:00 UTC"]),
    ],
)
async def test_a_weekday_to_move_to_counts_from_the_events_own_date(
    talk: Talk, said: str, shown: list[str]
):
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add 2027-03-16 10:00 UTC Call", "yes")
    [heard] = await talk.says(STEWARD, f"event move 1 {said}")
    lines = plain(heard.body).split("\n")
    assert [line for line in lines if line in shown] == shown
