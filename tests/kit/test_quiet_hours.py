"""Quiet hours and the morning of the digest, on the clocks of real zones."""

from datetime import UTC, datetime

import pytest

from kit.notices import next_digest, quiet_end


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hours", "end"),
    [
        ("2027-03-01 12:00", "Africa/Dakar", (21, 7), None),
        ("2027-03-01 21:00", "Africa/Dakar", (21, 7), "2027-03-02 07:00"),
        ("2027-03-02 06:59", "Africa/Dakar", (21, 7), "2027-03-02 07:00"),
        ("2027-03-02 07:00", "Africa/Dakar", (21, 7), None),
        ("2027-03-01 20:30", None, (21, 7), None),
        ("2027-03-01 15:30", "Asia/Kathmandu", (21, 7), "2027-03-02 01:15"),
        ("2027-03-27 22:00", "Europe/Vienna", (21, 7), "2027-03-28 05:00"),  # clocks go forward
        ("2027-10-30 22:00", "Europe/Vienna", (21, 7), "2027-10-31 06:00"),  # and back
        ("2027-03-27 23:00", "Europe/Vienna", (21, 2), "2027-03-28 01:00"),  # an hour not there
        ("2027-03-01 13:30", None, (13, 15), "2027-03-01 15:00"),
        ("2027-03-01 15:00", None, (13, 15), None),
        ("2027-03-01 03:00", None, (7, 7), None),
        ("2027-03-01 23:00", None, (22, 0), "2027-03-02 00:00"),
    ],
)
def test_the_end_of_quiet_hours(now, zone, hours, end):
    assert quiet_end(at(now), zone, *hours) == (end and at(end))


@pytest.mark.parametrize(
    ("now", "zone", "moment"),
    [
        ("2027-03-01 08:59", None, "2027-03-01 09:00"),
        ("2027-03-01 09:00", None, "2027-03-08 09:00"),
        ("2027-03-03 12:00", "America/Bogota", "2027-03-08 14:00"),
        ("2027-03-07 23:30", "Pacific/Auckland", "2027-03-14 20:00"),  # Monday there already
        ("2027-03-27 12:00", "Europe/Vienna", "2027-03-29 07:00"),
    ],
)
def test_the_next_digest_is_on_monday_at_nine(now, zone, moment):
    assert next_digest(at(now), zone) == at(moment)
