from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from storage.engine import Storage
from storage.items import Items
from storage.tables.library import ContributionRow, ResourceRow, StaleRow, TranslationRow, UsageRow
from tests.beginnings import Beginnings
from tests.harness import STEWARD, Said, Talk, kinds, once

MEMBER, CURATOR, LECTORA = "@member:test", "@curator:test", "@lectora:test"
TITLE = "Duty lawyers at police stations: a field guide"
URL = "https://www.example.org/duty-lawyers/"
GUIDE = "duty-lawyers-at-police"
ANSWERS = ("2", "1, 2", "1", "Shows how to staff a rota around the clock.")
PRACTICE = (
    "Phone rota of three towns",
    "Three offices answer one phone at night by turns.",
    "Nobody waits longer than an hour for a lawyer.",
    "Agree on one number and a table of nights.",
    "1, 10",
)
FOUND = "find duty lawyers field guide"


@pytest.fixture
async def talk(talk: Talk) -> Talk:
    """A hub with a member, a curator and a member who reads Spanish."""
    await peopled(talk)
    return talk


@pytest.fixture
async def live(storage: Storage, beginnings: Beginnings | None) -> Talk:
    """The same people, and what was changed in the library is found."""
    talk = Talk(storage, live=True, beginnings=beginnings)
    await peopled(talk)
    return talk


@once
async def peopled(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.member(CURATOR)
    await talk.member(LECTORA, language="2", country="Uruguay")
    await talk.opens(STEWARD)
    await talk.says(STEWARD, f"role {CURATOR} curator")


@once
async def suggested(talk: Talk) -> list[Said]:
    return await talk.says(MEMBER, f"suggest {URL}", TITLE, *ANSWERS)


@once
async def listed(talk: Talk) -> list[Said]:
    await suggested(talk)
    return await talk.says(CURATOR, f"approve {GUIDE}")


async def row(talk: Talk, resource_id: str) -> ResourceRow:
    async with talk.storage.read() as session:
        return await session.get_one(ResourceRow, resource_id)


def lines(heard: list[Said]) -> list[str]:
    return [line for line in heard[0].body.splitlines() if line]


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_suggestion_is_asked_for_in_steps_and_hidden_until_a_curator_lists_it(live: Talk):
    steps = [
        (f"suggest {URL}?utm_source=mail", ["suggest.ask.title"]),
        (TITLE, ["suggestion.ask.kind"]),
        ("2", ["suggestion.ask.languages"]),
        ("English, Spanish", ["suggestion.ask.topics"]),
        ("1", ["suggestion.ask.why"]),
        ("short", ["suggestion.ask.why"]),
        (ANSWERS[-1], ["curation.thanks"]),
    ]
    assert [(said, kinds(await live.says(MEMBER, said))) for said, _ in steps] == steps
    assert kinds(await live.says(MEMBER, f"show {GUIDE}")) == ["error.not_found"]
    assert GUIDE not in (await live.says(MEMBER, FOUND))[0].ids
    assert lines(await live.says(CURATOR, "review")) == [
        "1 thing waits for a curator:",
        f'1. {TITLE}, suggested: "{GUIDE}"',
        f'Say "review {GUIDE}" for details.',
    ]
    told = await live.says(CURATOR, "approve 1")
    assert [(s.kind, s.room) for s in told] == [
        ("curation.listed", "direct:1"),
        ("curation.listed", "direct:2"),
    ]
    assert (await live.says(MEMBER, FOUND))[0].ids == [GUIDE]
    assert lines(await live.says(LECTORA, f"ver {GUIDE}"))[2:4] == [
        "Idiomas: inglés y español",
        "Comprobado por el equipo de la biblioteca el 2027-03-01",
    ]
    assert lines(await live.says(CURATOR, "review")) == ["Nothing to review."]


@pytest.mark.parametrize(
    "said",
    ["https://example.org/a A guide to duty", "A guide to duty https://example.org/a"],
)
async def test_an_address_stands_beside_a_title_on_either_side(talk: Talk, said):
    await talk.member(MEMBER)
    await talk.says(MEMBER, f"suggest {said}", "2", "English", "1", "It shows how to be on duty.")
    async with talk.storage.read() as session:
        row = (await session.scalars(select(ResourceRow).where(ResourceRow.url.is_not(None)))).all()
        found = [(each.titles, each.url) for each in row if each.url == "https://example.org/a"]
    assert found == [({"en": "A guide to duty"}, "https://example.org/a")]


@pytest.mark.parametrize(
    "said", ["https://undocs.org/A/RES/67/187", "http://www.undocs.org/A/RES/67/187/#part-1"]
)
async def test_an_address_that_is_known_is_said_at_once(talk: Talk, said):
    heard = await talk.says(LECTORA, f"sugerir {said}")
    assert [(s.kind, s.ids) for s in heard] == [("curation.known", ["unpg-2012"])]
    assert heard[0].body.endswith('ya está en la biblioteca. Puede verlo con "ver unpg-2012".')


@pytest.mark.parametrize("said", ["Mandela Rules", "nelson mandela ruls", "A/RES/70/175"])
async def test_a_title_that_is_known_is_shown_and_may_be_another(talk: Talk, said):
    assert kinds(await talk.says(MEMBER, f"suggest {said}")) == ["suggestion.ask.similar"]
    heard = await talk.says(MEMBER, "1")
    assert [(s.kind, s.ids) for s in heard] == [("curation.known", ["nelson-mandela-rules-2015"])]
    another = await talk.says(MEMBER, f"suggest {said}", "skip", *ANSWERS)
    assert kinds(another) == ["curation.thanks"]


async def test_what_somebody_else_suggested_is_not_shown_to_others(talk: Talk):
    await suggested(talk)
    heard = await talk.says(LECTORA, f"sugerir {URL}")
    assert [(s.kind, TITLE in s.body) for s in heard] == [("error.conflict", False)]


@pytest.mark.slow
async def test_nobody_fills_the_queue_alone(talk: Talk):
    for number in range(4):
        await talk.says(MEMBER, f"suggest {URL}{number} Guide for district {number}00", *ANSWERS)
    words = ("Kanuni za msaada", "Kanuni za msaada wa kisheria.")
    heard = await talk.says(MEMBER, "translate unpg-2012 sw", *words)
    assert kinds(heard) == ["curation.thanks"]
    for said in ("suggest The sixth guide", "practice", "translate unpg-2012 pt"):
        assert kinds(await talk.says(MEMBER, said)) == ["error.conflict"]


async def test_who_suggested_reads_why_it_was_not_taken_in_their_language(talk: Talk):
    await talk.says(LECTORA, f"sugerir {URL} {TITLE}", *ANSWERS)
    heard = await talk.says(CURATOR, f"resource retire {GUIDE} It sells something.")
    assert [(s.kind, s.room, s.body) for s in heard] == [
        (
            "curation.refused",
            "direct:3",
            (
                f"{TITLE} no se incorporó a la biblioteca. Gracias de todos modos.\n"
                "Motivo: It sells something."
            ),
        ),
        ("curation.retired", "direct:2", f"{TITLE} is hidden: members no longer see it."),
    ]


@pytest.mark.slow
async def test_what_a_curator_adds_is_listed_at_once(live: Talk):
    heard = await live.says(CURATOR, f"resource add {URL} {TITLE}", *ANSWERS)
    assert kinds(heard) == ["curation.listed"]
    assert (await live.says(MEMBER, FOUND))[0].ids == [GUIDE]


async def test_members_are_told_who_decides(talk: Talk):
    await suggested(talk)
    refused = [("error.not_allowed", "Only library curators can do that. Ask a moderator.")]
    for said in (
        "review",
        f"approve {GUIDE}",
        "resource add x",
        f"resource edit {GUIDE} year 2020",
        f"resource retire {GUIDE}",
        f"resource merge {GUIDE} unpg-2012",
        f"resource supersede {GUIDE} unpg-2012",
    ):
        assert [(s.kind, s.body) for s in await talk.says(MEMBER, said)] == refused


async def test_who_is_no_member_is_told_how_to_become_one(talk: Talk):
    await talk.opens("@nueva:test")
    await talk.says("@nueva:test", "hola")
    refused = 'Esto es para integrantes de la red. Escriba "empezar" para unirse.'
    for said in (
        f"sugerir {URL}",
        "compartir práctica",
        "desactualizado unpg-2012",
        "traducir x fr",
    ):
        heard = (await talk.says("@nueva:test", said))[0]
        assert (heard.kind, heard.body) == ("error.not_allowed", refused)


@pytest.mark.slow
@pytest.mark.both_databases
async def test_a_curator_sees_where_an_item_comes_from_and_how_it_is_used(live: Talk):
    await listed(live)
    await live.says(MEMBER, FOUND, "show 1", f"stale {GUIDE} There is a new edition")
    await live.says(LECTORA, f"citar {GUIDE}")
    heard = await live.says(CURATOR, "review", "review 1")
    assert lines(heard) == [
        TITLE,
        ANSWERS[-1],
        "example.org",
        "Kind: guidance",
        "Languages: English and Spanish",
        'Topics: "early-access"',
        f"Read it here: {URL}",
        "Source: suggested by a member",
        "Checked on 2027-03-01 by @curator:test",
        "To be checked again by 2028-02-29",
        "Out of date, says a member: There is a new edition",
        "In the last twelve months: in 1 search results, opened 2 times",
        f'Say "approve {GUIDE}" when it is right, "resource retire {GUIDE}" when it is not.',
        f'"resource edit {GUIDE} …" changes it.',
    ]
    await live.says(CURATOR, f"approve {GUIDE}")
    assert lines(await live.says(CURATOR, "review")) == ["Nothing to review."]
    async with live.storage.read() as session:
        used = await session.execute(select(UsageRow.month, UsageRow.found, UsageRow.opened))
        assert used.all() == [("2027-03", 1, 2)]


async def test_curators_read_one_list_a_week_and_none_when_nothing_waits(talk: Talk):
    await suggested(talk)
    heard = await talk.passes(timedelta(days=7))
    week = [(s.room, s.ids) for s in heard if s.kind == "curation.week"]
    assert week == [("direct:2", [GUIDE])]
    await talk.says(CURATOR, f"approve {GUIDE}")
    assert "curation.week" not in kinds(await talk.passes(timedelta(days=7)))
    heard = await talk.passes(timedelta(days=371))
    assert [s.ids for s in heard if s.kind == "curation.week"] == [[GUIDE]]
    card = lines(await talk.says(LECTORA, f"ver {GUIDE}"))
    assert card[4] == "Le toca una nueva comprobación: puede estar desactualizado."


FIELDS = [
    ("title Rotas that work", "titles", {"en": "Rotas that work"}),
    ("summary Short and good.", "summaries", {"en": "Short and good."}),
    ("kind manual", "kind", "manual"),
    ("year 2019", "year", 2019),
    ("year -", "year", None),
    ("symbol E/2004/30", "symbol", "E/2004/30"),
    ("organisation UNODC", "organisation", "UNODC"),
    ("url www.example.org/rotas", "url", "https://www.example.org/rotas"),
    ("languages Swahili, fr", "languages", ["sw", "fr"]),
    ("topics prisons, 2", "subjects", ["prisons", "pretrial-detention"]),
    ("regions Europe", "regions", ["europe"]),
]


async def test_each_field_can_be_mended(talk: Talk):
    await listed(talk)
    for said, name, value in FIELDS:
        assert kinds(await talk.says(CURATOR, f"resource edit {GUIDE} {said}")) == ["curation.card"]
        assert (said, getattr(await row(talk, GUIDE), name)) == (said, value)


async def test_a_value_that_makes_no_sense_changes_nothing(talk: Talk):
    for said in (
        "colour red",
        "year soon",
        "year 9999",
        "url ftp://x",
        "review soon",
        "topics Mars",
    ):
        heard = await talk.says(CURATOR, f"resource edit unpg-2012 {said}")
        assert kinds(heard) == ["error.argument"]
    before = await row(talk, "unpg-2012")
    assert (before.year, before.url) == (2012, "https://undocs.org/A/RES/67/187")


@pytest.mark.slow
@pytest.mark.both_databases
async def test_what_was_replaced_leads_to_its_successor(live: Talk):
    await listed(live)
    await live.says(CURATOR, f"resource supersede {GUIDE} unpg-2012")
    heard = await live.says(MEMBER, f"show {GUIDE}")
    assert (heard[0].ids, lines(heard)[0]) == (
        ["unpg-2012"],
        f'"{GUIDE}" has been replaced by this:',
    )
    assert (await live.says(MEMBER, FOUND))[0].ids[:1] == ["unpg-2012"]
    await live.says(CURATOR, "resource supersede unpg-2012 nelson-mandela-rules-2015")
    assert (await live.says(MEMBER, f"show {GUIDE}"))[0].ids == ["nelson-mandela-rules-2015"]
    itself = await live.says(CURATOR, "resource supersede nelson-mandela-rules-2015 unpg-2012")
    assert kinds(itself) == ["error.conflict"]
    await live.says(CURATOR, "resource retire nelson-mandela-rules-2015")
    assert (await live.says(MEMBER, f"show {GUIDE}"))[0].ids == [GUIDE]


@pytest.mark.slow
async def test_whatever_curators_decide_an_item_is_one_step_from_what_is_shown(talk: Talk):
    random = Random(7)
    ids = ["unpg-2012", "udhr-1948", "crc-1989", "nelson-mandela-rules-2015"]
    for _step in range(60):
        done = random.choice(["supersede {} {}", "merge {} {}", "retire {}", "approve {}"])
        said = done.format(*random.sample(ids, 2))
        await talk.says(CURATOR, said if said.startswith("approve") else f"resource {said}")
        async with talk.storage.read() as session:
            rows = {each: await session.get_one(ResourceRow, each) for each in ids}
            ends = {each: await Items(session).get(each) for each in ids}
        for each, found in ends.items():
            assert found is None or (found.shown, found.superseded_by) == (True, None)
            assert (found is not None) is rows[each].shown


async def test_a_number_means_the_list_that_was_seen_last(talk: Talk):
    await suggested(talk)
    await talk.says(CURATOR, "review", "find 67/187")
    assert (await talk.says(CURATOR, "review 1"))[0].ids == ["unpg-2012"]
    await talk.says(CURATOR, "review")
    assert (await talk.says(CURATOR, "review 1"))[0].ids == [GUIDE]


@pytest.mark.slow
async def test_two_that_are_one_are_merged_and_the_suggester_is_led_there(live: Talk):
    await suggested(live)
    heard = await live.says(CURATOR, f"resource merge {GUIDE} early-access-handbook-2014")
    assert [(s.kind, s.room, s.ids) for s in heard] == [
        ("curation.known", "direct:1", ["early-access-handbook-2014"]),
        ("curation.replaced", "direct:2", [GUIDE, "early-access-handbook-2014"]),
    ]
    kept = await row(live, "early-access-handbook-2014")
    assert (TITLE in kept.aliases, "es" in kept.languages) == (True, True)
    assert (await live.says(MEMBER, FOUND))[0].ids[:1] == ["early-access-handbook-2014"]


@pytest.mark.slow
async def test_a_title_in_another_language_waits_for_a_curator(live: Talk):
    await listed(live)
    heard = await live.says(LECTORA, f"traducir {GUIDE} español", "Abogados de turno: una guía")
    assert lines(heard)[1:3] == [
        "¿Cómo quedaría este resumen en español? Conserve los saltos de línea.",
        ANSWERS[-1],
    ]
    assert kinds(await live.says(LECTORA, "Cómo organizar los turnos.")) == ["curation.thanks"]
    assert kinds(await live.says(MEMBER, f"translate {GUIDE} es")) == ["error.conflict"]
    heard = await live.says(CURATOR, "review", "review 1")
    assert (heard[0].kind, heard[0].ids) == ("curation.proposal", [f"{GUIDE}/es"])
    assert kinds(await live.says(CURATOR, "approve 1")) == ["curation.listed"] * 2
    assert lines(await live.says(LECTORA, "buscar abogados de turno", "ver 1"))[:2] == [
        "Abogados de turno: una guía, example.org",
        "Cómo organizar los turnos.",
    ]


@pytest.mark.slow
async def test_a_practice_is_reviewed_and_credited_as_its_author_wishes(live: Talk):
    heard = await live.says(MEMBER, "practice", *PRACTICE, "Legal Aid Board", "no")
    assert kinds(heard) == ["practice.ask.safe"]
    assert kinds(await live.says(MEMBER, "yes")) == ["curation.thanks"]
    await live.says(CURATOR, "approve phone-rota-of-three-towns")
    assert lines(await live.says(LECTORA, "buscar phone rota", "ver 1")) == [
        "Phone rota of three towns (2027)",
        "Qué se hizo: Three offices answer one phone at night by turns.",
        "Qué cambió: Nobody waits longer than an hour for a lawyer.",
        "Cómo aplicarlo: Agree on one number and a table of nights.",
        "Compartido por Legal Aid Board",
        "Comprobado por el equipo de la biblioteca el 2027-03-01",
    ]


@pytest.mark.slow
@pytest.mark.both_databases
async def test_whoever_is_erased_leaves_no_name_behind(talk: Talk):
    await talk.says(MEMBER, "practice", *PRACTICE, "A. Member", "yes")
    await listed(talk)
    await talk.says(MEMBER, "stale unpg-2012 Ask @member:test", "translate unpg-2012 sw")
    await talk.says(MEMBER, "Kanuni za msaada", "Kanuni za msaada wa kisheria.")
    await talk.says(CURATOR, "approve phone-rota-of-three-towns")
    await talk.says(CURATOR, "forget me", "yes")
    await talk.says(MEMBER, "forget me", "yes")
    async with talk.storage.read() as session:
        for table in (ContributionRow, StaleRow):
            assert (await session.scalars(select(table))).all() == []
        assert (await session.scalars(select(TranslationRow.person_id))).all() == [None]
    assert (await row(talk, GUIDE)).checker_id is None
    card = lines(await talk.says(LECTORA, "ver phone-rota-of-three-towns"))
    assert card[4] == "Compartido por alguien de la red"
