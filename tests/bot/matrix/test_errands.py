"""What each errand does on the homeserver, and that doing it twice does no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.matrix import errands
from bot.matrix.client import Refused, Unreachable
from kit.audience import Audience, Everybody, only
from kit.errand import (
    Address,
    Create,
    Invite,
    Redact,
    Remove,
    Send,
    SendFile,
    Uninvite,
    Unsay,
    Within,
)
from kit.roomkey import Direct, RoomKey, SpaceRoom
from storage.engine import Storage
from storage.occupants import Occupants
from storage.outbox import Outbox
from storage.people import People
from storage.rooms import Rooms
from storage.tables.queues import DueRow
from tests.bot.matrix.outgoing import Out
from tests.harness import NOON

AMAL, OTHER, HUB = "@amal:test", "@other:test", "@hub:test"
FORBIDDEN = Refused(403, "M_FORBIDDEN")


@pytest.fixture
def out(storage: Storage) -> Out:
    return Out(storage)


async def room_id(out: Out, key: RoomKey) -> str | None:
    async with out.storage.read() as session:
        return (await Rooms(session).get(key)).room_id


@pytest.mark.fault("F14")
async def test_a_room_whose_answer_was_lost_is_found_by_its_alias(out: Out):
    room = await out.room("direct:1")
    await out.add(room, Create({"preset": "private_chat"}), "t1")
    await out.send(room, "t2")
    out.server.answers.append(Unreachable("TimeoutError"))  # made, but we never heard of it
    await out.goes_on()
    assert await room_id(out, Direct(1)) is None
    out.now += timedelta(minutes=2)
    out.server.answers += [Refused(400, "M_ROOM_IN_USE"), {"room_id": "!made:test"}]
    await out.goes_on()
    assert await room_id(out, Direct(1)) == "!made:test"
    assert [(path, (body or {}).get("room_alias_name")) for _m, path, body in out.server.asked] == [
        ("/createRoom", "t1"),
        ("/createRoom", "t1"),
        ("/directory/room/%23t1%3Atest", None),
        ("/rooms/%21made%3Atest/state/m.room.encryption/", None),
        ("/rooms/%21made%3Atest/send/m.room.message/t2", None),
    ]


async def test_a_room_that_cannot_be_made_takes_with_it_what_was_meant_for_it(out: Out):
    room = await out.room("direct:1")
    await out.add(room, Create({}), "t1")
    await out.send(room, "t2")
    out.server.answers.append(FORBIDDEN)
    await out.goes_on()
    assert await out.rows() == [
        ("t1", "parked", "403 M_FORBIDDEN"),
        ("t2", "withdrawn", "the room could not be made"),
    ]
    async with out.storage.read() as session:
        assert (await Rooms(session).get(Direct(1))).left is True


async def test_a_room_waits_for_the_one_it_belongs_to(out: Out):
    parent = await out.room("space:root")
    child = await out.room("space:a")
    await out.add(child, Create({}, Within(SpaceRoom("root"), SpaceRoom("root"))), "t1")
    await out.goes_on()
    assert out.server.asked == []
    assert await out.rows() == [("t1", "new", "waiting for a room")]
    async with out.storage.write() as session:
        await Rooms(session).made(parent, "!root:test")
    out.now += timedelta(seconds=1)
    out.server.answers.append({"room_id": "!a:test"})
    await out.goes_on()
    asked, _encryption = out.server.asked
    assert asked[2] == {
        "room_alias_name": "t1",
        "initial_state": [
            {
                "type": "m.space.parent",
                "state_key": "!root:test",
                "content": {"via": ["test"], "canonical": True},
            },
            {
                "type": "m.room.join_rules",
                "state_key": "",
                "content": {
                    "join_rule": "restricted",
                    "allow": [{"type": "m.room_membership", "room_id": "!root:test"}],
                },
            },
            {"type": "m.room.canonical_alias", "state_key": "", "content": {}},
        ],
    }


@pytest.mark.parametrize(
    ("kind", "membership", "asked"),
    [
        (Invite, {"membership": "join"}, 1),
        (Invite, {"membership": "leave"}, 2),
        (Invite, Refused(404, "M_NOT_FOUND"), 2),
        (Remove, {"membership": "leave"}, 1),
        (Remove, {"membership": "invite"}, 2),
        (Remove, Refused(404, "M_NOT_FOUND"), 1),
        (Uninvite, {"membership": "invite"}, 2),
        (Uninvite, {"membership": "join"}, 1),
    ],
)
async def test_inviting_or_removing_twice_is_harmless(out: Out, kind, membership, asked):
    room = await out.room("space:a", room_id="!a:test")
    await out.add(room, kind("@a:test"), "t1")
    out.server.answers.append(membership)
    await out.goes_on()
    assert len(out.server.asked) == asked
    assert await out.rows() == [("t1", "sent", None)]


async def test_what_may_be_under_way_is_found_by_its_transaction_id_and_redacted(out: Out):
    room = await out.room("space:a", room_id="!1:test")
    await out.add(room, Unsay(), "t1")
    out.server.answers += [
        {"event_id": "$made"},
        Unreachable("TimeoutError"),
        {"event_id": "$made"},
    ]
    await out.goes_on()
    out.now += timedelta(minutes=2)
    await out.goes_on()
    nothing = {"msgtype": "m.notice", "body": "…", "m.mentions": {}}
    assert out.server.asked == 2 * [
        ("PUT", "/rooms/%211%3Atest/send/m.room.message/t1", nothing),
        ("PUT", "/rooms/%211%3Atest/redact/%24made/t1-unsaid", {}),
    ]
    assert await out.rows() == [("t1", "sent", "TimeoutError")]


async def test_a_message_is_redacted_once_whatever_its_id_holds(out: Out):
    room = await out.room("direct:1", room_id="!1:test")
    await out.add(room, Redact("$a/b"), "t1")
    await out.goes_on()
    assert out.server.asked == [("PUT", "/rooms/%211%3Atest/redact/%24a%2Fb/t1", {})]


async def test_a_file_is_uploaded_and_then_sent_as_a_message(out: Out):
    room = await out.room("direct:1", room_id="!1:test")
    shown = {"msgtype": "m.file", "filename": "a.json"}
    await out.add(room, SendFile(shown, {"x": 1}), "t1")
    out.server.answers += [{"content_uri": "mxc://test/1"}, {"event_id": "$sent"}]
    await out.goes_on()
    assert out.server.asked == [
        ("POST", "/upload", b'{"x": 1}'),
        (
            "PUT",
            "/rooms/%211%3Atest/send/m.room.message/t1",
            {"msgtype": "m.file", "filename": "a.json", "url": "mxc://test/1"},
        ),
    ]


SPACE = Create({"room_alias_name": "ilan", "preset": "public_chat"})
IN_USE = Refused(400, "M_ROOM_IN_USE")
FOUND = {"room_id": "!found:test"}
OURS = [{"sender": "@hub:test"}, {"alias": "#ilan:test"}]


def created(out: Out) -> list[str]:
    return [body["room_alias_name"] for _m, path, body in out.server.asked if path == "/createRoom"]


@pytest.mark.fault("F14")
async def test_a_room_of_the_space_is_found_again_by_its_address(out: Out):
    room = await out.room("space:ilan")
    await out.add(room, SPACE, "t1")
    out.server.answers += [IN_USE, FOUND, *OURS]
    await out.goes_on()
    assert (await room_id(out, SpaceRoom("ilan")), created(out)) == ("!found:test", ["ilan"])


@pytest.mark.fault("A16")
@pytest.mark.parametrize(
    "taken",
    [
        [IN_USE, FOUND, {"sender": "@other:test"}, {"alias": "#ilan:test"}],
        [IN_USE, FOUND, {"sender": "@hub:test"}, {"alias": "#txn:test"}],  # a chat of ours
        [IN_USE, FOUND, {"sender": "@hub:test"}, Refused(404, "M_NOT_FOUND")],
        [IN_USE, FOUND, Refused(403, "M_FORBIDDEN")],  # nobody let us in
        [Refused(400, "M_EXCLUSIVE"), Refused(404, "M_NOT_FOUND")],
    ],
)
async def test_a_room_of_somebody_else_is_never_taken_for_ours(out: Out, taken):
    room = await out.room("space:ilan")
    await out.add(room, SPACE, "t1")
    out.server.answers += [*taken, {"room_id": "!new:test"}]
    await out.goes_on()
    assert (await room_id(out, SpaceRoom("ilan")), created(out)) == ("!new:test", ["ilan", "t1"])
    assert await out.rows() == [("t1", "sent", None)]


async def test_a_room_gets_its_address_once_it_is_free(out: Out):
    room = await out.room("space:ilan", room_id="!a:test")
    await out.add(room, Address("ilan"), "t1")
    out.server.answers.append(Refused(404, "M_NOT_FOUND"))
    await out.goes_on()
    alias = "/directory/room/%23ilan%3Atest"
    assert out.server.asked == [
        ("GET", alias, None),
        ("PUT", alias, {"room_id": "!a:test"}),
        ("PUT", "/rooms/%21a%3Atest/state/m.room.canonical_alias/", {"alias": "#ilan:test"}),
    ]


@pytest.mark.fault("F69")
async def test_a_room_that_the_homeserver_encrypted_gets_nothing_in_clear(out: Out):
    room = await out.room("space:a")
    await out.add(room, Create({}), "t1")
    await out.send(room, "t2")
    out.server.encrypts, out.server.members = True, {}
    await out.goes_on()
    assert await out.rows() == [("t1", "sent", None), ("t2", "sent", None)]
    assert [path.split("/")[4] for method, path, _b in out.server.asked if method == "PUT"] == [
        "m.room.encrypted"
    ]


@pytest.mark.parametrize(
    ("there", "broken", "state"),
    [
        ({HUB, AMAL}, False, "sent"),
        ({HUB, AMAL, OTHER}, False, "new"),  # it goes along into a chat of two
        ({HUB, OTHER}, False, "new"),  # as many, and not the one it is for
        (set(), False, "sent"),  # nobody is known to be there
        ({HUB, AMAL, OTHER}, True, "sent"),
        ({HUB, OTHER}, True, "sent"),
    ],
)
async def test_nothing_is_said_where_somebody_else_reads_along(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, there: set[str], broken: bool, state: str
):
    """A sender that does not look again is the control."""
    out = Out(storage)
    room = await out.room("direct:1", room_id="!chat:t")
    async with storage.write() as session:
        assert (await People(session).meet(AMAL, "en", NOON)).id == 1
        await Occupants(session).count("!chat:t", there)
    if broken:
        monkeypatch.setattr(errands, "_among_its_readers", lambda row: None)
    await out.send(room, "t1")
    await out.goes_on()
    assert len(out.server.asked) == int(state == "sent")
    assert [each for _txn, each, _why in await out.rows()] == [state]


@pytest.mark.parametrize(("there", "state"), [({HUB, AMAL}, "sent"), ({HUB, AMAL, OTHER}, "new")])
async def test_the_last_word_reaches_who_is_erased_and_nobody_else(
    storage: Storage, there: set[str], state: str
):
    out = Out(storage)
    room = await out.room("direct:1", room_id="!chat:t")
    async with storage.write() as session:
        gone = await People(session).meet(AMAL, "en", NOON)
        await People(session).erase(gone.id)
        await Occupants(session).count("!chat:t", there)
    await out.send(room, "t1")
    await out.goes_on()
    assert [each for _txn, each, _why in await out.rows()] == [state]


@pytest.mark.parametrize(
    ("audience", "why"),
    [
        (only([1, 2]), "403 HUB_OVERHEARD"),
        (only([1, 2, 3]), None),
        (Everybody(), "403 HUB_OTHER_ROOM"),
        (None, "403 HUB_NO_AUDIENCE"),
    ],
)
async def test_what_is_for_few_is_parked_where_others_would_read_it(
    storage: Storage, audience: Audience | None, why: str | None
):
    out = Out(storage)
    room = await out.room("private:request:1", room_id="!few:t")
    async with storage.write() as session:
        for user_id in (AMAL, OTHER, "@third:test"):
            await People(session).meet(user_id, "en", NOON)
        await Occupants(session).count("!few:t", {HUB, AMAL, OTHER, "@third:test"})
        Outbox(session).add(room, Send({"body": "a"}), txn_id="t1", now=NOON, audience=audience)
    await out.goes_on()
    assert await out.rows() == [("t1", "parked" if why else "sent", why)]


@pytest.mark.both_databases
async def test_who_cannot_be_invited_ends_a_private_room(out: Out):
    async with out.storage.write() as session:
        amal = await People(session).meet(AMAL, "en", NOON)
    room = await out.room("private:request:5")
    for txn_id, errand in (
        ("t1", Create({"name": "Prisons"})),
        ("t2", Invite(AMAL)),
        ("t3", Invite(OTHER)),
        ("t4", Send({"body": "you wanted to talk"})),
    ):
        await out.add(room, errand, txn_id)
    made = {"room_id": "!private:t"}
    out.server.answers += [made, Refused(404, "M_NOT_FOUND"), Refused(403, "M_INVITE_BLOCKED")]
    await out.goes_on()
    assert await out.rows() == [
        ("t1", "sent", None),
        ("t2", "parked", "403 M_INVITE_BLOCKED"),
        ("t3", "withdrawn", "somebody could not be invited"),
        ("t4", "withdrawn", "somebody could not be invited"),
    ]
    async with out.storage.read() as session:
        planned = [(row.kind, row.payload) for row in await session.scalars(select(DueRow))]
    missing = {"matter": "request:5", "person": amal.id}
    assert planned == [("private.not_invited", missing)]


async def test_who_was_invited_into_a_private_room_is_known(out: Out):
    async with out.storage.write() as session:
        amal = await People(session).meet(AMAL, "en", NOON)
    for key in ("private:request:5", "space:lobby"):
        room = await out.room(key, room_id=f"!{key[:5]}:t")
        await out.add(room, Invite(AMAL), key)
    await out.goes_on()
    async with out.storage.read() as session:
        planned = [(row.kind, row.payload) for row in await session.scalars(select(DueRow))]
    assert planned == [("private.was_invited", {"matter": "request:5", "person": amal.id})]


async def test_a_chat_that_they_opened_meanwhile_is_not_made_again(out: Out):
    room = await out.room("direct:1", room_id="!theirs:test")
    await out.add(room, Create({"is_direct": True, "invite": [AMAL]}), "t1")
    await out.goes_on()
    assert (out.server.asked, await out.rows()) == ([], [("t1", "sent", None)])


async def test_a_second_try_invites_who_the_first_did_not(out: Out):
    room = await out.room("direct:1")
    await out.add(room, Create({"invite": [AMAL]}), "t1")
    out.server.answers += [
        Refused(400, "M_ROOM_IN_USE"),
        {"room_id": "!made:test"},
        Refused(404, "M_NOT_FOUND"),
    ]
    await out.goes_on()
    assert ("POST", "/rooms/%21made%3Atest/invite", {"user_id": AMAL}) in out.server.asked
    assert await room_id(out, Direct(1)) == "!made:test"


async def test_nobody_is_left_in_the_room_of_who_refuses_to_be_invited(out: Out):
    room = await out.room("direct:1")
    await out.add(room, Create({"invite": [AMAL]}), "t1")
    out.server.answers += [Refused(403, "M_INVITE_BLOCKED"), {"room_id": "!made:test"}]
    await out.goes_on()
    assert out.server.asked[-1] == ("POST", "/rooms/%21made%3Atest/leave", {})
    assert await out.rows() == [("t1", "parked", "403 M_INVITE_BLOCKED")]
