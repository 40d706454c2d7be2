"""The grammar of commands: words, what is left, what is missing, and who may."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.authority import Act, Role
from kit.command import Command, Rest, Word, bind, declare, describe
from kit.errors import BadArgument
from kit.text import _
from tests.harness import catalogs

NUMBER, TEXT = _("number"), _("text")


class Ledger:
    """A service."""


async def plain(call): ...


async def one(call, number: Annotated[int, Word(NUMBER, int)]): ...


async def maybe(call, number: Annotated[int, Word(NUMBER, int)] = 0): ...


async def rest(
    call,
    ledger: Ledger,
    number: Annotated[int, Word(NUMBER, int)],
    text: Annotated[str, Rest(TEXT)],
): ...


async def rest_maybe(call, text: Annotated[str, Rest(TEXT)] = "", *, ledger: Ledger): ...


def command(handler) -> Command:
    return declare(handler, "find", _("do it"), Act.LOOK, private=False)


def said(node) -> str:
    text = node.render(catalogs().reader("en")).plain
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069")))


@pytest.mark.parametrize(
    ("handler", "text", "values"),
    [
        (plain, "", {}),
        (one, "3", {"number": 3}),
        (one, " 3".strip(), {"number": 3}),
        (maybe, "", {}),
        (maybe, "3", {"number": 3}),
        (rest, "3 two  words", {"number": 3, "text": "two  words"}),
        (rest, "3 <b> & 'x'", {"number": 3, "text": "<b> & 'x'"}),
        (rest, "3 line\nline", {"number": 3, "text": "line\nline"}),
        (rest_maybe, "", {}),
        (rest_maybe, "all of it", {"text": "all of it"}),
    ],
)
def test_arguments_are_read_by_type(handler, text, values):
    assert command(handler).read(text) == values


@pytest.mark.parametrize(
    ("handler", "text", "sentence"),
    [
        (plain, "x y", 'I did not expect x y there. Say: "find"'),
        (one, "", 'Something is missing: number. Say: "find <number>"'),
        (one, "three", 'I cannot read three as number. Say: "find <number>"'),
        (one, "3 4", 'I did not expect 4 there. Say: "find <number>"'),
        (maybe, "x", 'I cannot read x as number. Say: "find [number]"'),
        (rest, "3", 'Something is missing: text. Say: "find <number> <text…>"'),
        (rest, "x y", 'I cannot read x as number. Say: "find <number> <text…>"'),
    ],
)
def test_what_cannot_be_read_is_explained_with_the_usage(handler, text, sentence):
    with pytest.raises(BadArgument) as refused:
        command(handler).read(text)
    assert said(refused.value.message) == sentence


@pytest.mark.parametrize(
    ("handler", "text", "lacks"),
    [(plain, "", False), (one, "", True), (one, "3", False), (maybe, "", False), (rest, "", True)],
)
def test_a_bare_word_that_needs_more_is_known(handler, text, lacks):
    assert command(handler).lacks(text) is lacks


def test_help_is_one_line():
    assert said(describe(command(rest))) == '"find <number> <text…>": do it'


@given(st.text())
def test_reading_any_text_gives_values_or_a_sentence(text):
    try:
        read = command(rest).read(text.strip())
    except BadArgument:
        return
    assert [*map(type, read.values())] == [int, str]


POWERS = {
    Role.ANYONE: "anyone",
    Role.MEMBER: "anyone member",
    Role.CURATOR: "anyone member curator",
    Role.ORGANISER: "anyone member organiser",
    Role.MODERATOR: "anyone member curator organiser moderator",
    Role.STEWARD: "anyone member curator organiser moderator steward",
}


@pytest.mark.parametrize("role", Role)
def test_who_may_do_what(role):
    assert [needed.value for needed in Role if role.may(needed)] == POWERS[role].split()


async def test_a_handler_gets_what_was_read_and_the_services_it_names():
    got = []

    async def handler(call, ledger: Ledger, number: Annotated[int, Word(NUMBER, int)]):
        got.append((call, type(ledger), number))

    # Annotations are read at run time, where a class of a test function is not in sight.
    handler.__annotations__["ledger"] = Ledger
    await command(handler).bound.run("call", supply=lambda kind: kind(), number=3)
    assert got == [("call", Ledger, 3)]


def test_the_first_parameters_are_not_services():
    async def finish(call: int, draft: str, ledger: Ledger): ...

    finish.__annotations__["ledger"] = Ledger
    assert bind(finish, 2).needs == {"ledger": Ledger}
