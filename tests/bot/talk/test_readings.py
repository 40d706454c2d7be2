"""The order of the readings: which of several things that a message can be it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.talk.readings import ORDER
from tests.harness import Talk, kinds, scene

NEWCOMER, MEMBER = "@newcomer:test", "@member:test"
ROOT = Path(__file__).parents[3]
BEFORE = {
    "language": ["start"],
    "consent": ["start", "1"],
    "country": ["start", "1", "yes"],
    "category": ["start", "1", "yes", "Kenya"],
    "topics": ["start", "1", "yes", "Kenya", "1"],
}
EXACT = {
    "events": "events.none",
    "my data": "privacy.data",
    "help": "help.all",
    "find torture": "find.results",
    "forget me": "forget.ask.confirm",
}


def test_the_order_is_the_one_that_is_described():
    described = re.findall(
        r"^\d+\. `(\w+)`: (.+)$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE
    )
    assert described == [(each.__name__, each.__doc__) for each in ORDER]


@pytest.mark.parametrize("question", BEFORE)
async def test_an_exact_command_wins_over_any_question(talk: Talk, question: str):
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, *BEFORE[question])
    for said, kind in EXACT.items():
        assert kinds(await talk.says(NEWCOMER, said))[0] == kind


@scene
async def asking(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask")


@pytest.mark.parametrize(("said", "kind"), EXACT.items())
async def test_an_exact_command_wins_where_a_story_is_asked_for(asking: Talk, said: str, kind: str):
    assert kinds(await asking.says(MEMBER, said))[0] == kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("no", "say.kept"),  # of what was missing: a no
        ("events", "events.none"),
        ("bail", "library.awaited"),
    ],
)
async def test_what_is_missing_is_filled_by_all_but_a_no_and_an_exact_command(
    talk: Talk, said: str, kind: str
):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, "alert")) == ["error.argument"]
    assert kinds(await talk.says(MEMBER, said))[0] == kind
