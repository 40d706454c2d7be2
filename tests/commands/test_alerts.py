"""Who looked for something in vain is told, once, as soon as the library has it."""

from __future__ import annotations

import pytest

from actions.curation.awaiting import EVERY, MOST_AWAITED
from storage.engine import Storage
from tests.beginnings import Beginnings
from tests.harness import STEWARD as CURATOR
from tests.harness import Talk, kinds, once

READER, LECTORA, MEMBER = "@reader:test", "@lectora:test", "@member:test"


@pytest.fixture
async def live(storage: Storage, beginnings: Beginnings | None) -> Talk:
    """A curator, and a library in which is found what was changed."""
    talk = Talk(storage, live=True, beginnings=beginnings)
    await peopled(talk)
    return talk


@once
async def peopled(talk: Talk) -> None:
    await talk.member(CURATOR)
    await talk.member(READER)
    await talk.member(LECTORA, language="2", country="Uruguay")


@pytest.fixture
async def waiting(live: Talk) -> Talk:
    """Two people who were told that there is nothing, and asked to be told."""
    await live.says(READER, "find zugzwang strike", "1")
    await live.says(LECTORA, "buscar zugzwang", "alerta")
    return live


async def adds(talk: Talk, title: str) -> None:
    """Let a curator put an item into the library."""
    await talk.says(CURATOR, f"resource add {title}", "1", "English", "1", "What to do about it.")


@pytest.mark.both_databases
async def test_who_asked_is_told_once_and_in_their_language(waiting: Talk):
    assert await waiting.passes(EVERY) == []
    await adds(waiting, "Zugzwang strike guide")
    told = await waiting.passes(EVERY)
    assert {each.room: each.body.splitlines()[0] for each in told} == {
        "direct:2": (
            "You asked me to tell you when the library has something on zugzwang strike. "
            'It now has Zugzwang strike guide. Say "show zugzwang-strike-guide" to see it.'
        ),
        "direct:3": (
            "Me pidió que le avisara cuando la biblioteca tuviera algo sobre zugzwang. "
            'Ahora tiene Zugzwang strike guide. Para verlo, escriba "ver zugzwang-strike-guide".'
        ),
    }
    assert kinds(await waiting.says(READER, "show")) == ["find.card"]
    await adds(waiting, "Zugzwang strike handbook")
    assert await waiting.passes(EVERY) == []


async def test_what_does_not_fit_or_only_waits_tells_nobody(waiting: Talk):
    await adds(waiting, "Pancakes: a recipe")
    await waiting.member(MEMBER)
    await waiting.says(MEMBER, "suggest Zugzwang manual", "1", "English", "1", "It is on zugzwang.")
    assert await waiting.passes(EVERY) == []


async def test_what_was_found_already_is_no_news(live: Talk):
    await adds(live, "Zugzwang strike guide")
    await live.says(READER, "alert zugzwang strike")
    await adds(live, "Pancakes: a recipe")
    assert await live.passes(EVERY) == []
    await adds(live, "Zugzwang strike handbook")
    assert kinds(await live.passes(EVERY)) == ["library.arrived"]


async def test_alerts_are_listed_and_removed(live: Talk):
    assert (await live.says(READER, "alerts"))[0].body == (
        'You have no alerts. After a search that finds nothing, say "alert".'
    )
    for number in range(MOST_AWAITED):
        await live.says(READER, f"alert zugzwang {number}")
    assert kinds(await live.says(READER, "alert zugzwang 9")) == ["error.conflict"]
    assert kinds(await live.says(READER, "alert off 9")) == ["error.not_found"]
    removed = await live.says(READER, "alert off 2")
    assert [each.body for each in removed] == ["The alert on zugzwang 1 is removed."]
    assert kinds(await live.says(READER, "alert Zugzwang 0")) == ["error.conflict"]
    assert (await live.says(READER, "alerts"))[0].body.splitlines()[2:6] == [
        f"{place}. zugzwang {number}" for place, number in enumerate((0, 2, 3, 4), 1)
    ]


async def test_without_a_search_it_asks_on_what(live: Talk):
    heard = await live.says(READER, "alert")
    assert [(s.kind, s.body) for s in heard] == [
        ("error.argument", 'Say what it should be about: "alert …".')
    ]


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("let me know when you get something on zugzwang strikes", "zugzwang strikes"),
        ("préviens-moi dès que tu as quelque chose sur le zugzwang", "le zugzwang"),
        ("дай знать, как только появится что-то о цугцванге", "цугцванге"),
    ],
)
async def test_the_subject_of_a_sentence_is_waited_for(live: Talk, said: str, subject: str):
    assert kinds(await live.says(READER, said)) == ["library.awaited"]
    [listed] = await live.says(READER, "alerts")
    assert listed.body.splitlines()[1:3] == ["", f"1. {subject}"]


async def test_who_is_forgotten_or_leaves_waits_for_nothing(waiting: Talk):
    await waiting.says(READER, "forget me", "yes")
    await adds(waiting, "Zugzwang strike guide")
    assert [each.room for each in await waiting.passes(EVERY)] == ["direct:3"]


async def test_the_case_of_somebody_is_no_alert(live: Talk):
    heard = await live.says(READER, "alert my client John Doe, case 123/2025, is held in Kamiti")
    assert kinds(heard) == ["error.confidential"]
