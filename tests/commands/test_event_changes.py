"""What is known of an event, and what becomes of it when that, or its time, changes."""

from datetime import timedelta

import pytest
from sqlalchemy import event as sql

from storage.events import Events
from storage.people import People
from tests.harness import STEWARD, Said, Talk, kinds, scene

AMAL, BORIS = "@amal:test", "@boris:test"
ADDRESS = "https://meet.example.org/duty"
WHOLE = (
    f"2027-03-09 14:10 Europe/Vienna Duty lawyers | 90 min | Room M2 | {ADDRESS} | Who comes when"
)


@scene
async def hub(talk: Talk) -> None:
    """An events room, who announced an event in it (1), who is going (2) and who is not (3)."""
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD)
    for who in (AMAL, BORIS):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, f"event add {WHOLE}", "yes")
    await talk.says(AMAL, "going 1")


def lines(said: Said) -> list[str]:
    return said.body.splitlines()


FACTS = [
    "Duty lawyers: Tuesday, March 9, 2027, 14:10 Vienna (number 1)",
    "It ends Tuesday, March 9, 2027, 15:40 Vienna.",
    "Place: Room M2",
    f"Link: {ADDRESS}",
    "Who comes when",
]


@pytest.mark.both_databases
async def test_all_that_is_known_is_read_by_its_form_and_shown(hub: Talk):
    [card] = await hub.says(BORIS, "event 1")
    assert lines(card)[:5] == FACTS
    [shown] = await hub.says(STEWARD, "event add 2027-03-09 14:10 UTC X\nRoom M2\n1h 30min")
    assert lines(shown)[6:8] == [
        "• It ends Tuesday, March 9, 2027, 18:40 Nairobi.",
        "• Place: Room M2",
    ]


async def test_rooms_read_neither_place_nor_link_nor_description_of_a_new_event(hub: Talk):
    heard = await hub.says(STEWARD, f"event add {WHOLE}", "yes")
    [told] = [s for s in heard if s.room == "space:events"]
    assert lines(told) == [
        "New event: Duty lawyers: Tuesday, March 9, 2027, 13:10 UTC (number 2)",
        "It ends Tuesday, March 9, 2027, 14:40 UTC.",
        "",
        'Say "!going 2" to be reminded.',
    ]


async def test_the_whole_is_told_where_nobody_reads_along_and_in_reminders(hub: Talk):
    [card] = await hub.says(BORIS, "!event 1", room_id="!events:test")
    assert not any(known in card.body for known in (ADDRESS, "Room M2", "Who comes when"))
    [reminder] = [
        s for s in await hub.passes(timedelta(hours=25, minutes=10)) if s.room == "direct:2"
    ]
    assert lines(reminder) == [
        "Reminder: Duty lawyers begins in 7 days: Tuesday, March 9, 2027, 14:10 Vienna.",
        "Place: Room M2",
        f"Link: {ADDRESS}",
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("event edit 1 4 http://10.0.0.7/x", "I cannot follow that address."),
        ("event edit 1 https://user@example.org/", "I cannot follow that address."),
        ("event edit 1 3 see example.org", "An address stands by itself, as the link."),
        (
            "event edit 1 1 see example.org",
            "A title holds no links or addresses. Write a link",
        ),
        ("event edit 1 2 soon", "I could not read how long it takes. For example:"),
        ("event edit 1 6 x", "Choose a number from 1 to 100000."),
        ("event edit 1 6 0", "Choose a number from 1 to 100000."),
        ("event edit 1 6 100001", "Choose a number from 1 to 100000."),
        ("event edit 1 40 days", "An event takes 31 days at most."),
        ("event edit 1 5 " + "x" * 241, "Please use fewer words: at most 240 characters."),
        ("event move 1 2026-01-01 10:00", "That is in the past:"),
        ("event move 1 Friday 10:00 because", "I could read only a part of when that is."),
    ],
)
async def test_what_is_wrong_with_a_change_is_said(hub: Talk, said: str, why: str):
    [heard] = await hub.says(STEWARD, said)
    assert (heard.kind, heard.body[: len(why)]) == ("error.argument", why)


async def test_a_change_is_shown_and_told_to_who_is_going_after_a_yes(hub: Talk):
    [shown] = await hub.says(STEWARD, "event edit 1 3 Room C\n2 h\n5 -")
    assert lines(shown)[2:13] == [
        "1. Title: Duty lawyers",
        "2. Length: 2:00",
        "3. Place: Room C",
        f"4. Link: {ADDRESS}",
        "5. Description: –",
        "6. Places: –",
        "7. Kind: –",
        "",
        "I tell the events room at once, and 1 member who is going or announced it.",
        "",
        "Shall I change it so? Please answer yes or no.",
    ]
    assert kinds(await hub.says(STEWARD, "no")) == ["events.kept"]
    assert lines((await hub.says(BORIS, "event 1"))[0])[:5] == FACTS
    heard = await hub.says(STEWARD, "event edit 1", "3 Room C", "yes")
    heard += await hub.passes(timedelta(0))
    assert [(s.kind, s.room, ADDRESS in s.body) for s in heard] == [
        ("events.changed", "space:events", False),
        ("events.changed", "direct:1", True),
        ("events.changed", "direct:2", True),
    ]
    assert lines(heard[2])[1] == "Place: Room M2 → Place: Room C"


@pytest.mark.slow
@pytest.mark.both_databases
async def test_what_moves_takes_its_length_and_its_reminders_along(hub: Talk):
    await hub.says(BORIS, "going 1", "remind 1 2h")
    [shown] = await hub.says(STEWARD, "event move 1 11 March 9:00")
    assert lines(shown)[2:8] == [
        "• Duty lawyers",
        "• Until now: Tuesday, March 9, 2027, 14:10 Vienna",
        "• Thursday, March 11, 2027, 09:00 Vienna",
        "• Thursday, March 11, 2027, 08:00 UTC",
        "• On your clock: Thursday, March 11, 2027, 11:00 Nairobi",
        "• in 10 days",
    ]
    heard = await hub.says(STEWARD, "yes")
    heard += await hub.passes(timedelta(0))
    assert [(s.kind, s.room) for s in heard] == [
        ("events.moved", "space:events"),
        ("events.moved", "direct:1"),
        ("events.moved", "direct:2"),
        ("events.moved", "direct:3"),
    ]
    assert heard[2].body.splitlines() == [
        "Moved to another time: Duty lawyers: Thursday, March 11, 2027, 09:00 Vienna (number 1)",
        "Until now: Tuesday, March 9, 2027, 14:10 Vienna",
        "Place: Room M2",
        "Link: https://meet.example.org/duty",
    ]
    assert heard[0].body.splitlines() == [
        "Moved to another time: Duty lawyers: Thursday, March 11, 2027, 08:00 UTC (number 1)",
        "Until now: Tuesday, March 9, 2027, 13:10 UTC",
    ]
    [card] = await hub.says(BORIS, "event 1")
    assert lines(card)[1] == "It ends Thursday, March 11, 2027, 10:30 Vienna."
    reminded = await reminders(hub, days=10)
    assert reminded == [
        ("2027-03-04 08:00", "direct:2"),
        ("2027-03-10 08:00", "direct:2"),
        ("2027-03-11 06:00", "direct:3"),
        ("2027-03-11 07:00", "direct:2"),
        ("2027-03-11 07:50", "direct:2"),
    ]


async def reminders(hub: Talk, days: int) -> list[tuple[str, str]]:
    """Let days pass in steps of ten minutes; returns when who was reminded of an event."""
    found = []
    for _step in range(days * 24 * 6):
        heard = await hub.passes(timedelta(minutes=10))
        found += [
            (f"{hub.now:%Y-%m-%d %H:%M}", s.room) for s in heard if s.kind == "events.reminder"
        ]
    return found


async def test_a_digest_that_waits_tells_the_new_time_only(hub: Talk):
    await hub.says(STEWARD, "event move 1 11 March 9:00", "yes")
    [digest] = await hub.says(BORIS, "digest")
    assert [line for line in lines(digest) if "Duty" in line] == [
        "• New event: Duty lawyers: Thursday, March 11, 2027, 09:00 Vienna (number 1)"
    ]
    assert kinds(await hub.says(AMAL, "digest")) == ["attention.nothing"]


async def test_a_later_change_ends_the_telling_of_an_earlier_one(hub: Talk):
    await hub.says(STEWARD, "event move 1 11 March 9:00", "yes", "event cancel 1", "yes")
    heard = await hub.passes(timedelta(0))
    assert [(s.kind, s.room) for s in heard] == [("events.cancelled", "direct:2")]


async def test_a_copy_is_the_same_at_another_time(hub: Talk):
    await hub.says(STEWARD, "event copy 1", "2 April 10:00", "yes")
    [card] = await hub.says(BORIS, "event 2")
    assert lines(card)[:5] == [
        "Duty lawyers: Friday, April 2, 2027, 10:00 Vienna (number 2)",
        "It ends Friday, April 2, 2027, 11:30 Vienna.",
        *FACTS[2:],
    ]


async def test_reminders_missed_while_the_hub_was_down_come_as_one_that_says_so(hub: Talk):
    heard = await hub.passes(timedelta(days=7, hours=2))
    assert [(s.kind, lines(s)[0]) for s in heard if s.room == "direct:2"] == [
        (
            "events.reminder",
            "This reminder comes late: Duty lawyers begins Tuesday, March 9, 2027, 14:10 Vienna.",
        )
    ]
    hub.now += timedelta(hours=2)
    assert [s for s in await hub.passes(timedelta(0)) if s.kind == "events.reminder"] == []


@pytest.mark.slow
async def test_a_yes_takes_as_many_statements_for_many_who_are_going_as_for_few(hub: Talk):
    counts = []
    for more in (0, 120):
        async with hub.storage.write() as session:
            for number in range(more):
                person = await People(session).meet(f"@m{number}:test", "en", hub.now)
                await Events(session).join(1, person.id)
        await hub.says(STEWARD, f"event edit 1 3 Room {more}")
        counts.append(await statements(hub, STEWARD, "yes"))
        while await hub.dispatcher.handle_due():
            pass
    assert counts[0] == counts[1]


async def statements(hub: Talk, who: str, said: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = hub.storage._writer.sync_engine
    sql.listen(engine, "before_cursor_execute", note)
    try:
        await hub.says(who, said)
    finally:
        sql.remove(engine, "before_cursor_execute", note)
    return len(seen)


PREVIEW = "event add 2027-03-09 14:10 Vienna: Duty lawyers"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("the place is Room C", "• Place: Room C"),
        ("no, place: in Room C", "• Place: in Room C"),
        ("add the link https://meet.example.org/duty", f"• Link: {ADDRESS}"),
        ("https://meet.example.org/duty", f"• Link: {ADDRESS}"),
        ("30 places", "• Places: 30"),
        ("at most 50 people", "• Places: 50"),
        ("room for thirty people", "• Places: 30"),
        ("2 hours", "• It ends Tuesday, March 9, 2027, 18:10 Nairobi."),
        ("it lasts 90 minutes", "• It ends Tuesday, March 9, 2027, 17:40 Nairobi."),
        ("no, make it 16h", "• Tuesday, March 9, 2027, 16:00 Vienna"),
        ("el lugar es Sala 3", "• Place: Sala 3"),
        ("para 30 personas", "• Places: 30"),
        ("lieu : en ligne", "• Place: en ligne"),
        ("30 personnes", "• Places: 30"),
        ("wait, it will be nice", ""),
        ("o local é Sala 3", "• Place: Sala 3"),
        ("30 vagas", "• Places: 30"),
        ("место: зал 3", "• Place: зал 3"),
        ("не более 30 человек", "• Places: 30"),
        ("المكان: القاعة 3", "• Place: القاعة 3"),
        ("٣٠ مقعدا", "• Places: 30"),
        ("地点是三号会议室", "• Place: 三号会议室"),
        ("最多三十人", "• Places: 30"),
    ],
)
async def test_what_else_is_known_may_be_said_at_the_preview(hub: Talk, said: str, line: str):
    await hub.says(STEWARD, PREVIEW)
    [heard] = await hub.says(STEWARD, said)
    assert heard.kind == "event_add.ask.sure"
    if line:
        assert line in lines(heard)
    else:
        assert lines(heard)[0] == "Please answer just yes or no."


async def test_what_stands_behind_a_title_is_told_apart_from_it(hub: Talk):
    said = (
        "2027-03-09 14:10 Vienna: Duty lawyers, who comes when, max 20 people, https://a.example/b"
    )
    [shown] = await hub.says(STEWARD, f"event add {said}")
    assert lines(shown)[2:10] == [
        "• Duty lawyers, who comes when",
        "• Tuesday, March 9, 2027, 14:10 Vienna",
        "• Tuesday, March 9, 2027, 13:10 UTC",
        "• On your clock: Tuesday, March 9, 2027, 16:10 Nairobi",
        "• in 8 days",
        "• Link: https://a.example/b",
        "• Places: 20",
        "",
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("change the place of event 1 to Room C", "3. Place: Room C"),
        ("cambiar el lugar del evento 1 a Sala 3", "3. Place: Sala 3"),
        ("changer le lieu de l'événement 1 : en ligne", "3. Place: en ligne"),
        ("mude o local do evento 1 para Sala 3", "3. Place: Sala 3"),
        ("измени место мероприятия 1 на зал 3", "3. Place: зал 3"),
        ("把活动1的地点改为三号会议室", "3. Place: 三号会议室"),
        ("event edit 1 place Room 5; 3rd floor", "3. Place: Room 5; 3rd floor"),
        ("event edit 1 Hall A, 4th floor", "3. Place: Hall A, 4th floor"),
        ("raise the limit of event 1 to 10", "6. Places: 10"),
        ("limiter l'événement 1 à 30 personnes", "6. Places: 30"),
    ],
)
async def test_a_change_is_taken_from_a_sentence(hub: Talk, said: str, line: str):
    await hub.opens(STEWARD)
    [heard] = await hub.says(STEWARD, said)
    if heard.kind == "wish.offer":
        [heard] = await hub.says(STEWARD, "yes")
    assert (heard.kind, line in lines(heard)) == ("event_edit.ask.sure", True)
