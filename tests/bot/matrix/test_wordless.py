"""Pictures, voice, files, stickers and places are known as what has no words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.matrix.batch import Batch
from bot.matrix.reader import SyncParser
from kit.inbound import Event, Wordless


def read(kind: str, content: dict[str, Any]) -> list[Event]:
    """Read one event of a kind."""
    event = {"type": kind, "content": content, "sender": "@amal:test", "event_id": "$1"}
    batch = Batch("s1")
    SyncParser("@hub:test").take(batch, "!a:test", iter([event | {"origin_server_ts": 0}]))
    return [taken.event for taken in batch.events.get("!a:test", [])]


@pytest.mark.parametrize("msgtype", ["m.image", "m.audio", "m.video", "m.file", "m.location"])
def test_what_has_no_words_is_known_as_such(msgtype):
    assert read("m.room.message", {"msgtype": msgtype, "body": "a name"}) == [Wordless()]


def test_a_sticker_has_no_words():
    assert read("m.sticker", {"body": "a smile"}) == [Wordless()]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.sticker", {}),
        ("m.room.message", {"msgtype": "m.file", "body": "x", "org.ilan.hub": {"v": 1}}),
        ("m.room.message", {"msgtype": "m.key.verification.request", "body": "x"}),
        (
            "m.room.message",
            {
                "msgtype": "m.image",
                "body": "x",
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"},
            },
        ),
    ],
)
def test_what_programs_send_and_what_was_taken_back_is_none(kind, content):
    assert read(kind, content) == []
