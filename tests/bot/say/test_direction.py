"""A message in a language that is written from right to left, in clients that do not ask."""

from __future__ import annotations

import pytest

from bot.say.appearance import Appearance
from bot.say.message import message
from kit.drawing import Pictures
from kit.text import (
    Bullets,
    Code,
    Label,
    Lines,
    Node,
    Numbered,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Verbatim,
)
from tests.harness import catalogs, network

NAME = Label({"en": "UN rules", "ar": "قواعد"})
LATIN = Label({"en": "UNODC"})


def said(node: Node, language: str) -> tuple[str, str]:
    content = message(Reply("test", node), catalogs().reader(language), "txn")
    return content["body"], content["formatted_body"]


@pytest.mark.parametrize(
    ("node", "body", "html"),
    [
        (NAME, "قواعد", "\u2067قواعد\u2069"),
        (LATIN, "\u200f\u2068UNODC\u2069", "\u200f\u2067\u2068UNODC\u2069\u2069"),
        (
            Paragraphs([Verbatim("UN قواعد"), NAME]),
            "\u200f\u2068UN قواعد\u2069\n\nقواعد",
            "<p>\u200f\u2067\u2068UN قواعد\u2069\u2069</p><p>\u2067قواعد\u2069</p>",
        ),
        (Numbered([NAME]), "1. قواعد", "<ol><li>\u2067قواعد\u2069</li></ol>"),
        (
            Bullets([LATIN, NAME]),
            "\u200f• \u2068UNODC\u2069\n• قواعد",
            "<ul><li>\u200f\u2067\u2068UNODC\u2069\u2069</li><li>\u2067قواعد\u2069</li></ul>",
        ),
        (
            Paragraphs([Lines([NAME, LATIN])]),
            "قواعد\n\u2068UNODC\u2069",
            "<p>\u2067\u2067قواعد\u2069<br>\u2067\u2068UNODC\u2069\u2069\u2069</p>",
        ),
        (
            Paragraphs([NAME, Code("A/RES/67/187")]),
            'قواعد\n\n"\u2066A/RES/67/187\u2069"',
            "<p>\u2067قواعد\u2069</p><p>\u2067<code>\u2066A/RES/67/187\u2069</code>\u2069</p>",
        ),
        (
            Paragraphs([Paragraphs([NAME, Numbered([NAME])]), LATIN]),
            "قواعد\n\n1. قواعد\n\n\u2068UNODC\u2069",
            "<p>\u2067قواعد\u2069</p><ol><li>\u2067قواعد\u2069</li></ol><p>\u2067\u2068UNODC\u2069\u2069</p>",
        ),
        (
            Paragraphs([NAME, Pill("@a:test")]),
            "قواعد\n\n\u2066@a:test\u2069",
            (
                "<p>\u2067قواعد\u2069</p>"
                '<p>\u2067\u2068<a href="https://matrix.to/#/@a:test">@a:test</a>\u2069\u2069</p>'
            ),
        ),
        (
            Say("find", "67"),
            '"\u2068ابحث 67\u2069"',
            "\u2067<code>\u2068ابحث 67\u2069</code>\u2069",
        ),
    ],
)
def test_blocks_and_commands_are_isolated_and_latin_does_not_lead(node, body, html):
    assert said(node, "ar") == (body, html)


def test_from_left_to_right_nothing_is_added():
    node = Paragraphs([NAME, Code("A/RES/67/187")])
    assert said(node, "en") == (
        'UN rules\n\n"A/RES/67/187"',
        "<p>UN rules</p><p><code>A/RES/67/187</code></p>",
    )


def test_a_topic_from_right_to_left_is_shown_as_one_without_a_direction_of_the_client():
    looks = Appearance(network(), catalogs().reader, Pictures("", "", {}))
    topics = {slug: looks.topic(plan, encrypted=True) for slug, plan in network().rooms.items()}
    assert topics["lobby-ar"].startswith("\u200f\u2067")
    assert topics["lobby-ar"].endswith("\u2069")
    assert not topics["lobby-en"].startswith("\u200f")
