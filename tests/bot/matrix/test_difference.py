"""What differs between the Space as declared and as it is, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.matrix.space.declared import Declared, declare, entrance
from bot.matrix.space.difference import differences
from bot.matrix.space.survey import Keeper, Observed, ObservedSpace, OutOfSight, marks
from bot.say.appearance import Appearance
from bot.starter import load_pictures, starter
from kit.errand import (
    MEGOLM,
    Address,
    Follow,
    Invite,
    Join,
    Remove,
    SetLevel,
    SetLevels,
    SetState,
    SpaceChild,
)
from kit.network import Access, Network, RoomBook
from kit.roomkey import SpaceRoom
from kit.space import Difference, Drift, Mend
from tests.harness import catalogs, network

SLUGS = ("ilan", "start", "themes", "members", "welcome", "child-justice", "early-access")
CLEAR, CLOSED = "child-justice", "early-access"
PICTURES = load_pictures(starter("pictures.yaml"))


def small(**changes: Any) -> Network:
    rooms = {slug: network().rooms[slug] for slug in SLUGS}
    rooms[CLEAR] = replace(rooms[CLEAR], encrypted=False, access=Access.MEMBERS)
    for slug, change in changes.items():
        rooms[slug] = replace(rooms[slug], **change)
    return replace(network(), rooms=RoomBook(rooms))


def declared(plan: Network) -> Mapping[str, Declared]:
    return declare(plan, Appearance(plan, catalogs().reader, PICTURES), "hub", "public")


def as_declared(plan: Network) -> ObservedSpace:
    """Return a Space in which nothing is amiss."""
    wanted = declared(plan)
    ids = {slug: f"!{slug}" for slug in wanted}
    rooms: dict[str, Observed | OutOfSight] = {}
    for slug, room in wanted.items():
        rule = {"join_rule": room.join_rule}
        if room.gate is not None:
            allow = [{"type": "m.room_membership", "room_id": ids[room.gate]}]
            rule = {"join_rule": "restricted", "allow": allow}
        state = {
            "m.room.name": {"name": room.name},
            "m.room.topic": {"topic": room.topic_encrypted if room.encrypted else room.topic},
            "m.room.avatar": {"url": f"mxc://{slug}"},
            "m.room.join_rules": rule,
            "m.room.guest_access": {"guest_access": "forbidden"},
            "m.room.history_visibility": room.history,
            "m.room.power_levels": {**room.levels, "users": {"@hub:test": 100}},
        }
        if room.encrypted:
            state["m.room.encryption"] = {"algorithm": MEGOLM}
        children = {
            ids[child.slug]: {**child.spaces[slug], "via": ["test"]}
            for child in wanted.values()
            if slug in child.spaces
        }
        rooms[slug] = Observed(
            ids[slug],
            state,
            100,
            {"via": ["test"]},
            [marks(each) for each in room.pinned],
            children,
            frozenset(),
        )
    return ObservedSpace(rooms, ids, frozenset(), {})


def but(there: ObservedSpace, slug: str, **changes: Any) -> ObservedSpace:
    """Return a Space in which one room is another; *state* is taken over what is there."""
    room = there.rooms[slug]
    assert isinstance(room, Observed)
    state = {**room.state, **changes.pop("state", {})}
    state = {kind: content for kind, content in state.items() if content is not None}
    return replace(there, rooms={**there.rooms, slug: replace(room, state=state, **changes)})


def found(plan: Network, there: ObservedSpace) -> list[Drift]:
    return differences(declared(plan), there, "test", None)


def told(drifts: list[Drift]) -> list[tuple[str, str, str, str]]:
    return [(drift.kind, drift.slug, drift.about, drift.mend) for drift in drifts]


def test_nothing_differs_where_all_is_as_declared():
    assert found(small(), as_declared(small())) == []


@pytest.mark.parametrize(
    ("usual", "locked", "rule"),
    [
        ("public", True, "knock"),
        ("public", False, "public"),
        ("invite", True, "invite"),
        ("knock", True, "knock"),
    ],
)
def test_who_may_join_a_locked_space_knocks(usual: str, rule: str, *, locked: bool):
    looks = Appearance(plan := small(), catalogs().reader, PICTURES)
    wanted = declare(plan, looks, "hub", entrance(usual, locked=locked))
    there = as_declared(plan)  # where the Space is public
    drifts = differences(wanted, there, "test", None)
    errand = SetState("m.room.join_rules", "", {"join_rule": rule})
    changed = [] if rule == "public" else [(Difference.JOIN_RULE, plan.root.slug, (errand,))]
    assert [(each.kind, each.slug, each.errands) for each in drifts] == changed


STATE = [
    ("m.room.name", {"name": "Else"}, "name", Mend.ALONE),
    ("m.room.topic", {"topic": "Else"}, "topic", Mend.ALONE),
    ("m.room.join_rules", {"join_rule": "public"}, "join rule", Mend.ALONE),
    ("m.room.guest_access", {"guest_access": "can_join"}, "guests", Mend.ALONE),
    ("m.room.history_visibility", None, "history", Mend.ALONE),
    ("m.room.power_levels", {"users": {"@hub:test": 100}, "invite": 0}, "levels", Mend.ALONE),
    ("m.room.avatar", None, "picture", Mend.ALONE),
]


@pytest.mark.parametrize(("event_type", "content", "kind", "mend"), STATE)
def test_each_piece_of_state_that_differs_is_named_once(event_type, content, kind, mend):
    there = but(as_declared(small()), CLEAR, state={event_type: content})
    assert told(found(small(), there)) == [(kind, CLEAR, "", mend)]


def test_other_levels_stay_and_only_ours_are_set():
    levels = {"users": {"@hub:test": 100, "@amal:test": -1}, "invite": 0, "events_default": 0}
    (drift,) = found(
        small(), but(as_declared(small()), CLEAR, state={"m.room.power_levels": levels})
    )
    assert drift.errands == (SetLevels({"events_default": 0, "invite": 50}),)


def test_encryption_is_asked_for_and_its_warning_stays_until_the_room_is_encrypted():
    secret = small(**{CLEAR: {"encrypted": True}})
    clear = as_declared(small())
    assert told(found(secret, clear)) == [
        ("encrypt", CLEAR, "", Mend.CONFIRM),
        ("history", CLEAR, "", Mend.ALONE),
    ]
    done = but(
        clear,
        CLEAR,
        state={
            "m.room.encryption": {"algorithm": MEGOLM},
            "m.room.history_visibility": {"history_visibility": "joined"},
        },
    )
    (drift,) = found(secret, done)
    topic = declared(secret)[CLEAR].topic_encrypted
    assert drift.errands == (SetState("m.room.topic", "", {"topic": topic}),)
    assert "Not encrypted" not in topic
    assert "Not encrypted" in declared(secret)[CLEAR].topic


def test_what_is_encrypted_is_never_said_to_be_clear():
    there = but(as_declared(small()), CLEAR, state={"m.room.encryption": {"algorithm": MEGOLM}})
    topic = SetState("m.room.topic", "", {"topic": declared(small())[CLEAR].topic_encrypted})
    assert [(drift.kind, drift.errands) for drift in found(small(), there)] == [
        ("encrypted", ()),
        ("topic", (topic,)),
    ]


def test_who_may_no_longer_enter_is_removed_after_a_yes():
    inside = frozenset({"@b:test", "@a:test"})
    (drift,) = found(small(), but(as_declared(small()), CLOSED, outsiders=inside))
    assert (drift.kind, drift.mend, drift.people) == ("remove", Mend.CONFIRM, 2)
    assert drift.errands == (Remove("@a:test"), Remove("@b:test"))


def test_a_moved_room_leaves_its_old_space():
    moved = small(**{CLEAR: {"parent": "start"}})
    drifts = found(moved, but(as_declared(small()), CLEAR, parent={}))
    assert told(drifts) == [
        ("link", CLEAR, "start", Mend.ALONE),
        ("unlink", CLEAR, "themes", Mend.ALONE),
        ("parent", CLEAR, "start", Mend.ALONE),
    ]
    assert drifts[1].errands == (
        SpaceChild(SpaceRoom("themes"), {}),
        SetState("m.space.parent", "!themes", {}),
    )


def test_a_room_that_is_declared_no_more_is_closed_only_when_asked_for():
    there = as_declared(small())
    plan = small()
    without = replace(plan, rooms={s: room for s, room in plan.rooms.items() if s != CLOSED})
    (drift,) = found(without, there)
    assert (drift.kind, drift.slug, drift.mend) == ("prune", CLOSED, Mend.PRUNE)
    assert drift.errands == (
        SpaceChild(SpaceRoom("themes"), {}),
        SpaceChild(SpaceRoom("members"), {}),
        SetState("m.room.join_rules", "", {"join_rule": "invite"}),
        SetLevels({"events_default": 100, "invite": 100}),
    )
    (archived,) = differences(declared(without), there, "test", None, archived=[CLOSED])
    assert (archived.kind, archived.mend) == ("archive", Mend.ALONE)
    assert archived.errands == drift.errands
    closed = but(
        there,
        CLOSED,
        state={
            "m.room.join_rules": {"join_rule": "invite"},
            "m.room.power_levels": {"events_default": 100, "invite": 100},
        },
    )
    for space in ("themes", "members"):
        seen = closed.room(space)
        children = {child: said for child, said in seen.children.items() if child != f"!{CLOSED}"}
        closed = but(closed, space, children=children)
    assert found(without, closed) == []


def test_one_room_that_cannot_be_read_is_named_and_the_others_are_looked_after():
    there = but(as_declared(small()), CLEAR, state={"m.room.name": {"name": "Else"}})
    there = replace(there, rooms={**there.rooms, CLOSED: OutOfSight(f"!{CLOSED}", "M_FORBIDDEN")})
    drifts = found(small(), there)
    assert told(drifts) == [
        ("name", CLEAR, "", Mend.ALONE),
        ("unreadable", CLOSED, f"M_FORBIDDEN !{CLOSED}", Mend.APPLY),
    ]
    assert drifts[1].errands == (Join(),)


@pytest.mark.parametrize(
    ("tombstone", "kind", "errands"),
    [
        ({"replacement_room": "!new"}, "follow", (Follow("!new"),)),
        ({"replacement_room": "nowhere"}, "ended", ()),
        ({}, "ended", ()),
    ],
)
def test_a_closed_room_is_followed_where_it_says_to(tombstone, kind, errands):
    there = but(
        as_declared(small()),
        CLEAR,
        state={"m.room.tombstone": tombstone, "m.room.name": {"name": "This room was closed"}},
    )
    (drift,) = found(small(), there)
    assert (drift.kind, drift.errands) == (kind, errands)


def test_at_a_room_where_one_may_knock_strangers_do_and_who_was_let_in_stays():
    plan = small(**{CLEAR: {"knock": True}, "members": {"knock": True}})
    there = as_declared(small())
    allow = [{"type": "m.room_membership", "room_id": "!members"}]
    rules = {
        drift.slug: drift.errands[0].content
        for drift in found(plan, there)
        if drift.kind is Difference.JOIN_RULE
    }
    assert rules == {
        CLEAR: {"join_rule": "knock_restricted", "allow": allow},
        "members": {"join_rule": "knock"},
    }


def test_what_takes_more_power_than_the_hub_has_is_not_tried():
    levels = {"invite": 50, "events_default": 0, "events": {"m.room.tombstone": 150}}
    state = {"m.room.name": {"name": "Else"}, "m.room.power_levels": levels}
    there = but(as_declared(small()), CLEAR, state=state)
    assert told(found(small(), there)) == [("powerless", CLEAR, "150", Mend.HAND)]
    assert told(found(small(), but(there, CLEAR, power=float("inf")))) == [
        ("name", CLEAR, "", Mend.ALONE)
    ]


def test_who_keeps_the_space_gets_its_power_and_a_way_in_once():
    levels = {"invite": 50, "events_default": 0, "events": {"m.room.tombstone": 150}}
    state = {"m.room.power_levels": levels}
    there = but(as_declared(small()), CLEAR, state=state, power=float("inf"))
    keeper, new, left = "@keeper:test", Keeper(0, None), Keeper(150, "leave")
    for slug in (CLEAR, "members"):
        there = but(there, slug, keepers={keeper: new})
    drifts = {drift.slug: drift.errands for drift in found(small(), there)}
    assert drifts == {
        CLEAR: (SetLevel(keeper, 150),),
        "members": (SetLevel(keeper, 100), Invite(keeper)),
    }
    # Who has it already, or left again, is left alone.
    for slug in (CLEAR, "members"):
        there = but(there, slug, keepers={keeper: left})
    assert found(small(), there) == []


def test_an_address_of_anothers_is_named_and_a_free_one_taken():
    there = as_declared(small())
    theirs = replace(there, holders={**there.holders, CLEAR: "!theirs"})
    alias = f"#hub-{CLEAR}:test"
    assert told(found(small(), theirs)) == [("taken", CLEAR, alias, Mend.HAND)]
    free = {slug: holder for slug, holder in there.holders.items() if slug != CLEAR}
    (drift,) = found(small(), replace(there, holders=free))
    assert (drift.kind, drift.errands) == ("address", (Address(f"hub-{CLEAR}"),))


def test_a_stranger_in_the_list_is_left_unless_asked_for_and_a_former_room_goes():
    there = as_declared(small())
    themes = there.room("themes")
    listed = {**themes.children, "!stranger": {"via": ["a"]}, "!former": {"via": ["a"]}}
    there = replace(but(there, "themes", children=listed), former=frozenset({"!former"}))
    assert sorted(told(found(small(), there))) == [
        ("former", "themes", "!former", Mend.ALONE),
        ("stray", "themes", "!stranger", Mend.PRUNE),
    ]


def test_a_network_without_a_gate_asks_for_no_more_than_an_invitation():
    plan = replace(small(), gates={Access.OPEN: "ilan"})
    there = as_declared(plan)
    assert found(plan, there) == []
    assert there.room(CLOSED).state["m.room.join_rules"] == {"join_rule": "invite"}
