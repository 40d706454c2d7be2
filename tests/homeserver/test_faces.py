"""On a real homeserver: what the invitation to a chat with the hub shows to a person."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.matrix.gallery import Gallery, introduce
from bot.matrix.stream import NOWHERE
from bot.sandbox.homeserver import Homeserver
from bot.sandbox.member import Member
from bot.starter import load_pictures, starter
from kit.network import RoomKind
from tests.harness import kinds
from tests.homeserver.acting import Acting, acting
from tests.homeserver.world import MakeMember, eventually

FACE = load_pictures(starter("pictures.yaml")).of(RoomKind.ROOT, "")


@pytest_asyncio.fixture(loop_scope="session")
async def hub(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Acting]:
    async with acting(homeserver, tmp_path, f"face-{tmp_path.name}") as hub:
        await introduce(hub.client, Gallery(hub.client), "ILAN Hub", FACE)
        yield hub


async def shown(who: Member, room_id: str) -> dict[tuple[str, str], dict[str, object]]:
    """Return what a client knows of an invitation."""
    answer = await who.call("GET", "/sync", query=[("timeout", "1")])
    state = answer["rooms"]["invite"][room_id]["invite_state"]["events"]
    return {(each["type"], each["state_key"]): each["content"] for each in state}


async def test_an_invitation_shows_the_name_and_the_face_of_the_hub(
    hub: Acting, member: MakeMember
) -> None:
    amal = await member("amal")
    amal.auto_join = False
    await hub.talk.room("space:ilan", "!root:test")
    await hub.talk.event("join", amal.user_id, "!root:test", {})
    await hub.acts()
    await eventually(lambda: amal.invited)
    (chat,) = amal.invited
    state = await shown(amal, chat)
    assert ("m.room.name", "") not in state
    assert state.get(("m.room.canonical_alias", ""), {}) == {}
    face = state[("m.room.member", hub.client.user_id)]
    url = (await Gallery(hub.client).known())[FACE.fingerprint]
    assert (face["displayname"], face["avatar_url"]) == ("ILAN Hub", url)
    assert state[("m.room.member", amal.user_id)]["is_direct"] is True


async def test_a_face_that_an_operator_chose_stays_and_a_name_is_as_configured(
    hub: Acting,
) -> None:
    path = f"/profile/{hub.client.user_id}"
    await hub.client.call("PUT", f"{path}/avatar_url", {"avatar_url": "mxc://hub.test/own"})
    await introduce(hub.client, Gallery(hub.client), "The desk", FACE)
    profile = await hub.client.call("GET", path)
    assert (profile["displayname"], profile["avatar_url"]) == ("The desk", "mxc://hub.test/own")


async def test_a_device_without_a_name_gets_one_and_another_keeps_its_own(hub: Acting) -> None:
    path = f"/devices/{hub.client.device_id}"
    names = []
    for name in ("", "Desk in the hall"):
        await hub.client.call("PUT", path, {"display_name": name})
        await introduce(hub.client, Gallery(hub.client), "ILAN Hub", FACE)
        names.append((await hub.client.call("GET", path))["display_name"])
    assert names == ["ILAN Hub", "Desk in the hall"]


async def test_who_blocks_invitations_leaves_no_room_behind_and_is_welcomed_in_their_own(
    hub: Acting, member: MakeMember
) -> None:
    shy = await member("shy")
    account_data = f"/user/{shy.user_id}/account_data/m.invite_permission_config"
    await shy.call("PUT", account_data, {"default_action": "block"})
    await hub.talk.room("space:ilan", "!root:test")
    await hub.talk.event("join", shy.user_id, "!root:test", {})
    await hub.acts()
    assert (await hub.client.call("GET", "/joined_rooms"))["joined_rooms"] == []
    await hub.talk.passes(timedelta(0))
    chat = await shy.create_direct(hub.client.user_id)
    await hub.talk.event("invite", hub.client.user_id, chat, {})
    await hub.acts()
    await hub.talk.gather(chat, shy.user_id)
    heard = await hub.talk.says(shy.user_id, "hello", room_id=chat)
    assert kinds(heard) == ["onboarding.welcome", "onboarding.ask.language"]
    await hub.acts()
    welcome = [each for each in await shy.messages(chat) if "org.ilan.hub" in each["content"]]
    assert [each["content"]["org.ilan.hub"]["kind"] for each in welcome] == kinds(heard)


async def test_invitations_come_with_an_answer_about_any_rooms_and_not_about_none(
    hub: Acting, member: MakeMember
) -> None:
    amal = await member("amal")
    chat = await amal.create_direct(hub.client.user_id)
    answers = []
    for number, rooms in enumerate(([NOWHERE], [])):
        asked = {"timeout": str(number), "filter": json.dumps({"room": {"rooms": rooms}})}
        answers.append(await hub.client.call("GET", "/sync", query=asked))
    assert [chat in each.get("rooms", {}).get("invite", {}) for each in answers] == [True, False]
