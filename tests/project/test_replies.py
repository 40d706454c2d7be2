"""Replies fit a slow line and a screen reader, in every language: the harness checks each."""

from __future__ import annotations

import pytest

from tests.harness import LONGEST, STEWARD, Talk, faults, network

READER = "@reader:test"
GROUPS = [f"help {number}" for number in range(1, 13)]
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
