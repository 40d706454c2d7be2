"""Whose name looks like that of a moderator, an expert or the hub: told once, and nothing done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.moderation.namesakes import MOST_TOLD, Names, Namesake
from storage.dues import Dues
from tests.harness import HUB, SECOND_STEWARD, STEWARD, Said, Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, STRANGER, lines, moderated, where

HOUR = timedelta(hours=1)
LETTERS = [("measure.named_alike", f"direct:{number}") for number in (2, 3, 5, 1)]


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(SECOND_STEWARD)
    await talk.heard()


async def alike(hub: Talk, *people: str) -> list[Said]:
    """Let it be noticed that people go by names that look the same."""
    first, *others = people
    async with hub.storage.write() as session:
        hub.now += timedelta(seconds=1)
        await Dues(session).plan(Namesake(first, first, " ".join(others)), at=hub.now)
    return await hub.passes(timedelta(0))


@pytest.mark.both_databases
async def test_moderators_read_once_of_who_is_called_like_one_of_them(hub: Talk):
    heard = await alike(hub, SPAMMER, MOD)
    assert where(heard) == LETTERS
    assert lines(heard[0]) == [
        (
            "The name of @spammer:test looks like that of @mod:test. They may be called alike by "
            "chance, or pass for them."
        ),
        (
            'I did nothing about it and do not tell you of these two again. "warn @spammer:test …" '
            'asks for another name, "remove @spammer:test …" takes them out; both show you first '
            "what they would do."
        ),
    ]
    assert await alike(hub, SPAMMER, MOD) == []
    # One who came before, or is called so first, is no less noticed.
    assert await alike(hub, MOD, SPAMMER) == []
    assert kinds(await alike(hub, OTHER, SPAMMER)) == ["measure.named_alike"] * 4


async def test_who_is_called_like_the_hub_is_noticed(hub: Talk):
    heard = await alike(hub, STRANGER, HUB)
    assert lines(heard[0])[0] == (
        "The name of @stranger:test looks like mine. Nobody but me speaks for the hub."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MOD, OTHER),
        (MOD, STEWARD),
        (SPAMMER, STRANGER),  # nobody trusts either
    ],
)
async def test_others_of_one_name_are_nobodys_business(hub: Talk, first: str, second: str):
    assert await alike(hub, first, second) == []


async def test_who_offers_to_be_an_expert_still_passes_for_no_moderator(hub: Talk):
    await hub.says(SPAMMER, "volunteer", "bail", "1", "3", "yes")
    assert await alike(hub, STRANGER, SPAMMER) != []
    heard = await alike(hub, SPAMMER, MOD)
    assert where(heard) == LETTERS


async def test_very_many_of_one_name_make_few_letters_an_hour(hub: Talk):
    crowd = [f"@puppet{number}:test" for number in range(MOST_TOLD + 3)]
    heard = await alike(hub, *crowd, MOD)
    assert len(heard) == MOST_TOLD * len(LETTERS)
    last = "There may be more names like that one. I tell you of those in an hour."
    assert [lines(said)[-1] == last for said in heard[:: len(LETTERS)]] == [False] * 4 + [True]
    # Another's double does not wait for these.
    assert where(await alike(hub, STRANGER, OTHER)) == LETTERS
    assert len(await hub.passes(HOUR)) == 3 * len(LETTERS)
    assert await hub.passes(HOUR) == []


async def test_who_bore_a_name_before_an_expert_passes_for_nobody(hub: Talk):
    await hub.says(OTHER, "volunteer", "bail", "1", "3", "yes")
    await hub.says(SPAMMER, "volunteer", "bail", "1", "3", "yes")
    assert await alike(hub, SPAMMER, STRANGER) == []
    assert where(await alike(hub, STRANGER, SPAMMER)) == LETTERS


async def test_who_asked_to_be_forgotten_is_not_known_again_by_a_name(hub: Talk):
    await hub.says(SPAMMER, "forget me", "yes")
    await hub.passes(HOUR)
    assert where(await alike(hub, SPAMMER, MOD)) == LETTERS
    assert await alike(hub, SPAMMER, MOD) == []
    assert kinds(await hub.says(MOD, f"vouch {SPAMMER}"))[0].startswith("error.")


def names(letters: int = 2) -> Names:
    return Names(letters, b"key", HUB, ("ILAN Hub", "hub"))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Claire Dupont", "\u0421laire Dupont"),  # a Cyrillic letter
        ("Claire Dupont", "CIaire  Dup\u00f3nt \U0001f338"),
        ("Amina", "A\u200bmina"),
        ("Amina", "\U0001d400mina"),
        ("Mourad", "rnourad"),
        ("李伟", "李 伟"),
    ],
)
def test_a_name_that_looks_the_same_is_found_whoever_had_it_first(name: str, other: str):
    for first, second in ((name, other), (other, name)):
        known = names()
        assert known.called("@a:test", first) is None
        found = known.called("@b:test", second)
        assert found is not None
        assert (found.user_id, found.others) == ("@b:test", "@a:test")
        assert known.called("@b:test", second) is None  # the same in the next room


@pytest.mark.parametrize("name", ["Clara Dupont", "", "\U0001f338", "C"])
def test_other_names_and_those_that_say_nothing_are_not_compared(name: str):
    known = names()
    known.called("@a:test", "Claire Dupont")
    known.called("@c:test", name)
    assert (known.called("@b:test", name) is None) is (name != "Clara Dupont")


def test_the_hub_is_looked_for_among_all_and_nobody_where_that_is_off():
    found = names().called("@a:test", "ILАN НUB")  # half of it Cyrillic
    assert found is not None
    assert found.others == HUB
    assert names(0).called("@a:test", "ILAN Hub") is None


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr("actions.moderation.namesakes.MOST_PEOPLE", 3)
    known = names()
    for number in range(50):
        known.called(f"@{number}:test", "Amal")
        known.called("@a:test", f"name {number:c<9}")
    assert len(known._of) == 3
    assert {looks for of in known._of.values() for looks in of} == set(known._called)
    assert sum(map(len, known._called.values())) == 2 + 3
