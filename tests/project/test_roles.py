"""The page of roles is what the code decides, in each cell."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from actions.authority import may
from bot.service.wiring import discover
from kit.authority import Role
from tests.project.roles import PAGE, SHUT_OUT, asking, page

TEXT = PAGE.read_text("utf-8")
NAMES = [SHUT_OUT, *Role]
COMMANDS = {command.path: command for feature in discover() for command in feature.commands}
CELLS = {
    path: dict(zip(NAMES, map(str.strip, cells.split("|")), strict=True))
    for path, cells in re.findall(r"^\| `(.+?)` \| (.*) \|$", TEXT, re.MULTILINE)
}


def test_the_page_is_current():
    assert page() == TEXT, "run: make docs"


@pytest.mark.parametrize("name", NAMES)
def test_each_cell_is_what_the_one_function_answers(name):
    by = asking()[name]
    said = {path: cells[name] == "yes" for path, cells in CELLS.items()}
    assert said == {path: may(by, command.act) for path, command in COMMANDS.items()}


def test_more_power_never_means_fewer_commands():
    ways = ([SHUT_OUT, "anyone", "member", "curator"], ["member", "organiser", "moderator"])
    for way in (*ways, ["curator", "moderator", "steward"]):
        sayable = [{path for path, cells in CELLS.items() if cells[name]} for name in way]
        assert all(less <= more for less, more in pairwise(sayable))


def test_a_power_that_is_given_away_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.project.roles.may", lambda _by, _act: True)
    assert page() != TEXT
