"""What somebody is going to, as a calendar program of theirs reads it."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from icalendar import Calendar

from actions.events.calendars import PublishedCalendars, Publishing
from storage.calendars import Calendars
from storage.events import Events
from storage.people import People
from tests.harness import STEWARD, Said, Talk, kinds, network

AMAL, BORIS = "@amal:test", "@boris:test"
ADDRESS = "https://hub.example.org"
MEETING = "https://meet.example.org/duty"


async def hub(talk: Talk, *events: str, public: str | None = ADDRESS) -> Talk:
    """Restart a hub with a web address, where a member (1) is going to what a steward announced."""
    talk = talk.restarted(public=public)
    for who in (AMAL, BORIS, STEWARD):
        await talk.member(who, country="Austria")
    for number, event in enumerate(events, 1):
        await talk.says(STEWARD, f"event add {event}", "yes")
        await talk.says(AMAL, f"going {number}")
    return talk


async def read(talk: Talk, address: str) -> Calendar | None:
    """Fetch what an address shows, as any calendar program understands it."""
    token = address.removeprefix(f"{ADDRESS}/calendar/").removesuffix(".ics")
    async with talk.storage.read() as session:
        publishing = Publishing("test", ADDRESS, Random(0).randbytes)
        parts = Calendars(session), Events(session), People(session)
        written = await PublishedCalendars(*parts, network(), publishing).read(token)
        return None if written is None else Calendar.from_ical(written)


def address(said: Said) -> str:
    return said.body.split("\n")[0].removeprefix("Your calendar: ")


def shown(calendar: Calendar | None) -> list[dict[str, Any]]:
    assert calendar is not None
    return [
        {name.lower(): str(value.to_ical().decode()) for name, value in event.items()}
        for event in calendar.walk("VEVENT")
    ]


@pytest.mark.both_databases
async def test_a_calendar_holds_what_somebody_is_going_to_with_zone_length_link_and_alarms(
    talk: Talk,
):
    event = (
        f"2027-03-09 14:10 Vienna: Duty, lawyers; all | 90 min | Room M2 | {MEETING} | Who comes"
    )
    talk = await hub(talk, event)
    await talk.says(AMAL, "remind 1 2h")
    [said] = await talk.says(AMAL, "my calendar")
    calendar = await read(talk, address(said))
    assert shown(calendar) == [
        {
            "uid": "event-1@test",
            "dtstamp": "20270301T120000Z",
            "sequence": "0",
            "summary": "Duty\\, lawyers\\; all",
            "dtstart": "20270309T131000Z",
            "dtend": "20270309T144000Z",
            "location": "Room M2",
            "url": MEETING,
            "description": f"Who comes\\n\\n{MEETING}",
        }
    ]
    [alarm] = calendar.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-2)
    assert await read(talk, f"{ADDRESS}/calendar/{'x' * 32}.ics") is None


ZONES = {
    "Vienna": "2027-03-09T13:10",
    "New York": "2027-03-09T19:10",
    "Santiago": "2027-03-09T17:10",
    "Cairo": "2027-03-09T12:10",
    "Kathmandu": "2027-03-09T08:25",
    "Australia/Lord_Howe": "2027-03-09T03:10",
    "Casablanca": "2027-03-09T14:10",
    "Tehran": "2027-03-09T10:40",
}


@pytest.mark.parametrize(("zone", "instant"), ZONES.items())
async def test_a_calendar_program_that_knows_no_zones_finds_the_right_minute(
    talk: Talk, zone: str, instant: str
):
    talk = await hub(talk, f"2027-03-09 14:10 {zone}: Call")
    [said] = await talk.says(AMAL, "my calendar")
    calendar = await read(talk, address(said))
    assert calendar is not None
    [event] = calendar.walk("VEVENT")
    assert event["dtstart"].dt == datetime.fromisoformat(f"{instant}Z")


async def test_what_is_moved_or_called_off_is_a_later_sequence_of_the_same_event(talk: Talk):
    talk = await hub(talk, "2027-03-09 14:10 UTC Call")
    [said] = await talk.says(AMAL, "my calendar")
    talk.now += timedelta(hours=1)
    await talk.says(STEWARD, "event move 1 2027-03-10 15:00 UTC", "yes")
    await talk.says(STEWARD, "event cancel 1", "yes")
    assert shown(await read(talk, address(said))) == [
        {
            "uid": "event-1@test",
            "dtstamp": "20270301T130000Z",
            "sequence": "2",
            "summary": "Call",
            "dtstart": "20270310T150000Z",
            "dtend": "20270310T160000Z",
            "status": "CANCELLED",
        }
    ]


@pytest.mark.both_databases
async def test_an_address_is_one_persons_and_ends_when_they_say_so(talk: Talk):
    talk = await hub(talk, "2027-03-09 14:10 UTC Call")
    [amal] = await talk.says(AMAL, "my calendar")
    [again] = await talk.says(AMAL, "my calendar")
    [boris] = await talk.says(BORIS, "my calendar")
    assert address(again) == address(amal)
    assert shown(await read(talk, address(boris))) == []
    [new] = await talk.says(AMAL, "my calendar new")
    assert await read(talk, address(amal)) is None
    assert len(shown(await read(talk, address(new)))) == 1
    assert kinds(await talk.says(AMAL, "my calendar off")) == ["events.feed_off"]
    assert await read(talk, address(new)) is None
    await talk.says(BORIS, "forget me", "yes")
    assert await read(talk, address(boris)) is None


async def test_who_is_shut_out_has_no_calendar_and_may_end_it_for_good(talk: Talk):
    talk = await hub(talk, f"2027-03-09 14:10 UTC: Call | Room M2 | {MEETING}")
    [said] = await talk.says(AMAL, "my calendar")
    await shut_out(talk, AMAL, suspended=True)
    assert await read(talk, address(said)) is None
    [card] = await talk.says(AMAL, "event 1")
    assert card.body.splitlines() == [
        "Call: Tuesday, March 9, 2027, 15:10 Vienna (number 1)",
        "",
        'Say "going 1", "maybe 1" or "not going 1".',
    ]
    assert kinds(await talk.says(AMAL, "my calendar new")) == ["error.not_allowed"]
    assert kinds(await talk.says(AMAL, "my calendar off")) == ["events.feed_off"]
    await shut_out(talk, AMAL, suspended=False)
    assert await read(talk, address(said)) is None


async def test_control_who_is_let_in_again_has_their_calendar_again(talk: Talk):
    talk = await hub(talk, f"2027-03-09 14:10 UTC: Call | Room M2 | {MEETING}")
    [said] = await talk.says(AMAL, "my calendar")
    for suspended in (True, False):
        await shut_out(talk, AMAL, suspended=suspended)
    assert len(shown(await read(talk, address(said)))) == 1
    [card] = await talk.says(AMAL, "event 1")
    assert ("Place: Room M2" in card.body, MEETING in card.body) == (True, True)
    assert "1 member is going." in card.body


async def shut_out(talk: Talk, who: str, *, suspended: bool) -> None:
    async with talk.storage.write() as session:
        person = await People(session).find(who)
        assert person is not None
        person.suspended = suspended


async def test_one_event_or_all_come_as_a_file_where_the_hub_has_no_web_address(talk: Talk):
    talk = await hub(talk, "2027-03-09 14:10 UTC Call", "2027-03-10 14:10 UTC Other", public=None)
    files = [(await talk.says(AMAL, said))[0] for said in ("my calendar 2", "my calendar")]
    assert [(file.room, file.content["message"]["info"]) for file in files] == [
        ("direct:1", {"mimetype": "text/calendar"}),
        ("direct:1", {"mimetype": "text/calendar"}),
    ]
    titles = [
        [event["summary"] for event in shown(Calendar.from_ical(file.content["file"]))]
        for file in files
    ]
    assert titles == [["Other"], ["Call", "Other"]]
    [refused] = await talk.says(AMAL, "my calendar new")
    assert refused.body == (
        'This hub has no web address of its own. "my calendar" sends you a file.'
    )


async def test_the_address_is_said_in_the_chat_alone(talk: Talk):
    talk = await hub(talk)
    await talk.room("space:theme-prisons", "!theme:test")
    heard = await talk.says(AMAL, "!my calendar", room_id="!theme:test")
    assert [(s.room, ADDRESS in s.body) for s in heard] == [
        ("direct:1", True),
        ("space:theme-prisons", False),
    ]
