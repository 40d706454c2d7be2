"""A hub whose database is older than what it sent goes on as another device, by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.support.hub import HubChild
from bot.sandbox.homeserver import Homeserver
from tests.homeserver.people import People
from tests.homeserver.test_encrypted import answer_to, asks, kind

PASSWORD = "correct horse"


async def sessions(hub: HubChild) -> set[str]:
    """List the sessions that the hub knows to have written with."""
    return {session for (session,) in await hub.rows("SELECT session_id FROM outbound_session")}


@pytest.mark.slow
async def test_a_restored_hub_goes_on_as_a_new_device_that_people_trust(
    homeserver: Homeserver, people: People, tmp_path: Path
) -> None:
    place = tmp_path / "hub"
    account = await homeserver.register("restored", PASSWORD)
    hub = HubChild(place, account, password=PASSWORD)
    hub.configure(homeserver.url, [])
    badia = await people.person("badia")
    kept, database = tmp_path / "kept.db", place / "hub.db"
    try:
        await hub.start()
        room = str(await badia.do("chat", invite=hub.user_id))
        await badia.wait(lambda event: kind(event) == "onboarding.ask.language")
        await badia.wait(answer_to(await asks(badia, room)))
        assert await hub.stop() == 0
        shutil.copy(database, kept)
        await hub.start()
        await badia.wait(answer_to(await asks(badia, room)))
        assert await hub.stop() == 0
        used = await sessions(hub)
        for file in place.glob("hub.db*"):
            file.unlink()
        shutil.copy(kept, database)
        await hub.start()
        # It hears once more what was said after the copy was made, and has no key to that.
        seen = await badia.wait(lambda event: kind(event) == "room.unread")
        assert (seen["encrypted"], seen["unreadable"]) == (True, None)
        await badia.wait(answer_to(await asks(badia, room)))
        assert (await sessions(hub)).isdisjoint(used)
        new = json.loads((place / "credentials.json").read_text())["device_id"]
        await badia.finds(hub.user_id, new, devices=[new], signed_by_owner=True)
    finally:
        await hub.kill()
