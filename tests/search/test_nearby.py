"""Items that answer a question without sharing a word with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from language.meaning import Encoder, load_encoder
from search.document import Document
from search.index import LibraryIndex
from tests.harness import empty_index

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


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    loaded = load_encoder(tmp_path_factory.mktemp("learnt"))
    assert loaded is not None
    return loaded


def library() -> LibraryIndex:
    known = empty_index()
    questions = {"rules": ["how must people who are locked up be treated"]}
    index = LibraryIndex(known._concepts, known._filters, questions)
    index.update([RULES, COSTS])
    return index


@pytest.fixture
def learnt(encoder: Encoder) -> LibraryIndex:
    index = library()
    index.learn(encoder)
    return index


def test_a_sure_look_up_finds_what_answers_it_without_sharing_a_word(learnt: LibraryIndex):
    assert learnt.search(IN_JAIL, "es", by_meaning=True).ids[0] == "rules"
    assert learnt.search(IN_JAIL, "es").ids == []


def test_without_an_encoder_words_alone_count():
    assert library().search(IN_JAIL, "es", by_meaning=True).ids == []


def test_a_symbol_or_a_filter_finds_nothing_beside(learnt: LibraryIndex):
    assert learnt.search("A/RES/70/175", "en", by_meaning=True).ids == ["rules"]
    assert learnt.search("prisoners year:1990", "en", by_meaning=True).ids == []


def test_what_comes_later_is_near_and_what_is_retired_is_not(learnt: LibraryIndex):
    learnt.update([replace(RULES, retired=True)])
    assert "rules" not in learnt.search(IN_JAIL, "es", by_meaning=True).ids
    learnt.update([RULES])
    assert learnt.search(IN_JAIL, "es", by_meaning=True).ids[0] == "rules"
