from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.identities import Identities
from storage.outbox import LIMITED, NO_DEVICE, Outbox
from storage.tables.queues import OutboxRow
from tests.harness import STEWARD, Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def network_rooms(talk: Talk) -> None:
    for slug in ("staff", "mod-room", "members"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    await talk.member(MEMBER)
    await talk.member(STEWARD)
    await talk.heard()


@pytest.mark.both_databases
@pytest.mark.fault("A4")
async def test_a_role_taken_back_takes_effect_everywhere_at_once(network_rooms: Talk):
    await network_rooms.says(STEWARD, f"role {MEMBER} moderator")
    heard = await network_rooms.says(STEWARD, f"role {MEMBER} member", "yes")
    assert [(s.kind, s.room) for s in heard] == [
        ("roles.ended", "direct:1"),
        ("kick", "space:mod-room"),
        ("kick", "space:staff"),
        ("moderation.role", "direct:2"),
    ]
    assert kinds(await network_rooms.says(MEMBER, "health")) == ["error.not_allowed"]


@pytest.mark.parametrize(
    "said",
    [
        "role end {}",
        "role {} member",
        "role end member",
        "снять роль {}",
        "take the role of organiser away from {} please",
        "end member's role",
    ],
)
async def test_a_role_is_taken_away_in_words_of_its_own(network_rooms: Talk, said: str):
    await network_rooms.says(STEWARD, f"role {MEMBER} organiser")
    heard = await network_rooms.says(STEWARD, said.format(MEMBER))
    if heard[-1].kind == "wish.offer":  # nothing is done that was only guessed
        assert f'"role end {MEMBER}"' in heard[-1].body
        heard = await network_rooms.says(STEWARD, "yes")
    assert [line for line in heard[-1].body.splitlines() if line][1:5] == [
        "@member:test is organiser and would be member.",
        "They have to leave the rooms for staff.",
        '"role @member:test organiser" gives the role back.',
        "Shall I do it? Please answer yes or no.",
    ]
    kept = await network_rooms.says(STEWARD, "no")
    assert kinds(kept) == ["moderation.kept"]
    await network_rooms.says(STEWARD, f"role end {MEMBER}")
    heard = await network_rooms.says(STEWARD, "yes")
    assert (heard[-1].kind, heard[-1].body) == (
        "moderation.role",
        "@member:test is no longer organiser.",
    )
    assert kinds(await network_rooms.says(MEMBER, "event add")) == ["error.not_allowed"]
    assert kinds(await network_rooms.says(STEWARD, f"role end {MEMBER}")) == ["error.conflict"]


async def test_health_counts_without_names(network_rooms: Talk):
    heard = (await network_rooms.says(STEWARD, "health"))[0]
    assert (heard.kind, MEMBER in heard.body) == ("moderation.health", False)
    assert heard.body.splitlines()[:8] == [
        "• Messages waiting to be handled: 0",  # the one that asks does not count
        "• Messages I failed to handle: 0",
        "• Messages waiting to be sent: 18",
        "• Messages the homeserver refused: 0",
        "• Messages that may or may not have been sent: 0",
        "• Reminders and deadlines that are late: 0",
        "• Reminders and deadlines that failed: 0",
        "• Open requests for experts: 0",
    ]
    network_rooms.now += timedelta(hours=2)
    heard = (await network_rooms.says(STEWARD, "health"))[0]
    assert heard.body.splitlines()[3] == "• The oldest of these was said: 2 hours ago"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (NO_DEVICE, "• Messages waiting for a device that can read them: {}"),
        ("502 HTTP", "• Messages held up by what the homeserver has not done yet: {}"),
        (LIMITED, "• Messages held up by limits of the homeserver: {}"),
    ],
)
async def test_health_says_what_holds_messages_up(network_rooms: Talk, reason: str, said: str):
    async with network_rooms.storage.write() as session:
        outbox = Outbox(session)
        first, *_others = await outbox.heads(network_rooms.now, 1)
        await outbox.retry(first, network_rooms.now, reason)
        behind = select(func.count()).where(OutboxRow.state == "new", OutboxRow.room == first.room)
        number = await session.scalar(behind)
    heard = (await network_rooms.says(STEWARD, "health"))[0]
    lines = heard.body.splitlines()
    assert [each for each in lines if {"up", "device"} & {*each.split()}] == [said.format(number)]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("curator", 'You are a curator of the library now. "review" shows what waits for you;'),
        ("organiser", 'You are an organiser of events now. "event add" announces one,'),
        ("moderator", 'You are a moderator now. "health" says how the hub is, "stats" how'),
    ],
)
async def test_who_gets_a_role_is_told_what_it_means_and_invited(
    network_rooms: Talk, role: str, first: str
):
    heard = await network_rooms.says(STEWARD, f"role {MEMBER} {role}")
    assert [(said.kind, said.room) for said in heard] == [
        ("roles.appointed", "direct:1"),
        ("invite", "space:staff"),
        ("moderation.role", "direct:2"),
    ]
    assert heard[0].body.startswith(first)
    again = await network_rooms.says(STEWARD, f"role {MEMBER} {role}")
    assert kinds(again) == ["invite", "moderation.role"]


async def test_a_steward_is_told_with_the_welcome_and_nobody_else_is(talk: Talk):
    await talk.room("space:staff", "!staff:test")
    for who in (STEWARD, MEMBER):
        await talk.opens(who)
    greeted = [kinds(await talk.says(who, "hello")) for who in (STEWARD, MEMBER)]
    assert greeted == [
        ["onboarding.welcome", "invite", "roles.appointed", "onboarding.ask.language"],
        ["onboarding.welcome", "onboarding.ask.language"],
    ]


async def test_health_says_by_what_people_know_the_hub(network_rooms: Talk):
    async with network_rooms.storage.write() as session:
        await Identities(session).keep("@hub:test", "abcdefghijk", {})
    heard = (await network_rooms.says(STEWARD, "health"))[0]
    assert heard.body.splitlines()[0] == '• My fingerprint: "abcd efgh ijk"'
