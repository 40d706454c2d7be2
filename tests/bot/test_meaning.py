from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.library import meaning
from bot.library.meaning import Meaning, reranker
from bot.settings import LibrarySettings
from kit.errors import BadConfiguration
from search.document import Document
from search.index import Found
from search.reranker import UNCHANGED

FAKE = (sys.executable, str(Path(__file__).with_name("fake_embedder.py")))
FOUND = Found(["first", "second", "third"], (), scores=[1.0, 0.9, 0.5])
LONG = " ".join(["far"] * 60)


def document(id_: str, title: str, *, retired: bool = False) -> Document:
    return Document(id_, "law", 2020, "", None, ["en"], [], [], {"en": title}, retired=retired)


LIBRARY = [
    document("first", "hens"),
    document("second", "boats"),
    document("third", f"cars {LONG} trains"),
]


@asynccontextmanager
async def running(made: Meaning, library: list[Document]) -> AsyncIterator[Meaning]:
    made.learn(library)
    task = asyncio.create_task(made.run())
    try:
        await made.learnt.wait()
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def fake() -> AsyncIterator[Meaning]:
    async with running(Meaning(FAKE, seconds=2, pause=0), LIBRARY) as made:
        yield made


async def order(made: Meaning, words: str) -> list[str]:
    return list((await made.reorder(words, FOUND)).ids)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ducks", ["first", "second", "third"]),
        ("boats", ["second", "first", "third"]),
        (
            "cars",
            ["first", "second", "third"],
        ),  # near in meaning, but much less of it was asked for
    ],
)
async def test_likeness_counts_beside_the_score(fake, words, expected):
    assert await order(fake, words) == expected


async def test_changed_and_retired_items_lose_their_old_meaning(fake):
    fake.learn([document("first", "boats"), document("second", "boats", retired=True)])
    await fake.learnt.wait()
    close = replace(FOUND, ids=["second", "first"], scores=[0.9, 0.8])
    assert (await fake.reorder("boats", close)).ids == ["first", "second"]


async def test_only_the_beginning_of_a_text_is_read(fake):
    near = replace(FOUND, ids=["first", "third"], scores=[1.0, 0.9])
    assert (await fake.reorder("trains", near)).ids == ["first", "third"]
    assert (await fake.reorder("cars", near)).ids == ["third", "first"]
    assert (await fake.reorder(f"{LONG} die", near)).ids == ["third", "first"]


@pytest.mark.parametrize(("words", "seconds"), [("hang", 0.05), ("die", 2)])
async def test_without_an_answer_the_order_stands_and_the_embedder_is_replaced(words, seconds):
    async with running(Meaning(FAKE, seconds=seconds, pause=0), LIBRARY) as made:
        assert await made.reorder(words, FOUND) == FOUND
        made.learn([document("third", "boats")])  # waits for the next embedder
        await made.learnt.wait()
        assert (made.missed, made.replaced) == (1, 1)
        made._seconds = 2
        assert await order(made, "boats") == ["second", "first", "third"]


async def test_an_item_the_embedder_dies_of_is_not_tried_again():
    async with running(Meaning(FAKE, pause=0), [*LIBRARY, document("fourth", "die")]) as made:
        assert made.replaced == 1


async def test_before_it_runs_the_order_stands():
    made = Meaning(FAKE)
    made.learn(LIBRARY)
    assert await made.reorder("boats", FOUND) == FOUND


async def test_a_paraphrase_in_another_language_is_near():
    titles = ["Handbook on restorative justice", "Reducing overcrowding in prisons"]
    library = [document(f"{n}", title) for n, title in enumerate(titles)]
    found = Found(["0", "1"], (), scores=[0.5, 0.5])
    async with running(Meaning(seconds=5), library) as made:
        for words in ("las cárceles están demasiado llenas", "监狱里人太多"):
            assert (await made.reorder(words, found)).ids == ["1", "0"]
        assert made.missed == 0


def test_it_is_off_unless_chosen_and_says_what_is_missing(monkeypatch):
    assert reranker(LibrarySettings()) is UNCHANGED
    assert isinstance(reranker(LibrarySettings(semantic=True)), Meaning)
    monkeypatch.setattr(meaning, "find_spec", lambda _name: None)
    with pytest.raises(BadConfiguration):
        reranker(LibrarySettings(semantic=True))
