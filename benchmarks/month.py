"""Let a month pass for a whole network and see whom the hub wrote to, how often and when.

``python -m benchmarks.month --members 2000 --seed 1``: members of twelve countries say that they
are going to events, ask and answer as experts, newcomers come and half of them stop at a question,
and there is news of the library. Everything goes through the real conversation and tables, with a
clock that is moved by hand. Then nobody may have been written to more often than three times in
any seven days without having asked, and nobody in their quiet hours but about what cannot wait.

``--control open`` leaves the gate open, and then the figures must show it.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.say.post import OutboxPost
from kit.codes import read_code
from kit.due import WasInvited
from kit.network import RoomKind
from kit.notices import Notice
from kit.roomkey import Direct
from kit.text import Reply, Verbatim
from storage.attention import Attention
from storage.dues import Dues
from storage.engine import Storage
from storage.migrate import upgrade
from storage.tables.cases import ExpertRow
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow
from storage.vault import Vault, new_key
from tests.harness import NOON, STEWARD, Said, Talk, network

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WEEKLY = 3
QUIET = (21, 7)
# What somebody said they want beforehand: by these words the kinds of messages begin.
ASKED_FOR = ("events.reminder", "events.cancelled", "experts.")
# A reminder may come at night if the morning would leave less than two hours.
NIGHT = timedelta(hours=10 + 2)
HOMES = [
    ("KE", "Africa/Nairobi", "en"),
    ("SN", "Africa/Dakar", "fr"),
    ("BR", "America/Sao_Paulo", "pt"),
    ("AR", "America/Argentina/Buenos_Aires", "es"),
    ("US", "America/Los_Angeles", "en"),
    ("EG", "Africa/Cairo", "ar"),
    ("NP", "Asia/Kathmandu", "en"),
    ("CN", "Asia/Shanghai", "zh"),
    ("KZ", "Asia/Almaty", "ru"),
    ("AT", "Europe/Vienna", "en"),
    ("NZ", "Pacific/Auckland", "en"),
    ("MX", "America/Mexico_City", "es"),
]
STEPS = ["hello", "1", "yes", "Kenya", "1", "1, 10"]
REACTIONS = {
    "experts.offer": [*["accept"] * 6, *["decline"] * 2, *["why"] * 2],
    "experts.accepted": ["accept"],
    "experts.question": ["done"],
}
QUESTION = "Which standards require counsel at disciplinary hearings?"


class Ungated(OutboxPost):
    """What the hub would do without the gate."""

    async def notify(self, person_id: int, notice: Notice, reply: Reply, **options: Any) -> None:
        """Write at once."""
        del notice, options
        await self.tell(person_id, reply)

    async def publish(
        self,
        notice: Notice,
        reply: Reply,
        *,
        until: datetime | None = None,
        to: Collection[int],
    ) -> None:
        """Write to those *to* whom it is at once."""
        for person_id in to:
            await self.notify(person_id, notice, reply, until=until)


@dataclass(frozen=True, slots=True)
class Unasked:
    """A message that its reader did not just ask for."""

    room: str
    kind: str
    at: datetime
    zone: str | None
    begins: datetime | None

    @property
    def counted(self) -> bool:
        """Whether it takes from the budget."""
        return not self.kind.startswith(ASKED_FOR)

    @property
    def at_night(self) -> bool:
        """Whether it came in quiet hours without need."""
        hour = self.at.astimezone(ZoneInfo(self.zone or "UTC")).hour
        presses = self.begins is not None and self.begins - self.at < NIGHT
        return (hour >= QUIET[0] or hour < QUIET[1]) and not presses


def too_many(messages: Iterable[Unasked]) -> int:
    """Count the people who were written to more than thrice in any seven days."""
    by_room: dict[str, list[datetime]] = defaultdict(list)
    for each in messages:
        if each.counted:
            by_room[each.room].append(each.at)
    return sum(
        any(later - first < WEEK for first, later in zip(times, times[WEEKLY:], strict=False))
        for times in by_room.values()
    )


@dataclass(slots=True)
class Month:
    """A network, what its people are about to do, and what reached them unasked."""

    talk: Talk
    random: Random
    members: int
    unasked: list[Unasked] = field(default_factory=list)
    answers: int = 0
    begins: dict[str, datetime] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Callable[[], Awaitable[object]]]] = field(
        default_factory=list
    )
    _count: itertools.count[int] = field(default_factory=itertools.count)
    _names: dict[str, str] = field(default_factory=dict)

    async def settle(self) -> None:
        """Let the members be there already, one in thirty an expert."""
        themes = [room.slug for room in network().of_kind(RoomKind.THEME)][:3]
        async with self.talk.storage.write() as session:
            for number in range(1, self.members + 1):
                country, zone, language = self.random.choice(HOMES)
                name = f"@m{number}:test"
                person = PersonRow(
                    user_id=name,
                    language=language,
                    zone=zone,
                    country=country,
                    role="member",
                    consent_at=NOON,
                    met_at=NOON,
                )
                session.add(person)
                await session.flush()
                key, chat = Direct(person.id), Talk.chat(name)
                self._names[str(key)] = name
                session.add(RoomRow(key=key, room_id=chat, person_id=person.id, language=language))
                if number % 30 == 0:
                    entry = {"topics": themes, "languages": ["en", language]}
                    session.add(
                        ExpertRow(person_id=person.id, since=NOON, changed_at=NOON, **entry)
                    )
        await self.talk.member(STEWARD)
        await self.talk.room("space:events", "!events:test")

    def soon(self, days: float, act: Callable[[], Awaitable[object]]) -> None:
        """Let something happen within *days*."""
        moment = self.talk.now + DAY * self.random.uniform(0, days)
        heapq.heappush(self._agenda, (moment, next(self._count), act))

    async def pass_by(self, days: int) -> None:
        """Let *days* pass, hour by hour."""
        for hour in range(days * 24):
            if hour % 24 == 0:
                self._plan_day(hour // 24)
            await self._note(await self.talk.passes(HOUR))
            while self._agenda and self._agenda[0][0] <= self.talk.now:
                await heapq.heappop(self._agenda)[2]()

    def _plan_day(self, day: int) -> None:
        if day % 7 in {0, 2, 4}:
            self.soon(1, self._announce)
        if day % 7 in {1, 5}:
            self.soon(1, self._library_news)
        for _ in range(max(1, self.members // 200)):
            self.soon(1, self._ask)
            self.soon(1, self._arrive)

    async def _announce(self) -> None:
        begins = self.talk.now + timedelta(days=self.random.randint(2, 12), hours=3)
        when = begins.strftime("%Y-%m-%d %H:%M")
        await self._says(STEWARD, f"event add {when} UTC Call {next(self._count)}")
        heard = await self._says(STEWARD, "yes")
        number = heard[-1].ids[0]
        self.begins[number] = begins.replace(second=0, microsecond=0)
        for name in self.random.sample(list(self._names.values()), self.members // 20):
            self.soon(1.5, partial(self._says, name, f"going {number}"))
        if self.random.random() < 0.2:
            self.soon(12, partial(self._cancel, number))

    async def _cancel(self, number: str) -> None:
        await self._says(STEWARD, f"event cancel {number}")
        await self._says(STEWARD, "yes")

    async def _library_news(self) -> None:
        title = f"New in the library: item {next(self._count)}"
        async with self.talk.storage.write() as session:
            post = self.talk.post(session, self.talk.now)
            everybody = await Attention(session).member_ids(0, 2 * self.members)
            news = Reply("library.news", Verbatim(title))
            await post.publish(Notice.LIBRARY, news, to=everybody)
        await self._note(await self.talk.heard())

    async def _ask(self) -> None:
        name = self.random.choice(list(self._names.values()))
        for said in ("ask", QUESTION, "1", "no", "skip", "yes"):
            await self._says(name, said)

    async def _arrive(self) -> None:
        name = f"@n{next(self._count)}:test"
        heard = await self.talk.opens(name)
        self._names[heard[0].room] = name
        last = self.random.choice([len(STEPS), self.random.randrange(1, len(STEPS))])
        for said in STEPS[:last]:
            await self._says(name, said)

    async def _says(self, name: str, said: str) -> list[Said]:
        heard = await self.talk.says(name, said)
        await self._note(heard, name)
        return heard

    async def _note(self, heard: Sequence[Said], speaker: str = "") -> None:
        """Tell what was asked for from what was not, and let its readers react."""
        for each in heard:
            name = self._names.get(each.room)
            if name and each.kind in REACTIONS:
                said = f"{self.random.choice(REACTIONS[each.kind])} {each.ids[0]}"
                self.soon(3, partial(self._says, name, said))
            if each.kind == "experts.introduced":
                await self._invite(each)
        told = [each for each in heard if each.body and each.room in self._names]
        others = [each for each in told if self._names[each.room] != speaker]
        self.answers += len(told) - len(others)
        zones = await self._zones({each.room for each in others})
        self.unasked += [
            Unasked(
                each.room,
                each.kind,
                self.talk.now,
                zones[each.room],
                self.begins.get(each.ids[0]) if each.kind.startswith("events.") else None,
            )
            for each in others
        ]

    async def _invite(self, told: Said) -> None:
        """Let the homeserver invite both to their room, the asker last."""
        invited = WasInvited(f"request:{read_code(told.ids[0])}", int(told.room.partition(":")[2]))
        async with self.talk.storage.write() as session:
            await Dues(session).plan(invited, at=self.talk.now)

    async def _zones(self, rooms: set[str]) -> dict[str, str | None]:
        numbers = {int(room.partition(":")[2]): room for room in rooms}
        query = select(PersonRow.id, PersonRow.zone).where(PersonRow.id.in_(numbers))
        async with self.talk.storage.read() as session:
            return {numbers[n]: zone for n, zone in await session.execute(query)}


async def simulate(
    storage: Storage, *, members: int, days: int, seed: int, control: str = ""
) -> Month:
    """Let *days* pass for a network; returns what reached its people."""
    talk = Talk(storage, post=Ungated if control else OutboxPost)
    month = Month(talk, Random(seed), members)
    await month.settle()
    await month.pass_by(days)
    return month


async def _run(members: int, days: int, seed: int, control: str) -> None:
    began = monotonic()
    with TemporaryDirectory() as directory:
        storage = Storage(f"sqlite:///{Path(directory) / 'hub.db'}", Vault(new_key()))
        await upgrade(storage)
        month = await simulate(storage, members=members, days=days, seed=seed, control=control)
        await storage.close()
    counted = [each for each in month.unasked if each.counted]
    for kind, n in sorted(Counter(each.kind for each in month.unasked).items()):
        print(f"{n:7} {kind}")
    figures = {
        "members": members,
        "days": days,
        "answers": month.answers,
        "asked_for": len(month.unasked) - len(counted),
        "unsolicited": len(counted),
        "unsolicited_a_week": round(len(counted) / members / days * 7, 2),
        "over_budget": too_many(month.unasked),
        "at_night": sum(each.at_night for each in month.unasked),
        "seconds": round(monotonic() - began),
    }
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


def main() -> None:
    """Let the month pass and print what happened; the last line is for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=["open"], default="")
    read = parser.parse_args()
    print("Moves the clock hour by hour; everything else is the real hub on SQLite.")
    asyncio.run(_run(read.members, read.days, read.seed, read.control))


if __name__ == "__main__":
    main()
