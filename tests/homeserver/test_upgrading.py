"""On a real homeserver: a chat that its owner upgrades to another room version goes on there."""

from __future__ import annotations

from pathlib import Path

from bot.matrix.reader import SyncParser
from bot.sandbox.homeserver import Homeserver
from kit.inbound import Upgraded
from kit.roomkey import Direct
from storage.rooms import Rooms
from tests.harness import kinds
from tests.homeserver.acting import acting
from tests.homeserver.world import MakeMember


async def test_a_chat_that_was_upgraded_goes_on_in_its_new_room(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path
) -> None:
    async with acting(homeserver, tmp_path, f"mover-{tmp_path.name}") as hub:
        amal, me = await member("amal"), hub.client.user_id
        old = await amal.create_direct(me)
        await hub.talk.event("invite", me, old, {})
        await hub.acts()
        await hub.talk.gather(old, amal.user_id)
        assert kinds(await hub.talk.says(amal.user_id, "hello", room_id=old)) == [
            "onboarding.welcome",
            "onboarding.ask.language",
        ]
        await hub.acts()
        upgrade = await amal.call("POST", f"/rooms/{old}/upgrade", {"new_version": "11"})
        new = upgrade["replacement_room"]
        await amal.call("POST", f"/rooms/{new}/invite", {"user_id": me})

        closed = [each for each in await amal.messages(old) if each["type"] == "m.room.tombstone"]
        joined = {old: {"timeline": {"events": closed}}}
        batch = SyncParser(me).sync({"next_batch": "s1", "rooms": {"join": joined}})
        assert batch is not None
        assert [each.event for each in batch.events[old]] == [Upgraded(new)]
        await hub.talk.event("upgraded", amal.user_id, old, {"to": new})
        await hub.acts()
        await hub.talk.says(amal.user_id, "1", room_id=new)
        await hub.acts()
        said = [each for each in await amal.messages(new) if each["sender"] == me]
        heard = [each["content"].get("org.ilan.hub", {}).get("kind") for each in said]
        assert heard[-1] == "onboarding.ask.consent"
        async with hub.talk.storage.read() as session:
            chat = await Rooms(session).get(Direct(1))
            assert chat is not None
            assert chat.room_id == new
