"""Mentions as clients write them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from bot.matrix.pills import spelt
from bot.matrix.reader import SyncParser
from kit.inbound import TextMessage
from kit.words import read_event
from tests.harness import HUB

ME = "https://matrix.to/#/@hub:test"
AMAL = '<a href="https://matrix.to/#/%40amal%3Atest?via=test">Amal K.</a>'


@pytest.mark.parametrize(
    ("body", "html", "said"),
    [
        # Element: a pill at the beginning, by localpart or by a name of several words.
        ("hub: find bail", f'<a href="{ME}">hub</a>: find bail', "@hub:test: find bail"),
        ("ILAN Hub: find bail", f'<a href="{ME}">ILAN Hub</a>: find bail', "@hub:test: find bail"),
        # Cinny: data attributes, the name with a sigil.
        (
            "@ILAN Hub find bail",
            f'<a data-mx-pill="true" href="{ME}">@ILAN Hub</a> find bail',
            "@hub:test find bail",
        ),
        # nheko: at the end, in a paragraph.
        ("find bail Hub", f'<p>find bail <a href="{ME}">Hub</a></p>', "find bail @hub:test"),
        # FluffyChat and Element X: a link in Markdown, with HTML and without.
        (f"[@hub]({ME}) find bail", f'<a href="{ME}">@hub</a> find bail', "@hub:test find bail"),
        (f"[@hub]({ME}) find bail", None, "@hub:test find bail"),
        ("Hub find bail", '<a href="matrix:u/hub:test">Hub</a> find bail', "@hub:test find bail"),
        # People in arguments.
        ("!vouch Amal K.", f"!vouch {AMAL}", "!vouch @amal:test"),
        ("!role Amal K. moderator", f"!role {AMAL} moderator", "!role @amal:test moderator"),
        # Every letter of a localpart, written as it is and escaped; a port; what follows the ID.
        (
            "!vouch A",
            '!vouch <a href="https://matrix.to/#/@a=b/c+d.e:test:8448?via=x.test">A</a>',
            "!vouch @a=b/c+d.e:test:8448",
        ),
        ("!vouch A", '!vouch <a href="matrix:u/a%2Fc%2Bd:test">A</a>', "!vouch @a/c+d:test"),
        # What replies quote is not said again.
        (
            "yes Amal K.",
            f'<mx-reply><blockquote><a href="{ME}">Hub</a> asked</blockquote></mx-reply>yes {AMAL}',
            "yes @amal:test",
        ),
        # No pill: the plain text counts, whatever stands in the HTML.
        ("find bail", "<b>forget me</b>", "find bail"),
        ("a &lt; b", '<a href="https://matrix.to/#/!room:test">room</a>', "a &lt; b"),
        ("[law](https://law.example/x)", None, "[law](https://law.example/x)"),
        ("hub: help", ["no text"], "hub: help"),
        ("hub: help", f'<a href="{ME}">' + "x" * 32_000, "hub: help"),
        ("hub: help", f'<a href="{ME}">hub<b>', "@hub:test"),
        # What no client writes: an unfinished declaration, and tags that never end.
        ("hub: help", f'<a href="{ME}">hub</a>: help<![', "@hub:test: help<!["),
        ("hub: help", f'<a href="{ME}">hub</a>: help<a <a <a', "@hub:test: help<a <a <a"),
        ("hub: help", "<a href='matrix:u/hub:test' >hub</a> &amp; help", "@hub:test & help"),
    ],
)
def test_pills_become_matrix_ids(body, html, said):
    assert spelt(body, html) == said


def read(**content: object) -> TextMessage:
    event = {
        "type": "m.room.message",
        "event_id": "$1",
        "sender": "@amal:test",
        "origin_server_ts": 0,
        "content": {"msgtype": "m.text", **content},
    }
    timeline = {"timeline": {"events": [event]}}
    batch = SyncParser(HUB).sync({"next_batch": "s", "rooms": {"join": {"!r:test": timeline}}})
    [incoming] = batch.events["!r:test"]
    return incoming.event


def test_a_pill_of_the_hub_is_a_mention_without_another_word():
    html = f'<a href="{ME}">hub</a>: help'
    assert read(body="hub: help", formatted_body=html) == TextMessage(
        "@hub:test: help", mentioned=True
    )
    assert read(body=f"see {ME}") == TextMessage(f"see {ME}")


@pytest.mark.parametrize(("falls_back", "replies"), [(None, "$0"), (False, "$0"), (True, None)])
def test_a_reply_is_known_as_one(falls_back, replies):
    relation = {"m.in_reply_to": {"event_id": "$0"}, "is_falling_back": falls_back}
    assert read(body="Going!", **{"m.relates_to": relation}).replies == replies


@pytest.mark.parametrize(
    "odd",
    [
        "$x/../../#/@evil:evil.example",
        "$x?via=phish.example",
        "$x\n[here](http://evil.example)",
        "$" + "a" * 255,
        "!room:test",
        "",
        7,
    ],
)
def test_an_answer_to_what_is_no_event_is_no_answer(odd):
    relation = {"m.in_reply_to": {"event_id": odd}}
    assert read(body="!report", **{"m.relates_to": relation}) == TextMessage("!report")
    assert read_event(f"https://matrix.to/#/!r:test/{quote(str(odd), safe='$')}") is None


@pytest.mark.parametrize(
    "event_id", ["$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk", "$143273582443PhrSn:example.org"]
)
def test_the_events_of_old_rooms_can_be_answered_too(event_id):
    relation = {"m.in_reply_to": {"event_id": event_id}}
    assert read(body="!report", **{"m.relates_to": relation}).replies == event_id
    link = f"https://matrix.to/#/!r:test/{quote(event_id, safe='$:')}?via=test"
    assert read_event(link) == ("!r:test", event_id)
