"""Command words: there in every language, told apart everywhere, and found."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot.service.wiring import discover
from bot.talk.dialogues import STEERING
from bot.talk.pointing import MOST
from kit.command import Command
from kit.table import LONGEST_PATH, CommandTable
from kit.words import clean, fold, number
from tests.harness import catalogs, network

TABLE = CommandTable(discover(), catalogs().words.ways)
COMMANDS = {command.path: command for command in TABLE}
# Not commands: they tell which language somebody begins in.
HINTS = {"hello", "small words"}
# Nor are these: what may stand around a command, and how entries of a list are counted.
AROUND = {"please", "around", *(f"entry {place}" for place in range(1, MOST + 1)), "entry last"}
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


@languages
def test_every_command_can_be_said(language):
    assert set(WORDS[language]) == {*COMMANDS} | HINTS | AROUND
    assert [path for path, ways in WORDS[language].items() if not ways] == []


def test_the_steering_words_are_among_them():
    assert {*STEERING, "start", "help"} - {*COMMANDS} == set()


def test_no_two_commands_share_a_word_in_any_language():
    means = defaultdict(set)
    for _language, path, way in said():
        means[fold(way)].add(path)
    assert {way: paths for way, paths in means.items() if len(paths) > 1} == {}


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
    ways = {way: path for each, path, way in said() if each == language}
    assert {way: found(way) for way in ways} == {
        way: (COMMANDS[path], "") for way, path in ways.items()
    }
    assert {way: found(f"{way.upper()}  67/187") for way in ways} == {
        way: (COMMANDS[path], "67/187") for way, path in ways.items()
    }


def test_a_command_is_found_by_the_word_that_help_shows():
    for language in network().languages:
        for path, command in COMMANDS.items():
            shown = catalogs().words.shown(path, language)
            assert found(shown) == (command, "")
