"""The talk around commands knows none by its words, but by what it is declared to be."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from bot.service.wiring import discover
from kit.feature import Feature
from kit.table import CommandTable
from kit.text import _
from kit.trait import Purpose, Slot, Trait

ROOT = Path(__file__).parents[2]
FEATURES = discover()
DECLARED = [each for feature in FEATURES for each in (*feature.commands, *feature.answers)]
PATHS = {each.path for each in DECLARED}


def test_each_purpose_has_one_command_or_answer():
    purposes = Counter(each.purpose for each in DECLARED if each.purpose)
    assert purposes == dict.fromkeys(Purpose, 1)


def test_each_trait_and_each_slot_is_declared():
    assert {trait for each in DECLARED for trait in each.traits} == set(Trait)
    slots = {argument.word.slot for each in DECLARED for argument in each.arguments}
    assert slots - {None} == set(Slot)


def test_what_answers_a_question_in_the_words_of_a_command_is_there():
    answers = {each.path for feature in FEATURES for each in feature.answers}
    assert {each.asked for each in DECLARED} - {""} <= answers


def named(source: str) -> list[str]:
    """List the paths of commands that stand in code, but where people are told to say one."""
    tree = ast.parse(source)
    said = {
        call.args[0]
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Say"
    }
    texts = [each for each in ast.walk(tree) if isinstance(each, ast.Constant)]
    return sorted(each.value for each in texts if each.value in PATHS and each not in said)


def test_talk_names_no_command():
    modules = (ROOT / "bot" / "talk").rglob("*.py")
    assert {path.name: found for path in modules if (found := named(path.read_text()))} == {
        "dispatch.py": ["done"],  # how an event ends, as are those in the journal
        "journal.py": ["done", "done"],
        "verifying.py": ["done"],
    }


def test_a_command_that_is_named_is_found():
    assert named('command.path == "forget me" or Say("forget me")') == ["forget me"]


async def nothing() -> None:
    """Answer nothing."""


def test_two_commands_for_one_purpose_are_refused():
    feature = Feature("two", _("Two"), 1)
    for path in ("one", "other"):
        feature.command(path, summary=_("do it"), purpose=Purpose.LAWYER)(nothing)
    with pytest.raises(ValueError, match="'one' and 'other' are for"):
        CommandTable([feature], lambda path: {path})
