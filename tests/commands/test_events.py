import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from actions.events.hosting import PORTION
from bot.understanding.reader import AnswerReader
from kit.roomkey import Direct
from storage.engine import Storage
from storage.events import Events
from storage.people import People
from storage.rooms import Rooms
from tests.harness import STEWARD, Talk, kinds

ORGANISER, DAKAR, VIENNA = "@organiser:test", "@dakar:test", "@vienna:test"


async def an_event(talk: Talk, what: str) -> list[str]:
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD)
    return kinds(await talk.says(STEWARD, f"event add {what}", "yes"))


async def organised(talk: Talk) -> None:
    """Let a steward (1) and an organiser (2) be members, and the organiser announce an event."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, ORGANISER):
        await talk.member(who)
    await talk.says(STEWARD, f"role {ORGANISER} organiser")
    await talk.says(ORGANISER, "event add in 72h Call", "yes")


@pytest.mark.slow
@pytest.mark.both_databases
async def test_each_is_reminded_in_their_language_and_zone_and_the_room_once(talk: Talk):
    await talk.member(DAKAR, language="3", country="Sénégal")
    await talk.member(VIENNA, country="Austria")
    assert await an_event(talk, "2027-03-09 14:10 Europe/Vienna Duty lawyers") == [
        "events.announcement",
        "events.added",
    ]
    for who in (DAKAR, VIENNA):
        assert kinds(await talk.says(who, "going 1")) == ["events.going"]
    reminded = await talk.passes(timedelta(days=7))
    assert [(s.kind, s.room, s.content["org.ilan.hub"]["locale"]) for s in reminded] == [
        ("events.reminder", "direct:1", "fr"),
        ("events.reminder", "direct:2", "en"),
    ]
    assert [(s.content["msgtype"], s.content["m.mentions"]) for s in reminded] == [
        ("m.text", {"user_ids": [DAKAR]}),
        ("m.text", {"user_ids": [VIENNA]}),
    ]
    day_before = await talk.passes(timedelta(days=1))
    assert kinds(day_before) == ["events.reminder", "events.reminder"]
    hour_before = await talk.passes(timedelta(minutes=15))
    assert kinds(hour_before) == ["events.room_reminder", "events.reminder", "events.reminder"]
    ten_minutes_before = await talk.passes(timedelta(minutes=50))
    assert kinds(ten_minutes_before) == ["events.reminder", "events.reminder"]
    assert kinds(await talk.passes(timedelta(days=1))) == []


async def test_the_room_reads_the_clocks_of_its_regions_not_of_who_is_going(talk: Talk):
    await talk.member(DAKAR, language="3", country="Sénégal")
    await an_event(talk, "2027-03-01 16:10 Europe/Vienna Duty lawyers")
    await talk.says(DAKAR, "j'y vais 1")
    heard = await talk.passes(timedelta(hours=2, minutes=15))
    assert [(s.kind, s.body) for s in heard if s.kind == "events.room_reminder"] == [
        (
            "events.room_reminder",
            (
                "Soon: Duty lawyers, 16:10 Lagos, 18:10 Nairobi, 12:10 Buenos Aires, "
                "10:10 New York, 19:10 Tbilisi, 20:55 Kathmandu, 22:10 Bangkok, Tue 04:10 Auckland."
            ),
        )
    ]
    assert kinds(await talk.passes(timedelta(hours=5))) == []


AHEAD = "event add 2027-03-04 14:10 {}Duty lawyers"


@pytest.mark.slow
async def test_nobody_is_told_before_a_yes_to_what_is_shown(talk: Talk):
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, DAKAR, VIENNA):
        await talk.member(who)
    await talk.says(VIENNA, "notify off 3")
    [shown] = await talk.says(STEWARD, AHEAD.format("Europe/Vienna "))
    assert (shown.kind, shown.room) == ("event_add.ask.sure", "direct:1")
    assert shown.body == (
        "Question 1/1\n\n"
        "• Duty lawyers\n"
        "• Thursday, March 4, 2027, 14:10 Vienna\n"
        "• Thursday, March 4, 2027, 13:10 UTC\n"
        "• On your clock: Thursday, March 4, 2027, 16:10 Nairobi\n"
        "• in 3 days\n\n"
        "The room will read: Duty lawyers\n\n"
        "I tell the events room at once, in UTC, and 1 member in the digest.\n\n"
        "Shall I announce it? Please answer yes or no.\n\n"
        'You can also say "pause" and "cancel".'
    )
    assert kinds(await talk.says(STEWARD, "no")) == ["events.kept"]
    assert kinds(await talk.says(DAKAR, "events", "digest")) == ["attention.nothing"]
    told = await talk.says(STEWARD, AHEAD.format("Europe/Vienna "), "yes")
    assert kinds(told) == ["events.announcement", "events.added"]
    assert kinds(await talk.says(DAKAR, "digest")) == ["attention.digest"]


@pytest.mark.slow
async def test_where_who_announces_and_who_is_going_live_is_not_told_in_rooms(talk: Talk):
    await talk.room("space:events", "!events:test")
    await talk.room("space:region-europe", "!europe:test")
    for who in (STEWARD, DAKAR):
        await talk.member(who)
    [shown] = await talk.says(STEWARD, AHEAD.format(""))
    assert shown.body.splitlines()[2:6] == [
        "• Duty lawyers",
        "• Thursday, March 4, 2027, 11:10 UTC",
        "• On your clock: Thursday, March 4, 2027, 14:10 Nairobi",
        "• in 3 days",
    ]
    heard = await talk.says(STEWARD, "yes")
    heard += await talk.says(DAKAR, "!going 1", room_id="!events:test")
    heard += await talk.says(DAKAR, "!events", room_id="!europe:test")
    assert [re.findall(r"\d\d:\d\d \w+", said.body) for said in heard] == [
        ["11:10 UTC"],
        ["14:10 Nairobi"],
        ["11:10 UTC", "11:10 UTC", "10:10 UTC", "11:00 UTC"],
        ["12:10 Vienna"],
    ]


async def test_nobody_is_told_that_an_event_is_off_before_a_yes(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "in 72h Call")
    await talk.says(VIENNA, "going 1")
    [shown] = await talk.says(STEWARD, "event cancel 1")
    assert (shown.kind, shown.body.splitlines()[7]) == (
        "event_cancel.ask.sure",
        "I tell the events room at once, and 1 member who is going or announced it.",
    )
    assert kinds(await talk.says(STEWARD, "no")) == ["events.kept"]
    assert kinds(await talk.says(VIENNA, "event 1")) == ["events.card"]


async def test_who_is_not_going_after_all_is_not_reminded(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "in 72h Call")
    await talk.says(VIENNA, "going 1", "not going 1")
    heard = await talk.passes(timedelta(days=4))
    assert kinds(heard) == []


async def test_a_member_chooses_their_own_reminders(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-05 14:00 Europe/Vienna Call")
    assert kinds(await talk.says(VIENNA, "remind 1 2d")) == ["error.conflict"]
    await talk.says(VIENNA, "going 1")
    heard = await talk.says(VIENNA, "remind 1 2h 2d30m 9d")
    assert [s.body for s in heard] == [
        (
            "I will remind you of Call: Wednesday, March 3, 2027, 13:30 Vienna and "
            "Friday, March 5, 2027, 12:00 Vienna."
        )
    ]
    assert kinds(await talk.passes(timedelta(days=2, minutes=30))) == ["events.reminder"]
    assert kinds(await talk.passes(timedelta(days=1, hours=22))) == []
    assert kinds(await talk.passes(timedelta(minutes=30))) == ["events.reminder"]
    assert kinds(await talk.says(VIENNA, "remind 1 9d")) == ["error.argument"]
    assert kinds(await talk.says(VIENNA, "remind 1 soon")) == ["error.argument"]


async def test_more_reminders_than_are_kept_are_refused_and_change_nothing(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-11 14:00 UTC Call")
    await talk.says(VIENNA, "going 1", "remind 1 2h")
    heard = await talk.says(VIENNA, "remind 1 6d 5d 4d 3d 2d 1d")
    assert [(s.kind, s.body) for s in heard] == [
        ("error.argument", "I remind you at most 5 times of an event.")
    ]
    reminded = [kinds(await talk.passes(timedelta(days=1))) for _day in range(9)]
    assert reminded == [[]] * 9  # nothing but the two hours before, which are still to come
    heard = await talk.passes(timedelta(days=1))
    assert kinds(heard).count("events.reminder") == 1


@pytest.mark.slow
@pytest.mark.both_databases
async def test_reminders_that_waited_for_the_morning_come_as_one(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-03 10:00 Europe/Vienna Call")
    await an_event(talk, "2027-03-03 10:30 Europe/Vienna Other")
    await talk.says(VIENNA, "quiet 21-7", "going 1", "remind 1 12h 4h", "going 2", "remind 2 12h")
    heard = [await talk.passes(timedelta(minutes=30)) for _half in range(88)]
    assert [(s.kind, s.ids) for said in heard for s in said if s.kind == "events.reminder"] == [
        ("events.reminder", ["2"]),
        ("events.reminder", ["1"]),
    ]


async def test_who_announced_an_event_is_told_that_a_moderator_called_it_off(talk: Talk):
    await organised(talk)
    [shown] = await talk.says(STEWARD, "event cancel 1")
    assert shown.body.splitlines()[7] == (
        "I tell the events room at once, and 1 member who is going or announced it."
    )
    heard = await talk.says(STEWARD, "yes")
    assert [(s.kind, s.room) for s in heard] == [
        ("events.cancelled", "direct:2"),
        ("events.cancelled", "space:events"),
        ("events.cancelled", "direct:1"),
    ]
    assert await talk.passes(timedelta(0)) == []


@pytest.mark.parametrize("said", ["event cancel 1", "event move 1 Friday 9:00", "event edit 1 1 X"])
async def test_only_who_announced_an_event_and_moderators_change_it(talk: Talk, said: str):
    await organised(talk)
    await talk.member(DAKAR)
    await talk.says(STEWARD, f"role {DAKAR} organiser")
    heard = await talk.says(DAKAR, said)
    assert [(s.kind, s.body) for s in heard] == [
        ("error.not_allowed", "Only who announced an event and moderators can change it.")
    ]
    assert [s.kind.split(".")[1] for s in await talk.says(STEWARD, said)] == ["ask"]


async def test_an_event_called_off_is_told_and_never_reminded(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "in 72h Call")
    await talk.says(VIENNA, "going 1")
    heard = await talk.says(STEWARD, "event cancel 1", "yes")
    heard += await talk.passes(timedelta(0))
    assert [(s.kind, s.room) for s in heard] == [
        ("events.cancelled", "space:events"),
        ("events.cancelled", "direct:2"),
        ("events.cancelled", "direct:1"),
    ]
    assert kinds(await talk.passes(timedelta(days=4))) == []


@pytest.mark.slow
async def test_who_calls_off_a_large_event_is_told_how_long_telling_takes(talk: Talk):
    await an_event(talk, "in 72h Call")
    async with talk.storage.write() as session:
        for number in range(150):
            person = await People(session).meet(f"@member{number}:test", "en", talk.now)
            room, _new = await Rooms(session).ensure(Direct(person.id), "en", person_id=person.id)
            room.room_id = f"!{number}:test"
            await Events(session).join(1, person.id)
    heard = await talk.says(STEWARD, "event cancel 1", "yes")
    assert [said.room for said in heard] == ["space:events", "direct:1"]
    assert heard[-1].body.splitlines()[-1] == "It takes up to 13 minutes until everybody is told."
    told = [0]
    while told[-1] or len(told) == 1:
        await talk.dispatcher.handle_due()  # one transaction: others have their turn after it
        told.append(len(await talk.heard()))
    assert told[1:] == [PORTION, PORTION, PORTION, 0]


@pytest.mark.slow
async def test_what_to_say_in_rooms_has_the_prefix_and_the_words_that_work_there(storage: Storage):
    talk = Talk(storage, prefix="#")
    await talk.room("space:events", "!events:test", "es")
    for who in (STEWARD, VIENNA):
        await talk.member(who)
    heard = await talk.says(STEWARD, "event add in 72h Bail hearings", "yes")
    (told,) = [said.body for said in heard if said.kind == "events.announcement"]
    assert re.findall('"(.*?)"', told) == ["#asistir 1"]
    going = await talk.says(VIENNA, "#asistir 1", room_id="!events:test")
    assert kinds(going) == ["events.going"]
    assert (await talk.says(VIENNA, "help"))[0].body.endswith('In rooms, put "#" in front.')


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ahead", "before", "said"),
    [
        (timedelta(hours=3), (), "I will remind you in our direct chat: {one}."),
        (timedelta(minutes=30), (), "I will remind you in our direct chat: {one}."),
        (timedelta(minutes=9), (), "It begins too soon for a reminder."),
        (
            timedelta(hours=3),
            ("mute all",),
            'I do not remind you of it: you want no reminders. "notify" changes that.',
        ),
    ],
)
async def test_a_reminder_is_promised_only_if_one_is_planned(
    talk: Talk, ahead: timedelta, before: tuple[str, ...], said: str
):
    await talk.member(VIENNA, country="Austria")
    begins = (talk.now + ahead).strftime("%Y-%m-%d %H:%M UTC")
    await an_event(talk, f"{begins} Duty lawyers")
    await talk.says(VIENNA, *before)
    (going,) = await talk.says(VIENNA, "going 1")
    promise = going.body.split("\n\n")[1]
    one = promise.partition(": ")[2].rstrip(".")
    assert promise == said.format(one=one)
    moments = one.split(" and ") if "{one}" in said else []
    heard = [kinds(await talk.passes(timedelta(minutes=1))) for _minute in range(180)]
    assert sum(each.count("events.reminder") for each in heard) == len(moments)


async def test_going_again_brings_the_usual_reminders_back(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-03 14:00 UTC Duty lawyers")
    await talk.says(VIENNA, "going 1", "remind 1 2h", "going 1")
    steps = [timedelta(hours=26), timedelta(hours=22, minutes=30), timedelta(hours=1)]
    heard = [kinds(await talk.passes(step)).count("events.reminder") for step in steps]
    assert heard == [1, 0, 1]  # a day and an hour before, not the two hours that were chosen


async def test_who_may_come_takes_no_place_and_is_reminded(talk: Talk):
    for who in (VIENNA, DAKAR):
        await talk.member(who, country="Austria")
    await an_event(talk, "2027-03-03 14:00 UTC Duty lawyers | 1")
    await talk.says(VIENNA, "going 1")
    assert kinds(await talk.says(DAKAR, "going 1")) == ["events.waiting"]
    heard = await talk.says(VIENNA, "maybe 1")
    assert [(s.kind, s.room) for s in heard] == [
        ("events.place_free", "direct:2"),
        ("events.maybe", "direct:1"),
    ]
    assert heard[1].body.splitlines()[0] == (
        "Noted: you may come to Duty lawyers, Wednesday, March 3, 2027, 15:00 Vienna. "
        "That keeps no place for you."
    )
    assert kinds(await talk.says(VIENNA, "going 1")) == ["events.waiting"]
    await talk.says(VIENNA, "maybe 1")
    reminded = await talk.passes(timedelta(days=1, hours=2))
    assert [s.room for s in reminded if s.kind == "events.reminder"] == ["direct:2", "direct:1"]


async def test_who_is_going_is_named_only_where_they_let_members_see_just_that(talk: Talk):
    for who in (VIENNA, DAKAR):
        await talk.member(who, country="Austria")
    await an_event(talk, "2027-03-03 14:00 UTC Duty lawyers")
    await talk.says(VIENNA, "profile directory", "5")
    await talk.says(DAKAR, "profile directory", "1, 2, 3, 4")  # to be found is no leave for this
    assert [
        (await talk.says(who, "going 1"))[0].body.splitlines()[-1] for who in (VIENNA, DAKAR)
    ] == [
        ('Members see with "who is going 1" that you are going; "profile directory" changes that.'),
        '"my calendar 1" puts it into a calendar of yours.',
    ]
    [heard] = await talk.says(DAKAR, "who is going 1")
    assert heard.body.splitlines() == [
        "Duty lawyers: Wednesday, March 3, 2027, 15:00 Vienna (number 1)",
        "",
        "2 members are going.",
        "",
        "Among those who let members see it:",
        "",
        f"• {VIENNA}",
        "",
        'Who wants to be named here says "profile directory".',
    ]


async def test_a_reminder_needs_no_number_where_one_event_is_meant(talk: Talk):
    await talk.member(VIENNA, country="Austria")
    await an_event(talk, "2027-03-09 14:00 Europe/Vienna Call")
    await an_event(talk, "2027-03-10 14:00 Europe/Vienna Other")
    assert kinds(await talk.says(VIENNA, "remind me 2 days before")) == ["error.conflict"]
    await talk.says(VIENNA, "going 1")
    [heard] = await talk.says(VIENNA, "remind me 2 days and 3 hours before")
    assert heard.body == "I will remind you of Call: Sunday, March 7, 2027, 11:00 Vienna."
    await talk.says(VIENNA, "going 2")
    [heard] = await talk.says(VIENNA, "remind 3 hours before event 2")
    assert heard.body == "I will remind you of Other: Wednesday, March 10, 2027, 11:00 Vienna."
    [heard] = await talk.says(VIENNA, "remind me 2 days before")
    assert heard.body == "I will remind you of Other: Monday, March 8, 2027, 14:00 Vienna."
    await talk.says(VIENNA, "events")
    [heard] = await talk.says(VIENNA, "remind me 2 days before")
    assert heard.body == ('You are going to several events. Say which, for example "remind 1 2h".')


@pytest.mark.parametrize(("words", "most"), [(500, 2), (12, 20)])
async def test_a_long_sentence_about_reminders_is_read_once(talk: Talk, monkeypatch, words, most):
    """The control is a short one, of which each beginning is read."""
    await talk.member(VIENNA)
    read = []
    spans = AnswerReader.spans

    def counted(self: AnswerReader, said: str, language: str) -> Sequence[timedelta]:
        read.append(said)
        return spans(self, said, language)

    monkeypatch.setattr(AnswerReader, "spans", counted)
    await talk.says(VIENNA, f"remind {'1 ' * words}x 1")
    assert (len(read) <= most, len(read) > 2) == (True, words < 500)
