"""Replies fit a slow line and a screen reader, in every language: the harness checks each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from commands.help import help_
from kit.authority import Actor, Role
from kit.command import Call
from kit.feature import Feature
from kit.table import CommandTable
from kit.text import _
from tests.harness import LONGEST, STEWARD, Talk, catalogs, faults, network

READER = "@reader:test"
GROUPS = [f"help {number}" for number in range(1, 14)]
ABOUT_ONESELF = ["hello", "{language}", "yes", "Brazil", "São Paulo", "1", "1, 2, 3, 4, 5"]
LOOKING = ["find united nations standards on legal aid", "more", "show 1", "show 6", "rooms"]
OFFERING = ["volunteer", "1, 2, 3, 4, 5", "skip"]
ASKING = ["ask", "word " * 119 + "end", "1", "no", "skip", "yes", "requests"]
REST = ["help", "profile", "notify", "events", "digest", "profile topics", "cancel", "forget me"]
TOUR = [*ABOUT_ONESELF, *LOOKING, *OFFERING, *ASKING, *REST, "cancel", *GROUPS]


@pytest.mark.slow
@pytest.mark.parametrize("language", network().languages)
async def test_every_reply_is_short_and_plain(talk: Talk, language):
    for slug in network().rooms:
        await talk.room(f"space:{slug}", f"!{slug[:18]:x<18}:matrix.example.org")
    await talk.opens(READER)
    place = list(network().languages).index(language) + 1
    for said in TOUR:
        assert await talk.says(READER, said.format(language=place)) != []
    await talk.member(STEWARD, language=str(place))
    for said in ("help", "stats", "health", *GROUPS):
        assert await talk.says(STEWARD, said) != []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"body": "x" * LONGEST, "m.mentions": {}}, []),
        ({"body": "x" * (LONGEST + 1)}, ["1025 characters"]),
        ({"body": "Done ✅"}, ["✅"]),
        ({"body": "Hello", "m.mentions": {"room": True}}, ["rings everybody"]),
        ({"body": "Hello @Room"}, ["rings everybody by its text"]),
    ],
)
def test_a_message_that_is_hard_to_read_is_noticed(content, found):
    assert faults(content) == found


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (10, '1. Events: "0 a", "0 b", and others'),
        (11, '1. Events: "0 a" and others'),
        (20, '1. Events: "0 a" and others'),
        (21, "1. Events"),
    ],
)
async def test_help_shows_the_fewer_commands_the_more_features_there_are(number, line):
    async def handler(call): ...

    features = [Feature(str(place), _("Events"), place) for place in range(number)]
    for feature in features:
        for each in "abc":
            feature.command(f"{feature.name} {each}", summary=_("find"))(handler)
    table = CommandTable(features, lambda path: {path})
    now = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    reply = await help_(Call(Actor(1, Role.MEMBER), "@a:test", True, "en", now), table)
    shown = reply.body.render(catalogs().reader("en")).plain
    assert shown.splitlines()[0] == line
