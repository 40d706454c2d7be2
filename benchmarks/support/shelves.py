"""A library of any size, made of the words of the starter library, and measured while it serves."""

from __future__ import annotations

import asyncio
import gc
import resource
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import insert

from bot.library.librarian import LOOK_SECONDS, Librarian, library_index
from bot.service.clock import Clock
from kit.network import Network
from search.document import Document
from search.index import LibraryIndex
from storage.engine import Storage
from storage.items import Items
from storage.migrate import upgrade
from storage.tables.library import ResourceRow
from storage.vault import Vault, new_key

_BATCH = 5_000
_PROBE = 0.001  # seconds


def synthetic(
    documents: Sequence[Document], count: int, random: Random
) -> Iterator[dict[str, Any]]:
    """Make *count* rows; titles of four to nine words in one to three of seven languages."""
    words = {
        language: [w for d in documents for w in d.titles.get(language, "").split()]
        for language in documents[0].titles
    }
    for number in range(count):
        like = random.choice(documents)
        languages = random.sample(sorted(words), random.randint(1, 3))
        titles = {
            language: " ".join(random.choices(words[language], k=random.randint(4, 9)))
            for language in languages
        }
        yield {
            "id": f"made-{number}",
            "kind": like.kind,
            "year": random.randint(1950, 2026),
            "organisation": like.organisation,
            "symbol": f"X/{number // 500}/{number % 500}",
            "url": None,
            "languages": languages,
            "regions": list(like.regions),
            "subjects": list(like.subjects),
            "aliases": [],
            "titles": titles,
            "summaries": titles,
            "verified": False,
            "source": "benchmark",
            "retired": False,
            "revision": 1,
        }


class Probe:
    """Notes how long the loop was kept from its other work, in milliseconds."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self.longest = 0.0

    async def run(self) -> None:
        """Look at the time again and again until cancelled."""
        while True:
            began = perf_counter()
            await asyncio.sleep(_PROBE)
            self.longest = max(self.longest, 1000 * (perf_counter() - began - _PROBE))


async def measure(
    documents: Sequence[Document], network: Network, count: int, asked: Sequence[tuple[str, str]]
) -> Mapping[str, float]:
    """Fill a database with *count* items, index it beside a probe, ask, and change an item."""
    with TemporaryDirectory() as directory:
        storage = Storage(f"sqlite:///{Path(directory) / 'hub.db'}", Vault(new_key()))
        try:
            await upgrade(storage)
            rows = list(synthetic(documents, count, Random(7)))
            for start in range(0, count, _BATCH):
                async with storage.write() as session:
                    await session.execute(insert(ResourceRow), rows[start : start + _BATCH])
            del rows
            index = library_index(network)
            return await _serve(storage, index, asked)
        finally:
            await storage.close()


async def _serve(
    storage: Storage, index: LibraryIndex, asked: Sequence[tuple[str, str]]
) -> Mapping[str, float]:
    librarian, probe = Librarian(storage, index), Probe()
    watching = asyncio.create_task(probe.run())
    before, began = _memory(), perf_counter()
    await librarian.refresh()
    built, grown = perf_counter() - began, _memory() - before
    gc.freeze()  # as the hub does
    while_building, probe.longest = probe.longest, 0.0
    times = []
    for words, language in asked:
        asking = perf_counter()
        index.search(words, language)
        times.append(1000 * (perf_counter() - asking))
        await asyncio.sleep(0)
    keeping, clock = asyncio.create_task(librarian.worker.run()), Clock()
    clock.wakes(librarian.worker, every=LOOK_SECONDS)
    clock.start()
    visible = [await _change(storage, index, f"made-{number}") for number in range(5)]
    for task in (keeping, watching):
        task.cancel()
    clock.stop()
    cuts = quantiles(times, n=100, method="inclusive")
    return {
        "index_seconds": built,
        "index_mb": grown,
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
        "visible_ms": max(visible),
        "block_building_ms": while_building,
        "block_ms": probe.longest,
    }


async def _change(storage: Storage, index: LibraryIndex, resource_id: str) -> float:
    """Give an item a title nobody has; returns milliseconds from the commit until it is found."""
    title = f"zugzwang {resource_id.replace('-', 'x')}"
    async with storage.write() as session:
        (row,) = await Items(session).several([resource_id])
        row.titles = {"en": title}
    committed = perf_counter()
    while list(index.search(title, "en").ids[:1]) != [resource_id]:  # noqa: ASYNC110 -- a member asks
        await asyncio.sleep(0.005)
    return 1000 * (perf_counter() - committed)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
