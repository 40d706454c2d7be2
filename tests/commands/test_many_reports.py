"""Many reports: nobody hides what others told, and what was taken up waits for nobody for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.codes import code
from tests.harness import STEWARD, Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, lines, moderated, where

AMAL, BIRUK = "@amal:test", "@biruk:test"
HOUR = timedelta(hours=1)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(AMAL)
    await talk.member(BIRUK)
    await talk.heard()


async def flood(hub: Talk, people: int = 2) -> None:
    """Let some members report as much as they may, each time somebody else."""
    for number in range(people):
        who = f"@loud-{number}:test"
        await hub.member(who)
        await hub.says(who, *[f"report @nobody-{number}-{each}:test is odd" for each in range(5)])


async def test_reports_about_one_person_are_one_line(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} sells coins", f"report {OTHER} is rude")
    await hub.says(BIRUK, f"report {SPAMMER} sells coins to me too")
    (listed,) = await hub.says(MOD, "reports")
    assert [line.partition(" (")[0] for line in lines(listed)] == [
        "Reports that wait: 3",
        "• 3: @spammer:test: sells coins to…",
        "• 2: @other:test: is rude",
    ]
    assert lines(listed)[1].endswith("; 1 more about them")
    (card,) = await hub.says(MOD, "3")
    assert '• Others about them: 1, first "1"' in lines(card)
    # Whoever is the person of the other line reads nothing of it.
    (listed,) = await hub.says(OTHER, "reports")
    assert [line.partition(" (")[0] for line in lines(listed)[:1]] == ["Reports that wait: 2"]


async def test_who_reports_much_hides_nobody_and_more_shows_the_rest(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} follows me home")
    await flood(hub)
    (listed,) = await hub.says(MOD, "reports")
    first = lines(listed)
    assert first[0] == "Reports that wait: 11"
    assert [line for line in first if "follows me home" in line] == first[3:4]
    assert first[-1] == 'Say "more" for the next ones.'
    pages = [listed.ids]
    numbers = [*listed.ids]
    for _page in range(2):
        (listed,) = await hub.says(MOD, "more")
        pages.append(listed.ids)
        numbers += listed.ids
    assert [len(page) for page in pages] == [5, 5, 1]
    assert sorted(numbers) == sorted(code(number) for number in range(1, 12))
    # Control: nothing is left, so "more" is of searches again.
    assert kinds(await hub.says(MOD, "more")) == ["error.conflict"]


async def test_of_many_reports_a_moderator_is_told_in_one_letter(hub: Talk):
    letters = []
    for number in range(2):
        who = f"@loud-{number}:test"
        await hub.member(who)
        for each in range(4):
            heard = await hub.says(who, f"report @nobody-{number}-{each}:test is odd")
            letters += [said for said in where(heard) if said == ("report.new", "direct:2")]
    assert len(letters) == 5
    heard = [said for said in await hub.passes(HOUR) if said.room == "direct:2"]
    assert [(said.kind, said.body) for said in heard] == [
        ("report.news", '8 reports wait that nobody has taken up. "reports" shows them.')
    ]
    assert await hub.passes(HOUR) == []


@pytest.mark.both_databases
async def test_what_somebody_took_up_and_did_not_close_waits_again_after_two_days(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} sells coins")
    await hub.says(MOD, "report claim 1")
    await hub.passes(timedelta(hours=47))
    assert kinds(await hub.says(OTHER, "report claim 1")) == ["error.conflict"]
    heard = await hub.passes(HOUR)
    assert where(heard) == [
        ("report.claim_over", "direct:2"),
        ("report.not_closed", "direct:7"),
        ("report.not_closed", "direct:1"),
    ]
    assert heard[0].body == (
        "You took report 1 up two days ago and have not closed it, so it waits for all moderators "
        'again. "report close 1 …" closes it, "report claim 1" takes it up once more.'
    )
    (trail,) = await hub.says(STEWARD, "audit")
    assert [line for line in lines(trail) if "taken up and not closed" in line] != []
    assert kinds(await hub.says(OTHER, "report claim 1")) == ["report.claimed"]
    # A claim that is said again ends no later, and none outlives the report.
    await hub.passes(timedelta(hours=24))
    await hub.says(OTHER, "report claim 1")
    assert kinds(await hub.passes(timedelta(hours=24)))[0] == "report.claim_over"
    await hub.says(OTHER, "report claim 1")
    await hub.says(OTHER, "report close 1 I talked to them.")
    assert await hub.passes(timedelta(hours=2)) == []
