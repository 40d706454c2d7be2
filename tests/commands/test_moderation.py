import pytest

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
