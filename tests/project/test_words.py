"""Command words: there in every language, told apart everywhere, and found."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from actions.letters import appointed
from bot.service.wiring import discover
from bot.talk.pointing import MOST
from kit.authority import Role
from kit.command import Command
from kit.table import LONGEST_PATH, CommandTable
from kit.text import Message, Node, Paragraphs, Say
from kit.words import clean, fold, number
from tests.harness import catalogs, network
from tests.project.catalogs import ROOT, SOURCES, extract, read

TABLE = CommandTable(discover(), catalogs().words.ways)
COMMANDS = {command.path: command for command in TABLE}
# Not commands: they tell which language somebody begins in.
HINTS = {"hello", "small words"}
# Nor are these: what may stand around a command, and how entries are counted, events called.
AROUND = {
    "one event",
    "please",
    "around",
    *(f"entry {place}" for place in range(1, MOST + 1)),
    "entry last",
    "entry this",
}
WORDS = catalogs().words._by_language
languages = pytest.mark.parametrize("language", network().languages)


def said() -> list[tuple[str, str, str]]:
    return [
        (language, path, way)
        for language, words in WORDS.items()
        for path, ways in words.items()
        if path not in HINTS | AROUND
        for way in ways
    ]


MEANS = defaultdict(set)
for _language, _path, _way in said():
    MEANS[fold(_way)].add(_path)


def meant(way: str, rest: str) -> tuple[Command, str]:
    """Return the command of a way to say it: of two the one that fits what follows."""
    of_both = [COMMANDS[path] for path in MEANS[fold(way)]]
    return next(c for c in of_both if len(of_both) == 1 or bool(c.arguments) == bool(rest)), rest


@languages
def test_every_command_can_be_said(language):
    assert set(WORDS[language]) == {*COMMANDS} | HINTS | AROUND
    assert [path for path, ways in WORDS[language].items() if not ways] == []


def test_no_two_commands_share_a_word_in_any_language():
    shared = {frozenset(paths) for paths in MEANS.values() if len(paths) > 1}
    # But one may need something where the other takes nothing.
    assert shared == {frozenset({"unmute", "lift mute"})}
    assert (COMMANDS["unmute"].arguments, COMMANDS["lift mute"].lacks("")) == ((), True)


def test_no_greeting_is_a_command():
    commands = {fold(way) for _language, _path, way in said()}
    greetings = {fold(way) for words in WORDS.values() for way in words["hello"]}
    assert commands & greetings == set()


@languages
def test_words_survive_folding(language):
    ways = [way for each, _path, way in said() if each == language]
    lost = [way for way in ways if not fold(way) or fold(fold(way)) != fold(way)]
    long = [way for way in ways if len(way.split()) > LONGEST_PATH]
    numbers = [way for way in ways if number(way) is not None]
    assert (lost, long, numbers) == ([], [], [])


def found(text: str) -> tuple[Command, str] | None:
    return TABLE.match(clean(text))


@languages
def test_the_table_finds_a_command_by_each_of_its_words(language):
    ways = {way for each, _path, way in said() if each == language}
    assert {way: found(way) for way in ways} == {way: meant(way, "") for way in ways}
    assert {way: found(f"{way.upper()}  67/187") for way in ways} == {
        way: meant(way, "67/187") for way in ways
    }


def test_a_command_is_found_by_the_word_that_help_shows():
    for language in network().languages:
        for path, command in COMMANDS.items():
            shown = catalogs().words.shown(path, language)
            assert (command, "") == found(shown) or command == meant(shown, "x")[0]


def unsayable(source: str) -> list[str]:
    """List what a source tells people to say and nobody can."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [
        [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "Say"
        and isinstance(call.args[0], ast.Constant)
    ]
    return [
        " ".join(map(str, words))
        for words in said
        if words[0] not in COMMANDS or not _takes(COMMANDS[words[0]], words[1:])
    ]


def _takes(command: Command, arguments: list[str]) -> bool:
    return all(argument.endswith("…") or command.takes(argument) for argument in arguments)


@pytest.mark.slow
def test_whatever_people_are_told_to_say_is_a_command():
    sources = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    found = {path.name: unsayable(path.read_text("utf-8")) for path in sources}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('Say("approve", "1")', []),
        ('Say("reject", "1")', ["reject 1"]),
        ('Say("event cancel", "tomorrow")', ["event cancel tomorrow"]),
        ('Say("resource edit", f"{row.id} …")', []),
        ("Say(path)", []),
    ],
)
def test_what_nobody_can_say_is_noticed(source, found):
    assert unsayable(source) == found


def told(node: Node) -> Iterator[str]:
    """List the commands that a text names."""
    match node:
        case Say():
            yield node.path
        case Message():
            for hole in node.holes.values():
                if not isinstance(hole, str | int):
                    yield from told(hole)
        case Paragraphs():
            for child in node.children:
                yield from told(child)


@pytest.mark.parametrize("role", [Role.CURATOR, Role.ORGANISER, Role.MODERATOR, Role.STEWARD])
def test_who_is_given_a_role_is_told_of_nothing_that_it_may_not(role):
    said = list(told(appointed(role).body))
    assert said != []
    assert [path for path in said if not role.may(COMMANDS[path].act.least)] == []


@pytest.mark.slow
def test_no_sentence_names_a_command_that_is_not_in_the_words_of_its_reader():
    """What is to be typed stands between straight quotes, which only ``Say`` and ``Code`` put."""
    catalogs_ = [extract(), *(read(code) for code in network().languages if code != "en")]
    forms = [
        form for catalog in catalogs_ for m in catalog if m.id for form in (m.id, m.string) if form
    ]
    texts = [text for form in forms for text in ((form,) if isinstance(form, str) else form)]
    assert len(texts) > 1_000
    assert [text for text in texts if '"' in text] == []
