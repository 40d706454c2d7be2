"""A report's life: told, acknowledged, taken up, closed, and seen by nobody it is not for."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from kit.authority import Role
from kit.codes import Codes, code
from kit.due import Authored
from storage.dues import Dues
from storage.engine import Storage
from storage.people import People
from storage.personal import PersonalData
from storage.reports import Reports
from tests.harness import SECOND_STEWARD, STEWARD, Said, Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, lines, moderated, where

AMAL, ROOM = "@amal:test", "!welcome:test"
DAY = timedelta(days=1)
WHEN = "Monday, March 1, 2027, 15:00 Nairobi"
HOW = (
    '"report claim 1" takes it up, "report close 1 …" closes it and tells who reported it what '
    "came of it."
)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(AMAL, language="3")
    await talk.member(SECOND_STEWARD)
    await talk.heard()


async def authored(hub: Talk, who: str) -> list[Said]:
    """Let the homeserver tell who sent the event of the first report."""
    async with hub.storage.write() as session:
        await Dues(session).plan(Authored(1, who), at=hub.now)
    return await hub.passes(timedelta(0))


@pytest.mark.both_databases
async def test_a_message_is_reported_by_answering_it_where_it_was_said(hub: Talk):
    heard = await hub.event("message", AMAL, ROOM, {"body": "!signaler pub", "replies": "$spam"})
    assert where(heard) == [
        ("redact", "space:welcome"),
        ("author", "space:welcome"),
        ("report.taken", "direct:5"),
    ]
    # What was said to report it is deleted in the room.
    assert heard[0].content == {"event_id": hub.last_event}
    assert kinds(await hub.says(MOD, "reports")) == ["report.none"]
    assert where(await authored(hub, SPAMMER)) == [
        ("report.new", "direct:2"),
        ("report.new", "direct:3"),
        ("report.new", "direct:6"),
        ("report.new", "direct:1"),
    ]
    assert heard[-1].body[:36] == "Merci. Voici le signalement numéro 1"
    (card,) = await hub.says(MOD, "reports 1")
    assert lines(card) == [
        "1: Monday, March 1, 2027, 15:00 Nairobi: nobody has taken it up",
        "pub",
        "• Reported by @amal:test",
        "• About @spammer:test",
        "• Room: Welcome",
        "• The message: https://matrix.to/#/!welcome:test/$spam?via=test",
        HOW,
        '"redact 1" deletes the message.',
    ]


async def test_a_link_to_what_was_reported_leads_nowhere_else(hub: Talk):
    await hub.event("message", AMAL, ROOM, {"body": "!report it", "replies": "$a/b"})
    await authored(hub, SPAMMER)
    (card,) = await hub.says(MOD, "reports 1")
    assert "• The message: https://matrix.to/#/!welcome:test/$a%2Fb?via=test" in lines(card)


async def test_it_is_taken_up_by_one_closed_and_told_in_the_language_of_who_reported(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} vend des monnaies")
    assert kinds(await hub.says(MOD, "report claim 1")) == ["report.claimed"]
    (said,) = await hub.says(OTHER, "report claim 1")
    assert (said.kind, said.body) == (
        "error.conflict",
        "@mod:test has taken report 1 up. Ask them, or close it: they are told.",
    )
    heard = await hub.says(MOD, "report close 1 The adverts are gone.")
    assert where(heard) == [("report.closed", "direct:5"), ("report.settled", "direct:2")]
    assert lines(heard[0]) == [
        "La modération a examiné votre signalement numéro 1. Elle dit, en anglais :",
        "The adverts are gone.",
    ]
    assert kinds(await hub.says(OTHER, "report close 1 again")) == ["error.conflict"]
    assert kinds(await hub.says(OTHER, "reports")) == ["report.none"]


async def test_who_took_it_up_is_told_when_somebody_else_closes_it(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    await hub.says(MOD, "report claim 1")
    heard = await hub.says(OTHER, "report close 1 The adverts are gone.")
    assert where(heard) == [
        ("report.closed_by_other", "direct:2"),
        ("report.closed", "direct:5"),
        ("report.settled", "direct:3"),
    ]
    assert lines(heard[0]) == [
        "@other:test closed report 1, which you had taken up.",
        "The adverts are gone.",
    ]


@pytest.mark.parametrize("gone", ["forget me", "role"])
async def test_what_somebody_took_up_who_can_do_nothing_any_more_is_free_again(hub: Talk, gone):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    await hub.says(MOD, "report claim 1")
    if gone == "role":
        await hub.says(STEWARD, f"role {MOD} member", "yes")
    else:
        await hub.says(MOD, "forget me", "yes")
    assert kinds(await hub.says(OTHER, "report claim 1")) == ["report.claimed"]


async def test_the_list_says_what_each_report_is_about(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} sells certificates to everybody", "report it is loud")
    await hub.says(STEWARD, "report claim 2")
    (listed,) = await hub.says(STEWARD, "reports")
    assert lines(listed) == [
        "Reports that wait: 2",
        f"• 1: @spammer:test: sells certificates to… ({WHEN}): nobody has taken it up",
        f"• 2: it is loud ({WHEN}): somebody looks into it",
    ]


async def test_what_nobody_takes_up_reaches_the_stewards_after_a_day(hub: Talk):
    for text in ("something is wrong", "and this"):
        await hub.says(AMAL, f"report {text}")
    await hub.says(STEWARD, "report claim 2")
    heard = await hub.passes(DAY)
    assert [(s.kind, s.room, s.ids) for s in heard] == [
        ("report.unanswered", "direct:6", ["1"]),
        ("report.unanswered", "direct:1", ["1"]),
    ]


async def test_nobody_sees_a_report_about_themselves(hub: Talk):
    heard = await hub.says(AMAL, f"report {MOD} is rude")
    assert where(heard) == [
        ("report.new", "direct:3"),
        ("report.new", "direct:6"),
        ("report.new", "direct:1"),
        ("report.taken", "direct:5"),
    ]
    assert kinds(await hub.says(MOD, "reports")) == ["report.none"]
    for command in ("reports 1", "report claim 1", "report close 1 nothing"):
        assert kinds(await hub.says(MOD, command)) == ["error.not_found"]
    assert kinds(await hub.says(OTHER, "reports")) == ["report.list"]
    assert kinds(await hub.says(OTHER, "1")) == ["report.card"]


NAMED = [
    f"report the moderator {MOD} threatens me",
    f"report: {MOD} threatens me",
    f"report that {SPAMMER} and {MOD} threaten me",
    f"report {SPAMMER} is a friend of Mod, who threatens me",
    "report @Mod:test threatens me",
    "report https://matrix.to/#/%40mod%3Atest threatens me",
    f"please report moderator {MOD} to the stewards",
    f"signaler le modérateur {MOD} me menace",
]
UNNAMED = ["report moderator mod threatens me", "report the tall moderator threatens me"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        *[(each, [OTHER, SECOND_STEWARD, STEWARD]) for each in NAMED],
        *[(each, [SECOND_STEWARD, STEWARD]) for each in UNNAMED],
        # Control: what is about a member, wherever they are named, all moderators read.
        (f"report the member {SPAMMER} threatens me", [MOD, OTHER, SECOND_STEWARD, STEWARD]),
    ],
)
async def test_no_moderator_who_is_named_or_may_be_meant_reads_a_report(hub: Talk, said, told):
    rooms = {MOD: "direct:2", OTHER: "direct:3", SECOND_STEWARD: "direct:6", STEWARD: "direct:1"}
    heard = await hub.says(AMAL, said)
    assert where(heard) == [
        *[("report.new", rooms[who]) for who in told],
        ("report.taken", "direct:5"),
    ]
    assert ("avec certitude" in heard[-1].body) is (said in UNNAMED)
    for who in (MOD, OTHER):
        read = who in told
        assert kinds(await hub.says(who, "reports")) == ["report.list" if read else "report.none"]
        seen = "report.card" if read else "error.not_found"
        assert kinds(await hub.says(who, "reports 1")) == [seen]
    for command in ("report claim 1", "report close 1 nothing"):
        if MOD not in told:
            assert kinds(await hub.says(MOD, command)) == ["error.not_found"]
    assert kinds(await hub.says(STEWARD, "report claim 1")) == ["report.claimed"]


async def test_where_no_steward_hears_what_names_nobody_that_is_said(storage: Storage):
    hub = Talk(storage, stewards=())
    await hub.member(AMAL)
    await hub.member(MOD)
    async with storage.write() as session:
        moderator = await People(session).find(MOD)
        assert moderator is not None
        moderator.role = Role.MODERATOR
    assert kinds(await hub.says(AMAL, "report the moderator")) == ["error.conflict"]
    assert "report.new" in kinds(await hub.says(AMAL, f"report {SPAMMER} adverts"))


async def test_members_see_no_reports_and_moderators_take_no_words_of_a_reporter_along(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} zzcanary")
    await hub.says(MOD, "report claim 1")
    for command in ("reports 1", "report claim 1", "report close 1 it"):
        assert kinds(await hub.says(SPAMMER, command)) == ["error.not_allowed"]
    async with hub.storage.read() as session:
        moderator = await People(session).find(MOD)
        assert moderator is not None
        held = await PersonalData(session).of(moderator)
    rows = [row for each in held if each.table == "report" for row in each.rows]
    assert [("text" in row, "about" in row) for row in rows] == [(False, False)]


async def test_reports_of_one_person_are_few_at_a_time_and_go_with_them(hub: Talk):
    for number in range(5):
        await hub.says(AMAL, f"report number {number}")
    assert kinds(await hub.says(AMAL, "report one more")) == ["error.conflict"]
    assert kinds(await hub.says(STEWARD, "reports")) == ["report.list"]
    await hub.says(AMAL, "forget me", "yes")
    assert kinds(await hub.says(STEWARD, "reports")) == ["report.none"]


async def test_a_moderator_does_not_learn_who_reported_a_message_of_theirs(hub: Talk):
    await hub.event("message", AMAL, ROOM, {"body": "!report threats", "replies": "$rude"})
    assert where(await authored(hub, MOD)) == [
        ("report.new", "direct:3"),
        ("report.new", "direct:6"),
        ("report.new", "direct:1"),
    ]
    for command in ("reports 1", "report claim 1", "report close 1 nothing"):
        assert kinds(await hub.says(MOD, command)) == ["error.not_found"]
    assert kinds(await hub.says(OTHER, "reports 1")) == ["report.card"]


async def test_of_a_message_whose_author_nobody_knows_only_stewards_read(hub: Talk):
    await hub.event("message", AMAL, ROOM, {"body": "!report threats", "replies": "$gone"})
    assert where(await authored(hub, "")) == [
        ("report.new", "direct:6"),
        ("report.new", "direct:1"),
    ]
    link = "https://matrix.to/#/!elsewhere:test/$it?via=test"
    heard = await hub.says(AMAL, f"report {link} threats")
    assert where(heard) == [
        ("report.new", "direct:6"),
        ("report.new", "direct:1"),
        ("report.taken", "direct:5"),
    ]
    assert kinds(await hub.says(OTHER, "reports")) == ["report.none"]
    assert kinds(await hub.says(STEWARD, "reports 2")) == ["report.card"]


async def test_a_report_names_nobody_who_asked_to_be_forgotten(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} adverts", f"report {OTHER} is rude")
    await hub.says(SPAMMER, "forget me", "yes")
    async with hub.storage.read() as session:
        assert [row.about for row in await Reports(session).waiting()] == ["", OTHER]


async def test_a_steward_who_never_wrote_is_told_all_the_same(storage: Storage):
    hub = Talk(storage, stewards=("@ghost:test",))
    await hub.member(AMAL)
    heard = await hub.says(AMAL, "report something is wrong")
    assert where(heard) == [
        ("create", "direct:2"),
        ("report.new", "direct:2"),
        ("report.taken", "direct:1"),
    ]


@pytest.mark.parametrize("stewards", [(), (STEWARD,)])
async def test_where_nobody_would_read_it_that_is_said(storage: Storage, stewards):
    hub = Talk(storage, stewards=stewards)
    await hub.member(AMAL)
    if stewards:
        await hub.member(STEWARD)
        await hub.says(STEWARD, "forget me", "yes")
    (said,) = await hub.says(AMAL, "report something is wrong")
    assert said.kind == "error.conflict"
    async with storage.read() as session:
        assert await Reports(session).waiting() == []


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        (5, {"body": "!report it", "replies": "$spam"}, "error.conflict"),
        (0, {"body": "!report"}, "report.how"),
    ],
)
async def test_what_is_said_in_a_room_is_deleted_there_whatever_comes_of_it(
    hub: Talk, before, said, told
):
    for number in range(before):
        await hub.says(AMAL, f"report number {number}")
    heard = await hub.event("message", AMAL, ROOM, said)
    assert where(heard) == [("redact", "space:welcome"), (told, "direct:5")]
    assert heard[0].content == {"event_id": hub.last_event}


async def test_without_anything_to_report_it_says_how(hub: Talk):
    assert kinds(await hub.says(STEWARD, "report")) == ["report.how"]


async def test_its_code_says_nothing_of_how_many_there_are(storage: Storage):
    hub = Talk(storage, numbers=Codes(Random(0)))
    await moderated(hub)
    drawn = Codes(Random(0))
    for number, whom in ((drawn.draw(), OTHER), (drawn.draw(), AMAL)):
        heard = await hub.says(SPAMMER, f"report {whom} they insult me")
        assert heard[-1].ids == [code(number)]
    (listed,) = await hub.says(MOD, "reports")
    assert len(listed.ids) == 2
    claimed, *_rest = await hub.says(MOD, f"report claim {listed.ids[1].lower()}")
    assert (claimed.kind, claimed.ids) == ("report.claimed", [code(number)])
    assert kinds(await hub.says(MOD, f"reports {code(number)}")) == ["report.card"]


async def test_who_reported_asks_how_it_stands_and_learns_nothing_of_others(hub: Talk):
    (none,) = await hub.says(SPAMMER, "reports")
    assert (none.kind, none.body) == (
        "report.none",
        'I know of no report of yours. "report" tells the moderators of somebody or something.',
    )
    await hub.says(AMAL, "report it is loud")
    await hub.says(SPAMMER, f"report {OTHER} is rude to me", "report that is unfair")
    told = "nobody has taken it up yet; if nobody does, I remind the stewards: " + WHEN.replace(
        "Monday, March 1", "Tuesday, March 2"
    )
    (listed,) = await hub.says(SPAMMER, "what happened with my report?")
    assert (listed.kind, listed.ids) == ("report.list", ["3", "2"])
    assert lines(listed) == [
        "What became of your reports:",
        f"• 3: that is unfair ({WHEN}): {told}",
        f"• 2: is rude to… ({WHEN}): {told}",
    ]
    await hub.says(MOD, "report claim 2")
    (card,) = await hub.says(SPAMMER, "2")
    assert card.body == (
        f"2: is rude to… ({WHEN}): a moderator looks into it, and I tell you what comes of it"
    )
    await hub.says(MOD, "report close 2 I talked to them.")
    (card,) = await hub.says(SPAMMER, "reports 2")
    assert card.body.endswith(": it is closed, and I told you what came of it")
    await hub.passes(DAY)
    (card,) = await hub.says(SPAMMER, "reports 3")
    assert "nobody has taken it up yet; I reminded the stewards: " in card.body
    # Control: of what somebody else reported they learn nothing.
    assert kinds(await hub.says(SPAMMER, "reports 1")) == ["error.not_allowed"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "any news on my report"),
        ("1", "has my report been handled?"),
        ("1", "did somebody read my complaint about the adverts?"),
        ("3", "j'ai fait un signalement, où en est-il ?"),
        ("2", "¿en qué quedó mi denuncia?"),
        ("4", "o que houve com a minha denúncia?"),
        ("6", "как там моя жалоба?"),
        ("5", "ما الجديد في بلاغي؟"),
        ("7", "我之前的举报有结果了吗"),
    ],
)
async def test_a_report_is_asked_after_in_words(hub: Talk, language: str, said: str):
    await hub.member("@lea:test", language=language)
    await hub.says("@lea:test", "report it is loud")
    (listed,) = await hub.says("@lea:test", said)
    assert (listed.kind, listed.ids) == ("report.list", ["1"])


async def test_a_moderator_reads_what_waits_and_what_they_told_themselves(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    await hub.says(MOD, "report moderators are unkind")  # only stewards read it
    (listed,) = await hub.says(MOD, "reports")
    assert [line.partition(" (")[0] for line in lines(listed)] == [
        "Reports that wait: 1",
        "• 1: @spammer:test: adverts",
        "What became of your reports:",
        "• 2: moderators are unkind",
    ]
    (card,) = await hub.says(MOD, "reports 2")
    assert card.kind == "report.own"
