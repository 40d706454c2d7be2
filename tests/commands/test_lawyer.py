"""People who need a lawyer themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storage.items import Items
from storage.referrals import Referrals
from storage.tables.queues import InboxRow
from tests.harness import Talk, kinds

SOMEBODY, MEMBER = "@somebody:test", "@member:test"
HELD = "Whoever is held by the police can ask them, and then the court, for a lawyer at once."
DANGER = "If anybody is in danger now, call the emergency number of your country first."
DANGER_ES = "Si alguien está en peligro ahora, llame primero al número de emergencias de su país."
DEPORTED = (
    "Against a deportation there may be only days or hours to object: ask for a lawyer today, "
    "also at the place where the person is held."
)
KENYA = (
    "Kenya: Legal Aid. How to reach it: 0800 1\n"
    "So said this source on Wednesday, May 29, 2024: https://a.example/1. "
    "Numbers change, so check it there."
)
SOUTH_AFRICA = (
    "South Africa: Advice. How to reach it: 0800 2\n"
    "The source bears no date: https://a.example/2. Numbers change, so check it there."
)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("I need a lawyer", "en"),
        ("mi hermano está preso, ¿qué hago?", "es"),
        ("bonjour, mon fils est en prison", "fr"),
        ("olá, preciso de um advogado", "pt"),
        ("أخي في السجن", "ar"),
        ("моего брата арестовали", "ru"),
        ("我哥哥被抓了", "zh"),
    ],
)
async def test_the_first_words_of_somebody_in_need_get_an_answer_and_no_form(
    talk: Talk, said, language
):
    await talk.opens(SOMEBODY)
    heard = await talk.says(SOMEBODY, said)
    assert [(s.kind, s.content["org.ilan.hub"]["locale"]) for s in heard] == [
        ("help.lawyer", language)
    ]


async def test_they_read_what_the_hub_is_not_and_where_to_look(talk: Talk):
    await talk.opens(SOMEBODY)
    heard = (await talk.says(SOMEBODY, "help, my brother is in prison"))[0]
    assert heard.body.split("\n\n") == [
        HELD,
        'Name your country, and I say whom I know there: "lawyer …"',
        (
            "I am sorry that you need a lawyer. This hub connects people who give legal aid. "
            "It is not a law firm: I cannot help with a case or find somebody to defend you."
        ),
        (
            "Please write nothing about it here, no names and no facts: nothing you write to me "
            "is confidential or protected by privilege. I do not keep it; you can delete it "
            "in your client."
        ),
        (
            "Where to look: the legal aid authority or public defender of your country, "
            "the bar association, or the law clinic of a university."
        ),
    ]


async def test_who_only_asks_reads_what_the_hub_does_for_those_who_work_in_legal_aid(talk: Talk):
    await talk.opens(SOMEBODY)
    heard = (await talk.says(SOMEBODY, "lawyer"))[0]
    assert heard.body.split("\n\n")[-1] == (
        'If you work in legal aid yourself: "find" searches the library, "start" makes you '
        'a member, "ask" finds an expert.'
    )


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("my husband beats me, I need a lawyer", DANGER),
        ("mi marido me pega y no sé a quién pedirle ayuda legal", DANGER_ES),
        ("they want to deport me on Friday", DEPORTED),
        ("immigration came for my husband this morning", DEPORTED),
        ("they arrested my brother and he beats me", DANGER),
        ("my sister was detained yesterday", HELD),
    ],
)
async def test_what_cannot_wait_is_said_first(talk: Talk, said, first):
    await talk.opens(SOMEBODY)
    heard = (await talk.says(SOMEBODY, said))[0]
    assert (heard.kind, heard.body.split("\n\n")[0]) == ("help.lawyer", first)


@pytest.fixture
async def known(talk: Talk) -> Talk:
    rows: list[dict[str, object]] = [
        {"country": "KE", "body": "Legal Aid", "reach": "0800 1", "source": "https://a.example/1"},
        {"country": "ZA", "body": "Advice", "reach": "0800 2", "source": "https://a.example/2"},
    ]
    dates = (date(2024, 5, 29), None)
    async with talk.storage.write() as session:
        await Referrals(session).begin_with(
            [row | {"dated": day} for row, day in zip(rows, dates, strict=True)]
        )
    return talk


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("my brother was arrested in Kenya", KENYA),
        ("lawyer Kenya", KENYA),
        ("lawyer South Africa", SOUTH_AFRICA),
        ("lawyer in France", "I know no such body for France with a source that I could name."),
    ],
)
async def test_the_body_of_the_country_is_named_with_its_source(known: Talk, said, named):
    await known.opens(SOMEBODY)
    heard = (await known.says(SOMEBODY, said))[0]
    assert next(p for p in heard.body.split("\n\n") if p != HELD) == named


async def test_a_member_need_not_name_their_country(known: Talk):
    await known.member(MEMBER, country="Kenya")
    assert (await known.says(MEMBER, "lawyer"))[0].body.split("\n\n")[0] == KENYA


async def test_talk_about_lawyers_is_no_country(known: Talk):
    await known.member(MEMBER)
    assert kinds(await known.says(MEMBER, "lawyer independence")) != ["help.lawyer"]


PILNET = "• PILnet Global Clearinghouse: https://www.pilnet.org/faq-for-pilnets-clearinghouses/"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, True),
        ({"waiting": True}, False),  # suggested by anybody, seen by no curator
        ({"retired": True}, False),
        ({"superseded_by": "unpg-2012"}, False),
    ],
)
async def test_directories_that_everybody_may_see_are_named(talk: Talk, values, named):
    async with talk.storage.write() as session:
        row = await Items(session).get("svc-pilnet")
        assert row is not None
        row.kind = "directory"
        for name, value in values.items():
            setattr(row, name, value)
    await talk.opens(SOMEBODY)
    heard = (await talk.says(SOMEBODY, "lawyer"))[0]
    assert [part for part in heard.body.split("\n\n") if part.startswith("•")] == [PILNET] * named


async def test_a_question_that_is_open_waits_and_no_story_is_a_choice(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, "hello", "1", "yes", "Kenya")
    heard = await talk.says(SOMEBODY, "my brother is a public defender, no, he is in prison")
    assert kinds(heard) == ["help.lawyer"]
    assert kinds(await talk.says(SOMEBODY, "start")) == ["onboarding.ask.category"]


async def test_what_a_member_searches_or_asks_an_expert_is_left_alone(talk: Talk):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, "find I need a lawyer")) == ["find.results"]
    await talk.says(MEMBER, "ask")
    assert kinds(await talk.says(MEMBER, "My brother is in prison abroad: which standards?")) == [
        "ask.ask.urgent"
    ]


async def test_nothing_of_it_is_said_in_rooms(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    await talk.member(MEMBER)
    assert await talk.says(MEMBER, "I need a lawyer", room_id="!welcome:test") == []


WELCOME = {"room_id": "!welcome:test"}
ELSEWHERE = (
    "If you need a lawyer yourself, open a direct chat with me: I say there where to look. "
    "Everybody reads along here, so please write no names and no facts."
)


async def test_who_is_in_need_in_the_welcome_room_is_led_to_a_direct_chat_once_a_day(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    heard = await talk.event("need", SOMEBODY, "!welcome:test", {"language": "en"})
    assert [(s.kind, s.room, s.body) for s in heard] == [
        ("lawyer.elsewhere", "space:welcome", ELSEWHERE)
    ]
    assert await talk.event("need", SOMEBODY, "!welcome:test", {"language": "en"}) == []
    await talk.passes(timedelta(days=1, seconds=1))
    again = await talk.event("need", SOMEBODY, "!welcome:test", {"language": "es"})
    assert kinds(again) == ["lawyer.elsewhere"]


async def test_they_are_told_in_the_language_they_wrote_in(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    heard = await talk.event("need", SOMEBODY, "!welcome:test", {"language": "ru"})
    assert heard[0].content["org.ilan.hub"]["locale"] == "ru"


async def test_members_in_the_welcome_room_are_at_work(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    await talk.member(MEMBER)
    assert await talk.event("need", MEMBER, "!welcome:test", {"language": "en"}) == []


async def test_who_was_in_need_leaves_no_row_of_it(talk: Talk):
    await talk.room("space:welcome", "!welcome:test")
    await talk.event("need", SOMEBODY, "!welcome:test", {"language": "en"})
    async with talk.storage.read() as session:
        assert (await session.scalars(select(InboxRow.kind))).all() == []
