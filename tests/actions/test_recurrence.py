"""Rules over the wall time of a zone: where clocks change, and where the calendar leaves gaps."""

from datetime import datetime
from itertools import islice

import pytest

from actions.events.recurrence import instant, moved, rules, slots, wall

WEEKLY = {
    # The hour on the wall stays; what is an hour, half an hour or nothing in UTC moves with it.
    ("Europe/Vienna", "2027-03-21T15:00"): ["03-21 14:00", "03-28 13:00", "04-04 13:00"],
    ("America/New_York", "2027-03-07T09:00"): ["03-07 14:00", "03-14 13:00", "03-21 13:00"],
    ("America/Santiago", "2027-03-28T10:00"): ["03-28 13:00", "04-04 14:00", "04-11 14:00"],
    ("Africa/Cairo", "2027-04-23T16:00"): ["04-23 14:00", "04-30 13:00", "05-07 13:00"],
    ("Asia/Kathmandu", "2027-03-26T12:00"): ["03-26 06:15", "04-02 06:15", "04-09 06:15"],
    ("Australia/Lord_Howe", "2027-03-28T12:00"): ["03-28 01:00", "04-04 01:30", "04-11 01:30"],
    ("Africa/Casablanca", "2027-02-04T10:00"): ["02-04 09:00", "02-11 10:00", "02-18 10:00"],
    ("Asia/Tehran", "2027-03-19T10:30"): ["03-19 07:00", "03-26 07:00", "04-02 07:00"],
    # 02:30 is skipped in March and comes twice in October.
    ("Europe/Vienna", "2027-03-21T02:30"): ["03-21 01:30", "03-28 01:30", "04-04 00:30"],
    ("Europe/Vienna", "2027-10-24T02:30"): ["10-24 00:30", "10-31 00:30", "11-07 01:30"],
}


@pytest.mark.parametrize(("zone", "begins"), WEEKLY)
def test_every_week_keeps_the_hour_of_its_zone(zone: str, begins: str):
    first = datetime.fromisoformat(begins)
    found = [first, *islice(slots("FREQ=WEEKLY", first, first), 2)]
    shown = [f"{instant(slot, zone):%m-%d %H:%M}" for slot in found]
    assert shown == WEEKLY[zone, begins]


@pytest.mark.parametrize(
    ("begins", "name", "days"),
    [
        ("2027-03-25", "MONTHLY;BYDAY=4TH", ["2027-04-22", "2027-05-27", "2027-06-24"]),
        ("2027-03-25", "MONTHLY;BYDAY=-1TH", ["2027-04-29", "2027-05-27", "2027-06-24"]),
        ("2027-03-05", "WEEKLY;INTERVAL=2", ["2027-03-19", "2027-04-02", "2027-04-16"]),
        ("2028-02-29", "YEARLY", ["2032-02-29", "2036-02-29", "2040-02-29"]),
    ],
)
def test_a_rule_is_made_of_the_first_day(begins: str, name: str, days: list[str]):
    first = datetime.fromisoformat(f"{begins}T10:00")
    rule = f"FREQ={name}"
    assert rule in rules(first).values()
    assert [f"{slot:%Y-%m-%d}" for slot in islice(slots(rule, first, first), 3)] == days


def test_a_fifth_weekday_is_counted_from_the_end_alone():
    assert [*rules(datetime.fromisoformat("2027-04-29T10:00")).values()] == [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=-1TH",
        "FREQ=YEARLY",
    ]


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Australia/Lord_Howe", "Asia/Tehran"])
def test_what_the_wall_shows_at_an_instant_is_that_instant(zone: str):
    at = datetime.fromisoformat("2027-06-01T12:34+00:00")
    assert instant(wall(at, zone), zone) == at


@pytest.mark.parametrize(
    ("rule", "begins", "passed", "expected"),
    [
        ("FREQ=WEEKLY", "2027-03-12", 0, "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=6", "2027-03-12", 2, "FREQ=WEEKLY;INTERVAL=2;COUNT=4"),
        ("FREQ=WEEKLY;UNTIL=20270401T235959", "2027-03-12", 0, "FREQ=WEEKLY;UNTIL=20270402T235959"),
        ("FREQ=MONTHLY;BYDAY=2TH", "2027-03-16", 0, "FREQ=MONTHLY;BYDAY=3TU"),
        ("FREQ=MONTHLY;BYDAY=2TH", "2027-03-30", 0, None),
        ("FREQ=YEARLY", "2027-03-30", 0, "FREQ=YEARLY"),
    ],
)
def test_a_rule_moves_with_what_comes_by_it(rule, begins, passed, expected):
    was = datetime.fromisoformat("2027-03-11T15:00")
    assert moved(rule, was, datetime.fromisoformat(f"{begins}T10:00"), passed) == expected
