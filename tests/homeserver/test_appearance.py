"""On a real homeserver: pictures, descriptions and rules of the Space, and what mends them."""

from __future__ import annotations

from bot.matrix.client import escape
from tests.harness import network
from tests.homeserver.site import (
    MEMBERS,
    OPEN,
    SPACES,
    Site,
    room_id,
    state,
    trimmed,
)


async def test_everything_has_a_picture_and_a_purpose(built: Site) -> None:
    urls = [(await state(built, slug, "m.room.avatar"))["url"] for slug in trimmed().rooms]
    assert len({*urls}) == len(trimmed().rooms)
    topics = {slug: (await state(built, slug, "m.room.topic"))["topic"] for slug in SPACES}
    network_ = "International Legal Aid Network"
    assert topics == {
        "ilan": "Rooms for everybody, and more for members.",
        "start": f"Rooms of the network: {network_}.",
        "themes": f"Rooms of the network: {network_}.",
        "members": f"Who is in here may enter the members' rooms: {network_}.",
        "practitioners": "Who is in here may enter the rooms of defence practitioners: "
        f"{network_}.",
    }


async def test_the_rules_are_pinned_in_the_welcome_room_in_every_language(built: Site) -> None:
    room = await room_id(built, OPEN)
    pinned = (await state(built, OPEN, "m.room.pinned_events"))["pinned"]
    assert isinstance(pinned, list)
    path = f"/rooms/{escape(room)}/event"
    events = [await built.client.call("GET", f"{path}/{escape(each)}") for each in pinned]
    rules = [each["content"]["org.ilan.hub"] for each in events]
    assert [(each["kind"], each["locale"]) for each in rules] == [
        ("rooms.rules", language) for language in network().languages
    ]


async def test_a_picture_that_somebody_chose_stays(built: Site) -> None:
    room, own = await room_id(built, OPEN), await state(built, OPEN, "m.room.avatar")
    chosen = {"url": "mxc://hub.test/chosen"}
    await built.client.put_state(room, "m.room.avatar", "", chosen)
    assert await built.plan() == []
    await built.client.put_state(room, "m.room.avatar", "", {})
    assert await built.plan() == [("picture", OPEN, "")]
    await built.apply()
    assert await state(built, OPEN, "m.room.avatar") == own  # uploaded once


async def test_a_space_of_an_earlier_hub_is_mended(built: Site) -> None:
    root, gate = [await room_id(built, slug) for slug in ("ilan", "members")]
    room = await room_id(built, OPEN)
    seven = "\n".join([*"abcdefg"])
    await built.client.put_state(root, "m.space.child", gate, {"via": ["hub.test"], "order": "3"})
    await built.client.put_state(room, "m.room.topic", "", {"topic": seven})
    await built.client.put_state(room, "m.room.avatar", "", {})
    await built.client.put_state(room, "m.room.pinned_events", "", {"pinned": []})
    inside = await room_id(built, MEMBERS)
    await built.client.put_state(gate, "m.space.child", inside, {})
    rules = [("pin", OPEN, language) for language in network().languages]
    assert await built.plan() == [
        ("unlink", "members", "ilan"),
        ("topic", OPEN, ""),
        ("picture", OPEN, ""),
        *rules,
        ("link", MEMBERS, "members"),
    ]
    await built.apply()
    assert await built.plan() == []
