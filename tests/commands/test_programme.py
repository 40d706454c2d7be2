"""A conference: its programme on a phone, what one chose of it, and what becomes of that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.support.statements import counted
from bot.programme.importing import Imported, import_programme
from kit.errors import BadFile
from tests.harness import STEWARD, Said, Talk, kinds, scene
from tests.programmes import MOST, VIENNA, schedule

AMAL, CHEN = "@amal:test", "@chen:test"
CONFERENCE = "event add 2027-05-19 09:00 Vienna: Conference on legal aid | 3 days | City hall"
THURSDAY = datetime(2027, 5, 20, tzinfo=VIENNA)


@scene
async def hub(talk: Talk) -> None:
    """Two members (2, 3), and a conference whose programme waits for its import."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL, CHEN):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, CONFERENCE, "yes")
    await talk.passes(timedelta(days=8))  # all have read of it in their digest


async def planned(
    hub: Talk,
    tmp_path: Path,
    changes: Mapping[int, Mapping[str, Any] | None] | None = None,
    *,
    dry_run: bool = False,
    conference: int = 1,
) -> Imported:
    """Import the programme, some sessions of which are otherwise. Session 1 becomes event 2."""
    file = tmp_path / "schedule.json"
    file.write_text(schedule(changes))
    return await import_programme(hub.storage, file, conference, now=hub.now, dry_run=dry_run)


def heard(said: list[Said]) -> list[tuple[str, str, str]]:
    """Say what was said where, in its first line."""
    return [(each.room, each.kind, each.body.splitlines()[0]) for each in said]


async def test_one_finds_the_way_by_number_from_the_days_to_what_is_on_at_an_hour(hub, tmp_path):
    await planned(hub, tmp_path)
    [days], [hours], [sessions], [card] = [
        await hub.says(AMAL, said) for said in ("programme", "2", "3", "53")
    ]
    assert days.body.splitlines() == [
        "Conference on legal aid",
        "",
        "1. Wednesday, May 19, 2027: 40 sessions",
        "2. Thursday, May 20, 2027: 40 sessions",
        "3. Friday, May 21, 2027: 27 sessions",
        "",
        'Answer with the number of a day, or say "programme 1 …" for sessions about it.',
    ]
    assert hours.body.splitlines()[:5] == [
        "Thursday, May 20, 2027",
        "",
        "1. 09:00 Vienna: 5 sessions",
        "2. 10:00 Vienna: 5 sessions",
        "3. 11:00 Vienna: 5 sessions",
    ]
    assert sessions.body.splitlines() == [
        "Thursday, May 20, 2027",
        "",
        "• 11:00 Vienna: Session 51 on legal aid (number 52)",
        "Board Room A",
        "• 11:00 Vienna: Session 52 on juvenile justice (number 53)",
        "Board Room B",
        "• 11:00 Vienna: Session 53 on prisons (number 54)",
        "M2",
        "• 11:00 Vienna: Session 54 on legal aid (number 55)",
        "M3",
        "• 11:00 Vienna: Session 55 on juvenile justice (number 56)",
        "Press Room",
        "",
        'Say "going 52" to choose it, "my events" for what you chose.',
        "",
        'Say "programme 1 2027-05-20" for the other hours.',
    ]
    assert card.body.splitlines()[-10:-2] == [
        "What session 52 is about.",
        "",
        "Speakers, as its programme says: Speaker 52",
        "Track: Juvenile justice",
        '"programme 1" shows all of its conference.',
        "",
        "0 members are going.",
        "There is no limit of places.",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "line"),
    [
        ("programme 1 Friday", "events.hours", "Friday, May 21, 2027"),
        ("programme 1 3", "events.hours", "Friday, May 21, 2027"),
        ("programme day 3", "events.hours", "Friday, May 21, 2027"),
        ("programme 1 2027-05-21", "events.hours", "Friday, May 21, 2027"),
        ("programme 1 juvenile M2", "events.sessions", "7 sessions are about that:"),
        ("programme speaker 12", "events.sessions", "1 session is about that:"),
        (
            "programme zebra",
            "error.not_found",
            'No session is about that. "programme 1" shows all.',
        ),
        (
            "programme 1 2027-06-01",
            "error.not_found",
            'Nothing is planned for that day. "programme 1" shows all.',
        ),
        ("programme 2", "events.hours", "Thursday, May 20, 2027"),
        ("programme 50", "events.no_programme", "Event 50 has no programme."),
        ("programme 300", "error.not_found", 'There is no event 300. Say "events" for the list.'),
    ],
)
async def test_a_day_or_words_lead_there_too(hub, tmp_path, said, kind, line):
    await planned(hub, tmp_path)
    [answer] = await hub.says(AMAL, said)
    assert (answer.kind, answer.body.splitlines()[0]) == (kind, line)


async def test_sessions_stand_in_the_programme_and_not_among_the_events(hub, tmp_path):
    await planned(hub, tmp_path)
    [listed] = await hub.says(AMAL, "events")
    assert listed.ids == ["1"]
    assert heard(await hub.passes(timedelta(hours=1))) == []  # nobody is told of 107 sessions


@pytest.mark.parametrize("said", ["what is on", "whats on", "¿qué hay?"])
async def test_what_is_on_in_general_is_not_what_is_on_now(hub, said):
    assert "events.nothing_on" not in kinds(await hub.says(AMAL, said))


async def test_three_days_of_a_conference(hub, tmp_path):
    await hub.says(AMAL, "going 1")
    await planned(hub, tmp_path)
    told = heard(await hub.passes(timedelta(minutes=1)))
    assert [each[:2] for each in told] == [("direct:2", "events.programme")]

    chosen = [(await hub.says(AMAL, f"going {number}"))[0] for number in (2, 52, 53, 62, 90)]
    assert [each.body.splitlines()[2] for each in chosen[1:3]] == [
        "I will remind you in our direct chat: Thursday, May 20, 2027, 10:50 Vienna.",
        "At the same time as number 52.",
    ]
    [mine] = await hub.says(AMAL, "my events 2027-05-20")
    assert mine.body.splitlines() == [
        "You are going to 3 events:",
        "",
        "• Session 51 on legal aid: Thursday, May 20, 2027, 11:00 Vienna (number 52)",
        "Board Room A",
        "At the same time as number 53.",
        "• Session 52 on juvenile justice: Thursday, May 20, 2027, 11:00 Vienna (number 53)",
        "Board Room B",
        "At the same time as number 52.",
        "• Session 61 on juvenile justice: Thursday, May 20, 2027, 14:00 Vienna (number 62)",
        "Board Room A",
    ]

    hub.now = THURSDAY.replace(day=19, hour=8, minute=55)
    before = heard(await hub.passes(timedelta(0)))
    assert [each[2].partition(",")[0] for each in before if each[0] == "direct:2"] == [
        "Reminder: Conference on legal aid begins in 5 minutes: Wednesday",
        "Reminder: Session 1 on juvenile justice begins in 5 minutes: Wednesday",
    ]
    [now] = await hub.says(AMAL, "on now")
    assert now.body.splitlines()[:5] == [
        "5 sessions are next:",
        "",
        "• Wednesday, May 19, 2027, 09:00 Vienna: Session 1 on juvenile justice (number 2)",
        "Board Room A",
        "You chose it.",
    ]

    await hub.says(AMAL, "not going 53")
    hub.now = THURSDAY.replace(hour=10, minute=30)
    await planned(hub, tmp_path, {51: {"room": "Hall"}, 61: {"date": "2027-05-20T15:30:00+02:00"}})
    changed = await hub.passes(timedelta(minutes=1))
    assert [each.body.splitlines() for each in changed if each.room == "direct:2"] == [
        [
            "Changed: Session 51 on legal aid: Thursday, May 20, 2027, 11:00 Vienna (number 52)",
            "Place: Board Room A → Place: Hall",
            "Link: https://example.org/talk/51",
        ],
        [
            (
                "Moved to another time: Session 61 on juvenile justice: "
                "Thursday, May 20, 2027, 15:30 Vienna (number 62)"
            ),
            "Until now: Thursday, May 20, 2027, 14:00 Vienna",
            "Place: Board Room A",
            "Link: https://example.org/talk/61",
        ],
    ]
    reminded = [(await hub.passes(timedelta(minutes=each))) for each in (20, 180, 90)]
    assert [[each.body.splitlines()[:2] for each in some] for some in reminded] == [
        [
            [
                (
                    "Reminder: Session 51 on legal aid begins in 9 minutes: "
                    "Thursday, May 20, 2027, 11:00 Vienna."
                ),
                "Place: Hall",
            ]
        ],
        [],
        [
            [
                (
                    "Reminder: Session 61 on juvenile justice begins in 9 minutes: "
                    "Thursday, May 20, 2027, 15:30 Vienna."
                ),
                "Place: Board Room A",
            ]
        ],
    ]
    hub.now = THURSDAY.replace(day=21, hour=9, minute=10)
    await hub.passes(timedelta(0))
    [now] = await hub.says(AMAL, "what is on now")
    assert [now.body.splitlines()[each] for each in (0, 9)] == [
        "5 sessions are on:",
        "5 sessions are next:",
    ]
    assert now.body.splitlines()[10:13] == [
        "",
        "• Friday, May 21, 2027, 10:00 Vienna: Session 89 on prisons (number 90)",
        "M3",
    ]

    await hub.passes(timedelta(days=90))
    [days], [card] = await hub.says(AMAL, "programme 1"), await hub.says(AMAL, "event 52")
    assert (days.body.count("sessions"), "Speaker 51" in card.body) == (4, True)
    [over] = await hub.says(AMAL, "on now")
    assert over.kind == "events.nothing_on"


async def test_a_change_reaches_exactly_who_chose_the_session(hub, tmp_path):
    await planned(hub, tmp_path)
    await hub.says(AMAL, "going 2")
    await hub.says(CHEN, "going 3")
    await planned(hub, tmp_path, {1: {"room": "Hall"}, 3: {"room": "Hall"}})
    assert kinds(await hub.passes(timedelta(minutes=1))) == ["events.changed"]
    await planned(hub, tmp_path, {1: {"room": "Hall", "abstract": "More."}, 2: None})
    called_off = heard(await hub.passes(timedelta(minutes=1)))
    assert [each[:2] for each in called_off] == [("direct:3", "events.cancelled")]
    await planned(hub, tmp_path)
    again = heard(await hub.passes(timedelta(minutes=1)))
    assert sorted(each[:2] for each in again) == [
        ("direct:2", "events.changed"),
        ("direct:3", "events.moved"),
    ]


async def test_with_a_conference_its_sessions_are_called_off_and_each_is_told_once(hub, tmp_path):
    await planned(hub, tmp_path)
    for said in ("going 1", "going 2", "going 3"):
        await hub.says(AMAL, said)
    for said in ("going 3", "going 4"):
        await hub.says(CHEN, said)
    [moved] = await hub.says(STEWARD, "event move 1 2027-06-19 09:00")
    await hub.says(STEWARD, "cancel")
    [asked] = await hub.says(STEWARD, "event cancel 1")
    # Who chose a session alone goes on to it, whenever the conference is said to begin.
    assert ("1 member " in moved.body, "2 members" in asked.body) == (True, True)
    await hub.says(STEWARD, "yes")
    told = heard(await hub.passes(timedelta(minutes=1)))
    assert [each[:2] for each in told] == [
        ("direct:2", "events.cancelled"),
        ("direct:3", "events.cancelled"),
    ]
    hub.now = THURSDAY
    assert heard(await hub.passes(timedelta(0))) == []


@pytest.mark.slow
async def test_many_sessions_are_called_off_by_as_many_statements_as_few(hub, tmp_path):
    await hub.says(STEWARD, f"role {AMAL} curator")  # the first entry of the audit trail seals it
    asked, conference = [], 1
    for few in (True, False):
        changes = dict.fromkeys(range(8, MOST + 1)) if few else {}
        report = await planned(hub, tmp_path, changes, conference=conference)
        await hub.says(STEWARD, f"event cancel {conference}")
        with counted() as counts:
            await hub.says(STEWARD, "yes")
        asked.append(counts.statements)
        conference = 2 + len(report.updates)
        await hub.says(STEWARD, CONFERENCE, "yes")
        await hub.passes(timedelta(days=8))
    assert asked[0] == asked[1]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(hub, tmp_path):
    await planned(hub, tmp_path)
    await hub.says(AMAL, "going 53")
    changes = {52: {"room": "Hall"}, 53: None, 61: {"date": "2027-05-20T15:30:00+02:00"}}
    for _twice in range(2):
        shown = await planned(hub, tmp_path, changes, dry_run=True)
        assert list(shown.lines()) == [
            "Conference on legal aid, times of Europe/Vienna:",
            (
                "  moved 62: Thu 2027-05-20 15:30 Session 61 on juvenile justice (Board Room A)\n"
                "      time: Thu 2027-05-20 14:00 -> Thu 2027-05-20 15:30"
            ),
            (
                "  changed 53: Thu 2027-05-20 11:00 Session 52 on juvenile justice (Hall) "
                "[1 told]\n"
                "      place: Board Room B -> Hall"
            ),
            "  called off 54: Thu 2027-05-20 11:00 Session 53 on prisons (M2)",
            "0 new, 1 moved, 1 changed, 1 called off, 104 left alone",
        ]
    assert kinds(await hub.passes(timedelta(minutes=1))) == []
    same = await planned(hub, tmp_path)
    assert [*same.lines()][1:] == ["0 new, 0 moved, 0 changed, 0 called off, 107 left alone"]


TITLES = {
    3: {"title": "Bail before trial"},
    8: {"title": "Women in prison: bail"},
    9: {"title": "Torture: evidence"},
    11: {"title": "Registration"},
}


@pytest.mark.parametrize(
    "said",
    [
        "I'll go to the session on torture",
        "count me in for the session Torture: evidence",
        "put me down for the panel about torture on Wednesday",
        "iré a la sesión Torture",
        "j'irai à la session Torture",
        "vou à sessão Torture",
        "я пойду на сессию Torture",
        "سأذهب إلى الجلسة Torture",
        "我去Torture分会",
    ],
)
async def test_a_session_is_chosen_by_a_part_of_its_title(hub, tmp_path, said):
    await planned(hub, tmp_path, TITLES)
    [chosen] = await hub.says(AMAL, said)
    assert (chosen.kind, chosen.ids) == ("events.going", ["10"])


async def test_of_several_sessions_the_programme_shows_which_there_are(hub, tmp_path):
    await planned(hub, tmp_path, TITLES)
    [shown] = await hub.says(AMAL, "I'll go to the session on bail")
    assert (shown.kind, shown.ids) == ("events.sessions", ["1", "4", "9"])
    [card] = await hub.says(AMAL, "2")
    assert (card.kind, card.ids) == ("events.card", ["9"])


@pytest.mark.parametrize("said", ["I'll go to the session on torture?", "register me"])
async def test_no_session_is_chosen_by_a_question_or_by_chance(hub, tmp_path, said):
    await planned(hub, tmp_path, TITLES)
    assert "events.going" not in kinds(await hub.says(AMAL, said))


async def test_a_programme_of_many_days_and_an_agenda_of_many_sessions_fit_in_a_message(
    hub, tmp_path
):
    """The harness refuses a message that is too long for a slow line."""
    rows = [
        f"{n},{'word ' * 24},2027-05-{1 + n % 28:02} {9 + n // 28:02}:00,,{'room ' * 16}"
        for n in range(280)
    ]
    (tmp_path / "p.csv").write_text("\n".join(["id,title,start,end,room", *rows]))
    await import_programme(hub.storage, tmp_path / "p.csv", 1, now=hub.now)
    [days] = await hub.says(AMAL, "programme")
    assert days.body.splitlines()[2:12:9] == [
        "1. Saturday, May 1, 2027: 10 sessions",
        "10. Monday, May 10, 2027: 10 sessions",
    ]
    assert days.body.splitlines()[-1] == 'Say "programme 1 2027-05-11" for those of a day.'
    for number in range(2, 42):
        await hub.says(AMAL, f"going {number}")
    [mine] = await hub.says(AMAL, "my events")
    assert mine.kind == "events.mine"


async def test_a_programme_of_other_days_is_not_taken_for_that_of_an_event(hub, tmp_path):
    """The number was that of another: nothing is changed, and it is said what to do."""
    await hub.says(
        STEWARD, "event add 2027-11-15 09:00 Vienna: Evidence | 1 day | City hall", "yes"
    )
    with pytest.raises(BadFile, match=r"event 2, .*is on 2027-11-15, .*begin on 2027-05-19"):
        await planned(hub, tmp_path, conference=2)
