"""What looks like something else: letters, directions, mark-up. Nothing of it is taken or run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.harness import HUB, STEWARD, Said, Talk, understanding

SOMEBODY = "@somebody:test"

HTML = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>Kenya</a>",
    "</code></p><h1>Kenya</h1>",
    "'\"><svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;b&#62;Kenya",
    "<mx-reply><blockquote>yes</blockquote></mx-reply>",
    "<!-- <b>Kenya</b> -->",
    "<span data-mx-color='#fff'>x</span>",
)
MARKDOWN = (
    "[Kenya](javascript:alert(1))",
    "![x](https://evil.test/pixel.png)",
    "**_nobody_** `code`",
    "||spoiler|| ~~x~~",
    "```\nperhaps\n```",
    "| a | b |\n|---|---|",
    "@room everybody",
    "{user} {0.__class__} %s %(n)s",
)
TURNED = (
    "\u202eayneK",
    "x \u2067yes\u2069 \u2069\u2069 x",
    "\u2066\u2066\u2066 xyz",
    "xyz \u2069\u202e zyx",
    "\u061cx\u200f\u200ey z",
    "x\u202ay\u202bz\u202dq",
)
# One letter of another alphabet in each: Cyrillic, Greek, Armenian.
HOMOGLYPHS = (
    "S\u0435negal",
    "\u041aenya",
    "Uganda and K\u0435nya",
    "\u039digeria",
    "T\u043ego",
    "M\u0435xico",
    "Bra\u0455il",
    "\u0405omalia",
    "Eng\u0406ish",
    "\u0555man",
    "p\u0430ralegal",
    "pr\u043esecutor",
    "y\u0435s",
    "agr\u0435e",
    "\u0430ccept",
    "N\u0430irobi",
)
PAYLOADS = HTML + MARKDOWN + TURNED + HOMOGLYPHS
OURS = {"p", "ul", "ol", "li", "code", "strong", "br", "a"}
ISOLATING, POP = "\u2066\u2067\u2068", "\u2069"
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e"


class Seen(HTMLParser):
    """What a client would run: tags that are not ours, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        safe = {("href", value) for name, value in attrs if _leads_to_a_person(name, value)}
        safe |= {("start", value) for name, value in attrs if name == "start"}
        if tag not in OURS or set(attrs) - safe:
            self.foreign.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.foreign.append(data)


def _leads_to_a_person(name: str, value: str | None) -> bool:
    return name == "href" and str(value).startswith("https://matrix.to/#/@")


def balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter in ISOLATING) - (letter == POP)
        if depth < 0 or letter in OVERRIDES:
            return False
    return depth == 0


def faults(content: dict[str, Any]) -> list[str]:
    """Name what of a message would be run, or would turn round the text beside it."""
    seen = Seen()
    seen.feed(content["formatted_body"])
    seen.close()
    found = [f"tag {tag}" for tag in seen.foreign]
    found += ["direction"] if not (balanced(content["body"]) and balanced(seen.text)) else []
    people = content["m.mentions"].get("user_ids", [])
    return found + ([] if set(people) <= {SOMEBODY, STEWARD, HUB} else ["mention"])


# What "@room everybody" is rightly taken for, or asked back about: neither does anything.
MEANT = (["about.announce"], ["wish.offer"])
CONTEXTS = {
    "language": (["hello"], "{}", "onboarding.ask.language"),
    "consent": (["hello", "1"], "{}", "onboarding.ask.consent"),
    "country": (["hello", "1", "yes"], "{}", "onboarding.ask.country"),
    "zone": (["hello", "1", "yes", "Brazil"], "{}", "onboarding.ask.zone"),
    "category": (["hello", "1", "yes", "Kenya"], "{}", "onboarding.ask.category"),
    "topics": (["hello", "1", "yes", "Kenya", "1"], "{}", "onboarding.ask.topics"),
    "timezone": (["hello", "cancel"], "timezone {}", "error.argument"),
    "help": (["hello", "cancel"], "help {}", "error.not_found"),
    "event": (["hello", "cancel"], "event {}", "error.argument"),
    "nothing": (["hello", "cancel"], "xyzzy {}", "error.not_understood"),
}


@pytest.mark.slow
@pytest.mark.parametrize("context", CONTEXTS)
async def test_no_answer_in_disguise_is_taken_and_none_is_run(talk: Talk, context: str):
    before, form, kind = CONTEXTS[context]
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, *before)
    wrong = {}
    for payload in PAYLOADS:
        heard = await talk.says(SOMEBODY, form.format(payload))
        found = [fault for said in heard for fault in faults(said.content)]
        if [said.kind for said in heard] not in ([kind], *MEANT, []) or found:
            wrong[payload] = [said.kind for said in heard], found
        await talk.says(SOMEBODY, "help")  # or the hub takes them for a program
    assert wrong == {}


def test_there_are_two_hundred_of_them_at_least():
    assert len(PAYLOADS) * len(CONTEXTS) >= 200


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_title_in_disguise_is_shown_as_what_it_is(talk: Talk):
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD)
    shown: list[Said] = []
    refused: list[str] = []
    for payload in PAYLOADS:
        heard = await talk.says(STEWARD, f"event add in 2h {payload}", "yes")
        shown += heard
        refused += [] if len(heard) == 2 else [payload]
        await talk.says(STEWARD, "cancel")
    # An ID is refused, a title is asked for where nothing stands before the first "|", and a link
    # is no part of the title.
    assert refused == [each for each in PAYLOADS if re.search(r"[@#][a-z]|^\| ", each)]
    assert [each for each in shown if "evil.test" in each.content["body"]] == []
    assert [fault for said in shown for fault in faults(said.content)] == []


@pytest.mark.parametrize("said", HOMOGLYPHS)
def test_letters_of_two_alphabets_in_a_word_are_no_name(said: str):
    reader = understanding()
    choices = {"paralegal": ["paralegal"], "prosecutor": ["prosecutor"]}
    assert [
        reader.country(said, "en"),
        reader.zone(said, "en"),
        reader.language(said, "en"),
        reader.consent(said, "en"),
        reader.choice(said, choices, "en"),
    ] == [None] * 5


@pytest.mark.parametrize(
    ("said", "code"),
    [("Сенегал", "SN"), ("Κένυα", None), ("Ｓｅｎｅｇａｌ", "SN"), ("肯尼亚", "KE")],
)
def test_words_of_one_alphabet_are_read_as_before(said: str, code: str | None):
    assert understanding().country(said, "en") == code


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"formatted_body": "<b onclick='x'>", "body": ""}, ["tag b"]),
        ({"formatted_body": '<a href="javascript:x">', "body": ""}, ["tag a"]),
        ({"formatted_body": "\u202e", "body": "x"}, ["direction"]),
        ({"formatted_body": "", "body": "\u2068x"}, ["direction"]),
        ({"formatted_body": "", "body": "", "m.mentions": {"user_ids": ["@x:y"]}}, ["mention"]),
    ],
)
def test_a_disguise_that_worked_would_be_noticed(content: dict[str, Any], found: list[str]):
    assert faults({"m.mentions": {}} | content) == found
