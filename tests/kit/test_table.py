from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.authority import Act, Role
from kit.command import Word
from kit.feature import Feature
from kit.table import CommandTable
from kit.text import _

WAYS = {
    "find": {"find", "look up", "查找", "查"},
    "event": {"event", "活动"},
    "event add": {"event add", "new event"},
    "role": {"role"},
}


def table(ways=WAYS) -> CommandTable:
    feature = Feature("test", _("Test"), 1)
    acts = {"role": Act.PURGE}
    for path in ways:

        async def handler(call): ...

        act = acts.get(path, Act.LOOK)
        feature.command(path, summary=_("do it"), act=act)(handler)
    return CommandTable([feature], lambda path: ways[path])


def found(text: str) -> tuple[str, str] | None:
    match = table().match(text)
    return None if match is None else (match[0].path, match[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("find", ("find", "")),
        ("FIND Mandela", ("find", "Mandela")),
        ("find  two  spaces ", ("find", "two  spaces")),
        ("find a\nb", ("find", "a\nb")),
        ("look up x", ("find", "x")),
        ("look x", None),
        ("event", ("event", "")),
        ("event 3", ("event", "3")),
        ("event add in 2h Call", ("event add", "in 2h Call")),
        ("new event x", ("event add", "x")),
        ("eventadd", None),
        ("查找曼德拉规则", ("find", "曼德拉规则")),
        ("查找：曼德拉", ("find", "曼德拉")),
        ("查找 曼德拉", ("find", "曼德拉")),
        ("查曼德拉", ("find", "曼德拉")),
        ("活动3", ("event", "3")),
        ('"find mandela"', ("find", "mandela")),
        ("`event 3`", ("event", "3")),
        ("findmandela", None),
        ("", None),
        ("?!", None),
        ("'", None),
    ],
)
def test_the_longest_command_wins(text, expected):
    assert found(text) == expected


def test_two_commands_with_one_word_are_refused_at_the_start():
    with pytest.raises(ValueError, match=r"^'find' means both 'find' and 'search'$"):
        table({"find": {"find"}, "search": {"search", "find"}})


def test_one_that_needs_something_may_share_the_words_of_one_that_takes_nothing():
    feature = Feature("test", _("Test"), 1)
    ways = {"unmute": {"unmute", "解除"}, "lift": {"unmute", "解除"}, "list": {"list"}}

    async def alone(call): ...

    async def whom(call, who: Annotated[int, Word(_("who"), read=int)]): ...

    for path, handler in (("unmute", alone), ("lift", whom), ("list", alone)):
        feature.command(path, summary=_("do it"), act=Act.LOOK)(handler)
    shared = CommandTable([feature], lambda path: ways[path])
    for text, expected in {
        "unmute": ("unmute", ""),
        "unmute 3": ("lift", "3"),
        "解除3": ("lift", "3"),
        "解除": ("unmute", ""),
    }.items():
        match = shared.match(text)
        assert match is not None
        assert (match[0].path, match[1]) == expected


@pytest.mark.parametrize(
    ("text", "role", "found"),
    [
        ("rle @a:b organiser", Role.STEWARD, [("role", "")]),
        ("fnd mandela", Role.ANYONE, [("find", "")]),
        ("evnt ad x", Role.ANYONE, [("event add", ""), ("event", "")]),
        ("evn", Role.ANYONE, [("event", "")]),
        ("evn is who?", Role.ANYONE, []),
        ("rle", Role.ANYONE, []),
        ("rle", Role.STEWARD, [("role", "")]),
        ("pancakes", Role.STEWARD, []),
        ("", Role.STEWARD, []),
    ],
)
def test_the_nearest_commands_are_those_the_person_may_run(text, role, found):
    near = [(command.path, rest) for command, rest in table().nearest(text, role)]
    assert near == found


def test_commands_are_grouped_without_those_the_person_may_not_run():
    groups = {
        role: [[c.path for c in commands] for _feature, commands in table().grouped(role)]
        for role in (Role.ANYONE, Role.STEWARD)
    }
    assert groups == {
        Role.ANYONE: [["find", "event", "event add"]],
        Role.STEWARD: [["find", "event", "event add", "role"]],
    }


@given(st.text())
def test_matching_never_raises(text):
    match = table().match(text)
    assert match is None or match[1] == match[1].strip()
