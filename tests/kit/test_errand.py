"""Errands as rows: what earlier hubs stored is read, and what is not an errand is not guessed."""

from __future__ import annotations

from typing import get_args

import pytest

from kit.errand import (
    KINDS,
    Address,
    AnswerKnock,
    Ban,
    Create,
    Errand,
    Examine,
    FindAuthor,
    Follow,
    Invite,
    Join,
    Leave,
    Pin,
    Redact,
    RedactSince,
    Remove,
    Send,
    SendFile,
    SendInClear,
    SendSealed,
    SendStep,
    SetLevel,
    SetLevels,
    SetPicture,
    SetState,
    SpaceChild,
    Unban,
    Uninvite,
    Unsay,
    Upgrade,
    Within,
    dump,
    load,
)
from kit.roomkey import SpaceRoom
from kit.stored import Unreadable

NEEDING_NOTHING = {"send", "create", "unsay", "join", "leave"}
# What stands in the databases of hubs that run: these words and shapes are for good.
STORED = [
    (Send({"body": "a"}), "send", {"body": "a"}),
    (
        SendFile({"filename": "a.json"}, {"x": 1}),
        "file",
        {"message": {"filename": "a.json"}, "file": {"x": 1}},
    ),
    (
        SendFile({"filename": "a.ics"}, "BEGIN:VCALENDAR"),
        "file",
        {"message": {"filename": "a.ics"}, "file": "BEGIN:VCALENDAR"},
    ),
    (Follow("!new:test"), "follow", {"to": "!new:test"}),
    (Pin({"body": "a"}), "pin", {"message": {"body": "a"}}),
    (
        SetPicture("#.\n.#", "#ffffff", "#000000"),
        "picture",
        {"lines": "#.\n.#", "ink": "#ffffff", "paper": "#000000"},
    ),
    (
        SendSealed({"body": "a"}, {"ciphertext": "b"}),
        "sealed",
        {"message": {"body": "a"}, "sealed": {"ciphertext": "b"}},
    ),
    (
        SendStep("m.key.verification.done", {"a": 1}),
        "step",
        {"type": "m.key.verification.done", "message": {"a": 1}},
    ),
    (SendInClear({"body": "a"}), "clear", {"message": {"body": "a"}}),
    (Create({"preset": "private_chat"}), "create", {"preset": "private_chat"}),
    (
        Create({"name": "a"}, Within(SpaceRoom("b"))),
        "create",
        {"name": "a", "within": {"parent": "space:b"}},
    ),
    (
        Create({"name": "a"}, Within(SpaceRoom("b"), SpaceRoom("c"))),
        "create",
        {"name": "a", "within": {"parent": "space:b", "gate": "space:c"}},
    ),
    (
        SpaceChild(SpaceRoom("b"), {"order": "001"}),
        "link",
        {"parent": "space:b", "content": {"order": "001"}},
    ),
    (Address("ilan-welcome"), "address", {"localpart": "ilan-welcome"}),
    (
        SetState("m.room.name", "", {"name": "a"}),
        "state",
        {"type": "m.room.name", "state_key": "", "content": {"name": "a"}},
    ),
    (SetLevels({"invite": 50}), "levels", {"levels": {"invite": 50}}),
    (Invite("@a:test"), "invite", {"user_id": "@a:test"}),
    (Remove("@a:test"), "kick", {"user_id": "@a:test"}),
    (Uninvite("@a:test"), "uninvite", {"user_id": "@a:test"}),
    (AnswerKnock("@a:test", True), "knock", {"user_id": "@a:test", "let_in": True}),
    (Redact("$a"), "redact", {"event_id": "$a"}),
    (
        RedactSince("@a:test", "2027-03-01T12:00:00+00:00"),
        "redact_since",
        {"user_id": "@a:test", "since": "2027-03-01T12:00:00+00:00"},
    ),
    (Ban("@a:test"), "ban", {"user_id": "@a:test"}),
    (Unban("@a:test"), "unban", {"user_id": "@a:test"}),
    (SetLevel("@a:test", -1), "level", {"user_id": "@a:test", "level": -1}),
    (SetLevel("@a:test", None), "level", {"user_id": "@a:test", "level": None}),
    (Examine(7), "examine", {"measure": 7}),
    (FindAuthor("$a", 7), "author", {"event_id": "$a", "report": 7}),
    (Unsay(), "unsay", {}),
    (Join(), "join", {}),
    (Upgrade("12"), "upgrade", {"version": "12"}),
    (Leave("too many"), "leave", {"reason": "too many"}),
]


@pytest.mark.parametrize(("errand", "action", "content"), STORED)
def test_an_errand_is_stored_as_ever_and_read_back(errand: Errand, action: str, content):
    assert (errand.action, dump(errand)) == (action, content)
    assert load(action, content) == errand


@pytest.mark.parametrize(
    ("action", "content", "name"),
    [
        (action, content, name)
        for _errand, action, content in STORED
        if action not in {Send.action, Create.action}
        for name in content
    ],
)
def test_a_value_of_another_type_is_not_taken(action: str, content, name: str):
    assert load(action, {**content, name: 3.5}) == Unreadable()


def test_every_kind_is_stored_under_a_word_of_its_own():
    assert {type(errand) for errand, _action, _content in STORED} == set(get_args(Errand))
    assert len(KINDS) == len(get_args(Errand))


@pytest.mark.parametrize(
    ("action", "content"),
    [
        *[(action, None) for action in KINDS],
        *[(action, ["a"]) for action in KINDS],
        *[(action, {}) for action in KINDS if action not in NEEDING_NOTHING],
        ("dance", {}),
        ("file", {"message": {}, "file": {}}),
        ("file", {"message": {"filename": 1}, "file": {}}),
        ("create", {"within": "space:b"}),
        ("create", {"within": {"gate": "space:b"}}),
        ("create", {"within": {"parent": "space:b", "gate": 1}}),
        ("create", {"within": {"parent": "nowhere"}}),
        ("create", {"within": {"parent": "space:b", "gate": "nowhere"}}),
        ("create", {"within": None}),
        ("link", {"parent": 1, "content": {}}),
        ("link", {"parent": "nowhere", "content": {}}),
        ("state", {"type": "m.room.name", "state_key": None, "content": {}}),
        ("address", {"localpart": None}),
        ("invite", {"user_id": 1}),
        ("redact", {"event_id": None}),
        ("level", {"user_id": "@a:test", "level": "0"}),
        ("examine", {"measure": "7"}),
        ("leave", {"reason": 7}),
    ],
)
def test_what_is_no_errand_is_not_guessed(action: str, content):
    assert load(action, content) == Unreadable()
