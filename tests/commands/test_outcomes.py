"""What came of what somebody said, and other ways to say it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Talk, kinds, once

MEMBER, CURATOR = "@member:test", "@curator:test"
URL, TITLE = "https://www.example.org/duty-lawyers/", "Duty lawyers at police stations: a guide"
ITEM = "duty-lawyers-at-police"


@once
async def reported(talk: Talk) -> None:
    """An item that is shown, which a member called out of date without a reason."""
    await talk.member(MEMBER)
    await talk.member(CURATOR)
    await talk.opens(STEWARD)
    await talk.says(STEWARD, f"role {CURATOR} curator")
    await talk.says(
        CURATOR, f"resource add {URL} {TITLE}", "2", "1", "1", "Staffs a rota by night."
    )
    await talk.says(MEMBER, f"stale {ITEM}")


@pytest.mark.both_databases
async def test_who_reported_something_is_told_that_it_stays(talk: Talk):
    await reported(talk)
    assert [(said.kind, said.room) for said in await talk.says(CURATOR, f"approve {ITEM}")] == [
        ("curation.stands", "direct:1"),
        ("curation.confirmed", "direct:2"),
    ]
    # Reports are closed: the next check tells nobody.
    assert kinds(await talk.says(CURATOR, f"approve {ITEM}")) == ["curation.confirmed"]


async def test_who_reported_something_is_told_that_it_is_gone(talk: Talk):
    await reported(talk)
    assert [(said.kind, said.room) for said in await talk.says(CURATOR, f"reject {ITEM}")] == [
        ("curation.gone", "direct:1"),
        ("curation.retired", "direct:2"),
    ]
    # What was away is news again.
    assert kinds(await talk.says(CURATOR, f"approve {ITEM}")) == ["curation.listed"]


async def test_a_report_without_a_reason_ends_in_no_colon(talk: Talk):
    await reported(talk)
    (card,) = await talk.says(CURATOR, f"review {ITEM}")
    assert [line for line in card.body.splitlines() if "Out of date" in line] == [
        "Out of date, says a member."
    ]


@pytest.mark.parametrize(
    ("said", "kind"), [("organizer", "moderation.role"), ("none", "moderation.role")]
)
async def test_a_role_is_given_by_what_people_call_it(talk: Talk, said: str, kind: str):
    await talk.member(MEMBER)
    await talk.opens(STEWARD)
    assert kind in kinds(await talk.says(STEWARD, f"role {MEMBER} {said}"))


ROLES = "member, curator, organiser, and moderator"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", f"Which role? Say it in your next message, for @member:test: {ROLES}"),
        (
            " boss",
            (
                f"I know no role of that name. The roles are: {ROLES}. "
                'Say: "role @member:test curator"'
            ),
        ),
    ],
)
async def test_without_a_role_the_roles_are_listed(talk: Talk, said: str, told: str):
    await talk.opens(STEWARD)
    (heard,) = await talk.says(STEWARD, f"role {MEMBER}{said}")
    assert heard.body == told


async def test_help_names_a_command_in_the_words_of_its_reader(talk: Talk):
    await talk.member(MEMBER, language="3", country="Sénégal")
    (shown,) = await talk.says(MEMBER, "aide")
    assert '"aide chercher"' in shown.body
    assert kinds(await talk.says(MEMBER, "aide chercher")) == ["help.command"]


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("12 March at 3pm", "Friday, March 12, 2027, 15:00 Nairobi"),
        ("5 March 15:00", "Friday, March 5, 2027, 15:00 Nairobi"),
        ("2", "Friday, March 12, 2027, 15:00 Nairobi"),
    ],
)
async def test_one_of_several_moments_is_chosen_in_words_too(talk: Talk, said: str, begins: str):
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add next Friday 3pm: Call")
    (preview,) = await talk.says(STEWARD, said)
    assert (preview.kind, f"On your clock: {begins}" in preview.body) == (
        "event_add.ask.sure",
        True,
    )


async def test_what_is_none_of_several_moments_is_asked_for_again(talk: Talk):
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add next Friday 3pm: Call")
    (again,) = await talk.says(STEWARD, "19 March at 3pm")
    assert again.body.splitlines()[0] == "Choose a number from 1 to 2."
    assert await talk.passes(timedelta(0)) == []
