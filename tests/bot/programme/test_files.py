"""Programmes as files: three formats say the same, and nothing in them is trusted."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.events.programme import Session
from bot.programme.importing import read_programme
from kit.errors import BadFile
from storage.tables.events import Details, EventKind
from tests.programmes import FIRST, MOST, ROOMS, schedule, talk

ZONE = "Europe/Vienna"
ONE = Session(
    "a-1",
    Details(
        title="Opening",
        length=timedelta(minutes=50),
        place="M2",
        link="https://example.org/talk/1",
        about="What it is about.",
        kind=EventKind.SESSION,
    ),
    datetime(2027, 5, 19, 7, tzinfo=UTC),
    track="Prisons",
    speakers="Speaker 1, Speaker 2",
)
WITHOUT_SPEAKERS = Session("a-1", ONE.details, ONE.starts_at, ONE.track)
AS_TABLE = """\
id,title,start,end,room,track,speakers,link,about
a-1,Opening,2027-05-19 09:00,2027-05-19 09:50,M2,Prisons,Speaker 1; Speaker 2,{link},{about}
"""
AS_CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//test//EN
BEGIN:VEVENT
UID:a-1
SUMMARY:Opening
DTSTART;TZID=Europe/Vienna:20270519T090000
DURATION:PT50M
LOCATION:M2
CATEGORIES:Prisons
URL:{link}
DESCRIPTION:{about}
{more}END:VEVENT
BEGIN:VEVENT
UID:a-2
SUMMARY:Called off
STATUS:CANCELLED
DTSTART:20270519T090000Z
END:VEVENT
END:VCALENDAR
"""


def as_pretalx(**otherwise: Any) -> str:
    told = talk(
        1,
        FIRST,
        guid="a-1",
        title="Opening",
        track="Prisons",
        abstract=ONE.details.about,
        persons=[{"public_name": "Speaker 1"}, {"name": "Speaker 2"}],
    )
    days = [{"rooms": {"M2": [told | otherwise]}}]
    return json.dumps({"schedule": {"conference": {"days": days}}})


def read(tmp_path: Path, name: str, text: str) -> list[Session]:
    text = text.replace("{link}", ONE.details.link).replace("{about}", ONE.details.about)
    (tmp_path / name).write_text(text.replace("{more}", ""), encoding="utf-8")
    return read_programme(tmp_path / name, ZONE)


@pytest.mark.parametrize(
    ("name", "text", "session"),
    [
        ("p.csv", AS_TABLE, ONE),
        ("p.json", as_pretalx(), ONE),
        ("p.ics", AS_CALENDAR, WITHOUT_SPEAKERS),
        ("p.ics", AS_CALENDAR.replace(";TZID=Europe/Vienna", ""), WITHOUT_SPEAKERS),
    ],
)
def test_each_format_says_the_same(tmp_path, name, text, session):
    assert read(tmp_path, name, text) == [session]


def test_a_whole_conference_is_read(tmp_path):
    sessions = read(tmp_path, "p.json", schedule())
    assert len(sessions) == MOST
    assert {each.details.place for each in sessions} == {*ROOMS}


def test_an_hour_that_the_clock_skips_or_shows_twice_is_one_moment(tmp_path):
    rows = ["id,title,start", "1,Gap,2027-03-28 02:30", "2,Fold,2027-10-31 02:30"]
    read_ones = read(tmp_path, "p.csv", "\n".join(rows))
    assert [each.starts_at for each in read_ones] == [
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    ]


def test_what_clients_would_make_links_of_is_left_out_and_the_rest_is_one_line(tmp_path):
    text = as_pretalx(
        title="Join @all:evil.example https://evil.example\n\u202enow",
        persons=[{"name": "Speaker\n#room:evil.example"}],
        abstract="x " * 300,
        url="",
    )
    [session] = read(tmp_path, "p.json", text)
    assert (session.details.title, session.speakers) == ("Join now", "Speaker")
    assert (len(session.details.about), session.details.about[-1]) == (240, "…")


def test_the_address_of_a_call_in_place_of_a_room_is_its_link(tmp_path):
    call = AS_CALENDAR.replace("LOCATION:M2", "LOCATION:https://example.org/call")
    [session] = read(tmp_path, "p.ics", call.replace("URL:{link}\n", ""))
    assert (session.details.place, session.details.link) == ("", "https://example.org/call")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("p.txt", "", "a programme is a file whose name ends in .csv, .ics, .json"),
        ("p.csv", "id,title,start\n", "there is no session in it"),
        ("p.csv", "id,title\n", "line 1: the column start is missing"),
        (
            "p.csv",
            "id,titel,start\n",
            (
                "line 1: no such column: 'titel'; there are id, title, start, end, room, track, "
                "speakers, link, about"
            ),
        ),
        ("p.csv", "id,title,start\n1,A,soon\n", "line 2: times are written as 2027-05-20 09:00"),
        ("p.csv", "id,title,start\n1,A,2027-05-19,x\n", "line 2: more cells than columns"),
        (
            "p.csv",
            "id,title,start\n1,A,2027-05-19\n1,B,2027-05-19\n",
            "line 3: the same id as line 2: give each its own",
        ),
        (
            "p.csv",
            "id,title,start\n,A,2027-05-19\n",
            "line 2: it needs an id and a title without links",
        ),
        (
            "p.csv",
            "id,title,start,end\n1,A,2027-05-19 09:00,2027-05-19 08:00\n",
            "line 2: it ends before it begins, or far too late",
        ),
        (
            "p.csv",
            "id,title,start\n1,A,0001-01-01 00:00\n2,B,9999-12-31 23:59\n3,C,2199-12-31 23:59\n",
            "line 2: it is not between 1970 and 2199\n  line 3: it is not between 1970 and 2199",
        ),
        (
            "p.csv",
            "id,title,start,end\n1,A,2027-05-19 09:00,9999-12-31 23:59-12:00\n",
            "line 2: it is not between 1970 and 2199",
        ),
        (
            "p.ics",
            AS_CALENDAR.replace("20270519T090000\nD", "99991231T235959\nD"),
            "event 1: it has no beginning, or an end that contradicts it",
        ),
        (
            "p.csv",
            f"id,title,start\n{'1' * 256},A,2027-05-19\n{'2' * 255},B,2027-05-19\n",
            "line 2: its id has more than 255 characters",
        ),
        (
            "p.csv",
            "id,title,start\n"
            + "".join(f"{day},A,2027-{day // 28 + 1:02}-{day % 28 + 1:02}\n" for day in range(32)),
            "it has 32 days, and a conference 31 at most",
        ),
        ("p.json", "[]", "no schedule of pretalx: : Input should be an object"),
        ("p.json", as_pretalx(duration="1h"), "day 1, M2, talk 1: its duration is not written"),
        (
            "p.json",
            as_pretalx(url="javascript:alert(1)"),
            "day 1, M2, talk 1: nobody can follow its link",
        ),
        ("p.json", as_pretalx(date="2027-05-19"), "no schedule of pretalx: schedule.conference"),
        (
            "p.json",
            as_pretalx(date="9999-12-31T23:59:00-12:00"),
            "day 1, M2, talk 1: it ends after all that a calendar has",
        ),
        ("p.ics", "nothing", "this is no calendar as RFC 5545 has it"),
        (
            "p.ics",
            AS_CALENDAR.replace("{more}", "RRULE:FREQ=DAILY\n"),
            "event 1: it comes again: write each time as an event of its own",
        ),
        (
            "p.ics",
            AS_CALENDAR.replace("DTSTART;TZID=Europe/Vienna:20270519T090000", "X-A:b"),
            "event 1: it has no beginning, or an end that contradicts it",
        ),
        (
            "p.ics",
            AS_CALENDAR.replace("TZID=Europe/Vienna:20270519T090000", "VALUE=DATE:20270519"),
            "event 1: it has",
        ),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_and_the_place_is_named(tmp_path, name, text, why):
    with pytest.raises(BadFile) as refused:
        read(tmp_path, name, text)
    told = str(refused.value).removeprefix(f"{tmp_path / name}: ")
    assert told.removeprefix("nothing is changed, because these cannot be taken:\n  ").startswith(
        why
    )


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_that_a_spreadsheet_wrote_is_read(tmp_path, between):
    file = tmp_path / "p.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        table = [["id", "title", "start"], ["1", "A; b, c", "2027-05-19T09:00"]]
        csv.writer(out, delimiter=between).writerows(table)
    [session] = read_programme(file, ZONE)
    assert session.details.title == "A; b, c"
