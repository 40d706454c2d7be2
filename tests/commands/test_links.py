from datetime import timedelta

import pytest

from storage.links import Links
from storage.tables.library import ResourceRow
from tests.harness import STEWARD, Talk, kinds, scene

READER = "@reader:test"
TITLE = (
    "United Nations Principles and Guidelines on Access to Legal Aid in Criminal Justice Systems"
)
URL = "https://undocs.org/A/RES/67/187"


@scene
async def broken(talk: Talk) -> None:
    """An address that has failed once a day, the last time now."""
    await talk.member(READER, language="2", country="Perú")
    await talk.member(STEWARD)
    async with talk.storage.write() as session:
        for days in (3, 2, 1, 0):
            moment = talk.now - timedelta(days=days)
            await Links(session).checked("unpg-2012", URL, moment, "404")


async def test_a_card_says_that_its_address_did_not_answer(broken: Talk):
    card = (await broken.says(READER, "ver unpg-2012"))[0]
    assert card.body.splitlines()[-3] == ("Esta dirección no respondió el 2027-03-01.")
    other = (await broken.says(READER, "ver ecosoc-2007-24"))[0]
    assert other.body.splitlines()[-1] == "Leer aquí: https://undocs.org/es/E/RES/2007/24"


@pytest.mark.both_databases
async def test_curators_see_which_addresses_are_dead(broken: Talk):
    listed = (await broken.says(STEWARD, "links"))[0]
    assert (listed.kind, listed.ids) == ("links.list", ["unpg-2012"])
    assert listed.body.splitlines()[::2] == [
        "1 address no longer answers:",
        f'1. {TITLE}, A/RES/67/187 (2012). No answer since 2027-02-26 ("404").',
        'Say "show 1" for details.',
    ]
    assert (await broken.says(STEWARD, "show 1"))[0].ids == ["unpg-2012"]
    await broken.says(STEWARD, "language français")
    assert (await broken.says(STEWARD, "liens morts"))[0].body.splitlines()[0] == (
        "1 adresse ne répond plus :"
    )
    assert kinds(await broken.says(READER, "enlaces rotos")) == ["error.not_allowed"]


async def test_no_dead_address_is_said_so(talk: Talk):
    await talk.member(STEWARD)
    said = (await talk.says(STEWARD, "links"))[0]
    assert said.body == "No address has been failing for days."


async def test_the_weekly_list_of_curators_counts_dead_addresses(broken: Talk):
    await broken.says(STEWARD, f"role {READER} curator")
    await broken.opens("@newcomer:test")
    await broken.passes(timedelta(minutes=1))
    heard = await broken.passes(timedelta(days=7))
    assert [s.body for s in heard if s.kind == "curation.week"] == [
        '1 dirección ya no responde. Para ver los detalles, escriba "enlaces rotos".'
    ]
    async with broken.storage.write() as session:
        (await session.get_one(ResourceRow, "unpg-2012")).superseded_by = "ecosoc-2007-24"
    assert "curation.week" not in kinds(await broken.passes(timedelta(days=7)))
