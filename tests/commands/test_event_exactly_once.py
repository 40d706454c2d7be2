"""Whatever becomes of an event and of the clock, each reminder is said once: beside a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from actions.events.agenda import BEFORE, TOO_LATE
from bot.settings import AttentionSettings
from tests.harness import STEWARD, Talk

pytestmark = pytest.mark.slow

MEMBERS = ("@amal:test", "@boris:test")
STEPS = 40
AWAKE = AttentionSettings(quiet_from=0, quiet_until=0)
CHOSEN = (timedelta(hours=2), timedelta(minutes=50))


@dataclass
class Model:
    """What people were promised: by whom, when, and what of it was said."""

    now: datetime
    begins: datetime
    going: dict[str, tuple[timedelta, ...]] = field(default_factory=dict)
    planned: set[tuple[str, datetime]] = field(default_factory=set)
    said: set[tuple[str, datetime]] = field(default_factory=set)

    def plan(self, who: str) -> None:
        """Promise what is still ahead, in place of what was promised."""
        self.forget(who)
        for before in self.going[who]:
            one = (who, self.begins - before)
            if one[1] > self.now and one not in self.said:
                self.planned.add(one)

    def forget(self, who: str) -> None:
        self.planned = {each for each in self.planned if each[0] != who}

    def due(self) -> list[str]:
        """Say who is reminded by now: once, however many moments have passed meanwhile."""
        due = {each for each in self.planned if each[1] <= self.now}
        self.planned -= due
        self.said |= due
        late = self.now > self.begins + TOO_LATE
        return [] if late else sorted({who for who, _moment in due})


async def reminded(talk: Talk, passed: timedelta) -> list[str]:
    heard = await talk.passes(passed)
    return sorted(
        MEMBERS[int(said.room.removeprefix("direct:")) - 1]
        for said in heard
        if said.kind == "events.reminder"
    )


class Life:
    """A hub whose members sleep never, and the model of what it has to say."""

    def __init__(self, talk: Talk, random: Random) -> None:
        self.talk = talk.restarted(attention=AWAKE)
        self.random = random
        self.model = Model(talk.now, talk.now + timedelta(hours=30))

    async def begins(self) -> None:
        await self.talk.room("space:events", "!events:test")
        for who in (*MEMBERS, STEWARD):
            await self.talk.member(who, country="Austria")
        await self.talk.says(STEWARD, f"event add {self.begin()} Call", "yes")

    def begin(self) -> str:
        return f"{self.model.begins:%Y-%m-%d %H:%M} UTC"

    async def goes(self, who: str) -> None:
        if self.model.now < self.model.begins:
            await self.talk.says(who, "going 1")
            self.model.going[who] = BEFORE
            self.model.plan(who)

    async def chooses(self, who: str) -> None:
        if who in self.model.going and self.model.now < self.model.begins - max(CHOSEN):
            await self.talk.says(who, "remind 1 2h, 50min")
            self.model.going[who] = CHOSEN
            self.model.plan(who)

    async def stays_away(self, who: str) -> None:
        await self.talk.says(who, "not going 1")
        self.model.going.pop(who, None)
        self.model.forget(who)

    async def moves(self, _who: str) -> None:
        ahead = timedelta(minutes=self.random.randrange(90, 500))
        self.model.begins = (self.model.now + ahead).replace(second=0)
        await self.talk.says(STEWARD, f"event move 1 {self.begin()}", "yes")
        assert await reminded(self.talk, timedelta(0)) == []  # but told of the move
        for each in self.model.going:
            self.model.plan(each)

    async def changes(self, _who: str) -> None:
        await self.talk.says(STEWARD, f"event edit 1 3 Room {self.random.randrange(9)}", "yes")

    async def restarts(self, _who: str) -> None:
        self.talk = self.talk.restarted(attention=AWAKE)

    async def steps_back(self, _who: str) -> None:
        self.talk.now -= timedelta(minutes=self.random.randrange(30))
        self.model.now = self.talk.now

    async def passes(self) -> tuple[list[str], list[str]]:
        """Let time pass; returns who was reminded, and who had to be."""
        passed = timedelta(minutes=self.random.choice((0, 5, 10, 30, 200)))
        self.model.now += passed
        return await reminded(self.talk, passed), self.model.due()


@pytest.mark.parametrize("seed", range(5))
async def test_each_reminder_is_said_once_through_moves_choices_restarts_and_clock_steps(
    talk: Talk, seed: int
):
    random = Random(seed)
    life = Life(talk, random)
    await life.begins()
    what = (
        life.goes,
        life.goes,
        life.goes,
        life.chooses,
        life.stays_away,
        life.moves,
        life.changes,
    )
    for _step in range(STEPS):
        await random.choice((*what, life.restarts, life.steps_back))(random.choice(MEMBERS))
        was, had_to_be = await life.passes()
        assert was == had_to_be
    assert len(life.model.said) > len(MEMBERS)  # a life without reminders would show nothing
