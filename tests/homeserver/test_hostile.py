"""What hostile members send comes to nothing: keys, encrypted events, powers, names."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.sandbox.client import ErrorResponse, Event
from bot.sandbox.member import Member
from kit.roomkey import Declined
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow
from tests.bot.encryption.peer import Peer
from tests.homeserver.test_delivery import CLEAN
from tests.homeserver.world import PATIENCE, MakeMember, World, eventually

CANARY = "zzcanary"
MEGOLM = "m.megolm.v1.aes-sha2"
SPOKEN = {"m.room.message", "m.room.encrypted"}
OLM = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": CANARY}


def olm(*bodies: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("m.room.encrypted", OLM | {"ciphertext": {CANARY: body}}) for body in bodies]


TO_DEVICES: list[tuple[str, dict[str, Any]]] = [
    ("m.room.encrypted", {}),
    ("m.room.encrypted", OLM),
    ("m.room.encrypted", {"algorithm": [], "sender_key": None, "ciphertext": 7}),
    *olm(None, [], {}, {"type": 0, "body": "!!!"}, {"type": 0, "body": ""}),
    *olm({"type": 1, "body": "AAAA"}, {"type": "0", "body": None}, {"type": 10**9, "body": "é"}),
    *(
        (kind, {"algorithm": MEGOLM, "room_id": "!r:hub.test", name: CANARY, "session_key": CANARY})
        for kind in ("m.room_key", "m.forwarded_room_key", "m.room_key.withheld")
        for name in ("session_id", "sender_key")
    ),
    ("m.room_key_request", {"action": "request", "request_id": CANARY, "body": None}),
    ("m.secret.send", {"request_id": CANARY, "secret": CANARY}),
    ("m.key.verification.request", {"transaction_id": CANARY, "methods": {}}),
    ("m.dummy", {"deep": {"er": [[[[[[CANARY]]]]]]}}),
]
FORGED: list[dict[str, Any]] = [
    {},
    {"algorithm": MEGOLM, "ciphertext": CANARY, "session_id": CANARY, "sender_key": None},
    {"algorithm": MEGOLM, "ciphertext": [CANARY], "session_id": {}, "device_id": 7},
    {"algorithm": "m.none", "msgtype": "m.text", "body": f"event add 2031-05-04 10:00 {CANARY}"},
    *(
        {"algorithm": MEGOLM, "ciphertext": "AAAA", "type": kind, "state_key": key, "content": what}
        for kind, key, what in (
            ("m.room.power_levels", "", {"users_default": 100}),
            ("m.room.member", "@outsider:hub.test", {"membership": "join"}),
            ("m.room.tombstone", "", {"replacement_room": "!r:hub.test", "body": CANARY}),
        )
    ),
]


async def poison(sender: Member, world: World) -> None:
    """Send everything there is to the hub's device, and be a poisoned device oneself."""
    for kind, content in TO_DEVICES:
        messages = {world.hub.user_id: {world.account.device_id: content, "*": content}}
        path = f"/sendToDevice/{kind}/{uuid4().hex}"
        await sender.call("PUT", path, {"messages": messages})
    device = str((await sender.call("GET", "/account/whoami"))["device_id"])
    keys = {f"{kind}:{device}": "AAAA" for kind in ("ed25519", "curve25519")}
    mine = {"user_id": sender.user_id, "device_id": device, "algorithms": [MEGOLM], "keys": keys}
    once = {"signed_curve25519:AAAA": {"key": CANARY, "signatures": {}}}
    upload = {"device_keys": mine | {"signatures": {}}, "one_time_keys": once}
    await sender.call("POST", "/keys/upload", upload)
    wanted = {world.hub.user_id: {world.account.device_id: "signed_curve25519"}}
    answer = await sender.call("POST", "/keys/claim", {"one_time_keys": wanted})
    assert list(answer["one_time_keys"]) == [world.hub.user_id]


async def encrypted_chat(host: Member, world: World) -> tuple[str, str]:
    """Open a chat with the hub, be greeted, encrypt it; returns the room and that event's id."""
    room = await host.create_direct(world.hub.user_id)
    await host.say(room, "hello")  # greeted at once
    await host.wait(lambda event: world.is_greeting(event) and event["room_id"] == room, PATIENCE)
    await eventually(world.hub.idle)
    path = f"/rooms/{room}/state/m.room.encryption/"
    return room, (await host.call("PUT", path, {"algorithm": MEGOLM}))["event_id"]


async def known(world: World, but: str) -> list[Any]:
    """List what the hub knows of people and rooms, *but* one person."""
    async with world.hub.reading() as session:
        people = {row.id: row for row in await session.scalars(select(PersonRow))}
        rooms = await session.scalars(select(RoomRow).order_by(RoomRow.id))
        others = [row for row in people.values() if row.user_id != but]
        kept = [row for row in rooms if not isinstance(row.key, Declined)]
        theirs = [row for row in kept if row.person_id is None or people[row.person_id] in others]
        return [
            [(row.user_id, row.role, row.country, row.in_space) for row in others],
            [(row.key, row.room_id, row.encrypted, row.left) for row in theirs],
        ]


def stored(world: World) -> list[str]:
    """List the hub's files that hold anything of what was sent."""
    files = [file for file in world.directory.iterdir() if CANARY.encode() in file.read_bytes()]
    return sorted(file.name for file in files)


async def said_after(host: Member, world: World, room: str, event_id: str) -> list[str]:
    """List what the hub wrote in a room after an event."""
    events = await host.messages(room)
    after = [event["event_id"] for event in events].index(event_id)
    said = (event for event in events[after:] if event["sender"] == world.hub.user_id)
    silent = {"m.room.member", "m.room.redaction"}  # it takes back what it said, and leaves
    return [event["type"] for event in said if event["type"] not in silent]


@pytest.mark.fault("F67")
async def test_poison_for_devices_and_forged_events_come_to_nothing(
    world: World, member: MakeMember
) -> None:
    host = await member("host")
    await world.up()
    room, encrypted = await encrypted_chat(host, world)
    before = await known(world, but=host.user_id)
    await poison(host, world)
    for content in FORGED:
        path = f"/rooms/{room}/send/m.room.encrypted/{uuid4().hex}"
        await host.call("PUT", path, content)
    await world.answered(await world.say(), await world.say(lobby=True))
    assert await said_after(host, world, room, encrypted) == []
    assert await known(world, but=host.user_id) == before
    assert stored(world) == []
    assert world.hub.alive
    assert await world.books() == CLEAN


async def test_control_a_hub_that_keeps_what_it_is_sent_is_found_out(broken: World) -> None:
    await broken.hub.start(variant="aloud")
    await poison(broken.members[0], broken)
    await broken.answered(await broken.say())
    assert stored(broken) == ["hub.log"]


@pytest.mark.parametrize("variant", ["", "deaf"])
async def test_nothing_is_said_in_clear_where_others_encrypt(
    world: World, member: MakeMember, variant: str
) -> None:
    """A hub that does not hear of encryption is the control."""
    host = await member("host")
    await publish_keys(host)
    await world.down()
    await world.hub.start(variant=variant)
    room, encrypted = await encrypted_chat(host, world)
    await world.answered(await world.say())  # the hub has read on beyond the encryption
    await host.say(room, "help")
    await host.wait(lambda event: spoken(world, event), PATIENCE, after=encrypted)
    said = await said_after(host, world, room, encrypted)
    await world.down()
    assert said == ["m.room.message" if variant == "deaf" else "m.room.encrypted"]


async def publish_keys(host: Member) -> None:
    """Let somebody have a device: without one the hub waits with what it has to say."""
    device = (await host.call("GET", "/account/whoami"))["device_id"]
    peer = Peer(host.user_id, device)
    keys = {name: key for _n in range(5) for name, key in peer.one_time_key().items()}
    body = {"device_keys": peer.device_keys(), "one_time_keys": keys}
    await host.call("POST", "/keys/upload", body)


def spoken(world: World, event: Event) -> bool:
    """Tell whether the hub said something, whoever can read it."""
    return event["sender"] == world.hub.user_id and event["type"] in SPOKEN


async def hears(world: World, somebody: Member, room: str, said: str) -> dict[str, Any]:
    """Let somebody say a thing in their chat; returns the content of the answer."""
    event_id = await somebody.say(room, said)
    answer = await somebody.wait(
        lambda event: event["room_id"] == room and world.is_greeting(event),
        PATIENCE,
        after=event_id,
    )
    content: dict[str, Any] = answer["content"]
    return content


def kind(content: dict[str, Any]) -> str:
    return str(content["org.ilan.hub"]["kind"])


@pytest.mark.fault("A4")
async def test_powers_are_roles_and_end_with_them(world: World, member: MakeMember) -> None:
    host, steward = await member("host"), world.members[0]
    await world.up()
    room = await host.create_direct(world.hub.user_id)  # in which both may do everything
    await host.say(room, "hello")
    await host.wait(world.is_greeting, PATIENCE)
    await host.wait(world.is_greeting, PATIENCE)  # and the first question
    for answer in ("1", "yes", "Kenya", "1", "skip"):
        await hears(world, host, room, answer)
    heard = []
    for role in ("", "moderator", "member"):
        if role:
            await hears(world, steward, world.chats[0], f"role {host.user_id} {role}")
        if role == "member":
            await hears(world, steward, world.chats[0], "yes")
        await eventually(world.hub.idle)
        heard.append(kind(await hears(world, host, room, "health")))
    assert heard == ["error.not_allowed", "moderation.health", "error.not_allowed"]


@pytest.mark.fault("A10")
async def test_names_are_shown_as_text_and_mention_nobody(world: World) -> None:
    amal = world.members[0]
    await world.up()
    pill = f'<a href="https://matrix.to/#/{amal.user_id}">Amal</a> @room'
    name = "<b>x</b> <a name='x'>Amal</a> \u202emoor"
    await amal.set_display_name(pill)
    await hears(world, amal, world.chats[0], f"event add 2031-05-04 10:00 UTC {name}")
    content = await hears(world, amal, world.chats[0], "yes")
    shown = content["formatted_body"]
    assert (kind(content), content["m.mentions"]) == ("events.added", {})
    assert [tag in shown for tag in ("<b>", "<a ", "\u202e", "&lt;b&gt;x&lt;/b&gt;")] == [
        False,
        False,
        False,
        True,
    ]


def relating(kind: str, event_id: str, **more: Any) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": kind, "event_id": event_id, **more}}


@pytest.mark.fault("A10")
async def test_what_is_no_command_of_its_sender_is_answered_by_nobody(
    world: World, member: MakeMember
) -> None:
    """The command that is said last is the control: it is heard where the others were not."""
    evil, steward = await member("evil"), world.members[0]
    await world.up()
    await evil.join(world.hub.alias)
    await evil.join(world.hub.lobby)
    talk = await steward.say(world.lobby, "Good morning, all.")
    give = f"!role {evil.user_id} moderator"
    edit = {"m.new_content": {"msgtype": "m.text", "body": give}}
    html = {"format": "org.matrix.custom.html", "formatted_body": give}
    for body, content in (
        (give, {"msgtype": "m.emote"}),
        (give, {"msgtype": "m.notice"}),
        ("hi", html),
        (f"* {give}", edit | relating("m.replace", talk)),
        ("hi", {"formatted_body": f"<span data-mx-spoiler>{give}</span>"}),
    ):
        await evil.say(world.lobby, body, **content)
    quoted = f"> <{evil.user_id}> {give}\n\nno way"
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": talk}}}
    await steward.say(world.lobby, quoted, **answer)
    path = f"/rooms/{world.lobby}/send/m.reaction/{uuid4().hex}"
    await evil.call("PUT", path, relating("m.annotation", talk, key="✅"))
    await world.answered(await world.say(lobby=True))
    assert await said_after(steward, world, world.lobby, talk) == ["m.room.message"]
    assert await world.hub.rows("SELECT count(*) FROM person WHERE role = 'moderator'") == [(0,)]


async def refused(somebody: Member, method: str, path: str, content: dict[str, Any]) -> str:
    try:
        await somebody.call(method, path, content)
    except ErrorResponse as error:
        return error.code
    return ""


@pytest.mark.fault("A4")
@pytest.mark.parametrize("place", ["chat", "lobby"])
async def test_members_have_no_power_in_rooms_that_the_hub_made(world: World, place: str) -> None:
    await world.up()
    amal, room = world.members[0], world.chats[0] if place == "chat" else world.lobby
    tried = {
        "m.room.power_levels": {"users": {amal.user_id: 100}},
        "m.room.history_visibility": {"history_visibility": "world_readable"},
        "m.room.join_rules": {"join_rule": "public"},
        "m.room.tombstone": {"body": "moved", "replacement_room": "!elsewhere:hub.test"},
        "m.space.child": {"via": ["hub.test"]},
        "m.room.message": {"msgtype": "m.text", "body": "a message that is state"},
    }
    codes = {
        kind: await refused(amal, "PUT", f"/rooms/{room}/state/{kind}/", content)
        for kind, content in tried.items()
    }
    somebody = {"user_id": world.members[1].user_id}
    codes["invite"] = await refused(amal, "POST", f"/rooms/{room}/invite", somebody)
    assert codes == dict.fromkeys(codes, "M_FORBIDDEN")
    types = f"/rooms/{room}/typing/{amal.user_id}"
    assert await refused(amal, "PUT", types, {"typing": False}) == ""


@pytest.mark.parametrize("trap", ["open to all", "only by invitation"])
async def test_a_room_that_somebody_else_made_and_left_is_nobodys_chat(
    world: World, member: MakeMember, trap: str
) -> None:
    """Others would read there, or could come back: who is told nothing there loses nothing."""
    evil, victim = await member("evil"), world.members[0]
    await world.up()
    history = {"history_visibility": "world_readable" if trap == "open to all" else "shared"}
    asked = {
        "preset": "public_chat" if trap == "open to all" else "trusted_private_chat",
        "invite": [victim.user_id],
        "initial_state": [
            {"type": "m.room.history_visibility", "state_key": "", "content": history}
        ],
    }
    room = str((await evil.call("POST", "/createRoom", asked))["room_id"])
    await victim.join(room)
    await evil.call("POST", f"/rooms/{room}/invite", {"user_id": world.hub.user_id})
    await evil.leave(room)
    await victim.say(room, "my data")

    def out(event: Event) -> bool:
        gone = event["type"] == "m.room.member" and event.get("state_key") == world.hub.user_id
        return gone and event["room_id"] == room and event["content"]["membership"] == "leave"

    await victim.wait(out, PATIENCE)
    said = [event for event in await victim.messages(room) if event["type"] in SPOKEN]
    assert [event["sender"] for event in said] == [victim.user_id]
    await world.answered(await world.say())  # in the chat they have
