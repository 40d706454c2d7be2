"""What an operator does with the Space on a real homeserver: build, upgrade, find what is amiss."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bot.matrix.client import escape
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from bot.service.clock import utc_now
from kit.network import Access
from storage.founded import FoundedRooms
from storage.tables.rooms import FoundedRow, RoomState
from tests.homeserver.site import OPEN, Site, alias, few, room_id, site, trimmed

MakeMember = Callable[[str], Awaitable[Member]]


class Heard:
    """A terminal whose operator says no to everything, which keeps what is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.asked: list[str] = []
        self.shown: Callable[[str], None] = lambda _line: None

    def say(self, line: str) -> None:
        self.lines.append(line)

    def progress(self, line: str) -> None:
        self.shown(line)

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return False


def changing(site_: Site) -> list[str]:
    """Note every request by which something is changed, from here on."""
    asked: list[str] = []
    call = site_.client.call

    async def noted(method: str, path: str, *given: Any, **named: Any) -> dict[str, Any]:
        if method != "GET":
            asked.append(f"{method} {path}")
        return await call(method, path, *given, **named)

    site_.client.call = noted
    return asked


async def joined(site_: Site) -> Sequence[str]:
    rooms: Sequence[str] = (await site_.client.call("GET", "/joined_rooms"))["joined_rooms"]
    return rooms


async def test_a_build_that_was_cut_off_goes_on_and_makes_nothing_twice(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    account, prefix = await homeserver.register("cut-off"), "cutoff"
    file, plan = tmp_path / "hub.db", trimmed()
    async with site(homeserver, account, file, plan, prefix=prefix) as first:
        terminal, half = Heard(), asyncio.Event()
        requests = changing(first)

        def shown(_line: str) -> None:
            if sum("createRoom" in each for each in requests) > len(plan.rooms) // 2:
                half.set()

        terminal.shown = shown
        building = asyncio.create_task(first.building(terminal).apply())
        await half.wait()
        building.cancel()
        await asyncio.gather(building, return_exceptions=True)
        assert 0 < len(await joined(first)) < len(plan.rooms)
    async with site(homeserver, account, file, plan, prefix=prefix) as second:
        terminal = Heard()
        assert await second.building(terminal).apply() is True
        assert terminal.lines[-1] == "The Space is built."
        assert len(await joined(second)) == len(plan.rooms)
        requests, terminal = changing(second), Heard()
        assert await second.building(terminal).apply() is True
        assert (requests, terminal.lines) == ([], ["The Space is built."])
        assert await second.building(terminal).doctor() == 0


async def test_a_room_that_cannot_be_read_is_named_and_the_rest_is_mended(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    account, prefix, file = await homeserver.register("edited-4"), "edited4", tmp_path / "hub.db"
    async with site(homeserver, account, file, trimmed(), prefix=prefix) as hub:
        assert await hub.building(Heard()).apply() is True
        left = await room_id(hub, "torture-prevention", prefix)
        await hub.client.call("POST", f"/rooms/{escape(left)}/leave", {})
        await hub.client.call("POST", f"/rooms/{escape(left)}/forget", {})
        other = await room_id(hub, OPEN, prefix)
        await hub.client.put_state(other, "m.room.name", "", {"name": "Else"})
        terminal = Heard()
        assert await hub.building(terminal).apply() is False
        said = f'torture-prevention: I cannot read it: "M_FORBIDDEN {left}".'
        advice = 'Somebody in it invites my account, then the operator says "ilan-hub space apply".'
        assert terminal.lines[-3:] == [
            "refused: torture-prevention: join: 404 M_UNKNOWN",
            f"left: {said} {advice}",
            "The Space is not as declared: 1 changes failed.",
        ]
        assert await hub.client.state(other, "m.room.name") == {"name": "Welcome · ILAN"}
        terminal = Heard()
        assert await hub.building(terminal).doctor() == 2
        assert terminal.lines[0].startswith(said)


async def test_what_the_homeserver_refuses_is_said_and_nothing_waits_for_it(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    account = await homeserver.register("refused")
    async with site(
        homeserver, account, tmp_path / "hub.db", trimmed(), prefix="refused", version="99"
    ) as hub:
        terminal = Heard()
        assert await hub.building(terminal).apply() is False
        refused = [line for line in terminal.lines if ": create: " in line]
        assert refused == [
            "refused: ilan: create: 400 M_UNSUPPORTED_ROOM_VERSION",
            *(
                f"refused: {slug}: create: 404 HUB_NO_ROOM"
                for slug in trimmed().rooms
                if slug != "ilan"
            ),
        ]
        assert await joined(hub) == []


async def test_a_room_that_was_founded_in_chat_is_built_and_closed_when_it_is_archived(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    account, prefix, file = await homeserver.register("founding"), "founding", tmp_path / "hub.db"
    async with site(homeserver, account, file, few(), prefix=prefix) as hub:
        async with hub.storage.write() as session:
            row = FoundedRow(
                slug="visits",
                names={"en": "Visits"},
                topics={"en": "To plan visits."},
                parent="gone",
                access=Access.MEMBERS,
                encrypted=False,
                state=RoomState.OPEN,
                asked_at=utc_now(),
            )
            await FoundedRooms(session).add(row)
        assert await hub.building(Heard()).apply() is True
        room = await room_id(hub, "visits", prefix)
        name = await hub.client.state(room, "m.room.name")
        rule = await hub.client.state(room, "m.room.join_rules") or {}
        assert (name, rule["join_rule"]) == ({"name": "Visits · ILAN"}, "restricted")
        async with hub.storage.write() as session:
            found = await FoundedRooms(session).called("visits")
            assert found is not None
            found.state = RoomState.ARCHIVED
        terminal = Heard()
        assert await hub.building(terminal).apply() is True
        rule = await hub.client.state(room, "m.room.join_rules") or {}
        levels = await hub.client.state(room, "m.room.power_levels") or {}
        assert (rule["join_rule"], levels["events_default"]) == ("invite", 100)
        assert (terminal.asked, await hub.plan()) == ([], [])


async def test_rooms_and_spaces_go_on_in_another_room_version(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path
) -> None:
    account, prefix, file = await homeserver.register("upgrading"), "upgrading", tmp_path / "hub.db"
    amal = await member("amal")
    async with site(homeserver, account, file, few(), prefix=prefix, version="10") as hub:
        assert await hub.building(Heard()).apply() is True
        before = {slug: await room_id(hub, slug, prefix) for slug in ("ilan", "start", OPEN)}
        await amal.join(before["ilan"])
        await amal.join(before[OPEN])
        for slug in (OPEN, "start", "ilan"):
            terminal = Heard()
            assert await hub.building(terminal).upgrade(slug, "12") is True, terminal.lines
        after = {slug: await room_id(hub, slug, prefix) for slug in before}
        assert not {*before.values()} & {*after.values()}
        for room in after.values():
            created = await hub.client.state(room, "m.room.create") or {}
            assert created["room_version"] == "12"
        rules = await hub.client.state(after[OPEN], "m.room.join_rules") or {}
        assert rules["allow"] == [{"type": "m.room_membership", "room_id": after["ilan"]}]
        parent = await hub.client.state(after[OPEN], "m.space.parent", after["start"])
        assert (parent or {}).get("via") == ["hub.test"]
        assert await hub.plan() == []
        assert await amal.join(alias("ilan", prefix)) == after["ilan"]
        assert await amal.join(alias(OPEN, prefix)) == after[OPEN]
        assert await hub.building(Heard()).upgrade("members", "12") is False
