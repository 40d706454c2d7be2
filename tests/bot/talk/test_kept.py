"""The opposite of a wish is not done and not offered; a cancel in a sentence is asked about."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

MEMBER = "@member:test"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "please do not erase me"),
        ("2", "por favor no borres mis datos"),
    ],
)
async def test_who_wants_to_be_kept_is_not_offered_erasure(talk: Talk, language: str, said: str):
    await talk.member(MEMBER, language=language)
    assert kinds(await talk.says(MEMBER, said)) == ["say.kept"]


async def test_who_wants_to_go_and_be_erased_is_still_asked(talk: Talk):
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, "I don't want this any more, erase my data")
    assert kinds(heard) != ["say.kept"]


@pytest.mark.parametrize(
    "said", ["well never mind that, I want the one on prisons", "stop this, show me women instead"]
)
async def test_a_cancel_with_more_behind_it_loses_no_answers(talk: Talk, said: str):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask", "Kenya")
    assert not any(kind.endswith(".cancelled") for kind in kinds(await talk.says(MEMBER, said)))


async def test_a_cancel_alone_still_leaves_the_question(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask")
    assert kinds(await talk.says(MEMBER, "never mind")) == ["ask.cancelled"]
