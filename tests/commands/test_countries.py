"""A country leads to its laws, to who gives people a lawyer there, and to its region."""

from __future__ import annotations

from datetime import date

import pytest

from storage.referrals import Referrals
from tests.harness import Talk, kinds, scene

READER, FOUND = "@reader:test", "@found:test"
KENYA = ["law-ke-2016", "achpr-charter-1981", "petty-offences-2017", "luanda-guidelines-2014"]

LEGAL_AID = {
    "country": "KE",
    "body": "Legal Aid",
    "reach": "0800 1",
    "source": "https://a.example/1",
    "dated": date(2024, 5, 29),
}


@scene
async def reader(talk: Talk) -> None:
    await talk.member(READER)
    async with talk.storage.write() as session:
        await Referrals(session).begin_with([LEGAL_AID])


@pytest.mark.parametrize("said", ["find Kenya", "find Кения", "find 肯尼亚", "find كينيا"])
async def test_the_name_of_a_country_opens_its_page(reader: Talk, said: str):
    heard = (await reader.says(READER, said))[0]
    assert (heard.kind, heard.ids[:2]) == ("find.country", KENYA[:2])


async def test_a_page_names_who_gives_a_lawyer_with_its_source(reader: Talk):
    lines = (await reader.says(READER, "find Kenya"))[0].body.splitlines()
    assert lines[:4] == [
        "Kenya",
        "",
        "Kenya: Legal Aid. How to reach it: 0800 1",
        (
            "So said this source on Wednesday, May 29, 2024: https://a.example/1. "
            "Numbers change, so check it there."
        ),
    ]
    assert lines[5].startswith("1. Legal Aid Act, 2016 (No. 6 of 2016)")
    assert lines[-1] == "Answer with a number to open one."


async def test_each_line_opens_by_its_number(reader: Talk):
    page = (await reader.says(READER, "find Kenya"))[0]
    card = (await reader.says(READER, "2"))[0]
    assert (card.kind, card.ids) == ("find.card", [page.ids[1]])


async def test_what_is_not_known_of_a_country_is_said(reader: Talk):
    heard = (await reader.says(READER, "find Iceland"))[0]
    assert heard.body.splitlines()[2:5] == [
        "I know no such body for Iceland with a source that I could name.",
        "",
        "The library has no law on legal aid of this country yet.",
    ]
    assert heard.ids[0] == "echr-1950"


async def test_members_who_show_their_country_are_counted_for_members(reader: Talk):
    await reader.member(FOUND, country="Kenya")
    hidden = (await reader.says(READER, "find Kenya"))[0]
    await reader.says(FOUND, "profile directory", "2")
    shown = (await reader.says(READER, "find Kenya"))[0]
    assert ([*hidden.ids, "Kenya"], shown.body.splitlines()[-3]) == (
        shown.ids,
        f"{len(shown.ids)}. 1 member who can be found there",
    )
    listed = await reader.says(READER, str(len(shown.ids)))
    assert kinds(listed) == ["directory.list"]


async def test_a_subject_in_a_country_offers_the_page_beside_what_is_found(reader: Talk):
    heard = (await reader.says(READER, "what is the law on paralegals in Kenya?"))[0]
    assert (heard.kind, heard.ids[0]) == ("find.everywhere", "law-ke-2016")
    assert "KE" in heard.ids
    page = (await reader.says(READER, str(heard.ids.index("KE") + 1)))[0]
    assert page.kind == "find.country"
