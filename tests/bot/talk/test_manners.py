"""What of all that happens in rooms is the hub's business."""

from __future__ import annotations

import pytest

from actions.authority import Stewards
from bot.talk.manners import Manners
from kit.inbound import (
    Invited,
    Joined,
    KnockOver,
    Left,
    MembersChanged,
    Reaction,
    Readmitted,
    Removed,
    TextMessage,
    Wordless,
)
from tests.harness import HUB

MANNERS = Manners(HUB, "!", Stewards(frozenset()))


@pytest.mark.parametrize(
    ("event", "direct", "root", "lobby"),
    [
        (TextMessage("help"), True, False, False),
        (TextMessage("!help"), True, True, True),
        (TextMessage("  !help"), True, True, True),
        (TextMessage("Hub: help", mentioned=True), True, True, True),
        (TextMessage("hub: help"), True, False, False),
        (TextMessage("I said !help"), True, False, False),
        (Reaction("1", "$0"), True, False, False),
        (Wordless(), True, False, False),
        (Joined(), True, True, False),
        (KnockOver(), True, True, True),
        (Left(), True, True, False),
        (Removed(banned=True), True, True, False),
        (Readmitted(), True, True, False),
        (Invited(), True, True, True),
        (MembersChanged(), True, True, True),
    ],
)
def test_talk_of_others_is_theirs(event, direct: bool, root: bool, lobby: bool):
    places = [{"direct": True}, {"direct": False, "root": True}, {"direct": False}]
    assert [MANNERS.concern(event, **place) for place in places] == [direct, root, lobby]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (TextMessage("help"), ("help", False)),
        (TextMessage("! find prisons"), ("find prisons", True)),
        (TextMessage("@hub:test: find prisons", mentioned=True), ("find prisons", True)),
        (TextMessage("hub, find prisons", mentioned=True), ("find prisons", True)),
        (TextMessage("find prisons", mentioned=True), ("find prisons", True)),
        (TextMessage("@hub find prisons", mentioned=True), ("find prisons", True)),
        (TextMessage("find prisons, @hub:test!", mentioned=True), ("find prisons", True)),
        (TextMessage("find prisons hub", mentioned=True), ("find prisons", True)),
        (TextMessage("@hub:test: find github", mentioned=True), ("find github", True)),
        (TextMessage("find github", mentioned=True), ("find github", True)),
        (TextMessage("hubris is bad", mentioned=True), ("hubris is bad", True)),
        (TextMessage("@hub:test.example here", mentioned=True), ("@hub:test.example here", True)),
        (Reaction("!", "$0"), ("!", False)),
    ],
)
def test_prefix_and_mention_are_no_part_of_what_is_said(said, words):
    assert MANNERS.words(said) == words
