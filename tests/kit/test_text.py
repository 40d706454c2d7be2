"""Texts as values: both formats in step, in every direction of writing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.text import (
    Bullets,
    Code,
    Figure,
    Label,
    Lines,
    Link,
    Message,
    Name,
    Node,
    Numbered,
    Paragraphs,
    Pill,
    Say,
    Series,
    Strong,
    Verbatim,
    _,
    n_,
)
from kit.times import Clocks, When
from tests.harness import catalogs

NOON = datetime(2027, 3, 9, 12, 10, tzinfo=UTC)
TAGS = {"p", "ol", "ul", "li", "br", "strong", "code", "a"}


def both(node: Node, language: str = "en", zone: str | None = None) -> tuple[str, str]:
    rendered = node.render(catalogs().reader(language, zone))
    return rendered.plain, rendered.html


@pytest.mark.parametrize(
    ("node", "plain", "html"),
    [
        (Verbatim("<b>&"), "\u2068<b>&\u2069", "\u2068&lt;b&gt;&amp;\u2069"),
        (Verbatim(""), "", ""),
        (Code("67/187"), '"67/187"', "<code>67/187</code>"),
        (Say("find", "x"), '"find x"', "<code>find x</code>"),
        (Say("find"), '"find"', "<code>find</code>"),
        (Figure(3), "3", "3"),
        (Label({"en": "Events", "fr": "Événements"}), "Events", "Events"),
        (Label({"fr": "Événements"}), "Événements", "Événements"),
        (Label({"ar": "قواعد 2015"}), "\u2068قواعد 2015\u2069", "\u2068قواعد 2015\u2069"),
        (Name("territory", "BR"), "Brazil", "Brazil"),
        (Name("language", "sw"), "Swahili", "Swahili"),
        (Name("territory", "ZZZ"), "ZZZ", "ZZZ"),
        (
            When(NOON),
            "Tuesday, March 9, 2027, 12:10 UTC",
            "Tuesday, March 9, 2027, 12:10 UTC",
        ),
        (
            When(NOON, "Europe/Vienna"),
            "Tuesday, March 9, 2027, 13:10 Vienna",
            "Tuesday, March 9, 2027, 13:10 Vienna",
        ),
        (
            Clocks(NOON, ["Europe/Vienna", "America/Argentina/Buenos_Aires"]),
            "13:10 Vienna, 09:10 Buenos Aires",
            "13:10 Vienna, 09:10 Buenos Aires",
        ),
        (
            Link("https://x.test/?a=1&b=2", Label({"en": "here"})),
            "here: https://x.test/?a=1&b=2",
            '<a href="https://x.test/?a=1&amp;b=2">here</a>',
        ),
        (
            Link("javascript:alert(1)", Label({"en": "here"})),
            "here (javascript:alert(1))",
            "here (javascript:alert(1))",
        ),
        (
            Pill("@a:test"),
            "\u2066@a:test\u2069",
            '<a href="https://matrix.to/#/@a:test">@a:test</a>',
        ),
        (Strong(Figure(1)), "1", "<strong>1</strong>"),
        (Lines([Figure(1), Figure(2)]), "1\n2", "1<br>2"),
        (
            Series([Figure(1), Figure(2), Strong(Figure(3))]),
            "1, 2, and 3",
            "1, 2, and <strong>3</strong>",
        ),
        (Series([]), "", ""),
        (Bullets([Figure(1), Figure(2)]), "• 1\n• 2", "<ul><li>1</li><li>2</li></ul>"),
        (Numbered([Figure(7), Figure(8)]), "1. 7\n2. 8", "<ol><li>7</li><li>8</li></ol>"),
        (
            Numbered([Figure(7), Figure(8)], start=6),
            "6. 7\n7. 8",
            '<ol start="6"><li>7</li><li>8</li></ol>',
        ),
        (
            Paragraphs([Figure(1), Verbatim(""), Numbered([Figure(2)]), Figure(3)]),
            "1\n\n1. 2\n\n3",
            "<p>1</p><ol><li>2</li></ol><p>3</p>",
        ),
    ],
)
def test_both_formats(node, plain, html):
    assert both(node) == (plain, html)


@pytest.mark.parametrize(
    ("node", "plain", "html"),
    [
        # Right to left: a piece of the other direction is isolated, or it would tear the line.
        (Code("67/187"), '"\u206667/187\u2069"', "<code>\u206667/187\u2069</code>"),
        (
            Say("find", "67/187"),
            '"\u2068ابحث 67/187\u2069"',
            "<code>\u2068ابحث 67/187\u2069</code>",
        ),
        (
            Link("https://x.test", Label({"en": "here", "ar": "هنا"})),
            "هنا: \u2066https://x.test\u2069",
            '<a href="https://x.test">هنا</a>',
        ),
        (
            Label({"en": "122 rules"}),
            "\u2068122 rules\u2069",
            "\u2068122 rules\u2069",
        ),
        (Label({"en": "UNODC", "ar": "UNODC في فيينا"}), "UNODC في فيينا", "UNODC في فيينا"),
        (Name("territory", "BR"), "البرازيل", "البرازيل"),
    ],
)
def test_both_formats_in_arabic(node, plain, html):
    assert both(node, "ar") == (plain, html)


def test_holes_are_filled_after_translation():
    sentence = _("Messages waiting to be handled: {n}", n=6)
    assert [both(sentence, code)[0] for code in ("en", "fr", "zh")] == [
        "Messages waiting to be handled: 6",
        "Messages en attente de traitement\N{NO-BREAK SPACE}: 6",
        "等待处理的消息：6",
    ]


def test_a_text_from_a_person_is_isolated_in_its_sentence():
    sentence = Message("I cannot read {said}.", {"said": "<i>{said}</i> \u2069"})
    assert both(sentence)[1] == ("I cannot read \u2068&lt;i&gt;{said}&lt;/i&gt; \u2069.")


def test_a_counted_sentence_takes_its_form_from_the_number():
    def there_are(n: int) -> str:
        return both(n_("{n} room", "{n} rooms", n))[0]

    assert [there_are(n) for n in (0, 1, 2, 21)] == ["0 rooms", "1 room", "2 rooms", "21 rooms"]


def test_the_reader_decides_about_zone_and_language():
    assert both(When(NOON, "Europe/Vienna"), "fr", "Africa/Nairobi")[0] == (
        "mardi 9 mars 2027, 15:10 Nairobi"
    )


def test_mentions_reach_the_message_from_any_depth():
    node = Paragraphs(
        [Lines([Strong(Pill("@a:test"))]), Bullets([Pill("@b:test"), Series([Pill("@c:test")])])]
    )
    rendered = node.render(catalogs().reader("en"))
    assert rendered.mentions == {"@a:test", "@b:test", "@c:test"}
    assert both(Verbatim("@d:test @room")) == ("\u2068@d:test @room\u2069",) * 2


class Outline(HTMLParser):
    """What a client would make of a text: its tags and what is between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    parser.close()
    return parser


SHAPES = {
    "message": lambda text: Message("You said {said}.", {"said": text}),
    "code": Code,
    "strong": lambda text: Strong(Verbatim(text)),
    "say": lambda text: Say("find", text),
    "label": lambda text: Label({"en": text or "-"}),
    "series": lambda text: Series([Verbatim(text), Verbatim(text)]),
    "lines": lambda text: Lines([Verbatim(text)]),
}


@pytest.mark.fault("A10")
@given(st.sampled_from(sorted(SHAPES)), st.text(), st.sampled_from(["en", "ar"]))
def test_no_text_in_a_hole_becomes_markup_and_both_formats_say_the_same(shape, text, language):
    plain, html = both(SHAPES[shape](text), language)
    bare = re.sub(r"</?(code|strong)>", "", html)
    assert "<" not in bare
    without = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
    quote = '"' if shape in {"code", "say"} else ""  # plain text has no other mark for them
    assert f"{quote}{unescape(bare)}{quote}".translate(without) == plain.translate(without)


@given(st.text())
def test_no_text_adds_a_tag_to_a_list(text):
    items = [Verbatim(text), Link("https://x.test", text), Link(text, "x"), Pill(f"@{text}:test")]
    rendered = Paragraphs([Numbered(items), Bullets(items)]).render(catalogs().reader("en"))
    opened = outline(rendered.html).tags
    assert [tag for tag in opened if tag != "a"] == ["ol", *["li"] * 4, "ul", *["li"] * 4]
    assert set(opened) <= TAGS


def test_markup_would_be_noticed():
    assert outline("<ol><li><b>x</b></li></ol>").tags == ["ol", "li", "b"]


@given(st.lists(st.integers(0, 99), min_size=1), st.integers(1, 40))
def test_the_numbers_of_both_formats_agree(values, start):
    plain, html = both(Numbered([Figure(value) for value in values], start))
    numbered = [line.partition(". ") for line in plain.splitlines()]
    assert [int(place) for place, _dot, _item in numbered] == list(
        range(start, start + len(values))
    )
    assert [int(item) for _place, _dot, item in numbered] == values
    shown = re.fullmatch(r'<ol(?: start="(\d+)")?>(.*)</ol>', html)
    assert shown
    assert int(shown[1] or 1) == start
    assert re.findall(r"<li>(\d+)</li>", shown[2]) == [str(value) for value in values]
