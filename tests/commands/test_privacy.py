"""See, take along, and in an emergency erase: one's own data, and a whole region's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import purge
from storage.base import Base
from storage.personal import exported
from storage.privacy import owners
from storage.tables.people import PersonRow, PurgeRow
from storage.types import Blind
from tests.harness import SECOND_STEWARD, STEWARD, Talk, kinds, once, scene

AMAL, BORIS = "@amal:test", "@boris:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
ASK = ("ask", QUESTION, "10", "no", "skip", "yes")
WEST = "West and Central Africa"
DAKAR = {"language": "1", "country": "Senegal"}


def test_an_export_leaves_out_nothing_but_hashes_and_what_is_of_others():
    left_out = {
        f"{table.name}.{column.name} by {owner.name}"
        for table in Base.metadata.sorted_tables
        for owner in owners(table)
        for column in set(table.columns) - set(exported(table, owner))
        if not isinstance(column.type, Blind) and not column.foreign_keys
    }
    assert left_out == {
        "outbox.content by person_id",
        "request.question by expert_id",
        *(f"report.{said} by claimed_by_id" for said in ("text", "about", "outcome")),
    }


@once
async def meet(talk: Talk) -> None:
    """Let two members work on a request, and one of them go to an event."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL, BORIS):
        await talk.member(who)
    await talk.says(STEWARD, "event add in 72h Call", "yes")
    await talk.says(BORIS, "volunteer", "10", "skip")
    await talk.says(AMAL, "going 1", *ASK)
    await talk.says(BORIS, "accept 1")
    await talk.says(AMAL, "accept 1", "find mandela")


@pytest.mark.slow
async def test_my_data_says_what_is_kept_and_why(talk: Talk):
    await meet(talk)
    (said,) = await talk.says(AMAL, "my data")
    assert said.body.splitlines()[2:] == [
        '• Your profile and when we met: "profile" shows it',
        "• Chats of yours with me: 1, to know where to answer you",
        "• Chats with me in which you are: 1, so that nobody else reads what is for you",
        "• Messages from you: 16, without their text once answered, so that I answer once",
        "• Messages to you: 19, without their text once sent, so that I can delete them",
        "• Messages to others that speak of you: 2, so that I can delete them",
        "• Reminders and deadlines: 7, to write to you in time",
        "• Lists you saw last: 4, so that a number means something",
        "• Requests you have a part in: 1, to find help",
        "• Events you are going to, or may be: 1, to remind you",
        "",
        '"export" gives it to you as a file, "forget me" erases it.',
    ]


async def test_more_kinds_of_data_than_fit_in_a_message_come_in_two(talk: Talk):
    await meet(talk)
    await talk.says(AMAL, "practice")
    first, last, _question = await talk.says(AMAL, "my data")
    assert (first.kind, last.kind) == ("privacy.data", "privacy.data")
    assert [each.body.count("\u2022 ") for each in (first, last)] == [10, 1]
    assert (first.body[:22], "export" in first.body) == ("This is everything I k", False)
    assert last.body.endswith('"forget me" erases it.')


@pytest.mark.both_databases
async def test_an_export_holds_every_row_of_one_person_and_nothing_of_another(talk: Talk):
    await meet(talk)
    heard = await talk.says(AMAL, "export")
    assert [(said.kind, said.room) for said in heard] == [
        ("privacy.export", "direct:2"),
        ("file", "direct:2"),
    ]
    message, file = heard[1].content["message"], heard[1].content["file"]
    assert (message["msgtype"], message["filename"]) == ("m.file", "ilan-hub.json")
    assert (file["format"], file["made_at"]) == ("ilan-hub", "2027-03-01T12:00:00+00:00")
    tables = file["tables"]
    async with talk.storage.read() as session:
        rows = {
            table.name: (await session.execute(select(table).where(owner == me))).all()
            for table in Base.metadata.sorted_tables
            for owner in owners(table)
            if (me := AMAL if isinstance(owner.type, Blind) else 2)
        }
    there = {name: len(found) for name, found in rows.items() if found}
    # The question and the answer of the export itself came after it was read.
    there["outbox"] -= 2
    there["request"] = 1
    assert {name: len(found) for name, found in tables.items()} == there
    assert (tables["person"][0]["user_id"], tables["person"][0]["country"]) == (AMAL, "KE")
    assert tables["request"][0]["question"] == QUESTION
    assert BORIS not in str(file)


async def test_an_expert_does_not_take_along_what_others_asked(talk: Talk):
    await meet(talk)
    file = (await talk.says(BORIS, "export"))[1].content["file"]
    assert {"request", "offer", "expert"} <= file["tables"].keys()
    assert (QUESTION in str(file), AMAL in str(file)) == (False, False)


async def people(talk: Talk) -> set[str]:
    async with talk.storage.read() as session:
        return {person.user_id for person in await session.scalars(select(PersonRow))}


@scene
async def region(talk: Talk) -> None:
    for who, where in [
        (STEWARD, {}),
        (SECOND_STEWARD, {}),
        (AMAL, DAKAR),
        (BORIS, {"country": "Austria"}),
    ]:
        await talk.member(who, **where)


@pytest.mark.both_databases
async def test_two_stewards_together_erase_a_region(region: Talk):
    asked = await region.says(STEWARD, f"purge region {WEST}")
    assert (kinds(asked), asked[0].body.split(". ")[0]) == (
        ["purge.asked"],
        "Nothing is erased yet",
    )
    assert await region.passes(timedelta(hours=23)) == []
    done = await region.says(SECOND_STEWARD, "purge region africa-west-central")
    assert [(said.kind, said.room, said.body) for said in done] == [
        (
            "purge.confirmed",
            room,
            f"Two stewards decided it: I erase everything about 1 person of {WEST}.",
        )
        for room in ("direct:1", "direct:2")
    ]
    erased = await region.passes(timedelta(seconds=1))
    assert [(said.kind, said.room) for said in erased] == [
        ("forget.done", "direct:3"),
        ("leave", "direct:3"),
    ]
    assert await people(region) == {STEWARD, SECOND_STEWARD, BORIS}
    async with region.storage.read() as session:
        (record,) = (await session.scalars(select(PurgeRow))).all()
        assert (record.region, record.asked_by, record.erased) == ("africa-west-central", None, 1)


async def test_whom_a_purge_is_about_is_found_portion_by_portion(region: Talk, monkeypatch):
    monkeypatch.setattr(purge, "PORTION", 1)
    for steward in (STEWARD, SECOND_STEWARD):
        await region.says(steward, f"purge region {WEST}")
    await region.passes(timedelta(seconds=1))
    assert await people(region) == {STEWARD, SECOND_STEWARD, BORIS}


@pytest.mark.parametrize(
    ("who", "what", "later", "kind"),
    [
        (STEWARD, f"purge region {WEST}", timedelta(0), "error.conflict"),
        (SECOND_STEWARD, "purge region Europe", timedelta(0), "purge.asked"),
        (
            SECOND_STEWARD,
            f"purge region {WEST}",
            timedelta(hours=24),
            "purge.asked",
        ),
        (SECOND_STEWARD, "purge region West Africa", timedelta(0), "error.not_found"),
        (BORIS, f"purge region {WEST}", timedelta(0), "error.not_allowed"),
    ],
)
async def test_nothing_else_erases_anybody(region: Talk, who, what, later, kind):
    everybody = await people(region)
    await region.says(STEWARD, f"purge region {WEST}")
    await region.passes(later)
    assert kinds(await region.says(who, what)) == [kind]
    await region.passes(timedelta(minutes=1))
    assert await people(region) == everybody


async def test_a_steward_who_is_forgotten_no_longer_counts_as_the_first(region: Talk):
    await region.says(STEWARD, f"purge region {WEST}", "forget me", "yes")
    heard = await region.says(SECOND_STEWARD, f"purge region {WEST}")
    assert kinds(heard) == ["purge.asked"]


@pytest.mark.parametrize(
    "said",
    [
        *("no", "nop", "nooo", "No, not yet", "claro q no!!", "no pará!! era chiste", "mejor no"),
        *("لأ", "لا لا كنت بهزر", "مش عايزه", "non merci, c'était une blague", "não, espera"),
        *("нет, подождите", "не надо, я пошутил", "不要，我开玩笑的", "no, yes, I do not know"),
    ],
)
async def test_a_no_ends_what_would_erase_everything(talk: Talk, said):
    await talk.member(AMAL)
    await talk.says(AMAL, "forget me")
    heard = await talk.says(AMAL, said)
    assert [(answer.kind, answer.body) for answer in heard] == [
        ("forget.kept", "Nothing was erased.")
    ]


@pytest.mark.parametrize("said", ["perhaps", "can I say no?", "borrado"])
async def test_what_is_no_plain_yes_erases_nothing(talk: Talk, said):
    await talk.member(AMAL)
    await talk.says(AMAL, "forget me")
    assert kinds(await talk.says(AMAL, said)) == ["forget.ask.confirm"]


@pytest.mark.parametrize("said", ["no pará", "لأ خلاص", "нет, подождите"])
async def test_who_says_no_to_leaving_stays_a_member(talk: Talk, said):
    await talk.member(AMAL)
    await talk.says(AMAL, "withdraw consent")
    assert kinds(await talk.says(AMAL, said)) == ["withdrawal.kept"]
