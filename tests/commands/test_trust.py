"""Who is let in among the practitioners, and who no longer is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.settings import AttentionSettings
from kit.network import Access
from kit.notices import Notice
from kit.text import Reply, Verbatim
from storage.engine import Storage
from tests.harness import STEWARD, Said, Talk, kinds, network, scene

MEMBER, FIRST, SECOND = "@member:test", "@first:test", "@second:test"
YEAR, FORTNIGHT = timedelta(days=365), timedelta(days=14)
CLOSED = [
    ("kick", "space:death-penalty"),
    ("kick", "space:practitioners"),
    ("trust.closed", "direct:2"),
]


@scene
async def hub(talk: Talk) -> None:
    """A network with a steward (1), a member (2), and two practitioners (3, 4)."""
    for slug in ("practitioners", "death-penalty"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    for who in (STEWARD, MEMBER, FIRST, SECOND):
        await talk.member(who)
    for who in (FIRST, SECOND):
        await talk.says(STEWARD, f"vouch {who}")


def done(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard]


async def test_one_moderator_is_enough(hub: Talk):
    assert done(await hub.says(STEWARD, f"vouch {MEMBER}")) == [
        ("invite", "space:practitioners"),
        ("trust.opened", "direct:2"),
        ("trust.vouched", "direct:1"),
    ]


async def test_two_practitioners_are_enough_and_one_is_not(hub: Talk):
    assert done(await hub.says(FIRST, f"vouch {MEMBER}")) == [("trust.vouched", "direct:3")]
    assert done(await hub.says(FIRST, f"vouch {MEMBER}")) == [("trust.vouched", "direct:3")]
    assert done(await hub.says(SECOND, f"avalar {MEMBER}")) == [
        ("invite", "space:practitioners"),
        ("trust.opened", "direct:2"),
        ("trust.vouched", "direct:4"),
    ]


async def test_a_voucher_sees_the_whole_matrix_id_and_the_answer_behind_it(hub: Talk):
    heard = (await hub.says(FIRST, f"vouch {MEMBER}"))[0]
    assert heard.body.splitlines() == [
        "You gave your word for @member:test. One more practitioner has to, or a moderator.",
        "",
        "How they describe themselves: Public defender / legal aid institution staff",
        "",
        (
            "I keep that you vouched and when, nothing that convinced you. "
            'To take it back, say "vouch withdraw @member:test".'
        ),
    ]


@pytest.mark.parametrize(
    ("voucher", "whom", "answer"),
    [
        (MEMBER, FIRST, "error.not_allowed"),
        (FIRST, FIRST, "error.conflict"),
        (STEWARD, STEWARD, "error.conflict"),
        (STEWARD, "@nobody:test", "error.not_found"),
        (STEWARD, "@m\u0435mber:test", "error.not_found"),
        (FIRST, "member", "error.argument"),
    ],
)
async def test_whose_word_does_not_count(hub: Talk, voucher, whom, answer):
    assert kinds(await hub.says(voucher, f"vouch {whom}")) == [answer]


@pytest.mark.parametrize(
    ("category", "practitioner", "moderator"),
    [
        ("prosecutor", "error.conflict", "error.conflict"),
        ("judge", "error.conflict", "error.conflict"),
        ("researcher", "error.conflict", "trust.vouched"),
        ("paralegal", "trust.vouched", "trust.vouched"),
    ],
)
async def test_for_whom_a_word_counts(hub: Talk, category, practitioner, moderator):
    await hub.says(MEMBER, "profile category", category)
    assert (await hub.says(FIRST, f"vouch {MEMBER}"))[-1].kind == practitioner
    assert (await hub.says(STEWARD, f"vouch {MEMBER}"))[-1].kind == moderator


@pytest.mark.parametrize(
    "category", [("I am a prosecutor", "yes"), ("judge",), ("ministry official", "yes")]
)
async def test_changing_sides_closes_every_room_behind_the_gate(hub: Talk, category):
    await hub.says(STEWARD, f"vouch {MEMBER}")
    heard = await hub.says(MEMBER, "profile category", *category)
    assert done(heard) == [*CLOSED, ("profile.changed", "direct:2")]
    await hub.says(MEMBER, "profile category", "paralegal")
    assert kinds(await hub.says(MEMBER, "confirm")) == ["trust.confirmed"]


@pytest.mark.slow
async def test_who_leaves_the_defence_takes_their_word_along(hub: Talk):
    await hub.says(FIRST, f"vouch {MEMBER}")
    await hub.says(SECOND, f"vouch {MEMBER}")
    heard = await hub.says(FIRST, "profile category", "prosecutor")
    assert done(heard)[: len(CLOSED)] == CLOSED


@pytest.mark.both_databases
async def test_a_word_of_somebody_erased_counts_no_longer(hub: Talk):
    await hub.says(FIRST, f"vouch {MEMBER}")
    await hub.says(SECOND, f"vouch {MEMBER}")
    heard = await hub.says(SECOND, "forget me", "yes")
    assert [each for each in done(heard) if each in CLOSED] == [*CLOSED, *CLOSED[:2]]
    assert done(await hub.says(STEWARD, f"vouch {MEMBER}"))[0] == ("invite", "space:practitioners")


async def test_a_word_can_be_taken_back(hub: Talk):
    await hub.says(FIRST, f"vouch {MEMBER}")
    await hub.says(SECOND, f"vouch {MEMBER}")
    assert done(await hub.says(FIRST, f"vouch withdraw {MEMBER}")) == [
        *CLOSED,
        ("trust.withdrawn", "direct:3"),
    ]
    assert kinds(await hub.says(FIRST, f"vouch withdraw {MEMBER}")) == ["error.not_found"]


async def test_a_moderator_ends_everybodys_word(hub: Talk):
    await hub.says(FIRST, f"vouch {MEMBER}")
    await hub.says(SECOND, f"vouch {MEMBER}")
    heard = await hub.says(STEWARD, f"vouch withdraw {MEMBER}")
    assert done(heard) == [*CLOSED, ("trust.withdrawn", "direct:1")]
    for who in (FIRST, SECOND):
        assert kinds(await hub.says(who, f"vouch {MEMBER}")) == ["error.conflict"]
    assert done(await hub.says(STEWARD, f"vouch {MEMBER}"))[0] == ("invite", "space:practitioners")


async def test_a_moderator_refuses_somebody_for_whom_nobody_spoke(hub: Talk):
    (said,) = await hub.says(STEWARD, f"vouch withdraw {MEMBER}")
    assert said.body == (
        'Done: nobody\'s word counts for @member:test until a moderator says "vouch @member:test".'
    )
    assert kinds(await hub.says(FIRST, f"vouch {MEMBER}")) == ["error.conflict"]


@pytest.mark.parametrize("way", ["forget me", "withdraw consent"])
async def test_being_erased_does_not_undo_a_refusal(hub: Talk, way):
    await hub.says(STEWARD, f"vouch withdraw {MEMBER}")
    await hub.says(MEMBER, way, "yes")
    hub.now += timedelta(minutes=1)
    again = hub.chat(MEMBER) if way == "withdraw consent" else "!again:test"
    if way == "forget me":
        await hub.enters(again, MEMBER)
    for text in ("start", "1", "yes", "Kenya", "1", "1"):
        await hub.says(MEMBER, text, room_id=again)
    assert kinds(await hub.says(FIRST, f"vouch {MEMBER}")) == ["error.conflict"]
    assert kinds(await hub.says(STEWARD, f"vouch {MEMBER}"))[-1] == "trust.vouched"


@pytest.mark.parametrize("category", ["prosecutor", "judge"])
async def test_who_comes_over_from_the_other_side_needs_a_moderator(hub: Talk, category):
    await hub.says(MEMBER, "profile category", category, "profile category", "paralegal")
    for who in (FIRST, SECOND):
        assert kinds(await hub.says(who, f"vouch {MEMBER}")) == ["error.conflict"]
    assert done(await hub.says(STEWARD, f"vouch {MEMBER}"))[0] == ("invite", "space:practitioners")


async def test_what_a_moderator_said_counts_no_longer_than_they_are_one(hub: Talk):
    third = "@third:test"
    await hub.member(third)
    await hub.says(STEWARD, f"role {FIRST} moderator")
    await hub.says(FIRST, f"vouch {MEMBER}")
    await hub.says(MEMBER, f"vouch {third}")
    await hub.says(SECOND, f"vouch {third}")
    heard = await hub.says(STEWARD, f"role {FIRST} member", "yes")
    closed = [room for kind, room in done(heard) if kind == "trust.closed"]
    assert closed == ["direct:2", "direct:5"]  # and for whom they spoke in turn


async def test_moderators_review_whom_one_let_in_who_is_none_any_more(hub: Talk):
    other, third = "@other:test", "@third:test"
    for who in (other, third):
        await hub.member(who)
    for who in (FIRST, other):
        await hub.says(STEWARD, f"role {who} moderator")
    await hub.says(FIRST, f"vouch {MEMBER}", f"vouch {third}")
    await hub.says(STEWARD, f"vouch {third}")  # who is in by others' words needs no look
    heard = await hub.says(STEWARD, f"role end {FIRST}", "yes")
    reviews = [said for said in heard if said.kind == "trust.review"]
    # The other moderator, and the stewards, also the one who never wrote.
    assert [said.room for said in reviews] == ["direct:5", "direct:7", "direct:1"]
    assert reviews[0].body.splitlines() == [
        (
            "@first:test is no longer a moderator, so their word for 1 person counts no more, and "
            "the practitioners' rooms are closed to them. Please look: "
            '"vouch @member:test" lets somebody in again.'
        ),
        "",
        "• @member:test",
    ]
    assert done(await hub.says(other, f"vouch {MEMBER}"))[0] == ("invite", "space:practitioners")


async def test_a_long_review_comes_in_several_letters(hub: Talk):
    await hub.says(STEWARD, f"role {FIRST} moderator")
    people = [f"@member{number}:test" for number in range(12)]
    for who in people:
        await hub.member(who)
        await hub.says(FIRST, f"vouch {who}")
    heard = await hub.says(STEWARD, f"role {FIRST} member", "yes")
    named = [
        [line.removeprefix("• ") for line in said.body.splitlines()[2:]]
        for said in heard
        if (said.kind, said.room) == ("trust.review", "direct:1")
    ]
    assert named == [people[:10], people[10:]]


async def test_a_practitioner_learns_nothing_by_trying(hub: Talk):
    await hub.says(MEMBER, "profile category", "prosecutor")
    answers = [
        (await hub.says(FIRST, f"vouch {who}"))[0].body.replace(who, "X")
        for who in (MEMBER, "@nobody:test")
    ]
    assert (
        answers
        == [
            "Your word cannot count for X: they are no member, or only a moderator can let them in."
        ]
        * 2
    )


async def test_a_member_learns_nothing_by_taking_back(hub: Talk):
    answers = [
        (await hub.says(MEMBER, f"vouch withdraw {who}"))[0].body.replace(who, "X")
        for who in (FIRST, "@nobody:test")
    ]
    assert answers == ["You have not vouched for X."] * 2


async def test_who_gave_roles_and_words_can_be_seen(hub: Talk):
    await hub.says(STEWARD, f"role {FIRST} curator")
    await hub.says(FIRST, f"vouch {MEMBER}", f"vouch withdraw {MEMBER}")
    assert kinds(await hub.says(FIRST, "decisions")) == ["error.not_allowed"]
    (said,) = await hub.says(STEWARD, "decisions")
    assert [line.partition("Nairobi: ")[2] for line in said.body.splitlines()] == [
        f"{FIRST} took back the word for {MEMBER}",
        f"{FIRST} gave their word for {MEMBER}",
        f"{STEWARD} made {FIRST} curator",
        f"{STEWARD} gave their word for {SECOND}",
        f"{STEWARD} gave their word for {FIRST}",
    ]


async def test_a_decision_outlives_who_took_it(hub: Talk):
    await hub.says(STEWARD, f"role {FIRST} moderator")
    await hub.says(FIRST, f"role {MEMBER} curator", "forget me", "yes")
    (said,) = await hub.says(STEWARD, "decisions")
    assert said.body.splitlines()[0].partition("Nairobi: ")[2] == (
        "somebody who was erased made @member:test curator"
    )


@pytest.fixture
async def renamed(storage: Storage) -> Talk:
    """A network whose gates are called otherwise."""
    plan = network()
    called = {
        Access.MEMBERS: "friends",
        Access.PRACTITIONERS: "colleagues",
        Access.STAFF: "crew",
    }
    rooms = {slug: replace(plan.gate(level), slug=slug) for level, slug in called.items()}
    talk = Talk(
        storage, plan=replace(plan, rooms={**plan.rooms, **rooms}, gates={**plan.gates, **called})
    )
    for slug in (plan.root.slug, *called.values()):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    return talk


async def test_everybody_is_invited_to_the_gates_the_network_declares(renamed: Talk):
    def invited(heard: list[Said]) -> list[str]:
        return [said.room for said in heard if said.kind == "invite"]

    await renamed.opens(MEMBER)
    joined = await renamed.says(MEMBER, "start", "1", "yes", "Kenya", "1", "1, 10")
    assert invited(joined) == [f"space:{network().root.slug}", "space:friends"]
    await renamed.member(STEWARD)
    assert invited(await renamed.says(STEWARD, f"vouch {MEMBER}")) == ["space:colleagues"]
    assert invited(await renamed.says(STEWARD, f"role {MEMBER} curator")) == ["space:crew"]


async def test_an_operator_reads_that_there_is_nothing_to_invite_to(talk: Talk):
    await talk.opens(MEMBER)
    with capture_logs() as logs:
        await talk.says(MEMBER, "start", "1", "yes", "Kenya", "1", "1, 10")
    missing = [line["room"] for line in logs if line["event"] == "invitation.no_room"]
    assert missing == ["ilan", "members"]


def to(heard: list[Said], room: str) -> list[str]:
    return [said.kind for said in heard if said.room == room]


async def test_once_a_year_one_question_one_reminder_then_the_rooms_close(hub: Talk):
    await hub.says(STEWARD, f"vouch {MEMBER}")
    assert to(await hub.passes(YEAR - timedelta(days=1)), "direct:2") == []
    asked = [said for said in await hub.passes(timedelta(days=1)) if said.room == "direct:2"]
    assert [said.body.splitlines() for said in asked] == [
        [
            "Once a year I ask: is what you told me still right?",
            "",
            "• Country: Kenya, for your region's room",
            "• Time zone: Nairobi, for reminders",
            "• Category: Public defender / legal aid institution staff, for rooms",
            (
                "• Topics: Early access and police custody and Prisons and post-sentence, "
                "for rooms and questions"
            ),
            "",
            (
                'If it is, say "confirm". If not, change it first: "profile country", '
                '"profile category", and "profile topics".'
            ),
            "",
            "The practitioners' rooms stay open only to those who confirm.",
        ]
    ]
    assert to(await hub.passes(FORTNIGHT), "direct:2") == ["trust.ask"]
    lapsed = [each for each in done(await hub.passes(FORTNIGHT)) if each == CLOSED[2]]
    assert lapsed == [CLOSED[2]]
    assert to(await hub.passes(FORTNIGHT * 4), "direct:2") == []
    # Nobody can answer for them, and their own answer opens the rooms again.
    assert kinds(await hub.says(STEWARD, f"vouch {MEMBER}")) == ["error.conflict"]
    assert kinds(await hub.says(MEMBER, "confirmar")) == ["invite", "trust.confirmed"]


@pytest.mark.parametrize("wish", [(), ("notify off 5",), ("mute all",), ("busy",)])
async def test_nobody_loses_rooms_for_a_question_that_was_not_asked(hub: Talk, wish):
    await hub.says(STEWARD, f"vouch {MEMBER}")
    await hub.passes(YEAR - timedelta(hours=1))
    match wish:
        case ("busy",):
            hub = hub.restarted(attention=AttentionSettings(weekly=1))
            await hub.says(MEMBER, "digest off")
            async with hub.storage.write() as session:
                tip = Reply("test.tip", Verbatim("a tip"))
                await hub.post(session, hub.now).notify(2, Notice.TIPS, tip)
        case _:
            await hub.says(MEMBER, *wish)
    await hub.heard()
    said = [to(await hub.passes(time), "direct:2") for time in (timedelta(hours=1), FORTNIGHT)]
    assert [[kind for kind in each if kind != "create"] for each in said] == [["trust.ask"]] * 2
    lapsed = to(await hub.passes(FORTNIGHT), "direct:2")
    assert lapsed == ["trust.closed"]


def out(heard: list[Said]) -> list[str]:
    return [s.room for s in heard if s.kind == "kick" and s.content["user_id"] == MEMBER]


async def test_who_left_is_asked_when_they_are_back_and_keeps_their_rooms_until_then(hub: Talk):
    await hub.says(STEWARD, f"vouch {MEMBER}")
    await hub.event("leave", MEMBER, hub.chat(MEMBER), {})
    for time in (YEAR, FORTNIGHT, FORTNIGHT, FORTNIGHT):
        assert out(await hub.passes(time)) == []
    await hub.opens(MEMBER)
    assert to(await hub.passes(FORTNIGHT), "direct:2") == ["trust.ask"]
    assert to(await hub.passes(FORTNIGHT), "direct:2") == ["trust.ask"]
    assert out(await hub.passes(FORTNIGHT)) == [room for _kick, room in CLOSED[:2]]


async def test_who_confirms_is_asked_again_only_in_a_year(hub: Talk):
    await hub.passes(YEAR)
    assert kinds(await hub.says(MEMBER, "confirm")) == ["trust.confirmed"]
    assert to(await hub.passes(YEAR - timedelta(days=1)), "direct:2") == []
    assert to(await hub.passes(timedelta(days=1)), "direct:2") == ["trust.ask"]
