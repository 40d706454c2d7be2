"""Whatever shape an envelope has, reading never raises and keeps what is well formed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.batch import Batch
from bot.matrix.reader import SyncParser
from kit.inbound import (
    Invited,
    Joined,
    Knocked,
    KnockOver,
    Left,
    Reaction,
    Readmitted,
    Removed,
    TextMessage,
    dump,
    load,
)
from kit.words import LONGEST
from storage.inbox import Incoming, Withdrawal

HUB = "@hub:test"
AMAL = "@amal:test"
ROOM = "!room:test"
STAMP = 1_800_000_000_000


def message(event_id: str = "$good", body: Any = "help", **content: Any) -> dict[str, Any]:
    return envelope(event_id, "m.room.message", {"msgtype": "m.text", "body": body} | content)


def envelope(event_id: str, kind: str, content: Any, **more: Any) -> dict[str, Any]:
    parts = {"event_id": event_id, "sender": AMAL, "origin_server_ts": STAMP}
    return parts | {"type": kind, "content": content} | more


def reaction(key: Any, **relation: Any) -> dict[str, Any]:
    about = {"rel_type": "m.annotation", "event_id": "$question", "key": key} | relation
    return envelope("$reaction", "m.reaction", {"m.relates_to": about})


def member(membership: Any = "join", *, before: str | None = None, **more: Any) -> dict[str, Any]:
    unsigned = {} if before is None else {"unsigned": {"prev_content": {"membership": before}}}
    content = {"membership": membership}
    return envelope("$member", "m.room.member", content, state_key=AMAL, **unsigned) | more


def answer(*timeline: Any, **room: Any) -> dict[str, Any]:
    joined = {"timeline": {"events": list(timeline)}} | room
    return {"next_batch": "s2", "rooms": {"join": {ROOM: joined}}}


def read(*timeline: Any) -> Batch:
    batch = SyncParser(HUB).sync(answer(*timeline))
    assert batch is not None
    return batch


def kept(batch: Batch) -> list[Incoming]:
    return batch.events.get(ROOM, [])


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _level in range(depth):
        value = [value]
    return value


GOOD = Incoming(
    "$good",
    ROOM,
    AMAL,
    TextMessage("help"),
    datetime.fromtimestamp(STAMP / 1000, UTC),
)

MALFORMED = {
    "encrypted, with a clear body": message() | {"type": "m.room.encrypted"},
    "encrypted, with state inside": envelope("$1", "m.room.encrypted", member()),
    "null": None,
    "a text": "event",
    "a list": [],
    "a number": 7,
    "nothing": {},
    "no content": {k: v for k, v in message().items() if k != "content"},
    "content a list": message() | {"content": [1]},
    "sender null": message() | {"sender": None},
    "sender a list": message() | {"sender": [AMAL]},
    "sender no id": message() | {"sender": "amal"},
    "sender half a pair": message() | {"sender": "@\ud800:test"},
    "event id a number": message() | {"event_id": 7},
    "event id half a pair": message("$\udfff"),
    "event id with NUL": message("$\x00"),
    "stamp null": message() | {"origin_server_ts": None},
    "stamp a text": message() | {"origin_server_ts": "now"},
    "stamp a list": message() | {"origin_server_ts": [STAMP]},
    "stamp a truth": message() | {"origin_server_ts": True},
    "stamp a fraction": message() | {"origin_server_ts": 0.5},
    "stamp before time": message() | {"origin_server_ts": -1},
    "stamp after time": message() | {"origin_server_ts": 10**30},
    "body null": message(body=None),
    "body a list": message(body=["help"]),
    "an edit without new words": message(
        **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}
    ),
    "body missing": envelope("$1", "m.room.message", {"msgtype": "m.text"}),
    "thread half a pair": message(
        **{"m.relates_to": {"rel_type": "m.thread", "event_id": "$\ud800"}}
    ),
    "membership a list": member(nested(800)),
    "membership missing": member() | {"content": {}},
    "about nobody": member(state_key=None),
    "about half a pair": member(state_key="@\ud800:test"),
    "a reaction to nothing": envelope("$1", "m.reaction", {"m.relates_to": {"key": "👍"}}),
    "a reaction with a list": reaction(nested(800)),
    "a reaction to half a pair": reaction("👍", event_id="$\ud800"),
    "redacts nothing": envelope("$1", "m.room.redaction", {}),
    "redacts a list": envelope("$1", "m.room.redaction", {"redacts": nested(800)}),
}

PASSED_OVER = {
    "a reaction of no meaning": reaction("🎉"),
    "a reaction in words": reaction("yes"),
    "a reaction of another kind": reaction("👍", rel_type="m.reference"),
    "a reaction taken back": envelope("$1", "m.reaction", {}),
    "a notice": message(msgtype="m.notice"),
    "what another hub says, which rings": message(**{"org.ilan.hub": {"v": 1}}),
    "an emote": message(msgtype="m.emote"),
    "no type of message": message(msgtype=None),
    "our own": message() | {"sender": HUB},
    "redacted before we saw it": envelope("$1", "m.room.message", {}),
    "without content": envelope("$1", "m.room.message", None),
    "about ourselves": member() | {"state_key": HUB},
    "only a new name": member(before="join"),
    "an invitation of somebody else": member("invite"),
    "a membership that is none": member("dance"),
    "another type": envelope("$1", "org.example.odd", {"body": "help"}),
    "a type that is a list": envelope("$1", "", {}) | {"type": ["m.room.message"]},
    "state that is forged as a message": message() | {"type": "m.room.power_levels"},
    "encrypted and redacted": envelope("$1", "m.room.encrypted", {}),
    "encrypted state": envelope("$1", "m.room.encrypted", {"session_id": "a"}, state_key=""),
}


@pytest.mark.fault("F19")
@pytest.mark.parametrize("odd", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_event_is_dropped_and_counted(odd: Any) -> None:
    batch = read(odd, message())
    assert (batch.dropped, kept(batch), batch.withdrawn) == (1, [GOOD], [])


@pytest.mark.fault("F19", "F52")
@pytest.mark.parametrize("other", PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_is_not_for_us_is_passed_over(other: Any) -> None:
    batch = read(other, message())
    assert (batch.dropped, kept(batch)) == (0, [GOOD])


@pytest.mark.fault("F19")
@pytest.mark.parametrize("odd", [None, [], "x", 7, {"events": None}, {"events": {"a": 1}}])
@pytest.mark.parametrize("part", ["timeline", "state"])
def test_an_odd_section_hides_no_other_room(part: str, odd: Any) -> None:
    said = answer(message())
    said["rooms"]["join"] = {"!odd:test": {part: odd}, "!null:test": None} | said["rooms"]["join"]
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    assert batch.events == {ROOM: [GOOD]}


@pytest.mark.fault("F18")
@pytest.mark.parametrize("token", [None, 7, ["s2"], {}])
def test_an_answer_without_a_token_is_none(token: Any) -> None:
    assert SyncParser(HUB).sync(answer(message()) | {"next_batch": token}) is None
    assert SyncParser(HUB).sync({"rooms": answer(message())["rooms"]}) is None


@pytest.mark.fault("F53")
def test_a_huge_message_is_cut_and_marked() -> None:
    (event,) = kept(read(message(body="x" * 65_000, formatted_body="y" * 1_000_000)))
    assert event.event == TextMessage("x" * LONGEST, long=True)


@pytest.mark.parametrize(
    ("said", "heard"),
    [("he\x00lp", "help"), ("\ud800help", "?help"), ("> <@a:b> hi\n> you\n\nhelp", "help")],
)
def test_a_body_is_made_storable_and_loses_its_quote(said: str, heard: str) -> None:
    (event,) = kept(read(message(body=said)))
    assert event.event == TextMessage(heard)


def test_threads_and_mentions_are_kept() -> None:
    thread = {"rel_type": "m.thread", "event_id": "$root"}
    mentions = {"user_ids": [7, HUB]}
    (event,) = kept(read(message(**{"m.relates_to": thread, "m.mentions": mentions})))
    assert event.event == TextMessage("help", mentioned=True, thread="$root")


@pytest.mark.fault("F52")
def test_an_edit_says_what_it_replaces_and_reads_the_new_words() -> None:
    content = {
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"},
        "m.new_content": {"msgtype": "m.text", "body": "find prisons"},
    }
    (event,) = kept(read(message(body="* find prisons", **content)))
    assert event.event == TextMessage("find prisons", replaces="$0")


def test_joins_count_in_state_and_in_timeline() -> None:
    batch = SyncParser(HUB).sync(answer(message(), state={"events": [member()]}))
    assert batch is not None
    assert [(event.event, event.sender) for event in kept(batch)] == [
        (Joined(), AMAL),
        (TextMessage("help"), AMAL),
    ]


MODERATOR = "@moderator:test"


@pytest.mark.parametrize(
    ("membership", "before", "by", "event"),
    [
        ("join", None, AMAL, Joined()),
        ("join", "join", AMAL, None),
        ("leave", "join", AMAL, Left()),
        ("leave", "invite", AMAL, Left()),
        ("leave", "invite", MODERATOR, Left()),
        ("leave", "join", MODERATOR, Removed(banned=False)),
        ("leave", None, MODERATOR, Removed(banned=False)),
        ("leave", "join", HUB, None),
        ("ban", "join", MODERATOR, Removed(banned=True)),
        ("ban", "leave", MODERATOR, Removed(banned=True)),
        ("ban", "join", HUB, Removed(banned=True)),
        ("ban", "ban", MODERATOR, None),
        ("leave", "ban", MODERATOR, Readmitted()),
        ("leave", "ban", HUB, Readmitted()),
        ("invite", "leave", MODERATOR, None),
        ("knock", "leave", AMAL, Knocked("")),
        ("leave", "knock", AMAL, KnockOver()),
    ],
)
def test_who_changed_somebodys_membership_says_what_it_means(membership, before, by, event):
    taken = kept(read(member(membership, before=before, sender=by)))
    assert [(each.sender, each.event) for each in taken] == [(AMAL, event)] * (event is not None)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("1\ufe0f\u20e3", "1"),
        ("9\u20e3", "9"),
        ("🔟", "10"),
        ("12", "12"),
        ("👍", "👍"),
        ("👍\U0001f3fd", "👍"),
        ("✅", "✅"),
        ("👎", "👎"),
        ("❌", "❌"),
    ],
)
def test_a_reaction_that_can_be_an_answer_is_kept(key: str, said: str) -> None:
    (event,) = kept(read(reaction(key)))
    assert (event.sender, event.event) == (AMAL, Reaction(said, "$question"))


@pytest.mark.parametrize("content", [{"redacts": "$1"}, {}])
def test_redactions_name_their_target_in_either_place(content: dict[str, Any]) -> None:
    event = envelope("$2", "m.room.redaction", content, redacts="$1")
    assert read(event).withdrawn == [Withdrawal("$1", ROOM, AMAL)]


def test_gaps_and_rooms_that_were_left_are_noted() -> None:
    said = answer(timeline={"events": [], "limited": True, "prev_batch": "p"})
    said["rooms"]["leave"] = {"!gone:test": {}}
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    assert (batch.gaps, batch.left) == ({ROOM: "p"}, {"!gone:test"})


def asked(**more: Any) -> dict[str, Any]:
    """Say of the hub that it is invited, as an invitation does."""
    content = {"membership": "invite", "is_direct": True}
    return envelope("", "m.room.member", content, state_key=HUB) | more


SECRET = envelope("", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")


@pytest.mark.parametrize(
    ("state", "sound"),
    [
        ([asked()], True),
        ([asked(sender="@mallory:evil"), SECRET], True),
        ([asked(sender=AMAL), asked(sender="@mallory:evil")], False),
        ([asked(), asked(content={"membership": "join"})], False),
        ([asked(content=None), asked()], False),
    ],
)
def test_of_an_invitation_only_that_it_came_is_taken(state: list[Any], sound: bool) -> None:
    said = {"next_batch": "s2", "rooms": {"invite": {ROOM: {"invite_state": {"events": state}}}}}
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    (event,) = kept(batch)
    assert (event.sender, event.event) == (HUB, Invited(sound))


def test_an_invitation_of_somebody_else_is_none() -> None:
    state = [asked(state_key=AMAL), asked(type="m.room.name")]
    said = {"next_batch": "s2", "rooms": {"invite": {ROOM: {"invite_state": {"events": state}}}}}
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    assert kept(batch) == []


def test_who_came_and_who_went_is_told_by_the_last_word_on_each() -> None:
    def moved(who: str, membership: str) -> dict[str, Any]:
        return member(membership, state_key=who)

    first, last = [moved("@a:t", "join"), moved("@b:t", "join")], [moved("@b:t", "ban")]
    said = answer(*last, moved("@c:t", "invite"), state={"events": first})
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    assert batch.moves == {ROOM: {"@a:t": True, "@b:t": False}}


texts = st.text(st.characters(), max_size=8)  # surrogates and NUL included
keys = st.sampled_from(
    ["events", "timeline", "state", "content", "body", "type", "sender", "event_id", "membership"]
) | st.sampled_from(
    ["msgtype", "m.relates_to", "rel_type", "unsigned", "prev_content", "limited", "redacts", "key"]
)
values = (
    st.sampled_from(["m.room.message", "m.room.member", "m.room.redaction", "m.text", AMAL, HUB])
    | st.sampled_from(["m.room.encryption", "m.thread", "join", True, STAMP])
    | st.sampled_from(["m.reaction", "m.annotation", "👍"])
    | st.none()
    | st.integers()
    | st.floats()
    | texts
)
trees = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | texts, inner, max_size=8),
    max_leaves=24,
)
events = st.fixed_dictionaries(
    {},
    optional={
        "event_id": values,
        "sender": values,
        "state_key": values,
        "type": values,
        "content": trees,
        "unsigned": trees,
        "origin_server_ts": values,
    },
)


@pytest.mark.fault("F19")
@given(odd=st.lists(events | trees, max_size=6), rooms=trees)
def test_nothing_that_is_received_can_stop_the_reader(odd: list[Any], rooms: Any) -> None:
    said = answer(*odd, message())
    said["rooms"] |= {"invite": rooms, "leave": rooms}
    batch = SyncParser(HUB).sync(said)
    assert batch is not None
    assert kept(batch)[-1] == GOOD
    for event in kept(batch):  # what is kept can be stored
        assert b"\x00" not in (event.event_id + event.sender).encode()
        kind, payload = dump(event.event)
        assert json.dumps(payload, ensure_ascii=False).encode()
        assert load(kind, payload) == event.event


@given(whole=st.dictionaries(keys | st.sampled_from(["rooms", "next_batch", "join"]), trees))
def test_nothing_that_is_answered_can_stop_the_reader(whole: dict[str, Any]) -> None:
    assert SyncParser(HUB).sync({**whole, "next_batch": "s2"}) is not None


@pytest.mark.fault("A16")
@pytest.mark.parametrize(
    ("key", "locked"), [({"state_key": ""}, {ROOM}), ({}, set()), ({"state_key": "x"}, set())]
)
def test_a_message_that_calls_itself_encryption_closes_no_room(
    key: dict[str, str], locked: set[str]
):
    encryption = envelope("$e", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, **key)
    batch = read(encryption, message())
    assert (batch.encrypted, len(kept(batch)), batch.dropped) == (locked, 1, 0)
