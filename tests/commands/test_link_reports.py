"""A member says in their own words that a link is dead: curators learn it, and the hub looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from storage.curation import Curation
from storage.links import Links
from storage.tables.library import LinkRow
from tests.harness import STEWARD, Talk, kinds, scene

MEMBER, OTHER = "@member:test", "@other:test"
MANDELA, URL = "nelson-mandela-rules-2015", "https://digitallibrary.un.org/record/816764"
SENTENCES = [
    ("en", [], "the link of the Mandela Rules does not work"),
    ("en", ["show {id}"], "this link doesn't open"),
    ("en", ["find mandela rules"], "the link of number 1 is broken"),
    ("en", [], "the address of 70/175 doesn't open"),
    ("en", ["show {id}"], "broken link"),
    ("es", [], "el enlace de las Reglas Mandela no funciona"),
    ("es", ["ver {id}"], "este enlace no funciona"),
    ("fr", [], "le lien des règles Mandela ne marche pas"),
    ("fr", ["montrer {id}"], "le lien est cassé"),
    ("pt", [], "o link das Regras de Mandela não funciona"),
    ("pt", ["mostrar {id}"], "este link não funciona"),
    ("ru", [], "ссылка на правила Манделы не работает"),
    ("ru", ["показать {id}"], "ссылка не открывается"),
    ("zh", ["显示 {id}"], "链接坏了吧"),
    ("zh", [], "曼德拉规则的链接失效了"),
    ("zh", ["显示 {id}"], "链接打不开"),
    ("ar", [], "رابط قواعد مانديلا لا يعمل"),
    ("ar", ["عرض {id}"], "هذا الرابط لا يفتح"),
]


@scene
async def members(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.member(OTHER)
    await talk.member(STEWARD)


async def reasons(talk: Talk, resource_id: str = MANDELA) -> list[str]:
    async with talk.storage.read() as session:
        return [row.why for row in await Curation(session).reports(resource_id)]


async def due_at(talk: Talk) -> datetime:
    async with talk.storage.read() as session:
        return (await session.get_one(LinkRow, MANDELA)).due_at


@pytest.mark.parametrize(("language", "before", "said"), SENTENCES)
async def test_a_dead_link_is_reported_in_the_words_of_its_finder(
    members: Talk, language: str, before: Sequence[str], said: str
):
    """Where the hub is not sure it asks, and yes is enough."""
    await members.says(
        MEMBER, f"language {language}", *(each.format(id=MANDELA) for each in before)
    )
    heard = await members.says(MEMBER, said)
    if kinds(heard) == ["wish.offer"]:
        yes = {"en": "yes", "fr": "oui", "zh": "是", "ru": "да", "ar": "نعم"}.get(language, "sim")
        heard = await members.says(MEMBER, yes)
    assert [(each.kind, each.ids) for each in heard] == [("curation.reported", [MANDELA])]
    assert await reasons(members) == [said]


async def test_an_item_that_is_not_named_is_asked_for(members: Talk):
    await members.says(MEMBER, "find prison")
    heard = await members.says(MEMBER, "the link is dead")
    assert (kinds(heard), await reasons(members)) == (["error.argument"], [])
    assert kinds(await members.says(MEMBER, "1")) == ["curation.reported"]


async def test_two_who_say_so_are_one_task_and_both_are_told(members: Talk):
    for member in (MEMBER, OTHER, OTHER):
        await members.says(member, f"stale {MANDELA} the link is dead")
    [queue] = await members.says(STEWARD, "review")
    assert (queue.ids, len(await reasons(members))) == ([MANDELA], 2)
    heard = await members.says(STEWARD, f"approve {MANDELA}")
    told = [each.room for each in heard if each.kind == "curation.stands"]
    assert sorted(told) == ["direct:1", "direct:2"]


@pytest.mark.both_databases
async def test_what_the_hub_found_itself_is_said_to_members_and_curators(members: Talk):
    async with members.storage.write() as session:
        await Links(session).checked(MANDELA, URL, members.now, "404")
    [thanks] = await members.says(MEMBER, f"stale {MANDELA} the link is dead")
    [card] = await members.says(STEWARD, f"review {MANDELA}")
    failed = "This address did not answer on 2027-03-01."
    assert thanks.body.splitlines()[1:] == [failed]
    assert failed in card.body.splitlines()


async def test_a_reported_address_is_tried_again_but_once_a_day(members: Talk):
    day = timedelta(days=1)
    for ago, due in ((2 * day, members.now), (timedelta(0), members.now + day)):
        async with members.storage.write() as session:
            await Links(session).checked(MANDELA, URL, members.now - ago, None)
        await members.says(MEMBER, f"stale {MANDELA} the link is dead")
        assert await due_at(members) == due
