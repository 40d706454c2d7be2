"""Many reminders in one minute on a real homeserver: ``python -m benchmarks.reminders``.

Synapse with its limits lifted; fifty people, each with a direct chat with the hub, are going to as
many events as it takes. All reminders fall due at one moment. ``late_…`` is how much later the
homeserver had them, by its own clock. A bare loop without library or storage sends as many messages
of that size in chats of its own, before and after; ``ratio`` compares the hub's rate with the mean
of both, ``cpu_ms`` is the hub's for each. ``longest_block_ms`` is how long the hub's loop did
nothing else at most, ``longest_work_ms`` how long the processor worked for it by then, and
``tick_ms`` what a look for due rows takes the processor when 100 000 wait.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import aiohttp
from sqlalchemy import ColumnElement, func, select

from actions.events.agenda import Reminder
from benchmarks.echo import until_answered
from benchmarks.peers.crowd import Asker, Chats, gather_crowd, open_chats
from benchmarks.peers.figures import percentile
from benchmarks.peers.hub import acquaint, configure, seen, watched_hub
from benchmarks.peers.login import Login
from bot.sandbox.client import PlainClient
from bot.sandbox.homeserver import Account, Homeserver, find_python
from bot.service.clock import utc_now
from bot.service.parts import open_storage
from bot.settings import Settings, load
from storage.dues import Dues, planned_row
from storage.events import Events
from storage.people import People
from storage.queue import State
from storage.rows import insert_new
from storage.tables.events import AttendanceRow, Details, Response
from storage.tables.queues import DueRow, OutboxRow

PEOPLE = 50
AT_ONCE = 32  # requests of the bare loop
SOON, PATIENCE = timedelta(seconds=45), 60
TEXT = "Reminder: Duty lawyers begins Monday, March 1, 2027, 14:00 UTC. Place: Room M2 " * 2
PENDING, TICKS, PORTION = 100_000, 200, 1_000
KIND = "events.reminder"


async def _plan(settings: Settings, chats: Chats, number: int, due: datetime) -> None:
    """Let everybody go to events that begin an hour after the reminders are *due*."""
    begins = due + timedelta(hours=1)
    details = Details("Duty lawyers", place="Room M2", link="https://example.org/call")
    async with open_storage(settings) as (storage, _changed), storage.write() as session:
        events, people = Events(session), People(session)
        persons = [(await people.meet(each, "en", utc_now())).id for each in chats.known()]
        pairs = [
            ((await events.add(details, begins, "UTC", None, utc_now())).id, person)
            for _event in range(-(-number // len(persons)))
            for person in persons
        ][:number]
        going = {"response": Response.GOING, "since": utc_now()}
        attendances = [{"event_id": event, "person_id": person, **going} for event, person in pairs]
        await insert_new(session, AttendanceRow, attendances)
        await insert_new(session, DueRow, [planned_row(Reminder(*pair), due) for pair in pairs])


async def _all_sent(settings: Settings, number: int) -> None:
    """Wait until no reminder is left, and nothing else; nobody asks the homeserver meanwhile."""
    left = [
        select(func.count())
        .select_from(DueRow)
        .where(DueRow.kind == Reminder.kind, _waits(DueRow)),
        select(func.count()).select_from(OutboxRow).where(_waits(OutboxRow)),
    ]
    async with open_storage(settings) as (storage, _changed), asyncio.timeout(PATIENCE + number):
        while True:
            async with storage.read() as session:
                if not any([await session.scalar(each) for each in left]):
                    return
            await asyncio.sleep(0.5)


def _waits(table: type[DueRow | OutboxRow]) -> ColumnElement[bool]:
    return table.state == State.NEW


async def _arrived(chats: Chats) -> list[float]:
    """List when the homeserver had each reminder, in seconds of its clock."""
    events = [
        event for asker, room in chats.rooms.items() for event in await asker.client.history(room)
    ]
    kinds = [event.get("content", {}).get("org.ilan.hub", {}).get("kind") for event in events]
    found = zip(kinds, events, strict=True)
    return [event["origin_server_ts"] / 1_000 for kind, event in found if kind == KIND]


async def _raw(session: aiohttp.ClientSession, chats: Chats, number: int) -> float:
    """Send messages as long as a reminder, and nothing else; returns how many a second."""
    login, rooms, few = chats.login, list(chats.rooms.values()), asyncio.Semaphore(AT_ONCE)
    account = Account(login.user_id, login.device_id, login.access_token)
    bot = PlainClient(session, login.homeserver, account)

    async def send(place: int) -> None:
        async with few:
            await bot.say(rooms[place % len(rooms)], TEXT, formatted_body=TEXT)

    began = perf_counter()
    await asyncio.gather(*(send(place) for place in range(number)))
    return number / (perf_counter() - began)


async def tick(place: Path) -> float:
    """Return the milliseconds of processor time that a look takes while much waits."""
    later = utc_now() + timedelta(days=30)
    took: list[float] = []
    configure(place, Login("http://127.0.0.1:1", "@nobody:test", "D", "t"))
    async with open_storage(load(place / "config.yaml")) as (storage, _changed):
        for start in range(0, PENDING, PORTION):
            rows = [planned_row(Reminder(n, n), later) for n in range(start, start + PORTION)]
            async with storage.write() as session:
                await insert_new(session, DueRow, [{**row, "person_id": None} for row in rows])
        for _number in range(TICKS):
            began = process_time()
            async with storage.write() as session:
                assert await Dues(session).claim(utc_now()) is None
            took.append(1_000 * (process_time() - began))
    return median(took)


async def run(number: int) -> str:
    """Measure and return the line of figures."""
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="ilan-reminders-")))
        looked = await tick(place / "nobody")
        synapse = Homeserver(place / "synapse", find_python(), keep=False, limits="lifted")
        await stack.enter_async_context(synapse)
        session, [waiting] = await gather_crowd(stack, synapse, 1)
        accounts = [await synapse.register(f"person-{n}") for n in range(PEOPLE)]
        people = [Asker(session, synapse.url, account) for account in accounts]
        ours = await open_chats(session, synapse, "hub", [*people, waiting])
        bare = await open_chats(session, synapse, "raw", people)
        before = await _raw(session, bare, number)
        print(f"bare loop: {before:.1f} messages/s", flush=True)
        configure(place / "hub", ours.login)
        await acquaint(place / "hub", ours.known())
        settings = load(place / "hub" / "config.yaml")
        due = utc_now() + SOON
        await _plan(settings, ours, number, due)
        hub = watched_hub(place / "hub")
        await stack.enter_async_context(hub)
        await until_answered(hub, waiting, ours.rooms[waiting])
        os.kill(hub.pid, signal.SIGUSR1)  # it is up: from here on its loop is watched
        if (early := (due - utc_now()).total_seconds()) < 0:
            raise SystemExit(f"the hub was up {-early:.0f} seconds too late")
        await asyncio.sleep(early)
        cpu = hub.cpu()
        await _all_sent(settings, number)
        cpu = hub.cpu() - cpu
        await hub.stop()
        watched = seen(place / "hub")
        late = [sent - due.timestamp() for sent in await _arrived(ours)]
        print(f"the hub: {number / max(late):.1f} messages/s", flush=True)
        after = await _raw(session, bare, number)
        print(f"bare loop: {after:.1f} messages/s", flush=True)
    figures = {
        "n": str(len(late)),
        "late_p50_s": f"{percentile(late, 50):.1f}",
        "late_p99_s": f"{percentile(late, 99):.1f}",
        "ratio": f"{number / max(late) / ((before + after) / 2):.2f}",
        "cpu_ms": f"{cpu * 1_000 / number:.1f}",
        "longest_block_ms": f"{watched.longest_block * 1_000:.0f}",
        "longest_work_ms": f"{watched.longest_work * 1_000:.0f}",
        "tick_ms": f"{looked:.3f}",
    }
    return " ".join(f"{name}={value}" for name, value in figures.items())


def main() -> None:
    """Print the rates, then one line of figures."""
    parser = argparse.ArgumentParser(description="Let many reminders fall due at one moment.")
    parser.add_argument("--reminders", type=int, default=1_000)
    print(asyncio.run(run(parser.parse_args().reminders)))


if __name__ == "__main__":
    main()
