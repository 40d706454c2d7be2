"""The library between its files, its tables and the search index."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.kit.network import Network
from bot.starter import load_library, starter
from storage.engine import Storage
from storage.library import Library
from storage.search.concepts import Concepts, load_concepts
from storage.search.index import LibraryIndex
from storage.search.places import places
from storage.search.query import Filters


async def import_library(storage: Storage, path: Path) -> tuple[int, int]:
    """Put a library file into the tables; returns how many items it has and how many are new."""
    resources = load_library(path)
    async with storage.write() as session:
        library = Library(session)
        before = await library.count()
        for resource in resources:
            values = resource.model_dump()
            titles, summaries = values.pop("title"), values.pop("summary")
            lists = {k: list(v) for k, v in values.items() if isinstance(v, tuple)}
            await library.put({**values, **lists, "titles": titles, "summaries": summaries})
        await session.flush()
        return len(resources), await library.count() - before


def library_index(network: Network) -> LibraryIndex:
    """Make an empty search index that knows the network's concepts, places and languages."""
    read = load_concepts(starter("concepts.yaml"), starter("kinds.yaml"))
    concepts = [*read, *places(network)]
    return LibraryIndex(Concepts(concepts), Filters(concepts, network))


async def build_index(storage: Storage, index: LibraryIndex) -> None:
    """Fill the search index from the tables, off the loop."""
    async with storage.read() as session:
        documents = [row.document() for row in await Library(session).everything()]
    await asyncio.to_thread(index.rebuild, documents)
