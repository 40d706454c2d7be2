"""What somebody else changes in between makes nobody's words mean another event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.test_events import an_event
from tests.harness import STEWARD, Said, Talk, kinds, scene

READER = "@reader:test"


@scene
async def coming(talk: Talk) -> None:
    """A member who comes to both of two events."""
    await talk.member(READER)
    for what in ("2027-03-03 14:00 UTC Duty lawyers", "2027-03-12 14:00 UTC Forensics"):
        await an_event(talk, what)
    await talk.says(READER, "going 1", "going 2")


async def moved(talk: Talk) -> list[Said]:
    """Let who announced the second event move it; returns what is said of that."""
    told = await talk.says(STEWARD, "event move 2 2027-03-13 10:00", "yes")
    return [*told, *await talk.passes(timedelta(minutes=2))]


@pytest.mark.parametrize(
    "said", ["maybe", "I can't come", "remind me two hours before", "not going"]
)
async def test_a_notice_makes_no_word_mean_another_event_than_was_looked_at(
    coming: Talk, said: str
):
    await coming.says(READER, "event 1")
    told = await moved(coming)
    assert ("events.moved", "direct:1") in [(each.kind, each.room) for each in told]
    assert {*kinds(await coming.says(READER, said))} <= {"error.argument", "wish.offer"}


async def test_a_notice_is_what_is_spoken_of_where_nothing_was_looked_at(coming: Talk):
    await coming.passes(timedelta(hours=2))
    await moved(coming)
    [noted] = await coming.says(READER, "not going")
    assert (noted.kind, noted.ids) == ("events.not_going", ["2"])
