"""A hub with moderators, and a homeserver that tells where somebody is and does what is asked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from kit.due import Surveyed
from storage.dues import Dues
from storage.measures import Measures, Sighting
from storage.people import People
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.moderation import Presence
from storage.tables.people import PersonRow
from storage.tables.queues import OutboxRow
from tests.harness import STEWARD, Said, Talk

MOD, OTHER, SPAMMER, STRANGER = "@mod:test", "@other:test", "@spammer:test", "@stranger:test"
THERE = {"ilan": Presence.JOIN, "members": Presence.JOIN, "welcome": Presence.LEAVE}
ROOMS = (*THERE, "early-access")
MINUTE, SECONDS, MONTH = timedelta(minutes=1), timedelta(seconds=10), timedelta(days=31)


async def moderated(talk: Talk) -> None:
    """Let there be four rooms, a steward, two moderators and a member."""
    for slug in ROOMS:
        await talk.room(f"space:{slug}", f"!{slug}:test")
    for who in (STEWARD, MOD, OTHER, SPAMMER):
        await talk.member(who)
    await talk.says(STEWARD, f"role {MOD} moderator", f"role {OTHER} moderator")
    await talk.heard()


async def surveyed(hub: Talk, number: int, who: str | None = SPAMMER) -> list[Said]:
    """Let the homeserver tell where somebody is, as the errand of the survey does."""
    async with hub.storage.write() as session:
        row = await Measures(session).get(number)
        assert row is not None
        if who is not None:
            rooms = await Rooms(session).network_rooms()
            found = [
                Sighting(room.id, presence, None, messages=3 * (presence is Presence.JOIN))
                for room in rooms
                for presence in [THERE.get(str(room.key).partition(":")[2])]
            ]
            await Measures(session).note(number, found)
        author = "" if row.person_id else who or ""
        await Dues(session).plan(Surveyed(number, author), at=hub.now)
    return await hub.passes(timedelta(0))


async def does(hub: Talk, refused: tuple[str, ...] = ()) -> list[Said]:
    """Let the homeserver do what is queued, but for errands of these kinds; then look again."""
    async with hub.storage.write() as session:
        query = update(OutboxRow).where(OutboxRow.state == State.NEW)
        await session.execute(query.where(OutboxRow.action.in_(refused)).values(state=State.PARKED))
        await session.execute(query.values(state=State.SENT))
    return await hub.passes(SECONDS)


async def shown(hub: Talk, command: str, who: str = MOD, whom: str = SPAMMER) -> list[Said]:
    """Say a command, and let the homeserver answer; returns what is shown."""
    heard = await hub.says(who, command)
    assert [said.kind for said in heard] == ["examine", "measure.looking"]
    return await surveyed(hub, int(heard[0].content["measure"]), whom)


async def done(hub: Talk, command: str, who: str = MOD, whom: str = SPAMMER) -> list[Said]:
    """Carry a measure out to its end; returns what was done, and what its moderator read."""
    await shown(hub, command, who, whom)
    await hub.says(who, "yes")
    begun = await hub.passes(MINUTE)
    return [*begun, *await does(hub)]


def lines(said: Said) -> list[str]:
    return [line for line in said.body.splitlines() if line]


def where(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def person(hub: Talk, user_id: str = SPAMMER) -> PersonRow | None:
    async with hub.storage.read() as session:
        return await People(session).find(user_id)
