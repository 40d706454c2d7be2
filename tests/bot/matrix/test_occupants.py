"""Who is in the chats with the hub, and who else reads along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.matrix.client import Refused, TooLarge
from storage.engine import Storage
from storage.occupants import ANYBODY, Occupants
from tests.bot.matrix.outgoing import Out
from tests.bot.matrix.test_reader import AMAL, ROOM, answer, member, message
from tests.bot.matrix.test_sync import HISTORY, IN_IT, PRIVATE, RULES, members, read, taken, visited
from tests.harness import HUB


async def occupants(storage: Storage) -> set[str]:
    async with storage.read() as session:
        return set(await Occupants(session).of(ROOM))


async def test_of_a_room_it_was_invited_to_the_hub_asks_once_who_is_there(storage: Storage):
    await visited(storage)
    crowd = [member(event_id=f"${n}", state_key=f"@m{n}:t", sender=f"@m{n}:t") for n in range(99)]
    said = answer(message(), state={"events": crowd})
    server = await read(storage, said, *PRIVATE, answer(message("$2")) | {"next_batch": "s3"})
    assert [path for _method, path, _body in server.asked if "members" in path] == [
        "/rooms/%21room%3Atest/joined_members",
        "/rooms/%21room%3Atest/members",
    ]
    assert await occupants(storage) == {HUB, AMAL}
    assert await taken(storage) == [("members", ROOM), ("message", ROOM), ("message", ROOM)]


@pytest.mark.parametrize("no", [Refused(403, "M_FORBIDDEN"), TooLarge("70 MB"), {}])
async def test_a_room_that_does_not_say_who_is_there_holds_up_no_other(storage: Storage, no: Any):
    await visited(storage)
    await read(storage, answer(message()), no)
    assert (await occupants(storage), await taken(storage)) == (
        set(),
        [("members", ROOM), ("message", ROOM)],
    )


async def test_who_comes_into_a_chat_and_goes_is_known(storage: Storage):
    await Out(storage).room("direct:1", room_id=ROOM)
    third = member(state_key="@third:t", sender="@third:t")
    await read(storage, answer(member(), third))
    assert await occupants(storage) == {HUB, AMAL, "@third:t"}
    gone = member("leave", event_id="$4", state_key="@third:t")
    await read(storage, answer(gone) | {"next_batch": "s3"}, since="")
    assert await occupants(storage) == {HUB, AMAL}
    await read(storage, {"next_batch": "s4", "rooms": {"leave": {ROOM: {}}}}, since="")
    assert await occupants(storage) == set()


async def test_where_something_was_missed_the_hub_asks_again_who_is_there(storage: Storage):
    await Out(storage).room("direct:1", room_id=ROOM)
    gap = answer(timeline={"events": [], "limited": True, "prev_batch": "p"})
    await read(storage, gap, Refused(403, "M_FORBIDDEN"), *PRIVATE)
    assert await occupants(storage) == {HUB, AMAL}


NONE = Refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize(
    ("rules", "history", "others", "private"),
    [
        (RULES, HISTORY, members(), True),
        (NONE, NONE, members(third="invite"), True),
        ({"join_rule": "public"}, HISTORY, members(), False),
        ({"join_rule": "knock"}, HISTORY, members(), False),
        ({"join_rule": "restricted"}, HISTORY, members(), False),
        (RULES, {"history_visibility": "world_readable"}, members(), False),
        (RULES, HISTORY, members(third="leave"), False),
        (RULES, HISTORY, members(third="ban"), False),
    ],
)
async def test_a_room_of_two_is_a_chat_only_if_nobody_else_reads_it_or_was_in_it(
    storage: Storage, rules: Any, history: Any, others: Any, private: bool
):
    await visited(storage)
    await read(storage, answer(), IN_IT, rules, history, others)
    assert await occupants(storage) == {HUB, AMAL, *([] if private else [ANYBODY])}


@pytest.mark.parametrize(
    ("kind", "content", "opened"),
    [
        ("m.room.join_rules", {"join_rule": "public"}, True),
        ("m.room.join_rules", RULES, False),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}, True),
        ("m.room.history_visibility", {"history_visibility": "joined"}, False),
    ],
)
async def test_a_chat_that_is_opened_later_is_noticed(
    storage: Storage, kind: str, content: dict[str, str], opened: bool
):
    await Out(storage).room("direct:1", room_id=ROOM)
    event = member() | {"type": kind, "state_key": "", "content": content}
    server = await read(storage, answer(event))
    assert await occupants(storage) == {HUB, *([ANYBODY] if opened else [])}
    assert kind in json.loads(server.queries[0]["filter"])["room"]["timeline"]["types"]
