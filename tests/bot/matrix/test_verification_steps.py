"""Steps of verifications are read like all else: any shape may come, from anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.matrix.reader import LARGEST_STEP, SyncParser
from kit.inbound import VerificationStep
from storage.inbox import Incoming
from tests.bot.matrix.test_reader import AMAL, HUB, ROOM, STAMP, envelope, kept, read

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SENT = datetime.fromtimestamp(STAMP / 1000, UTC)
ASK = {"msgtype": "m.key.verification.request", "to": HUB, "from_device": "PHONE", "methods": []}
RELATION = {"m.relates_to": {"rel_type": "m.reference", "event_id": "$ask"}}


def test_a_request_in_a_room_is_named_by_its_event():
    (taken,) = kept(read(envelope("$ask", "m.room.message", ASK)))
    step = VerificationStep("request", "$ask", ASK, in_chat=True)
    assert taken == Incoming("$ask", ROOM, AMAL, step, SENT)


@pytest.mark.parametrize("change", [{"to": "@other:test"}, {"to": None}])
def test_a_request_to_somebody_else_is_theirs(change: dict[str, Any]):
    assert kept(read(envelope("$ask", "m.room.message", ASK | change))) == []


def test_a_step_in_a_room_is_named_by_what_it_belongs_to():
    (taken,) = kept(read(envelope("$key", "m.key.verification.key", RELATION | {"key": "a"})))
    assert isinstance(taken, Incoming)
    assert taken.event == VerificationStep("key", "$ask", RELATION | {"key": "a"}, in_chat=True)


@pytest.mark.parametrize(
    "content",
    [
        {"key": "a"},
        {"m.relates_to": "$ask"},
        {"m.relates_to": {"event_id": 7}},
        RELATION | {"key": "a" * LARGEST_STEP},
        RELATION | {"key": "\x00"},
        RELATION | {"key": "\ud800"},
    ],
)
def test_what_is_no_step_is_dropped_and_counted(content: dict[str, Any]):
    batch = read(envelope("$key", "m.key.verification.key", content))
    assert (kept(batch), batch.dropped) == ([], 1)


def told(kind: Any, content: Any, sender: Any = AMAL) -> dict[str, Any]:
    return {"type": kind, "sender": sender, "content": content}


def test_steps_of_one_verification_between_devices_come_once_and_in_one_lane():
    start = told("m.key.verification.start", {"transaction_id": "txn"})
    key = told("m.key.verification.key", {"transaction_id": "txn", "key": "a"})
    other = told("m.key.verification.start", {"transaction_id": "other"})
    taken = SyncParser(HUB).device_steps([start, key, start, other], NOW)
    assert [each.event for each in taken[:2]] == [
        VerificationStep("start", "txn", {"transaction_id": "txn"}, in_chat=False),
        VerificationStep("key", "txn", {"transaction_id": "txn", "key": "a"}, in_chat=False),
    ]
    assert taken[0] == taken[2]
    assert len({each.room_id for each in taken[:3]}) == 1
    assert len({each.event_id for each in taken}) == 3
    assert taken[3].room_id != taken[0].room_id
    # Rows show their ids to whoever reads the file.
    assert AMAL not in "".join(each.room_id + each.event_id for each in taken)


@pytest.mark.parametrize(
    "event",
    [
        None,
        told("m.room_key", {"transaction_id": "txn"}),
        told(7, {"transaction_id": "txn"}),
        told("m.key.verification.key", None),
        told("m.key.verification.key", {}),
        told("m.key.verification.key", {"transaction_id": 7}),
        told("m.key.verification.key", {"transaction_id": "txn"}, sender=7),
        told("m.key.verification.key", {"transaction_id": "txn", "key": "a" * LARGEST_STEP}),
    ],
)
def test_what_is_no_step_of_a_device_is_passed_over(event: Any):
    good = told("m.key.verification.key", {"transaction_id": "good"})
    assert len(SyncParser(HUB).device_steps([event, good], NOW)) == 1
