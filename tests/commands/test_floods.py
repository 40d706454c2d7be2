"""What the hub does by itself about a flood, who reads of it, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.moderation.floods import Flood, Flooded
from kit.network import FloodLimits
from kit.space import JoinRule
from storage.dues import Dues
from storage.engine import Storage
from storage.gone import Gone
from storage.lockdowns import Lockdowns
from storage.people import People
from tests.harness import SECOND_STEWARD, Said, Talk, kinds, network, scene
from tests.measuring import (
    MOD,
    OTHER,
    SPAMMER,
    STRANGER,
    does,
    lines,
    moderated,
    person,
    surveyed,
    where,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(SECOND_STEWARD)
    await talk.heard()


async def floods(
    hub: Talk, sort: Flood, who: str = SPAMMER, room: str = "welcome", event: str = "$1"
) -> list[Said]:
    """Let it be counted that somebody sent too much."""
    async with hub.storage.write() as session:
        await Dues(session).plan(Flooded(sort, room, event, who), at=hub.now)
    return await hub.passes(timedelta(0))


async def locked(hub: Talk) -> bool:
    async with hub.storage.read() as session:
        return await Lockdowns(session).current() is not None


@pytest.mark.both_databases
async def test_a_newcomer_who_floods_a_room_is_muted_there_for_an_hour(hub: Talk):
    assert [(said.kind, said.room) for said in await floods(hub, Flood.MESSAGES)] == [
        ("examine", "space:ilan")
    ]
    heard = await surveyed(hub, 1)
    assert where(heard) == [
        ("measure.told", "direct:4"),
        ("level", "space:welcome"),
        ("measure.own", "direct:2"),
        ("measure.own", "direct:3"),
        ("measure.own", "direct:5"),
        ("measure.own", "direct:1"),
    ]
    assert lines(heard[0]) == [
        (
            "I muted you for a while: you can read, not write. Nobody decided that; moderators "
            "know of it and can take it back."
        ),
        "• Reason: very many messages in a minute",
        "• Until: Monday, March 1, 2027, 16:00 Nairobi",
        'If that is wrong, say "appeal 1 …" and why: the stewards of the network read it.',
    ]
    assert heard[1].content == {"user_id": SPAMMER, "level": -1}
    assert lines(heard[2]) == [
        "By myself I began measure 1: muting @spammer:test in the room Welcome.",
        "• Reason: very many messages in a minute",
        "• Until: Monday, March 1, 2027, 16:00 Nairobi",
        (
            '"undo 1" takes it back, and then I leave them alone. "redact @spammer:test" deletes '
            "what they wrote."
        ),
    ]
    await does(hub)
    (card,) = await hub.says(MOD, "measures 1")
    assert lines(card)[-1] == "• I did that by myself: nobody decided it."
    assert where(await hub.passes(HOUR)) == [
        ("level", "space:welcome"),
        ("measure.lifted", "direct:4"),
    ]


@pytest.mark.parametrize("sort", [Flood.COPIES, Flood.EVERYWHERE])
async def test_what_is_spread_over_many_rooms_mutes_a_newcomer_everywhere(hub: Talk, sort: Flood):
    await floods(hub, sort)
    heard = await surveyed(hub, 1)
    assert [said.room for said in heard if said.kind == "level"] == [
        "space:welcome",
        "space:early-access",
    ]


async def test_what_a_moderator_took_back_is_not_done_again(hub: Talk):
    await floods(hub, Flood.MESSAGES)
    await surveyed(hub, 1)
    heard = await hub.says(MOD, "undo that")
    assert where(heard)[0] == ("level", "space:welcome")
    await does(hub)
    for sort in (Flood.MESSAGES, Flood.COPIES):
        assert await floods(hub, sort, event="$2") == []


async def test_who_is_muted_is_not_muted_again(hub: Talk):
    await floods(hub, Flood.COPIES)
    await surveyed(hub, 1)
    assert await floods(hub, Flood.MESSAGES, event="$2") == []
    assert await floods(hub, Flood.COPIES, event="$3") == []


async def test_of_who_is_no_newcomer_moderators_read_and_decide(hub: Talk):
    hub.now += 4 * DAY
    await hub.heard()
    heard = [said for said in await floods(hub, Flood.COPIES) if said.kind.startswith("measure")]
    assert where(heard) == [
        ("measure.copied", "direct:2"),
        ("measure.copied", "direct:3"),
        ("measure.copied", "direct:5"),
        ("measure.copied", "direct:1"),
    ]
    assert heard[0].body == (
        "@spammer:test wrote the same text in many rooms. I did nothing about it. "
        '"mute @spammer:test …" or "redact @spammer:test" does.'
    )
    assert await floods(hub, Flood.MESSAGES, event="$2") == []


@pytest.mark.parametrize("who", [MOD, "@secretariat:test", "@hub:test"])
async def test_who_works_for_the_network_is_left_alone(hub: Talk, who: str):
    for sort in (Flood.MESSAGES, Flood.COPIES):
        assert await floods(hub, sort, who) == []


async def test_practitioners_are_left_alone(hub: Talk):
    await hub.says(MOD, f"vouch {SPAMMER}")
    assert await floods(hub, Flood.MESSAGES) == []


async def test_somebody_nobody_met_is_muted_too(hub: Talk):
    await floods(hub, Flood.MESSAGES, STRANGER)
    heard = await surveyed(hub, 1)
    assert ("level", "space:welcome") in where(heard)
    assert await person(hub, STRANGER) is not None


async def test_nobody_is_known_by_what_is_no_reason_for_a_measure(hub: Talk):
    assert await floods(hub, Flood.LINK, STRANGER) == []
    assert await person(hub, STRANGER) is None


@pytest.mark.both_databases
async def test_who_was_there_before_the_hub_is_no_newcomer(talk: Talk):
    for slug in ("ilan", "welcome"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    await talk.member(SPAMMER)
    async with talk.storage.write() as session:
        await People(session).take_in([SPAMMER, STRANGER], "en", talk.now)
    for who in (SPAMMER, STRANGER):
        assert await floods(talk, Flood.MESSAGES, who, event=f"${who}") == []
    await talk.event("join", OTHER, "!ilan:test", {})
    assert kinds(await floods(talk, Flood.MESSAGES, OTHER)) == ["examine"]


@pytest.mark.both_databases
@pytest.mark.parametrize("later", [timedelta(0), 30 * DAY])
async def test_who_was_erased_is_not_known_again_by_a_flood(storage: Storage, later: timedelta):
    hub = Talk(storage, plan=replace(network(), limits=FloodLimits(link_hours=2)))
    await moderated(hub)
    await hub.says(SPAMMER, "forget me", "yes")
    await hub.passes(later)
    for event, sort in enumerate((Flood.MESSAGES, Flood.LINK)):
        assert await floods(hub, sort, event=f"${event}") == []
    heard = await floods(hub, Flood.COPIES, event="$3")  # those who decide read of it
    assert {said.kind for said in heard} - {"create"} == {"measure.copied"}
    assert [said.room for said in heard if said.kind == "measure.copied"] == [
        "direct:2",
        "direct:3",
        "direct:5",
        "direct:1",
    ]
    assert await floods(hub, Flood.COPIES, event="$4") == []
    assert await person(hub) is None
    async with hub.storage.read() as session:
        assert await Gone(session).of(SPAMMER) is not None


async def test_links_of_who_has_just_come_are_deleted_until_a_moderator_lets_them(storage: Storage):
    plan = replace(network(), limits=FloodLimits(link_hours=2))
    hub = Talk(storage, plan=plan)
    await moderated(hub)
    heard = await floods(hub, Flood.LINK, event="$advert")
    assert where(heard) == [
        ("redact", "space:welcome"),
        ("measure.link_held", "direct:4"),
        ("measure.held", "direct:2"),
        ("measure.held", "direct:3"),
        ("create", "direct:5"),
        ("measure.held", "direct:5"),
        ("measure.held", "direct:1"),
    ]
    assert heard[0].content == {"event_id": "$advert"}
    (said,) = await hub.says(OTHER, "undo 1")
    assert said.body == "From now on links of theirs stay. What was deleted does not come back."
    assert await floods(hub, Flood.LINK, event="$2") == []


async def test_of_many_links_people_read_once_an_hour(storage: Storage):
    hub = Talk(storage, plan=replace(network(), limits=FloodLimits(link_hours=2)))
    await moderated(hub)
    await hub.member(SECOND_STEWARD)
    await hub.heard()
    once = ["measure.link_held", *["measure.held"] * 4]
    heard = [await floods(hub, Flood.LINK, event=f"${n}") for n in range(8)]
    assert [kinds(each) for each in heard] == [["redact", *once], *[["redact"]] * 7]
    assert lines(heard[0][2])[-1] == (
        "If they post more links within the hour, I delete them and do not tell you again."
    )
    assert kinds(await floods(hub, Flood.LINK, STRANGER, event="$8"))[0] == "redact"
    hub.now += HOUR
    assert kinds(await floods(hub, Flood.LINK, event="$9")) == ["redact", *once]


async def test_of_copies_moderators_read_once_an_hour(hub: Talk):
    hub.now += 4 * DAY
    await hub.passes(timedelta(0))
    heard = [await floods(hub, Flood.COPIES, event=f"${n}") for n in range(3)]
    assert [kinds(each) for each in heard] == [["measure.copied"] * 4, [], []]
    hub.now += HOUR
    assert kinds(await floods(hub, Flood.COPIES, event="$4")) == ["measure.copied"] * 4


async def test_what_a_moderator_ended_is_not_begun_again_within_the_hour(hub: Talk):
    await floods(hub, Flood.JOINS, STRANGER, "ilan")
    await hub.says(MOD, "lockdown off")
    assert await floods(hub, Flood.JOINS, STRANGER, "ilan", "$2") == []
    assert not await locked(hub)
    await hub.passes(HOUR)
    assert kinds(await floods(hub, Flood.JOINS, STRANGER, "ilan", "$3")) == ["lockdown.braked"] * 4


async def test_links_of_others_stay(storage: Storage):
    hub = Talk(storage, plan=replace(network(), limits=FloodLimits(link_hours=2)))
    await moderated(hub)
    assert await floods(hub, Flood.LINK, MOD) == []
    hub.now += 2 * HOUR
    await hub.heard()
    assert "redact" not in kinds(await floods(hub, Flood.LINK, event="$2"))


@pytest.mark.both_databases
async def test_very_many_who_join_have_to_knock_for_an_hour(hub: Talk):
    heard = await floods(hub, Flood.JOINS, STRANGER, "ilan")
    assert where(heard) == [
        ("lockdown.braked", "direct:2"),
        ("lockdown.braked", "direct:3"),
        ("lockdown.braked", "direct:5"),
        ("lockdown.braked", "direct:1"),
    ]
    assert heard[0].body == (
        "Very many people join the Space at once. Until Monday, March 1, 2027, 16:00 Nairobi who "
        "wants to join has to knock, and you let them in with your client. "
        '"lockdown off" ends that.'
    )
    assert (await locked(hub), hub.space.looked_again) == (True, 1)
    assert await floods(hub, Flood.JOINS, STRANGER, "ilan", "$2") == []
    await hub.passes(HOUR)
    assert (await locked(hub), hub.space.looked_again) == (False, 2)


NOT_OURS = "I do not look after the Space, so only its administrators can let newcomers knock."
KNOCKS = "Who wants to join the Space always has to knock, as the operator set it."
INVITED = "Only who is invited joins the Space, as the operator set it."


@pytest.mark.parametrize(
    ("manages", "rule", "why"),
    [(False, "public", NOT_OURS), (True, "knock", KNOCKS), (True, "invite", INVITED)],
)
async def test_where_a_lockdown_changes_nothing_the_hub_says_why(
    hub: Talk, *, manages: bool, rule: JoinRule, why: str
):
    hub.space.manages, hub.space.join_rule = manages, rule
    heard = await floods(hub, Flood.JOINS, STRANGER, "ilan")
    assert kinds(heard) == ["lockdown.seen"] * 4
    assert lines(heard[0]) == ["Very many people join the Space at once.", why]
    (said,) = await hub.says(MOD, "lockdown")
    assert (said.kind, said.body) == ("error.conflict", why)
    assert not await locked(hub)
    assert await floods(hub, Flood.JOINS, STRANGER, "ilan", "$2") == []


async def test_before_the_first_look_a_lockdown_begins(hub: Talk):
    hub.space.left = None
    assert kinds(await hub.says(MOD, "lockdown"))[-1] == "lockdown.on"
    assert (await locked(hub), hub.space.looked_again) == (True, 1)


async def test_moderators_let_newcomers_knock_and_join_again(hub: Talk):
    heard = await hub.says(MOD, "lockdown 2 hours")
    assert where(heard) == [
        ("lockdown.locked_by", "direct:3"),
        ("lockdown.locked_by", "direct:5"),
        ("lockdown.locked_by", "direct:1"),
        ("lockdown.on", "direct:2"),
    ]
    assert "17:00 Nairobi" in heard[-1].body
    assert kinds(await hub.says(OTHER, "lockdown")) == ["error.conflict"]
    assert kinds(await hub.says(OTHER, "lockdown off")) == ["lockdown.off"]
    assert kinds(await hub.says(OTHER, "lockdown off")) == ["error.not_found"]
    assert not await locked(hub)


@pytest.mark.parametrize("said", ["lockdown 2 months", "lockdown now please somebody"])
async def test_how_long_is_read_whole_or_refused(hub: Talk, said: str):
    assert kinds(await hub.says(MOD, said))[0] in {"error.argument", "wish.offer"}
    assert not await locked(hub)


async def test_members_lock_nobody_out(hub: Talk):
    assert kinds(await hub.says(SPAMMER, "lockdown")) == ["error.not_allowed"]
