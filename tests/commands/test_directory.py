"""Members show of themselves what they choose, field by field, and take every answer back."""

from __future__ import annotations

import pytest

from storage.directory import Directory
from tests.harness import Talk, kinds, scene

MEMBER, OTHER = "@member:test", "@other:test"


@scene
async def hub(talk: Talk) -> None:
    """Two members, a public defender in Kenya and one in Senegal."""
    await talk.member(MEMBER)
    await talk.member(OTHER, language="3", country="Sénégal")


async def listed(talk: Talk, *words: str) -> list[str]:
    heard = (await talk.says(MEMBER, " ".join(("members", *words))))[0]
    return [line[2:] for line in heard.body.splitlines() if line.startswith("•")]


async def test_nobody_is_shown_who_did_not_choose_it(hub: Talk):
    assert kinds(await hub.says(MEMBER, "members")) == ["error.not_found"]


@pytest.mark.slow
async def test_only_what_was_chosen_is_shown_and_found(hub: Talk):
    assert kinds(await hub.says(OTHER, "profil annuaire")) == ["directory.ask.fields"]
    (changed,) = await hub.says(OTHER, "1, 2")
    assert changed.body == (
        'Les autres membres trouvent désormais ceci sur vous avec "membres" ou "qui participe" : '
        "langue et pays."
    )
    assert await listed(hub) == ["@other:test: French and Senegal"]
    for words in ("Senegal", "French", "West Africa"):
        assert await listed(hub, words) == ["@other:test: French and Senegal"]
    for words in ("public defender", "prisons", "Kenya", "xyzzy"):
        assert await listed(hub, words) == []


async def test_who_only_shows_what_they_attend_is_not_found_among_members(hub: Talk):
    (changed,) = await hub.says(OTHER, "profile directory", "5")
    assert "les événements auxquels vous participez" in changed.body
    assert await listed(hub) == []
    assert await listed(hub, "Senegal") == []


async def test_a_choice_is_taken_back(hub: Talk):
    await hub.says(OTHER, "profile directory", "3")
    assert await listed(hub) == ["@other:test: Public defender / legal aid institution staff"]
    assert kinds(await hub.says(OTHER, "profile directory", "skip")) == ["directory.changed"]
    assert await listed(hub) == []


async def test_an_answer_that_is_erased_is_shown_no_more(hub: Talk):
    await hub.says(OTHER, "profile directory", "2, 4")
    await hub.says(OTHER, "profile country", "skip", "profile topics", "skip")
    assert await listed(hub) == ["@other:test"]


@pytest.mark.parametrize("end", [["forget me", "yes"], ["withdraw consent", "yes"]])
async def test_who_goes_is_shown_no_more(hub: Talk, end: list[str]):
    await hub.says(OTHER, "profile directory", "1")
    await hub.says(OTHER, *end)
    assert await listed(hub) == []


@pytest.mark.slow
async def test_five_at_once_and_words_for_the_others(hub: Talk):
    for n in range(6):
        who = f"@colleague{n}:test"
        await hub.member(who)
        await hub.says(who, "profile directory", "2")
    heard = (await hub.says(MEMBER, "members Kenya"))[0]
    assert heard.body.splitlines()[0] == "Members found: 6"
    assert len(await listed(hub)) == 5


async def test_the_directory_is_for_members(hub: Talk):
    await hub.opens("@stranger:test")
    assert kinds(await hub.says("@stranger:test", "members")) == ["error.not_allowed"]


async def test_the_profile_shows_each_field_with_its_purpose_and_erases_each(hub: Talk):
    await hub.says(MEMBER, "profile directory", "1, 2")
    facts = [line for line in await profile(hub) if line.startswith("•")]
    assert [fact.partition(":")[0] for fact in facts] == [
        "• Matrix ID",
        "• Language",
        "• Country",
        "• Time zone",
        "• Category",
        "• Topics",
        "• Role",
        "• You agreed to the rules on Monday, March 1, 2027, 15",
        "• Other members can find this about you",
        "• Notes",
    ]
    await hub.says(MEMBER, "profile country", "skip", "profile topics", "skip", "timezone UTC")
    await hub.says(MEMBER, "profile directory", "skip")
    assert [line for line in await profile(hub) if "not given" in line] == [
        "• Country: not given, for your region's room",
        "• Time zone: not given, for reminders",
        "• Topics: not given, for rooms and questions",
    ]


async def profile(talk: Talk) -> list[str]:
    return (await talk.says(MEMBER, "profile"))[0].body.splitlines()


@pytest.mark.both_databases
async def test_an_entry_is_kept_once(hub: Talk):
    async with hub.storage.write() as session:
        directory = Directory(session)
        await directory.show(1, ["country"])
        await directory.show(1, ["topics"])
        assert await directory.of(1) == ["topics"]
        assert [entry.shown async for entry in directory.everybody()] == [["topics"]]


@pytest.mark.both_databases
async def test_who_shows_a_country_is_counted_by_category_and_nobody_else(hub: Talk):
    await hub.says(MEMBER, "profile directory", "1, 3")
    await hub.says(OTHER, "profil annuaire", "2")
    async with hub.storage.read() as session:
        directory = Directory(session)
        counted = [await directory.categories_in(code) for code in ("SN", "KE")]
    assert counted == [{"public-defender": 1}, {}]
