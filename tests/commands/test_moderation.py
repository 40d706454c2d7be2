import pytest

from tests.harness import STEWARD, Talk, kinds

MEMBER = "@member:test"


@pytest.fixture
async def network_rooms(talk: Talk) -> Talk:
    for slug in ("practitioners", "death-penalty", "staff", "mod-room", "members"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    await talk.member(MEMBER)
    await talk.member(STEWARD)
    await talk.heard()
    return talk


async def test_a_moderator_lets_a_practitioner_in(network_rooms: Talk):
    heard = await network_rooms.says(STEWARD, f"vouch {MEMBER}")
    assert [(s.kind, s.room) for s in heard] == [
        ("invite", "space:practitioners"),
        ("moderation.vouch", "direct:2"),
    ]
    assert kinds(await network_rooms.says(MEMBER, f"vouch {MEMBER}")) == ["error.not_allowed"]


async def test_nobody_of_the_other_side_is_let_in(network_rooms: Talk):
    await network_rooms.says(MEMBER, "profile category", "prosecutor")
    heard = await network_rooms.says(STEWARD, f"vouch {MEMBER}")
    assert kinds(heard) == ["error.conflict"]


async def test_changing_sides_closes_every_room_behind_the_gate(network_rooms: Talk):
    await network_rooms.says(MEMBER, "profile category")
    heard = await network_rooms.says(MEMBER, "I am a prosecutor")
    assert [(s.kind, s.room) for s in heard] == [
        ("kick", "space:death-penalty"),
        ("kick", "space:practitioners"),
        ("profile.changed", "direct:1"),
    ]


async def test_a_role_taken_back_takes_effect_everywhere_at_once(network_rooms: Talk):
    await network_rooms.says(STEWARD, f"role {MEMBER} moderator")
    heard = await network_rooms.says(STEWARD, f"role {MEMBER} member")
    assert [(s.kind, s.room) for s in heard] == [
        ("kick", "space:mod-room"),
        ("kick", "space:staff"),
        ("moderation.role", "direct:2"),
    ]
    assert kinds(await network_rooms.says(MEMBER, "health")) == ["error.not_allowed"]


async def test_health_counts_without_names(network_rooms: Talk):
    heard = (await network_rooms.says(STEWARD, "health"))[0]
    assert (heard.kind, MEMBER in heard.body) == ("moderation.health", False)
