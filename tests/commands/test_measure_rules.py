"""Who acts on whom, who takes what back, who hears of it, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.queue import State
from storage.tables.queues import OutboxRow
from tests.harness import HUB, SECOND_STEWARD, STEWARD, Talk, kinds, scene
from tests.measuring import (
    MINUTE,
    MOD,
    OTHER,
    SPAMMER,
    STRANGER,
    does,
    done,
    lines,
    moderated,
    person,
    shown,
    surveyed,
    where,
)

HOW = (
    '"undo 1" takes it back. "appeal decline 1" lets it stand, and I tell them, with your reason '
    'if you add one. "measures 1" shows it.'
)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(SECOND_STEWARD)
    await talk.heard()


async def test_who_is_shut_out_is_nobody_until_it_is_undone(hub: Talk):
    await hub.says(SPAMMER, "volunteer", "10", "skip")
    await hub.says(STEWARD, f"role {SPAMMER} curator")
    assert kinds(await hub.says(SPAMMER, "review")) == ["curation.queue"]
    before = await person(hub)
    await done(hub, f"ban {SPAMMER} adverts")
    # The homeserver tells of the ban: what is theirs stays until it cannot be undone any more.
    await hub.event("ban", SPAMMER, "!ilan:test", {})
    for command in ("review", "ask", "start", "vouch @mod:test", "join welcome"):
        (said,) = await hub.says(SPAMMER, command)
        assert (said.kind, said.body) == (
            "error.not_allowed",
            'Moderators shut you out of the network. If that is wrong, say "appeal …".',
        )
    assert {*kinds(await hub.says(SPAMMER, "my data"))} == {"privacy.data"}
    heard = await hub.says(MOD, "undo 1")
    assert where(heard) == [
        ("unban", "space:ilan"),
        ("invite", "space:ilan"),
        ("unban", "space:members"),
        ("invite", "space:members"),
        ("measure.lifted", "direct:4"),
        ("measure.undoing", "direct:2"),
    ]
    (said,) = await does(hub)
    assert (said.room, said.body) == ("direct:2", "Measure 1 is taken back.")
    await hub.event("join", SPAMMER, "!ilan:test", {})
    after = await person(hub)
    assert after is not None
    assert before is not None
    same = ("role", "consent_at", "topics", "practitioner", "departed", "suspended")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert kinds(await hub.says(SPAMMER, "review")) == ["curation.queue"]


INSTEAD = 'Only moderators can do that. "report …" tells them, and nobody else learns of it.'
PROTECTED = [
    (MOD, MOD, "Nobody acts on themselves: ask another moderator."),
    (MOD, OTHER, "Only stewards act on a moderator."),
    (MOD, STEWARD, "Nobody acts on a steward: the operator's settings name them."),
    (STEWARD, SECOND_STEWARD, "Nobody acts on a steward: the operator's settings name them."),
    (MOD, HUB, "I do not act on myself."),
    (SPAMMER, MOD, INSTEAD),
]


@pytest.mark.parametrize(("by", "on", "why"), PROTECTED)
@pytest.mark.parametrize("kind", ["warn", "mute", "remove", "ban", "unban", "redact"])
async def test_some_people_are_protected(hub: Talk, by, on, why, kind):
    heard = await hub.says(by, f"{kind} {on} just because")
    assert [(said.kind, said.body) for said in heard] == [("error.not_allowed", why)]


@pytest.mark.parametrize(("by", "on", "why"), [row for row in PROTECTED if row[0] == MOD])
async def test_they_are_protected_as_authors_too(hub: Talk, by, on, why):
    await hub.event("message", by, "!welcome:test", {"body": "!ban adverts", "replies": "$it"})
    heard = await surveyed(hub, 1, on)
    assert [(said.kind, said.room, said.body) for said in heard] == [
        ("error.not_allowed", "direct:2", why)
    ]
    assert kinds(await hub.says(by, "carry out 1")) == ["error.not_allowed"]


async def test_stewards_act_on_moderators_and_only_they_take_that_back(hub: Talk):
    await done(hub, f"ban {OTHER} selling invitations", STEWARD, OTHER)
    assert kinds(await hub.says(OTHER, "health")) == ["error.not_allowed"]
    (said,) = await hub.says(MOD, "undo 1")
    assert (said.kind, said.body) == (
        "error.not_allowed",
        "A steward decided that: only stewards take it back.",
    )
    await hub.says(STEWARD, "undo 1")
    assert kinds(await hub.says(OTHER, "health")) == ["moderation.health"]


async def test_of_two_moderators_at_once_one_acts(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await shown(hub, f"remove {SPAMMER} adverts", OTHER)
    await hub.says(MOD, "yes")
    (said,) = await hub.says(OTHER, "yes")
    assert (said.kind, said.body) == (
        "error.conflict",
        'Measure 1 about them is under way: "measures 1" shows it.',
    )
    assert kinds(await hub.passes(MINUTE)) == ["measure.told", "ban", "ban"]


async def test_a_harder_measure_does_not_wait_for_a_softer_one(hub: Talk):
    await shown(hub, f"warn {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await shown(hub, f"ban {SPAMMER} adverts", OTHER)
    assert kinds(await hub.says(OTHER, "yes", "carry out 2")) == ["measure.begun"]
    heard = await hub.passes(timedelta(0))
    assert where(heard) == [
        ("measure.overtaken", "direct:2"),
        ("measure.told", "direct:4"),
        ("ban", "space:ilan"),
        ("ban", "space:members"),
    ]
    assert heard[0].body == (
        "Measure 1 is dropped, because another moderator decided something harder about the same "
        "person: measure 2, banning @spammer:test from 2 rooms."
    )
    assert kinds(await hub.passes(MINUTE)) == []


async def test_a_warning_goes_with_what_else_its_moderator_decides(hub: Talk):
    await shown(hub, f"warn {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await shown(hub, f"mute {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    heard = await hub.passes(MINUTE)
    assert kinds(heard).count("measure.told") == 2
    assert [said.body.splitlines()[0] for said in heard if said.kind == "measure.told"] == [
        "The moderators of International Legal Aid Network warn you.",
        "The moderators of International Legal Aid Network muted you: you can read, not write.",
    ]


@pytest.mark.parametrize("also", [(), ("carry out 2",)])
async def test_who_decides_something_harder_reads_that_it_is_instead(hub: Talk, also):
    await shown(hub, f"mute {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes", *also)
    heard = await hub.passes(MINUTE)
    (overtaken,) = [said.body for said in heard if said.kind == "measure.overtaken"]
    assert overtaken == (
        "Measure 1 is dropped, because you decided something harder about the same person: "
        "measure 2, banning @spammer:test from 2 rooms."
    )
    (listed,) = await hub.says(MOD, "measures")
    assert "1: muting @spammer:test in 2 rooms: gave way to something harder" in listed.body
    await shown(hub, f"mute {STRANGER} adverts", whom=STRANGER)
    await hub.says(MOD, "yes", "undo 3")
    (listed,) = await hub.says(MOD, "measures")
    assert "3: " not in listed.body  # who decided against it knows


async def test_messages_are_deleted_whatever_else_is_under_way(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await done(hub, f"redact {SPAMMER}", OTHER)
    assert kinds(await shown(hub, f"redact {SPAMMER} 2 hours", OTHER)) == ["measure.preview"]


async def test_a_moderator_who_is_none_any_more_has_nothing_done(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    await hub.says(MOD, "yes")
    await hub.says(STEWARD, f"role {MOD} member", "yes")
    assert where(await hub.passes(MINUTE)) == [("error.not_allowed", "direct:2")]


async def test_a_steward_stops_a_hostile_moderator_in_two_commands(hub: Talk):
    people = [f"@victim{number}:test" for number in range(5)]
    for number, who in enumerate(people, start=1):
        await hub.says(MOD, f"ban {who} out", f"measures {number}")
        await surveyed(hub, number, who)
        await hub.says(MOD, "yes", f"carry out {number}")
    await hub.passes(timedelta(0))
    await hub.says(STEWARD, f"role {MOD} member", "yes")
    assert kinds(await hub.says(OTHER, f"undo {MOD}")) == ["error.not_allowed"]
    (asked,) = await hub.says(STEWARD, f"undo {MOD}")
    assert (asked.kind, lines(asked)[0], len(lines(asked))) == (
        "measure.undo_all",
        f"{MOD} decided 5 measures that can be taken back. The latest:",
        7,
    )
    heard = await hub.says(STEWARD, "yes")
    assert (heard[-1].body, heard[-1].ids) == (
        "I take back 5 measures, and tell you when each is done.",
        ["1", "2", "3", "4", "5"],
    )
    async with hub.storage.read() as session:
        banning = OutboxRow.action == "ban", OutboxRow.state == State.NEW
        assert (await session.scalars(select(OutboxRow.id).where(*banning))).all() == []
    for who in people:
        found = await person(hub, who)
        assert found is not None
        assert not found.suspended
    assert kinds(await hub.says(STEWARD, f"undo {MOD}")) == ["error.not_found"]


async def test_what_a_moderator_did_meanwhile_is_shown_before_it_is_taken_back(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    (asked,) = await hub.says(STEWARD, f"undo {MOD}")
    assert lines(asked) == [
        f"{MOD} decided 1 measure that can be taken back:",
        f"• 1: muting {SPAMMER} in 2 rooms: is carried out",
        (
            "Shall I take back all of them? Answer yes or no. Who is muted or banned by them may "
            "write and come back then."
        ),
    ]
    await done(hub, f"mute {STRANGER} adverts", whom=STRANGER)
    *_before, asked = await hub.says(STEWARD, f"undo {MOD} 1")
    assert (asked.kind, len(lines(asked))) == ("measure.undo_all", 4)
    await hub.says(STEWARD, "no")
    assert await hub.passes(MINUTE) == []
    assert kinds(await hub.says(STEWARD, f"undo {MOD}", "yes"))[-1] == "measure.undoing"


async def test_an_appeal_is_read_by_stewards_once(hub: Talk):
    assert kinds(await hub.says(SPAMMER, "appeal it was not me")) == ["error.conflict"]
    await done(hub, f"warn {SPAMMER} be kind")
    heard = await hub.says(SPAMMER, "appeal it was not me")
    assert where(heard) == [
        ("measure.appeal", "direct:5"),
        ("measure.appeal", "direct:1"),
        ("measure.heard", "direct:4"),
    ]
    assert lines(heard[0]) == [
        "About measure 1, warning @spammer:test, they say:",
        "it was not me",
        HOW,
        "Shall I take it back? Answer yes or no: with a no it stands, and I tell them.",
    ]
    assert heard[-1].body == (
        "I have told the stewards about measure 1, warning @spammer:test. They decide, and I tell "
        "you."
    )
    assert kinds(await hub.says(SPAMMER, "appeal it was not me")) == ["error.conflict"]


@pytest.mark.parametrize(
    ("said", "about", "words"),
    [
        ("appeal it was not me", 2, "it was not me"),
        ("appeal 3 it was not me", 3, "it was not me"),
        ("appeal 1 it was not me", 1, "it was not me"),
        ("appeal 3 adverts are none", 3, "adverts are none"),
    ],
)
async def test_of_several_an_appeal_is_about_the_hardest_or_the_one_that_is_named(
    hub: Talk, said, about, words
):
    for command in ("warn {} adverts", "ban {} adverts", "redact {}"):
        await done(hub, command.format(SPAMMER))
    heard = await hub.says(SPAMMER, said)
    assert (heard[0].kind, heard[0].ids, lines(heard[0])[1]) == (
        "measure.appeal",
        [str(about)],
        words,
    )


async def test_measures_are_listed_and_shown(hub: Talk):
    assert kinds(await hub.says(MOD, "measures")) == ["measure.none"]
    await done(hub, f"ban {SPAMMER} adverts")
    (said,) = await hub.says(OTHER, "measures")
    assert said.body == "• 1: banning @spammer:test from 2 rooms: is carried out"
    (said,) = await hub.says(OTHER, "1")
    assert lines(said) == [
        "1: banning @spammer:test from 2 rooms: is carried out",
        "• Reason: adverts",
        "• Decided by @mod:test",
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ban", "Whom? Answer one of their messages in a room, or say their full Matrix ID: "),
        ("ban somebody", "Whom? Answer one of their messages in a room, or say their full"),
        (
            "mute",
            (
                "Whom? Answer one of their messages in a room, or say their full Matrix ID: "
                '"mute @name:server …". If I am to write less to you, say "mute all".'
            ),
        ),
        (f"warn {SPAMMER} please", "Please say why, too: they are told. Say: "),
        (f"warn {SPAMMER} s'il te plaît", "Please say why, too: they are told. Say: "),
        (f"ban {SPAMMER}", "Please say why, too: they are told. Say: "),
        (f"mute {SPAMMER} 400d flooding", "At most a year: after that, please decide again."),
        (
            f"remove {SPAMMER} 2 days adverts",
            "Who is removed stays out until that is taken back. For a length of time say ",
        ),
        (f"redact {SPAMMER} 7 days", "I look back one day at most. Please say a shorter time."),
    ],
)
async def test_what_is_missing_is_said(hub: Talk, said, why):
    (heard,) = await hub.says(MOD, said)
    assert (heard.kind, heard.body[: len(why)]) == ("error.argument", why)


UNTIL = "• Until: Thursday, March 4, 2027, 15:00 Nairobi"


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("mute {} 3 days flooding", ["• Reason: flooding", UNTIL]),
        ("mute {} for 3 days flooding", ["• Reason: flooding", UNTIL]),
        ("warn {} no adverts please", ["• Reason: no adverts please"]),
        ("warn {}, no adverts", ["• Reason: no adverts"]),
        ("ban {} for 3 days he threatens me", ["• Reason: he threatens me", UNTIL]),
        ("warn {} 3 days ago you threatened me", ["• Reason: 3 days ago you threatened me"]),
        ("redact {} 2 hours", ["• Since: Monday, March 1, 2027, 13:00 Nairobi"]),
    ],
)
async def test_how_long_and_why_are_shown_as_they_were_said(hub: Talk, said, facts):
    (preview,) = await shown(hub, said.format(SPAMMER))
    assert [line for line in lines(preview) if line.startswith("•")] == facts


async def test_who_is_banned_is_not_banned_again_and_nothing_is_done_where_nobody_is(hub: Talk):
    await done(hub, f"ban {SPAMMER} adverts")
    for command in (f"ban {SPAMMER} again", f"unban {SPAMMER}"):
        (said,) = await hub.says(OTHER, command)
        assert (said.kind, said.body) == (
            "error.conflict",
            'Measure 1 is in force: "undo 1" takes it back.',
        )
    assert kinds(await shown(hub, f"unban {STRANGER}", whom=STRANGER)) == ["measure.idle"]


async def test_a_measure_of_another_is_not_agreed_to(hub: Talk):
    await shown(hub, f"ban {SPAMMER} adverts")
    assert kinds(await hub.says(OTHER, "carry out 1")) == ["error.not_found"]


async def test_what_is_said_of_measures_in_a_room_is_answered_in_the_direct_chat(hub: Talk):
    await done(hub, f"ban {SPAMMER} adverts")
    heard = await hub.says(MOD, "!undo 1", room_id="!welcome:test")
    assert [said.room for said in heard if said.kind == "measure.undoing"] == ["direct:2"]
