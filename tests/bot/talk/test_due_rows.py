"""What falls due as rows: what earlier hubs planned is read, and nothing is planned twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from actions.announcing import Proclaim
from actions.cases.offers import Again, Watch
from actions.cases.serving import AwayBegins, Back, GoesOn, NamedLately
from actions.cases.vouching import InterpretersWait
from actions.curation.awaiting import LookAgain
from actions.curation.collection import Week
from actions.events.agenda import Reminder
from actions.events.hosting import RoomReminder, Telling
from actions.events.reminders import MessageReminder
from actions.events.series import SeriesGoesOn
from actions.events.spreading import Renew, Spread
from actions.membership import Confirmation
from actions.moderation.enforcement import Expire, Settle, WatchMeasure
from actions.moderation.floods import Flooded, FloodTold
from actions.moderation.lifting import LetIn, LetSpeak
from actions.moderation.lockdowns import LockdownEnds
from actions.moderation.measures import Begin
from actions.moderation.namesakes import Namesake, NamesakeLetter, NamesakeTold
from actions.moderation.reports import ClaimEnds, Escalate, ReportNews, ToldOfReport
from actions.purge import Erase, Gather
from actions.recognition import ToldOfIdentity
from actions.rooms.founding import RoomEnds
from actions.rooms.knocking import KnockedToday, KnockEnds, KnockNews
from actions.wishes import Silence
from bot.talk.arrivals import Arrival, ShownTheWay
from bot.talk.dialogues import LookAfter
from kit.due import (
    Authored,
    CannotRead,
    Compared,
    Here,
    Mismatched,
    NoChat,
    NotInvited,
    Planned,
    RoomMade,
    Surveyed,
    ToldOfDevice,
    WasInvited,
    WrongNumbers,
    dump,
    load,
)
from kit.notices import DigestDue, Wake
from kit.stored import Unreadable
from storage.dues import Dues
from storage.engine import Storage
from storage.people import People
from storage.tables.queues import DueRow
from tests.harness import NOON, Talk

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MOMENT = "2027-03-01T09:00:00+00:00"

# What stands in the databases of hubs that run: these words and shapes are for good.
STORED: list[tuple[Planned, str, str, dict[str, Any], int | None]] = [
    (Here(), "here", "here", {}, None),
    (NoChat(7), "unreachable", f"unreachable:7:{MOMENT}", {"person": 7}, 7),
    (
        WasInvited("request:5", 7),
        "private.was_invited",
        f"private.was_invited:request%3A5:7:{MOMENT}",
        {"matter": "request:5", "person": 7},
        None,
    ),
    (
        NotInvited("request:5", 7),
        "private.not_invited",
        f"private.not_invited:request%3A5:7:{MOMENT}",
        {"matter": "request:5", "person": 7},
        None,
    ),
    (
        CannotRead(7, 3, 5, 90),
        "cannot_read",
        "cannot_read:7:3:5:90",
        {"person": 7, "room": 3, "device": 5, "since": 90},
        7,
    ),
    (
        ToldOfDevice(7, 3, 90),
        "told_of_device",
        f"told_of_device:7:3:90:{MOMENT}",
        {"person": 7, "room": 3, "since": 90},
        7,
    ),
    (
        ToldOfIdentity(7, "1234 5678 9012"),
        "trust.identity",
        f"trust.identity:7:1234%205678%209012:{MOMENT}",
        {"person": 7, "numbers": "1234 5678 9012"},
        7,
    ),
    (
        Compared(7, 2),
        "verification.compared",
        f"verification.compared:7:2:{MOMENT}",
        {"person": 7, "number": 2},
        7,
    ),
    (
        WrongNumbers(7, 2),
        "trust.wrong_numbers",
        f"trust.wrong_numbers:7:2:{MOMENT}",
        {"person": 7, "number": 2},
        7,
    ),
    (
        Mismatched(7),
        "verification.mismatched",
        f"verification.mismatched:7:{MOMENT}",
        {"person": 7},
        7,
    ),
    (Arrival(7), "arrival", f"arrival:7:{MOMENT}", {"person": 7}, 7),
    (ShownTheWay(7), "shown the way", f"shown the way:7:{MOMENT}", {"person": 7}, 7),
    (LookAfter(7), "dialogue.standing", f"dialogue.standing:7:{MOMENT}", {"person": 7}, 7),
    (Wake(7), "attention.wake", f"attention.wake:7:{MOMENT}", {"person": 7}, 7),
    (Silence(7), "attention.silence", f"attention.silence:7:{MOMENT}", {"person": 7}, 7),
    (DigestDue(7), "attention.digest", f"attention.digest:7:{MOMENT}", {"person": 7}, 7),
    (
        LookAgain(50),
        "library.look_again",
        f"library.look_again:50:{MOMENT}",
        {"after": 50},
        None,
    ),
    (Week(), "curation.week", "curation:week:2027-03-01", {}, None),
    (
        Reminder(3, 7),
        "events.reminder",
        f"event:3:7:{MOMENT}",
        {"event": 3, "person": 7},
        7,
    ),
    (
        MessageReminder(7, "!r:test", "$e"),
        "message.reminder",
        f"message.reminder:7:ae9909090791b50a:{MOMENT}",
        {"person": 7, "room": "!r:test", "event": "$e"},
        7,
    ),
    (RoomReminder(3), "events.room", "event:3:room", {"event": 3}, None),
    (SeriesGoesOn(3), "events.series", f"events.series:3:{MOMENT}", {"series": 3}, None),
    (
        Telling(3, 2, "cancelled", 7, 50),
        "events.telling",
        "events.telling:3:2:cancelled:7:50",
        {"event": 3, "revision": 2, "news": "cancelled", "but": 7, "after": 50, "was": ""},
        None,
    ),
    (Gather(2, 500), "purge.gather", "purge.gather:2:500", {"purge": 2, "after": 500}, None),
    (Spread(3, 50), "events.spread", "events.spread:3:50", {"event": 3, "after": 50}, None),
    (
        Renew(3, 2, 50),
        "events.renew",
        "events.renew:3:2:50",
        {"event": 3, "revision": 2, "after": 50},
        None,
    ),
    (
        Watch(5, 1),
        "experts.watch",
        f"experts.watch:5:1:{MOMENT}",
        {"request": 5, "step": 1},
        None,
    ),
    (
        GoesOn(7, 1),
        "experts.goes_on",
        f"experts.goes_on:7:1:{MOMENT}",
        {"person": 7, "stage": 1},
        7,
    ),
    (InterpretersWait(), "experts.unvouched", f"experts.unvouched:{MOMENT[:10]}", {}, None),
    (
        AwayBegins(7, MOMENT),
        "experts.away_begins",
        AwayBegins(7, MOMENT).key(datetime.fromisoformat(MOMENT)),
        {"person": 7, "until": MOMENT},
        7,
    ),
    (
        NamedLately(7, 3),
        "experts.named",
        f"experts.named:7:3:{MOMENT}",
        {"person": 7, "times": 3},
        7,
    ),
    (Back(7), "experts.back", f"experts.back:7:{MOMENT}", {"person": 7}, 7),
    (Again(5), "experts.again", f"experts.again:5:{MOMENT}", {"request": 5}, None),
    (
        KnockedToday(7, 5),
        "rooms.knocked",
        f"rooms.knocked:7:5:{MOMENT}",
        {"person": 7, "knock": 5},
        7,
    ),
    (ClaimEnds(5), "report.claim_ends", f"report.claim_ends:5:{MOMENT}", {"report": 5}, None),
    (
        ToldOfReport(7, 5),
        "report.told",
        f"report.told:7:5:{MOMENT}",
        {"person": 7, "report": 5},
        7,
    ),
    (ReportNews(7), "report.news", f"report.news:7:{MOMENT}", {"person": 7}, 7),
    (KnockNews(5), "rooms.knock_news", f"rooms.knock_news:5:{MOMENT}", {"after": 5}, None),
    (KnockEnds(5), "rooms.knock", "rooms.knock:5", {"knock": 5}, None),
    (RoomEnds(5), "rooms.end", f"rooms.end:5:{MOMENT}", {"room": 5}, None),
    (Confirmation(7, 1), "confirm", "confirm:7:2027-03-01:1", {"person": 7, "stage": 1}, 7),
    (Erase(7, 2), "membership.erase", "purge:2:7", {"person": 7, "purge": 2}, 7),
    (
        Proclaim(4, 50),
        "announcement.proclaim",
        "announcement.proclaim:4:50",
        {"announcement": 4, "after": 50},
        None,
    ),
    (RoomMade(3), "room.made", f"room.made:3:{MOMENT}", {"room": 3}, None),
    (
        Surveyed(5, "@a:test"),
        "measure.surveyed",
        f"measure.surveyed:5:{MOMENT}",
        {"measure": 5, "author": "@a:test"},
        None,
    ),
    (
        Flooded("messages", "welcome", "$1", "@a:test"),
        "flood",
        "flood:messages:welcome:%241",
        {"sort": "messages", "room": "welcome", "event": "$1", "user_id": "@a:test"},
        None,
    ),
    (
        FloodTold("link", 7, 0),
        "flood.told",
        f"flood.told:link:7:0:{MOMENT}",
        {"sort": "link", "person": 7, "gone": 0},
        7,
    ),
    (
        Namesake("0a", "@a:test", "@b:test @c:test"),
        "namesake",
        f"namesake:0a:{MOMENT}",
        {"who": "0a", "user_id": "@a:test", "others": "@b:test @c:test"},
        None,
    ),
    (
        NamesakeTold(0, 7, 0),
        "namesake.told",
        f"namesake.told:0:7:0:{MOMENT}",
        {"like": 0, "person": 7, "gone": 0},
        7,
    ),
    (
        NamesakeLetter(1, 7),
        "namesake.letter",
        f"namesake.letter:1:7:{MOMENT}",
        {"place": 1, "of": 7},
        None,
    ),
    (LockdownEnds(5), "lockdown.end", "lockdown.end:5", {"lockdown": 5}, None),
    (Begin(5), "measure.begin", f"measure.begin:5:{MOMENT}", {"measure": 5}, None),
    (WatchMeasure(5), "measure.watch", f"measure.watch:5:{MOMENT}", {"measure": 5}, None),
    (
        LetIn(5, 4, "@a:test"),
        "measure.let_in",
        "measure.let_in:5:4",
        {"measure": 5, "room": 4, "user_id": "@a:test"},
        None,
    ),
    (
        LetSpeak(5, 4, "@a:test", "50"),
        "measure.let_speak",
        "measure.let_speak:5:4",
        {"measure": 5, "room": 4, "user_id": "@a:test", "level": "50"},
        None,
    ),
    (Expire(5), "measure.expire", "measure.expire:5", {"measure": 5}, None),
    (
        Authored(5, "@a:test"),
        "report.authored",
        "report.authored:5",
        {"report": 5, "author": "@a:test"},
        None,
    ),
    (Escalate(5), "report.escalate", "report.escalate:5", {"report": 5}, None),
    (Settle(5), "measure.settle", "measure.settle:5", {"measure": 5}, None),
]


@pytest.mark.parametrize(("planned", "kind", "key", "payload", "goes_with"), STORED)
def test_what_falls_due_is_stored_as_ever_and_read_back(
    planned: Planned, kind: str, key: str, payload, goes_with: int | None
):
    stored = planned.kind, planned.key(AT), dump(planned), planned.goes_with
    assert stored == (kind, key, payload, goes_with)
    assert load(type(planned), payload) == planned


def test_who_cannot_read_by_an_earlier_release_is_told():
    assert load(CannotRead, {"person": 7, "room": 3, "device": 5}) == CannotRead(7, 3, 5)


def test_a_purge_planned_by_the_first_release_is_read():
    assert load(Erase, {"person": 7}) == Erase(7)


@pytest.mark.parametrize("payload", [None, [], {}, {"person": None}, {"person": "7"}])
def test_what_is_not_about_a_person_is_not_guessed(payload):
    assert load(Wake, payload) == Unreadable()


PLANNED: list[Planned] = [
    *(Reminder(event, person) for event in (3, 31) for person in (7, 71)),
    *(RoomReminder(event) for event in (3, 31)),
    *(Watch(request, step) for request in (5, 51) for step in (0, 1)),
    *(Confirmation(person, stage) for person in (7, 71) for stage in (0, 1)),
]


@pytest.mark.parametrize(
    ("kind", "given", "dropped"),
    [
        (Reminder, {"event": 3, "person": 7}, {Reminder(3, 7)}),
        (Reminder, {"event": 3}, {Reminder(3, 7), Reminder(3, 71)}),
        (RoomReminder, {"event": 3}, {RoomReminder(3)}),
        (Watch, {"request": 5}, {Watch(5, 0), Watch(5, 1)}),
        (Watch, {"request": 5, "step": 1}, {Watch(5, 1)}),
        (Confirmation, {"person": 7}, {Confirmation(7, 0), Confirmation(7, 1)}),
        (Reminder, {}, {each for each in PLANNED if isinstance(each, Reminder)}),
        (Week, {}, set()),
    ],
)
async def test_what_is_cancelled_has_exactly_the_kind_and_the_fields(
    storage: Storage, kind: type[Planned], given, dropped
):
    async with storage.write() as session:
        await People(session).take_in([f"@{n}:test" for n in range(71)], "en", NOON)
        dues = Dues(session)
        await dues.plan_all((what, AT) for what in PLANNED)
        await dues.cancel(kind, **given)
        left = set((await session.scalars(select(DueRow.key))).all())
    assert left == {each.key(AT) for each in PLANNED if each not in dropped}


@pytest.mark.parametrize("given", [{"person": 7}, {"event": 3, "expert": 7}])
async def test_what_the_keys_do_not_begin_with_cannot_be_cancelled_by(storage: Storage, given):
    async with storage.write() as session:
        with pytest.raises(TypeError, match="Reminder do not begin"):
            await Dues(session).cancel(Reminder, **given)


def test_every_kind_that_is_handled_has_a_stored_shape(storage: Storage):
    router = Talk(storage).dispatcher._router
    kinds = {kind: type(planned) for planned, kind, *_more in STORED}
    assert router.dues.types == kinds
