"""Whose chat a room is: what an invitation says of itself counts for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kit.due import NoChat
from kit.roomkey import Direct
from storage.dues import Dues
from storage.engine import Storage
from storage.occupants import ANYBODY, Occupants
from storage.queue import State
from storage.rooms import Rooms
from storage.tables.queues import OutboxRow
from tests.harness import HUB, Said, Talk, kinds

AMAL, BORIS, MALLORY = "@amal:test", "@boris:test", "@mallory:evil"
EVIL = "!evil:evil"
CROWD = (
    "I talk in chats of two only, which nobody else can enter or read and nobody else was ever in: "
    "open a new direct chat with me."
)

pytestmark = pytest.mark.both_databases


def done(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def sent(talk: Talk, kind: str = "send") -> list[str]:
    """Let everything that waits be done; returns the events of what was said."""
    async with talk.storage.write() as session:
        rows = await session.scalars(
            select(OutboxRow).where(OutboxRow.state == "new").order_by(OutboxRow.id)
        )
        events = []
        for row in rows:
            row.state = State.SENT
            if row.action == kind:
                row.event_id = f"${row.txn_id}"
                events.append(row.event_id)
        return events


async def chat(talk: Talk, who: int = 1) -> str | None:
    async with talk.storage.read() as session:
        room = await Rooms(session).get(Direct(who))
        return None if room is None or room.left else room.room_id


async def encrypted(talk: Talk) -> bool:
    async with talk.storage.read() as session:
        room = await Rooms(session).get(Direct(1))
        return room is not None and room.encrypted


async def test_an_invitation_makes_the_hub_come_and_look_and_nothing_else(talk: Talk):
    await talk.member(AMAL)
    assert done(await talk.event("invite", AMAL, EVIL, {})) == [("join", f"visit:{EVIL}")]
    (left,) = await talk.gather(EVIL)
    assert done([left]) == [("leave", f"refused:{EVIL}")]
    assert await chat(talk) == talk.chat(AMAL)


async def test_who_is_alone_with_the_hub_and_has_no_chat_has_this_one(talk: Talk):
    assert done(await talk.enters(EVIL, MALLORY)) == [("join", f"visit:{EVIL}")]
    assert await chat(talk) == EVIL


async def test_who_has_a_chat_has_another_as_soon_as_they_write_there(talk: Talk):
    await talk.member(AMAL)
    await talk.enters("!again:test", AMAL)
    assert await chat(talk) == talk.chat(AMAL)
    heard = await talk.says(AMAL, "rooms", room_id="!again:test")
    assert done(heard) == [("leave", f"refused:{talk.chat(AMAL)}"), ("rooms.list", "direct:1")]
    assert heard[0].content == {"reason": "We go on in the other chat, which you opened."}
    assert await chat(talk) == "!again:test"


async def test_what_was_said_in_a_chat_that_is_left_is_taken_back_before(talk: Talk):
    """Afterwards nobody could: whoever says "forget me" in the new chat relies on it."""
    await talk.member(AMAL)
    said = await sent(talk)
    await talk.enters("!again:test", AMAL)
    heard = await talk.says(AMAL, "rooms", room_id="!again:test")
    old = f"refused:{talk.chat(AMAL)}"
    taken = [(each.kind, each.room, each.content.get("event_id")) for each in heard]
    assert taken == [
        *[("redact", old, event_id) for event_id in said],
        ("leave", old, None),
        ("rooms.list", "direct:1", None),
    ]
    (answer,) = await sent(talk, kind="send")
    heard = await talk.says(AMAL, "forget me", "yes", room_id="!again:test")
    redacted = [each.content["event_id"] for each in heard if each.kind == "redact"]
    assert (redacted[:1], set(said) & {*redacted}) == ([answer], set())


async def test_what_was_said_is_taken_back_where_a_chat_has_to_be_left(talk: Talk):
    await talk.member(AMAL)
    said, old = await sent(talk), talk.chat(AMAL)
    heard = await talk.gather(old, AMAL, BORIS)
    left = [each for each in heard if each.room == f"refused:{old}"]
    assert [(each.kind, each.content.get("event_id")) for each in left] == [
        *[("redact", event_id) for event_id in said],
        ("leave", None),
    ]


async def test_nobody_gets_the_chat_of_somebody_else_by_writing(talk: Talk):
    await talk.member(AMAL)
    await talk.enters(EVIL, MALLORY, AMAL)  # left at once: what is written there is not heard
    assert await talk.says(MALLORY, "profile", room_id=EVIL) == []
    assert await talk.says(AMAL, "profile", room_id=EVIL) == []
    assert await chat(talk) == talk.chat(AMAL)


@pytest.mark.parametrize("there", [(AMAL, BORIS), (BORIS,)])
async def test_who_writes_where_they_are_not_alone_is_not_heard(talk: Talk, there):
    """Who came in is known with the message, before the room is left for it."""
    await talk.member(AMAL)
    await talk.enters("!again:test", AMAL)
    async with talk.storage.write() as session:
        await Occupants(session).count("!again:test", {HUB, *there})
    assert await talk.says(AMAL, "profile", room_id="!again:test") == []
    assert await chat(talk) == talk.chat(AMAL)


async def test_a_room_of_several_is_left_with_a_reason(talk: Talk):
    heard = await talk.enters("!party:test", AMAL, BORIS)
    assert done(heard) == [("join", "visit:!party:test"), ("leave", "refused:!party:test")]
    assert heard[1].content == {"reason": CROWD}


async def test_a_room_that_fills_before_anybody_wrote_is_left_too(talk: Talk):
    await talk.member(AMAL)
    await talk.enters("!again:test", AMAL)
    assert done(await talk.gather("!again:test", AMAL, BORIS)) == [("leave", "refused:!again:test")]


@pytest.mark.parametrize("who", ["member", "stranger", "banned", "erased"])
async def test_a_room_that_others_may_read_is_left_alike_whoever_is_in_it(talk: Talk, who: str):
    """Else whoever makes one learns by it who is a member."""
    await talk.room("space:ilan", "!root:test")
    if who != "stranger":
        await talk.member(AMAL)
    if who == "banned":
        await talk.event("ban", AMAL, "!root:test", {})
    if who == "erased":
        await talk.says(AMAL, "forget me", "yes")
    assert done(await talk.enters(EVIL, AMAL, ANYBODY)) == [
        ("join", f"visit:{EVIL}"),
        ("leave", f"refused:{EVIL}"),
    ]
    assert await talk.says(AMAL, "my data", room_id=EVIL) == []


async def test_a_chat_that_is_opened_to_others_goes_on_in_another(talk: Talk):
    await talk.member(AMAL)
    heard = await talk.gather(talk.chat(AMAL), AMAL, ANYBODY)
    assert done(heard)[:2] == [("create", "direct:1"), ("room.overheard", "direct:1")]
    assert await talk.says(AMAL, "my data", room_id=talk.chat(AMAL)) == []


async def test_where_it_is_not_known_who_is_there_nobody_is_answered(talk: Talk):
    assert done(await talk.event("invite", HUB, EVIL, {})) == [("join", f"visit:{EVIL}")]
    assert await talk.says(MALLORY, "hello", room_id=EVIL) == []
    assert done(await talk.event("members", HUB, EVIL, {})) == [("leave", f"refused:{EVIL}")]


async def test_an_invitation_that_says_twice_whom_it_invites_is_declined(talk: Talk):
    (left,) = await talk.event("invite", HUB, EVIL, {"sound": False})
    assert done([left]) == [("leave", f"refused:{EVIL}")]
    assert await talk.says(MALLORY, "hello", room_id=EVIL) == []


async def test_an_encrypted_chat_is_a_chat_like_any_other(talk: Talk):
    heard = await talk.event("invite", HUB, "!secret:test", {})
    heard += await talk.gather("!secret:test", AMAL, encrypted=True)
    assert done(heard) == [("join", "visit:!secret:test")]
    assert (await chat(talk), await encrypted(talk)) == ("!secret:test", True)
    assert kinds(await talk.says(AMAL, "help", room_id="!secret:test")) == ["help.all"]


async def test_the_hub_opens_encrypted_chats_and_says_once_that_another_is_in_clear(
    storage: Storage,
):
    talk = Talk(storage, encrypted_chats=True)
    await talk.room("space:ilan", "!space:test")
    (made, *_greeting) = await talk.event("join", AMAL, "!space:test", {})
    assert made.content["initial_state"][0] == {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    assert kinds(await talk.enters("!clear:test", BORIS)) == ["join", "room.in_clear"]
    assert "room.in_clear" not in kinds(await talk.says(BORIS, "help", room_id="!clear:test"))
    assert kinds(await talk.event("invite", HUB, "!secret:test", {})) == ["join"]
    assert await talk.gather("!secret:test", MALLORY, encrypted=True) == []


async def test_who_cannot_be_read_is_told_so_in_their_language(talk: Talk):
    await talk.member(AMAL, language="3")
    (told,) = await talk.event("unread", AMAL, talk.chat(AMAL), {})
    assert (told.kind, told.room) == ("room.unread", "direct:1")
    assert "Je n'ai pas pu lire" in told.body
    assert await talk.event("unread", BORIS, talk.chat(AMAL), {}) == []
    assert await talk.event("unread", AMAL, "!elsewhere:test", {}) == []


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("m.unverified", "verify my device there"),
        ("m.blacklisted", "you blocked my device"),
        ("m.of_tomorrow", "the key to it did not reach me"),
    ],
)
async def test_whose_app_withholds_its_keys_is_told_what_to_do(talk: Talk, why: str, advice: str):
    await talk.member(AMAL)
    (told,) = await talk.event("unread", AMAL, talk.chat(AMAL), {"why": why})
    assert advice in told.body


@pytest.mark.slow
@pytest.mark.fault("F46")
async def test_a_storm_of_invitations_leaves_one_chat_and_one_open_door(talk: Talk):
    heard = []
    for n in range(1, 41):
        heard += await talk.enters(f"!{n}:test", AMAL)
    left = [said.room for said in heard if said.kind == "leave"]
    assert left == [f"refused:!{n}:test" for n in range(2, 40)]
    assert (kinds(heard).count("join"), await chat(talk)) == (40, "!1:test")


async def test_an_invitation_back_into_a_chat_is_an_invitation_like_any_other(talk: Talk):
    await talk.member(AMAL)
    async with talk.storage.write() as session:
        room = await Rooms(session).get(Direct(1))
        Rooms(session).leave(room)  # the hub was taken out
    heard = await talk.enters(talk.chat(AMAL), MALLORY)
    assert done(heard) == [("join", f"visit:{talk.chat(AMAL)}")]
    assert await chat(talk) is None
    assert kinds(await talk.says(MALLORY, "my data", room_id=talk.chat(AMAL))) == ["privacy.data"]


async def test_no_invitation_touches_a_room_of_the_network(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    assert await talk.event("invite", MALLORY, "!welcome:test", {}) == []
    assert await talk.event("invite", MALLORY, "!welcome:test", {"sound": False}) == []


async def test_a_chat_that_somebody_else_came_into_goes_on_in_another_and_nothing_is_lost(
    talk: Talk,
):
    await talk.member(AMAL)
    (waiting,) = await talk.says(AMAL, "profile")
    heard = await talk.gather(talk.chat(AMAL), AMAL, BORIS)
    assert done(heard)[0] == ("create", "direct:1")
    assert done(heard)[1] == ("room.overheard", "direct:1")
    assert done(heard)[-1] == ("leave", f"refused:{talk.chat(AMAL)}")
    assert (heard[0].content["invite"], heard[-1].content) == ([AMAL], {"reason": CROWD})
    assert heard[-2] == waiting
    assert await chat(talk) is None
    assert await talk.says(AMAL, "profile", room_id=talk.chat(AMAL)) == []


async def test_a_chat_of_two_stays(talk: Talk):
    await talk.member(AMAL)
    assert await talk.gather(talk.chat(AMAL), AMAL) == []
    assert await chat(talk) == talk.chat(AMAL)


async def test_a_chat_in_which_encryption_is_turned_on_just_goes_on(talk: Talk):
    await talk.member(AMAL)
    assert await talk.gather(talk.chat(AMAL), AMAL, encrypted=True) == []
    assert (await chat(talk), await encrypted(talk)) == (talk.chat(AMAL), True)
    assert done(await talk.says(AMAL, "help")) == [("help.all", "direct:1")]


async def invited(talk: Talk, who: str) -> str:
    """Let somebody join the Space, and the hub's chat be made, where they are not yet."""
    await talk.room("space:ilan", "!root:test")
    assert kinds(await talk.event("join", who, "!root:test", {})) == [
        "create",
        "onboarding.welcome",
        "onboarding.ask.language",
    ]
    async with talk.storage.write() as session:
        room = await Rooms(session).get(Direct(1))
        assert room is not None
        await Rooms(session).made(room.id, "!ours:test")
        await Occupants(session).count("!ours:test", {HUB})
    await sent(talk)
    return "!ours:test"


async def test_who_never_came_into_the_chat_is_welcomed_in_their_own(talk: Talk):
    ours = await invited(talk, AMAL)
    assert kinds(await talk.enters("!theirs:test", AMAL))[-1] == "leave"
    assert await chat(talk) == "!theirs:test"
    heard = await talk.passes(timedelta(seconds=4))
    assert done(heard) == [
        ("onboarding.welcome", "direct:1"),
        ("onboarding.ask.language", "direct:1"),
    ]
    assert ours != await chat(talk)


async def test_who_is_in_the_chat_is_not_welcomed_again_in_another(talk: Talk):
    ours = await invited(talk, AMAL)
    async with talk.storage.write() as session:
        await Occupants(session).move(ours, {AMAL: True})
    await talk.enters("!theirs:test", AMAL)
    assert await chat(talk) == ours
    assert kinds(await talk.says(AMAL, "1", room_id="!theirs:test"))[-1] == (
        "onboarding.ask.consent"
    )


@pytest.mark.parametrize("times", [1, 2])
async def test_who_refused_to_be_invited_is_welcomed_when_they_open_a_chat(talk: Talk, times: int):
    await talk.room("space:welcome", "!welcome:test")
    await invited(talk, AMAL)
    for _time in range(times):  # as the sender does when the homeserver says so
        async with talk.storage.write() as session:
            room = await Rooms(session).get(Direct(1))
            assert room is not None
            await Rooms(session).lost(room.id)
            await Dues(session).plan(NoChat(1), at=talk.now)
        mentions = kinds(await talk.passes(timedelta(seconds=1)))
    assert mentions == ["onboarding.mention"] * (times == 1)
    await talk.enters("!theirs:test", AMAL)
    heard = await talk.says(AMAL, "hello", room_id="!theirs:test")
    assert kinds(heard) == ["onboarding.welcome", "onboarding.ask.language"]


@pytest.mark.parametrize(("there", "said"), [(False, "new direct chat"), (True, "our direct")])
async def test_a_command_in_a_room_says_truly_where_it_is_answered(
    talk: Talk, there: bool, said: str
):
    await talk.room("space:welcome", "!welcome:test")
    await talk.member(AMAL)
    if not there:
        await talk.event("leave", AMAL, talk.chat(AMAL), {})
    told = (await talk.says(AMAL, "!profile", room_id="!welcome:test"))[-1]
    assert (told.kind, said in told.body) == ("room.direct", True)
