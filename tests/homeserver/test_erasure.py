"""An export arrives as a file, and who is forgotten finds the hub's messages deleted."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.client import Event
from tests.homeserver.world import PATIENCE, World, eventually

FIELD = "org.ilan.hub"


def of(kind: str) -> Callable[[Event], bool]:
    return lambda event: event["content"].get(FIELD, {}).get("kind") == kind


async def test_data_is_given_out_and_then_forgotten(broken: World) -> None:
    amal, (chat,) = broken.members[0], broken.chats
    await broken.up()
    await amal.say(chat, "export")
    message = (await amal.wait(of("privacy.file"), PATIENCE))["content"]
    path = f"/media/download/{message['url'].removeprefix('mxc://')}"
    file = await amal.call("GET", path, version="v1")
    assert (message["msgtype"], message["filename"]) == ("m.file", "ilan-hub.json")
    assert file["tables"]["person"][0]["user_id"] == amal.user_id
    await amal.say(chat, "forget me")
    await amal.wait(of("forget.ask.confirm"), PATIENCE)
    await amal.say(chat, "yes")
    await amal.wait(of("forget.done"), PATIENCE)
    await eventually(broken.hub.idle)
    left = await amal.state(chat, "m.room.member", broken.hub.user_id)
    assert left is not None
    assert left["membership"] == "leave"
    said = [each for each in await amal.messages(chat) if broken.is_greeting(each)]
    assert [each["content"][FIELD]["kind"] for each in said if each["content"]] == ["forget.done"]
    assert len(said) > 3
    assert await broken.hub.rows("SELECT count(*) FROM person") == [(0,)]
