"""Consent that is asked for again, and consent that ends."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text, update

from actions.consent import CONSENT_VERSION
from storage.people import People
from storage.tables.people import PersonRow
from tests.harness import STEWARD, Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def member(talk: Talk) -> None:
    for slug in ("members", "region-africa-east-southern"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    await talk.member(MEMBER)


async def rules_change(talk: Talk) -> None:
    async with talk.storage.write() as session:
        await session.execute(update(PersonRow).values(consent_version="older"))


async def consent(talk: Talk) -> tuple[object, ...]:
    async with talk.storage.read() as session:
        person = await People(session).find(MEMBER)
        return person.consent_version, person.consent_language, person.consent_at, person.role


async def test_consent_is_kept_with_version_language_and_moment(member: Talk):
    assert await consent(member) == (CONSENT_VERSION, "en", member.now, "member")


async def test_who_agreed_to_the_text_of_today_is_not_asked_again(member: Talk):
    assert kinds(await member.says(MEMBER, "events")) == ["events.none"]


async def test_a_new_text_is_asked_about_after_the_answer(member: Talk):
    await rules_change(member)
    heard = await member.says(MEMBER, "idioma español")
    assert kinds(heard) == ["profile.language", "renewal.ask.consent"]
    assert (
        heard[1].body.splitlines()[2] == "Nuestras reglas han cambiado desde que usted las aceptó."
    )
    assert kinds(await member.says(MEMBER, "perhaps")) == ["renewal.ask.consent"]
    assert kinds(await member.says(MEMBER, "sí")) == ["renewal.done"]
    assert await consent(member) == (CONSENT_VERSION, "es", member.now, "member")
    assert kinds(await member.says(MEMBER, "perfil")) == ["profile.show"]


async def test_a_new_text_waits_for_a_question_that_is_open(member: Talk):
    await member.says(MEMBER, "profile country")
    await rules_change(member)
    assert kinds(await member.says(MEMBER, "events")) == ["events.none", "profile.ask.country"]
    assert kinds(await member.says(MEMBER, "pause", "events")) == ["events.none"]


async def test_a_no_to_the_new_text_ends_membership_only_after_another_yes(member: Talk):
    await rules_change(member)
    await member.says(MEMBER, "events")
    assert kinds(await member.says(MEMBER, "no")) == ["withdrawal.ask.confirm"]
    assert kinds(await member.says(MEMBER, "no")) == ["withdrawal.kept"]
    assert kinds(await member.says(MEMBER, "events")) == ["events.none", "renewal.ask.consent"]
    await member.says(MEMBER, "no")
    assert kinds(await member.says(MEMBER, "yes"))[-1] == "withdrawal.done"


@pytest.mark.both_databases
async def test_withdrawal_takes_access_and_answers_and_leaves_the_chat(member: Talk):
    await member.says(MEMBER, "volunteer", "1", "skip")
    await member.opens(STEWARD)
    await member.says(STEWARD, f"role {MEMBER} organiser")
    assert kinds(await member.says(MEMBER, "withdraw consent")) == ["withdrawal.ask.confirm"]
    heard = await member.says(MEMBER, "yes")
    assert [(said.kind, said.room) for said in heard] == [
        ("kick", "space:region-africa-east-southern"),
        ("kick", "space:members"),
        ("withdrawal.done", "direct:3"),
    ]
    assert await consent(member) == (None, None, None, "anyone")
    profile = (await member.says(MEMBER, "profile"))[0].body
    assert [line for line in profile.splitlines() if "not given" in line] == [
        "• Country: not given, for your region's room",
        "• Time zone: not given, for reminders",
        "• Category: not given, for rooms",
        "• Topics: not given, for rooms and questions",
    ]
    assert kinds(await member.says(MEMBER, "volunteer")) == ["error.not_allowed"]
    assert await rows_of_the_first_person(member) == {}
    assert kinds(await member.says(MEMBER, "start")) == ["onboarding.ask.language"]


async def rows_of_the_first_person(talk: Talk) -> dict[str, int]:
    """Count what still hangs on the row that the member had before."""
    found = {}
    async with talk.storage.read() as session:
        connection = await session.connection()
        keys = await connection.run_sync(
            lambda c: [
                (table, key["constrained_columns"][0])
                for table in inspect(c).get_table_names()
                for key in inspect(c).get_foreign_keys(table)
                if key["referred_table"] == "person"
            ]
        )
        for table, column in keys:
            query = text(f'SELECT count(*) FROM "{table}" WHERE {column} = 1')
            if n := (await session.execute(query)).scalar():
                found[f"{table}.{column}"] = n
    return found


async def test_the_first_person_had_rows_before(member: Talk):
    assert "due.person_id" in await rows_of_the_first_person(member)
