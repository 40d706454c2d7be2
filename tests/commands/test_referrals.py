"""Curators say where people in need of a lawyer are sent."""

from __future__ import annotations

import pytest
import yaml

from bot.library.librarian import export_referrals, import_referrals
from bot.starter import load_referrals, starter
from kit.errors import BadConfiguration
from storage.referrals import Referrals
from tests.harness import STEWARD, Talk, kinds

MEMBER, SOMEBODY = "@member:test", "@somebody:test"
ANSWERS = ("Legal Aid Commission", "it is harmless 0302 123456", "https://aid.example/contact")


@pytest.mark.both_databases
async def test_a_body_is_named_changed_and_withdrawn(talk: Talk):
    await talk.member(STEWARD)
    heard = await talk.says(STEWARD, "referral add Ghana", *ANSWERS)
    assert heard[0].body == (
        "Question 4/4\n\n"
        "Ghana: Legal Aid Commission. How to reach it: 0302 123456\n"
        "So said this source on Monday, March 1, 2027: https://aid.example/contact. "
        "Numbers change, so check it there.\n\n"
        "Shall people in need of a lawyer read this? Please answer yes or no."
    )
    assert kinds(await talk.says(STEWARD, "yes")) == ["referrals.named"]
    changed = ("Legal Aid Board", *ANSWERS[1:], "yes")
    await talk.says(STEWARD, "referral add Ghana", *changed)
    first = (await talk.says(STEWARD, "lawyer Ghana"))[0].body.splitlines()[0]
    assert first == "Ghana: Legal Aid Board. How to reach it: 0302 123456"
    assert [*(await talk.says(STEWARD, "referrals"))[0].ids] == ["GH"]
    assert kinds(await talk.says(STEWARD, "referral remove Ghana")) == ["referrals.removed"]
    assert kinds(await talk.says(STEWARD, "referral remove Ghana")) == ["error.not_found"]
    assert kinds(await talk.says(STEWARD, "referrals")) == ["referrals.none"]


async def test_without_a_yes_nothing_is_named(talk: Talk):
    await talk.member(STEWARD)
    heard = await talk.says(STEWARD, "referral add Ghana", *ANSWERS, "no")
    assert kinds(heard) == ["referrals.kept"]
    assert kinds(await talk.says(STEWARD, "referrals")) == ["referrals.none"]


async def test_what_cannot_be_followed_is_no_source(talk: Talk):
    await talk.member(STEWARD)
    heard = await talk.says(STEWARD, "referral add Ghana", *ANSWERS[:2], "my memory")
    assert heard[-1].kind == "referral.ask.source"


@pytest.mark.parametrize("said", ["referrals", "referral add Ghana", "referral remove Ghana"])
async def test_members_decide_nothing_of_it(talk: Talk, said):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, said)) == ["error.not_allowed"]


@pytest.mark.both_databases
async def test_the_file_brings_nothing_back_that_a_curator_decided(talk: Talk):
    await import_referrals(talk.storage, starter("referrals.yaml"))
    await talk.member(STEWARD)
    await talk.says(STEWARD, "referral remove Kenya")
    await talk.says(STEWARD, "referral add France", *ANSWERS, "yes")
    await import_referrals(talk.storage, starter("referrals.yaml"))
    async with talk.storage.read() as session:
        rows = {row.country: row.body for row in await Referrals(session).everything()}
    named = {each.country: each.body for each in load_referrals(starter("referrals.yaml"))}
    del named["KE"]
    assert rows == named | {"FR": "Legal Aid Commission"}


async def test_what_is_exported_is_what_the_file_said(talk: Talk, tmp_path):
    await import_referrals(talk.storage, starter("referrals.yaml"))
    path = tmp_path / "referrals.yaml"
    path.write_text(await export_referrals(talk.storage), "utf-8")
    assert load_referrals(path) == load_referrals(starter("referrals.yaml"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "my memory"}, "source: "),
        ({"source": None}, "source: "),
        ({"dated": "yesterday"}, "dated: "),
        ({"country": "Kenya"}, "country: "),
        ({"reach": ""}, "reach: "),
    ],
)
def test_an_entry_without_a_source_or_a_real_day_is_refused(tmp_path, change, message):
    row = {"country": "KE", "body": "Aid", "reach": "1", "source": "https://a.example/1"}
    path = tmp_path / "referrals.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "referrals": [row | change]}), "utf-8")
    with pytest.raises(BadConfiguration, match=message):
        load_referrals(path)


def test_a_country_is_declared_once(tmp_path):
    row = {"country": "KE", "body": "Aid", "reach": "1", "source": "https://a.example/1"}
    path = tmp_path / "referrals.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "referrals": [row, row]}), "utf-8")
    with pytest.raises(BadConfiguration, match="declared more than once: KE"):
        load_referrals(path)
