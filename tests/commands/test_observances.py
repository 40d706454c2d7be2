"""Days that come every year, and what was held earlier, among the events."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kit.network import DayOfYear
from tests.harness import STEWARD, Talk, network, scene

AMAL = "@amal:test"


@scene
async def hub(talk: Talk) -> None:
    """A member, on the first of March 2027, and nothing planned."""
    await talk.room("space:events", "!events:test")
    for who in (AMAL, STEWARD):
        await talk.member(who, country="Austria")


async def test_a_day_is_shown_in_its_week_and_says_whether_somebody_checked_it(hub):
    assert [said.kind for said in await hub.says(AMAL, "events")] == ["events.none"]
    await hub.passes(timedelta(days=2))
    [shown] = await hub.says(AMAL, "events")
    assert shown.body.splitlines() == [
        "Days of observance:",
        "",
        ("• International Women's Day: Monday, March 8, 2027 (nobody has checked the date)"),
    ]
    await hub.passes(timedelta(days=50))
    [shown] = await hub.says(AMAL, "événements")
    assert shown.body.splitlines()[2:] == [
        "• Africa Pretrial Detention Day: Sunday, April 25, 2027"
    ]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (
            "events torture",
            [
                "Days of observance:",
                "",
                (
                    "• International Day in Support of Victims of Torture: Saturday, June 26, 2027 "
                    "(nobody has checked the date)"
                ),
            ],
        ),
        (
            "events Johannesburg",
            [
                "Held earlier:",
                "",
                (
                    "• First International Conference on Access to Legal Aid in Criminal Justice "
                    "Systems: Tuesday, June 24, 2014, Johannesburg, South Africa"
                ),
            ],
        ),
        ("events zebra", ["Nothing is planned yet."]),
    ],
)
async def test_words_find_days_and_what_was_held(hub, said, lines):
    [shown] = await hub.says(AMAL, said)
    assert shown.body.splitlines() == lines


async def test_five_days_are_listed_by_when_they_are_next(hub):
    [shown] = await hub.says(AMAL, "events observance")
    assert [
        line.rpartition(", ")[0].rpartition(": ")[2] for line in shown.body.splitlines()[2:]
    ] == [
        "Monday, March 8",
        "Thursday, March 18",
        "Sunday, March 21",
        "Sunday, April 25",
        "Wednesday, May 19",
    ]


async def test_what_was_held_is_shown_only_where_nothing_planned_fits(hub):
    [shown] = await hub.says(AMAL, "events conference")
    assert shown.body.splitlines()[::2] == [
        "Held earlier:",
        (
            "• 15th UN Congress on Crime Prevention and Criminal Justice: "
            "Saturday, April 25, 2026, Abu Dhabi, United Arab Emirates "
            "(nobody has checked the date)"
        ),
        "• LEAP annual conference: (Re)imagining justice: Monday, March 14, 2022, online",
    ]
    await hub.says(STEWARD, "event add 2027-05-19 09:00 UTC: Conference on legal aid", "yes")
    [shown] = await hub.says(AMAL, "events conference")
    assert shown.body.splitlines()[0] == "1 event is planned:"


@pytest.mark.parametrize(
    ("today", "following"),
    [(date(2027, 3, 8), 2027), (date(2027, 3, 9), 2028), (date(2027, 1, 1), 2027)],
)
def test_a_day_comes_each_year(today, following):
    assert DayOfYear({"en": "A"}, 3, 8, checked=True).following(today) == date(following, 3, 8)


def test_what_has_no_fixed_date_is_not_shown():
    shown = {day.names["en"] for day in network().days}
    assert len(shown) == 21
    assert not any("ILAC" in name or "Political Forum" in name for name in shown)
