"""Whatever clients show is counted, whether or not the hub reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.moderation.floods import Flood, FloodGauge, has_link
from bot.matrix.reader import SyncParser
from bot.matrix.shown import LONGEST_NAME, LONGEST_TAG, shown
from kit.inbound import Displayed, GoesBy
from kit.network import FloodLimits
from tests.bot.matrix.test_reader import AMAL, HUB, ROOM, answer, envelope, member
from tests.harness import NOON

TEXT = "Certificates for the bar, cheap and quick"
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
LINKED = '<a title="x" href="https://cheap.org/?a&amp;b">our offer</a>'


def said(kind: str = "m.room.message", **content: Any) -> dict[str, Any]:
    return envelope("$1", kind, {"msgtype": "m.text", "body": TEXT} | content)


@pytest.mark.parametrize(
    "event",
    [
        said(),
        said(msgtype="m.emote"),
        said(msgtype="m.notice"),
        said(msgtype="org.example.custom"),
        said(**{"org.ilan.hub": {"kind": "x"}}),
        said(**{"m.relates_to": {"rel_type": "m.thread", "event_id": "nope"}}),
        said(**{"m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}, "m.new_content": {}}),
        said("m.sticker"),
        said(
            "m.poll.start", body=7, **{"m.poll.start": {"question": {"m.text": [{"body": TEXT}]}}}
        ),
    ],
)
def test_whatever_it_is_it_is_counted_as_one_message_with_its_text(event: dict[str, Any]):
    batch = SyncParser(HUB).sync(answer(event))
    assert batch is not None
    (seen,) = batch.shown
    assert (seen.event_id, seen.room_id, seen.sender) == ("$1", ROOM, AMAL)
    assert seen.event == Displayed((TEXT,))


@pytest.mark.parametrize(
    "event",
    [
        said() | {"sender": HUB},
        said() | {"content": {}},  # taken back
        said() | {"state_key": ""},
        envelope("$1", "m.reaction", {"m.relates_to": {"key": "👍"}}),
    ],
)
def test_what_clients_show_to_nobody_is_not(event: dict[str, Any]):
    batch = SyncParser(HUB).sync(answer(event))
    assert batch is not None
    assert batch.shown == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            {"body": "hi", "formatted_body": LINKED},
            (("hi", "our offer"), ("https://cheap.org/?a&b",)),
        ),
        ({"body": f"> <@li:test> {TEXT}\n\nyes"} | REPLY, (("yes",), ())),
        ({"body": f"> {TEXT}\n\nyes"} | REPLY, ((f"> {TEXT}\n\nyes",), ())),
        ({"body": f"> <@li:test> {TEXT}"}, ((f"> <@li:test> {TEXT}",), ())),
        (
            {"body": "yes", "formatted_body": f"<mx-reply>{LINKED}</mx-reply>yes"} | REPLY,
            (("yes",), ()),
        ),
        (
            {"body": "hi", "formatted_body": f"{LINKED}</mx-reply>hi"},
            (("hi", "our offerhi"), ("https://cheap.org/?a&b",)),
        ),
        (
            {"body": "hi", "formatted_body": '<a title="x>y" class=a href=http:cheap.org>hi</a>'},
            (("hi", 'y" class=a href=http:cheap.org>hi'), ("http:cheap.org",)),
        ),
        (
            {"body": "hi", "formatted_body": '<a/href="//cheap.org">hi</a>'},
            (("hi",), ("//cheap.org",)),
        ),
        ({"body": "hi", "url": "mxc://a/b"}, (("hi",), (), ("mxc://a/b",))),
        ({"body": "hi", "file": {"url": "mxc://a/b"}}, (("hi",), (), ("mxc://a/b",))),
        ({"body": "* yes", "m.new_content": {"body": TEXT}}, (("* yes", TEXT), ())),
        ({"body": None, "m.new_content": [], "formatted_body": 7, "m.text": [7]}, ((), ())),
    ],
)
def test_what_different_clients_show_is_taken_and_no_quote(content, found):
    assert shown(content) == Displayed(*found)


@pytest.mark.parametrize(
    "often",
    [
        "<a ",
        "<a href=",
        "<",
        "</mx-reply>",
        '<a x="',
        "a.",
        "https: ",
        "> <@",
        "href=",
        "@a",
        "%40",
        "1.",
        "ab.",
    ],
)
def test_a_long_message_is_looked_at_in_passing(often: str):
    """What is looked back at is bounded: else one message would hold all others up."""
    long = often * (60_000 // len(often))
    found = shown({"body": long, "formatted_body": long} | REPLY)
    assert [has_link(text) for text in found.texts] == [False] * len(found.texts)
    assert all(len(link) <= len(long) for link in found.links)
    assert len(long) > LONGEST_TAG


def test_one_who_writes_in_many_rooms_is_counted_over_all_of_them():
    gauge = FloodGauge(FloodLimits(), "space", b"key")
    found = []
    for n in range(31):
        event = envelope(f"${n}", "m.room.message", {"msgtype": "m.emote", "body": f"number {n}"})
        batch = SyncParser(HUB).sync(answer(event))
        assert batch is not None
        (seen,) = batch.shown
        at = NOON + n * timedelta(seconds=1)
        found += [f.sort for f in gauge.count(f"room{n % 9}", AMAL, f"${n}", seen.event, at)]
    assert found == [Flood.EVERYWHERE]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"displayname": " Claire "}, "Claire"),
        ({"displayname": "C" * 1000}, "C" * LONGEST_NAME),
        ({"displayname": "  "}, "amal"),
        ({"displayname": ["Claire"]}, "amal"),
        ({}, "amal"),
    ],
)
def test_what_somebody_is_called_is_read_when_they_come_and_when_it_changes(said, named: str):
    event = member(before="join", content={"membership": "join", **said})
    batch = SyncParser(HUB).sync(answer(event))
    assert batch is not None
    assert [(seen.sender, seen.event) for seen in batch.shown] == [(AMAL, GoesBy(named))]
    assert batch.events == {}


@pytest.mark.parametrize(
    "event",
    [
        member("leave"),
        member("invite", sender="@other:test"),
        member(state_key="@other:test"),
        member(state_key=7),
        member(content="join"),
        member(state_key=HUB, sender=HUB),
    ],
)
def test_nobody_gives_another_a_name(event: dict[str, Any]):
    batch = SyncParser(HUB).sync(answer(event))
    assert batch is not None
    assert batch.shown == []
