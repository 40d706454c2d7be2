"""A network of any size, put into the tables at once: members, experts, requests, events, the past.

What is sealed is sealed by the vault, as the hub does it. Rows of the past are copies of one for
each member, made by the database itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from sqlalchemy import BigInteger, Table, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from actions.consent import CONSENT_VERSION
from actions.events.agenda import BEFORE, Reminder
from kit.authority import Role
from kit.network import Network, RoomKind
from kit.notices import DigestDue, Notice
from kit.roomkey import Direct, SpaceRoom
from kit.subject import OfEvent
from storage.base import Base
from storage.dues import planned_row
from storage.engine import Storage
from storage.queue import State
from storage.tables.cases import CaseOutcome, ExpertRow, OfferRow, OfferState, RequestRow
from storage.tables.cases import RequestState as Asked
from storage.tables.events import AttendanceRow, EventRow
from storage.tables.people import DirectoryRow, PersonRow
from storage.tables.queues import DueRow, InboxRow, OutboxRow
from storage.tables.rooms import OccupantRow, RoomRow
from storage.tables.talk import AttentionRow, ListingRow, NoticeRow, NoticeState

HUB = "@hub:test"
PORTION = 2_000
# For each member: about a million rows that are over where there are 20 000.
HEARD, SAID, HAPPENED = 20, 25, 5
DAY = timedelta(days=1)
COPY = "~"
# The first members are the same in each crowd, and the only ones who speak.
SPEAKING = 100
ASKERS, EXPERTS = range(1, 41), range(41, 56)


def name(number: int) -> str:
    """Name the member of a number."""
    return f"@member-{number}:test"


def chat(number: int) -> str:
    """Name their chat with the hub."""
    return f"!chat-member-{number}:test"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of each there are among so many members."""

    members: int
    network: Network
    now: datetime

    @property
    def experts(self) -> int:
        """Members who answer requests."""
        return max(len(EXPERTS), self.members * 3 // 20)

    @property
    def requests(self) -> int:
        """Requests that are open."""
        return max(len(ASKERS), self.members // 10)

    @property
    def events(self) -> int:
        """Events, half of them still to come; a quarter of all members goes to the first."""
        return max(6, self.members // 40)

    async def settle(self, storage: Storage) -> None:
        """Put everything into an empty database."""
        async with storage.write() as session:
            for table, rows in self._tables():
                await _put(session, table, rows)
        for table, key, state, copies in (
            (InboxRow, "event_id", State.DONE, HEARD),
            (OutboxRow, "txn_id", State.SENT, SAID),
            (DueRow, "key", State.DONE, HAPPENED),
        ):
            async with storage.write() as session:
                await _copy(session, table.table(), key, state, copies)
        if storage.shared:
            async with storage.write() as session:
                await _settle_postgresql(session)

    def _tables(self) -> Iterator[tuple[type[Base], Iterator[Mapping[str, Any]]]]:
        yield PersonRow, self._people()
        yield RoomRow, self._rooms()
        yield OccupantRow, self._occupants()
        yield AttentionRow, self._wishes()
        yield DirectoryRow, self._shown()
        yield ExpertRow, self._experts()
        yield RequestRow, self._requests()
        yield OfferRow, self._offers()
        yield EventRow, self._events()
        yield AttendanceRow, self._attendance()
        yield NoticeRow, self._notices()
        yield ListingRow, self._listings()
        yield DueRow, self._dues()
        yield InboxRow, self._heard()
        yield OutboxRow, self._said()
        yield DueRow, self._happened()

    @property
    def numbers(self) -> range:
        """The members."""
        return range(1, self.members + 1)

    def _people(self) -> Iterator[dict[str, Any]]:
        places = [
            (country, region.zone)
            for region in self.network.regions.values()
            for country in sorted(region.countries)
        ]
        draw = Random(1)
        categories = sorted(self.network.categories)
        themes = [room.slug for room in self.network.of_kind(RoomKind.THEME)]
        flags = dict.fromkeys(("departed", "held", "suspended"), False)
        for n in self.numbers:
            country, zone = draw.choice(places)
            yield {
                "id": n,
                "user_id": name(n),
                "language": draw.choice(self.network.languages),
                "zone": zone,
                "country": country,
                "category": categories[0] if draw.random() < 0.6 else draw.choice(categories),
                "topics": draw.sample(themes, 2),
                "role": Role.MEMBER,
                **dict.fromkeys(("in_space", "has_spoken", "greeted"), True),
                "practitioner": n % 2 == 0,
                **flags,
                "misunderstood": 0,
                "consent_version": CONSENT_VERSION,
                "consent_language": "en",
                "consent_at": self.now - 30 * DAY,
                "met_at": self.now - 31 * DAY,
            }

    def _rooms(self) -> Iterator[dict[str, Any]]:
        room = {"encrypted": False, "left": False}
        for n in self.numbers:
            yield (
                {"id": n, "key": Direct(n), "room_id": chat(n), "person_id": n}
                | room
                | {"language": "en"}
            )
        for n, slug in enumerate(self.network.rooms, self.members + 1):
            key = {"id": n, "key": SpaceRoom(slug), "room_id": f"!{slug}:test", "person_id": None}
            yield key | room | {"language": "en"}

    def _occupants(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            for who in (HUB, name(n)):
                yield {"room_id": chat(n), "user_id": who}

    def _wishes(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers[::3]:
            yield {
                "person_id": n,
                "quiet_from": None,
                "quiet_until": None,
                "digest": True,
                "muted": n % 20 == 0,
                "switched_off": [Notice.EVENTS] if n % 6 == 1 else [],
            }

    def _shown(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers[::4]:
            yield {"person_id": n, "shown": ["country", "language", "topics"]}

    @property
    def serving(self) -> list[int]:
        """Members who are experts: some of those who speak, and the last ones."""
        others = self.experts - len(EXPERTS)
        return [*EXPERTS, *(self.numbers[-others:] if others else ())]

    def _experts(self) -> Iterator[dict[str, Any]]:
        draw = Random(2)
        themes = [room.slug for room in self.network.of_kind(RoomKind.THEME)]
        for n in self.serving:
            yield {
                "person_id": n,
                "topics": draw.sample(themes, 3),
                "languages": ["en", "fr"],
                "away": False,
                "since": self.now - 20 * DAY,
                "changed_at": self.now - 20 * DAY + timedelta(seconds=n),
            }

    def asked(self, state: Asked) -> list[int]:
        """List the requests in a state."""
        shares = (*[Asked.UNMATCHED] * 2, *[Asked.OFFERED] * 4, Asked.ACCEPTED, Asked.INTRODUCED)
        states = islice(cycle(shares), self.requests)
        return [n for n, found in enumerate(states, 1) if found is state]

    def asker_of(self, request: int) -> int:
        """Name who asked: the first are of those who speak."""
        return request if request in ASKERS else SPEAKING + request

    def expert_of(self, request: int) -> int:
        """Name the expert to whom a request was put."""
        serving = EXPERTS if request in ASKERS else self.serving
        return serving[request % len(serving)]

    def _requests(self) -> Iterator[dict[str, Any]]:
        themes = [room.slug for room in self.network.of_kind(RoomKind.THEME)]
        open_ones = {n: s for s in Asked for n in self.asked(s)}
        over = range(self.requests + 1, 2 * self.requests - len(ASKERS) + 1)
        for n in (*open_ones, *over):
            state = open_ones.get(n, Asked.DONE)
            taken = state in {Asked.ACCEPTED, Asked.INTRODUCED, Asked.DONE}
            yield {
                "id": n,
                "asker_id": self.asker_of(n),
                "expert_id": self.expert_of(n) if taken else None,
                "topic": themes[n % len(themes)],
                "languages": ["en"],
                "question": "Which standards speak of duty lawyers at police stations?",
                "state": state,
                "asker_missed": False,
                "created_at": self.now - 10 * DAY,
                "taken_at": self.now - 9 * DAY if taken else None,
                "outcome": CaseOutcome.HELPED if state is Asked.DONE else None,
            }

    def _offers(self) -> Iterator[dict[str, Any]]:
        for state, offer in (
            (Asked.OFFERED, OfferState.OFFERED),
            (Asked.ACCEPTED, OfferState.ACCEPTED),
            (Asked.INTRODUCED, OfferState.ACCEPTED),
        ):
            for n in self.asked(state):
                yield {
                    "request_id": n,
                    "expert_id": self.expert_of(n),
                    "state": offer,
                    "offered_at": self.now - DAY,
                    "score": {"topic": 1.0},
                    "outcome": None,
                }

    def _events(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.events + 1):
            ahead = n <= self.events // 2
            yield {
                "id": n,
                "title": f"Session {n}",
                "starts_at": self.now + (n * DAY if ahead else -n * DAY),
                "zone": "Africa/Nairobi",
                "host_id": 1,
                "cancelled": False,
                "length": None,
                "place": "",
                "link": "",
                "about": "",
                "revision": 0,
                "revised_at": None,
            }

    def _going(self) -> Iterator[tuple[int, int]]:
        for event in range(1, self.events + 1):
            going = self.members // 4 if event == 1 else min(20, self.members // 4)
            for n in self.numbers[-going:]:
                yield event, n

    def _attendance(self) -> Iterator[dict[str, Any]]:
        for event, n in self._going():
            yield {"event_id": event, "person_id": n, "before": None}

    def _notices(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            for event in (2, 3):
                shown = {"kind": "events.new", "ids": [str(event)], "html": "", "mentions": []}
                yield {
                    "person_id": n,
                    "notice": Notice.EVENTS,
                    "subject": OfEvent(event),
                    "text": shown | {"plain": f"New event: Session {event}"},
                    "until": None,
                    "state": NoticeState.GATHERED,
                    "since": self.now - DAY,
                }

    def _listings(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            yield {
                "person_id": n,
                "kind": "events",
                "ids": ["1", "2"],
                "shown": 2,
                "said": None,
                "met_at": self.now,
            }

    def _dues(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            yield planned_row(DigestDue(n), self.now + DAY)
        for event, n in self._going():
            if event <= self.events // 2:
                starts_at = self.now + event * DAY
                for before in BEFORE:
                    if starts_at - before > self.now:
                        yield planned_row(Reminder(event, n), starts_at - before)

    def _heard(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            yield {
                "event_id": f"$heard-{n}",
                "room_id": chat(n),
                "sender": name(n),
                "kind": "message",
                "payload": None,
                "sent_at": self.now - DAY,
                "state": State.DONE,
                "tries": 0,
            }

    def _said(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            yield {
                "txn_id": f"said-{n}",
                "room": n,
                "person_id": n,
                "action": "send",
                "content": None,
                "audience": None,
                "created_at": self.now - DAY,
                "event_id": f"$said-{n}",
                "state": State.SENT,
                "tries": 0,
            }

    def _happened(self) -> Iterator[dict[str, Any]]:
        for n in self.numbers:
            row = planned_row(DigestDue(n), self.now - DAY)
            yield row | {"state": State.DONE, "payload": {}}


async def _put(session: AsyncSession, table: type[Base], rows: Iterator[Mapping[str, Any]]) -> None:
    while portion := list(islice(rows, PORTION)):
        await session.execute(insert(table.table()), portion)


async def _copy(session: AsyncSession, table: Table, key: str, state: State, copies: int) -> None:
    """Let each row that is over have so many copies, with keys of their own."""
    columns = [column for column in table.c if column.name != "id"]
    once = table.c.state == state, table.c[key].not_like(f"%{COPY}%")
    for number in range(1, copies):
        made = [
            column + literal(f"{COPY}{number}") if column.name in {key, "event_id"} else column
            for column in columns
        ]
        names = [column.name for column in columns]
        await session.execute(insert(table).from_select(names, select(*made).where(*once)))


async def _settle_postgresql(session: AsyncSession) -> None:
    """Let numbers go on after those that were given, and do what autovacuum does by and by."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, BigInteger):
            last = f"SELECT coalesce(max(id), 0) + 1 FROM {table.name}"
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            await session.execute(text(f"SELECT setval({sequence}, ({last}), false)"))
    await session.execute(text("ANALYZE"))
