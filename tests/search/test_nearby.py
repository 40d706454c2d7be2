"""Items that answer a question without sharing a word with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from benchmarks.support.meaning import running
from language.apart import EncoderProcess
from search.document import Document
from search.index import LibraryIndex
from tests.harness import empty_index

pytestmark = pytest.mark.slow

RULES = Document(
    id="rules",
    kind="standard",
    year=2015,
    organisation="UN General Assembly",
    symbol="A/RES/70/175",
    languages=["en"],
    regions=[],
    subjects=[],
    titles={"en": "Standard Minimum Rules for the Treatment of Prisoners"},
)
COSTS = replace(RULES, id="costs", symbol=None, titles={"en": "The cost and benefit of legal aid"})
IN_JAIL = "¿cómo hay que tratar a la gente encerrada?"
QUESTIONS = {"rules": ["how must people who are locked up be treated"]}


def library(encoder: EncoderProcess | None = None) -> LibraryIndex:
    known = empty_index()
    index = LibraryIndex(known.concepts, known._filters, QUESTIONS, encoder)
    index.update([RULES, COSTS])
    return index


@pytest.fixture
def encoder(tmp_path_factory: pytest.TempPathFactory) -> EncoderProcess:
    learnt = tmp_path_factory.getbasetemp() / "learnt"  # by whichever test comes first
    return EncoderProcess(learnt, patience=60)


@pytest.fixture
async def learnt(encoder: EncoderProcess) -> AsyncIterator[LibraryIndex]:
    index = library(encoder)
    async with running(encoder):
        yield index


async def test_a_sure_look_up_finds_what_answers_it_without_sharing_a_word(learnt: LibraryIndex):
    assert (await learnt.look_up(IN_JAIL, "es", add=True)).ids[0] == "rules"
    assert (await learnt.look_up(IN_JAIL, "es", add=False)).ids == []


async def test_without_an_encoder_and_until_it_has_learnt_words_alone_count(
    encoder: EncoderProcess,
):
    for index in (library(), library(encoder)):
        assert (await index.look_up(IN_JAIL, "es", add=True)).ids == []


async def test_a_symbol_or_a_filter_finds_nothing_beside(learnt: LibraryIndex):
    assert (await learnt.look_up("A/RES/70/175", "en", add=True)).ids == ["rules"]
    assert (await learnt.look_up("prisoners year:1990", "en", add=True)).ids == []


async def test_what_comes_later_is_near_and_what_is_retired_is_not(
    learnt: LibraryIndex, encoder: EncoderProcess
):
    learnt.update([replace(RULES, retired=True)])
    await encoder.taught()
    assert "rules" not in (await learnt.look_up(IN_JAIL, "es", add=True)).ids
    learnt.update([RULES])
    await encoder.taught()
    assert (await learnt.look_up(IN_JAIL, "es", add=True)).ids[0] == "rules"
