"""What moderators read of the rooms that need a hand."""

from __future__ import annotations

from kit.space import Difference, Drift
from tests.harness import STEWARD, Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def steward(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.member(STEWARD)
    await talk.heard()


async def test_what_needs_a_hand_is_named_with_what_to_do_and_looked_at_again(steward: Talk):
    steward.space.left = [
        Drift(Difference.ENCRYPTION, "child-justice"),
        Drift(Difference.OUTSIDERS, "early-access", people=2),
        Drift(Difference.UNDECLARED, "gone"),
        Drift(Difference.UNREADABLE, "prisons", about="M_FORBIDDEN !prisons:test"),
        Drift(Difference.POWERLESS, "funding", about="100"),
    ]
    (heard,) = await steward.says(STEWARD, "space")
    assert (heard.kind, heard.ids) == (
        "rooms.space",
        ["child-justice", "early-access", "gone", "prisons"],
    )
    assert heard.body.splitlines() == [
        "5 things need a hand:",
        "",
        (
            "• Children and child justice: It is to be encrypted. That cannot be undone; what "
            'was said before stays readable. The operator says "ilan-hub space apply".'
        ),
        (
            "• Early access and police custody: 2 people are inside who may no longer enter, and "
            'would be removed. The operator says "ilan-hub space apply".'
        ),
        (
            '• "gone": It is declared no more. Closing it keeps it for those who are in it. The '
            'operator says "ilan-hub space apply --prune".'
        ),
        (
            '• Prisons and post-sentence: I cannot read it: "M_FORBIDDEN !prisons:test". Somebody '
            'in it invites my account, then the operator says "ilan-hub space apply".'
        ),
        "",
        'All of them: "ilan-hub space doctor"',
    ]
    assert steward.space.looked_again == 1


async def test_nothing_to_do_and_nothing_known_are_told_apart(steward: Talk):
    (well,) = await steward.says(STEWARD, "space")
    steward.space.left = None
    (unknown,) = await steward.says(STEWARD, "space")
    assert [well.body, unknown.body] == [
        "All rooms are as declared, or I am mending them.",
        "I have not looked at the rooms yet. Ask again in a minute.",
    ]


async def test_where_the_hub_does_not_look_after_the_rooms_it_says_so(steward: Talk):
    steward.space.manages, steward.space.left = False, None
    (said,) = await steward.says(STEWARD, "space")
    assert said.body == "I do not look after the rooms: the operator has switched that off."


async def test_it_is_for_moderators(steward: Talk):
    assert kinds(await steward.says(MEMBER, "space")) == ["error.not_allowed"]
    assert steward.space.looked_again == 0


async def test_health_counts_the_rooms_that_need_a_hand(steward: Talk):
    (well,) = await steward.says(STEWARD, "health")
    steward.space.left = [Drift(Difference.UNREADABLE, "prisons", about="M_FORBIDDEN !a:test")]
    (ill,) = await steward.says(STEWARD, "health")
    rooms = [
        [line for line in said.body.splitlines() if line.startswith("• Rooms")]
        for said in (well, ill)
    ]
    assert rooms == [[], ['• Rooms that need a hand: 1; "space" shows them']]
