"""Events as rows: what earlier hubs stored is read, and what is not an event is not guessed."""

from __future__ import annotations

from typing import get_args

import pytest

from kit.inbound import (
    DeviceUnsigned,
    Displayed,
    Event,
    GoesBy,
    IdentityReplaced,
    IdentitySetUp,
    InNeed,
    Invited,
    Joined,
    KeyMissing,
    Knocked,
    KnockOver,
    Left,
    MembersChanged,
    Reaction,
    Readmitted,
    Removed,
    TextMessage,
    Upgraded,
    VerificationStep,
    Withheld,
    Wordless,
    dump,
    load,
)
from kit.stored import Unreadable

# What stands in the databases of hubs that run: these words and shapes are for good.
STORED = [
    (TextMessage("help"), "message", {"body": "help", "long": False}),
    (TextMessage("help", long=True), "message", {"body": "help", "long": True}),
    (
        TextMessage("help", mentioned=True, thread="$root"),
        "message",
        {"body": "help", "long": False, "mentioned": True, "thread": "$root"},
    ),
    (
        TextMessage("help", replies="$0"),
        "message",
        {"body": "help", "long": False, "replies": "$0"},
    ),
    (
        TextMessage("help", replaces="$0"),
        "message",
        {"body": "help", "long": False, "replaces": "$0"},
    ),
    (
        TextMessage("help", vouched=True),
        "message",
        {"body": "help", "long": False, "vouched": True},
    ),
    (Reaction("1", "$0"), "message", {"body": "1", "reacts_to": "$0"}),
    (Wordless(), "wordless", {}),
    (Joined(), "join", {}),
    (Knocked("I am new"), "knock", {"reason": "I am new"}),
    (KnockOver(), "knock_over", {}),
    (Left(), "leave", {}),
    (Removed(banned=False), "kick", {}),
    (Removed(banned=True), "ban", {}),
    (Readmitted(), "unban", {}),
    (Invited(), "invite", {"sound": True}),
    (Invited(sound=False), "invite", {"sound": False}),
    (Upgraded("!new:test"), "upgraded", {"to": "!new:test"}),
    (MembersChanged(), "members", {}),
    (KeyMissing(), "unread", {}),
    (Displayed(), "shown", {}),
    (GoesBy(""), "named", {}),
    (InNeed("es"), "need", {"language": "es"}),
    (KeyMissing(Withheld.UNVERIFIED), "unread", {"why": "m.unverified"}),
    (IdentityReplaced(), "identity", {}),
    (IdentitySetUp("PHONE"), "set_up", {"device": "PHONE"}),
    (DeviceUnsigned(), "unsigned", {}),
    (
        VerificationStep("start", "txn", {"method": "m.sas.v1"}, in_chat=False),
        "verification",
        {"kind": "start", "id": "txn", "content": {"method": "m.sas.v1"}, "in_chat": False},
    ),
]


@pytest.mark.parametrize(("event", "kind", "payload"), STORED)
def test_an_event_is_stored_as_ever_and_read_back(event: Event, kind: str, payload):
    assert dump(event) == (kind, payload)
    assert load(kind, payload) == event


def test_every_kind_has_a_row():
    assert {type(event) for event, _kind, _payload in STORED} == set(get_args(Event))


@pytest.mark.parametrize(
    ("kind", "payload", "event"),
    [
        ("message", {"body": "help"}, TextMessage("help")),
        ("invite", {"direct": True, "encrypted": False}, Invited()),
        ("unsigned", {"device": "PHONE"}, DeviceUnsigned()),  # as an earlier release wrote it
        ("message", {"body": "help", "thread": 7, "long": "yes"}, TextMessage("help")),
    ],
)
def test_what_is_missing_or_odd_beside_the_words_means_nothing(kind: str, payload, event: Event):
    assert load(kind, payload) == event


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        *[(kind, None) for kind in ("message", "join", "leave", "ban", "invite")],
        *[(kind, ["help"]) for kind in ("message", "join", "leave", "ban", "invite")],
        ("message", {}),
        ("message", {"body": 7}),
        ("message", {"body": None, "reacts_to": "$0"}),
        ("knock", {}),
        ("dance", {}),
    ],
)
def test_what_is_no_event_is_not_guessed(kind: str, payload):
    assert load(kind, payload) == Unreadable()
