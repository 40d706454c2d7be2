"""What falls due as rows: what earlier hubs planned is read, and nothing is planned twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from actions.cases.desk import Deadline
from actions.curation.collection import Week
from actions.events.agenda import Reminder, RoomReminder
from actions.membership import Confirmation
from actions.purge import Erase
from bot.talk.arrivals import Arrival
from bot.talk.dialogues import LookAfter
from kit.due import Here, NoChat, Planned, dump, load
from kit.notices import DigestDue, Wake
from kit.stored import Unreadable
from storage.engine import Storage
from tests.harness import Talk

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MOMENT = "2027-03-01T09:00:00+00:00"

# What stands in the databases of hubs that run: these words and shapes are for good.
STORED: list[tuple[Planned, str, str, dict[str, Any], int | None]] = [
    (Here(), "here", "here", {}, None),
    (NoChat(7), "unreachable", "unreachable:7", {"person": 7}, 7),
    (Arrival(7), "arrival", "arrival:7", {"person": 7}, 7),
    (LookAfter(7), "dialogue.standing", f"dialogue.standing:7:{MOMENT}", {"person": 7}, 7),
    (Wake(7), "attention.wake", f"attention.wake:7:{MOMENT}", {"person": 7}, 7),
    (DigestDue(7), "attention.digest", f"attention.digest:7:{MOMENT}", {"person": 7}, 7),
    (Week(), "curation.week", "curation:week:2027-03-01", {}, None),
    (
        Reminder(3, 7),
        "events.reminder",
        f"event:3:7:{MOMENT}",
        {"event": 3, "person": 7},
        7,
    ),
    (RoomReminder(3), "events.room", "event:3:room", {"event": 3}, None),
    (Deadline(5, 7), "experts.deadline", "offer:5:7", {"request": 5, "expert": 7}, None),
    (Confirmation(7, 1), "confirm", "confirm:7:2027-03-01:1", {"person": 7, "stage": 1}, 7),
    (Erase(7, 2), "membership.erase", "purge:2:7", {"person": 7, "purge": 2}, 7),
]


@pytest.mark.parametrize(("planned", "kind", "key", "payload", "goes_with"), STORED)
def test_what_falls_due_is_stored_as_ever_and_read_back(
    planned: Planned, kind: str, key: str, payload, goes_with: int | None
):
    stored = planned.kind, planned.key(AT), dump(planned), planned.goes_with
    assert stored == (kind, key, payload, goes_with)
    assert load(type(planned), payload) == planned


def test_a_purge_planned_by_the_first_release_is_read():
    assert load(Erase, {"person": 7}) == Erase(7)


@pytest.mark.parametrize("payload", [None, [], {}, {"person": None}, {"person": "7"}])
def test_what_is_not_about_a_person_is_not_guessed(payload):
    assert load(Wake, payload) == Unreadable()


def test_what_is_cancelled_is_what_was_planned():
    assert Reminder(3, 7).key(AT).startswith(Reminder.of(3, 7))
    assert not Reminder(3, 71).key(AT).startswith(Reminder.of(3, 7))
    assert RoomReminder(3).key(AT).startswith(Reminder.of(3))
    assert not RoomReminder(31).key(AT).startswith(Reminder.of(3))
    assert Deadline(5, 7).key(AT).startswith(Deadline.of(5))
    assert Confirmation(7, 0).key(AT).startswith(Confirmation.of(7))


def test_every_kind_that_is_handled_has_a_stored_shape(storage: Storage):
    conversation = Talk(storage).dispatcher._conversation
    kinds = {kind: type(planned) for planned, kind, *_more in STORED}
    assert conversation._kinds == kinds
