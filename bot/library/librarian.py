"""The library between its files, its tables and the search index."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bot import checked
from bot.library.provisions import load_provisions
from bot.library.situations import load_situations
from bot.say.i18n import catalog_directory
from bot.starter import (
    Referral,
    dump_referrals,
    load_concepts,
    load_library,
    load_questions,
    load_referrals,
    starter,
)
from kit.network import Network
from kit.worker import Worker
from language.meaning import Encoder
from search.concepts import Concepts
from search.document import Document
from search.filter_file import FilterFile
from search.index import LibraryIndex
from search.places import places
from search.query import Filters
from search.skos import load_thesaurus
from storage.engine import Storage
from storage.items import Items
from storage.referrals import Referrals

LOOK_SECONDS = 0.5
_PAGE = 100  # items; more at once would hold up the loop while they are read
_NOTHING = (0, "")
_QUICK = 500  # items: nobody who asks before they are indexed waits for a second
_BATCH = 5_000  # items; fewer at once would leave the index in many small pieces


async def import_library(storage: Storage, path: Path) -> tuple[int, int]:
    """Put a library file into the tables; returns how many items it has and how many are new."""
    resources = load_library(path)
    async with storage.write() as session:
        library = Items(session)
        before = await library.count()
        for resource in resources:
            values = resource.model_dump()
            titles, summaries = values.pop("title"), values.pop("summary")
            lists = {k: list(v) for k, v in values.items() if isinstance(v, tuple)}
            await library.put({**values, **lists, "titles": titles, "summaries": summaries})
        await session.flush()
        return len(resources), await library.count() - before


async def import_referrals(storage: Storage, path: Path) -> None:
    """Put what a file says into the tables, for countries about which no curator has decided."""
    referrals = load_referrals(path)
    async with storage.write() as session:
        await Referrals(session).begin_with([each.model_dump() for each in referrals])


async def export_referrals(storage: Storage) -> str:
    """Write where people are sent, in the form of ``starter/referrals.yaml``."""
    async with storage.read() as session:
        rows = await Referrals(session).everything()
    fields = Referral.model_fields
    return dump_referrals(Referral(**{name: getattr(row, name) for name in fields}) for row in rows)


def library_index(
    network: Network, thesauri: Iterable[Path] = (), encoder: Encoder | None = None
) -> LibraryIndex:
    """Make an empty search index that knows the network's concepts, places and languages."""
    concepts, filters = knowledge(network, thesauri)
    questions = load_questions(starter("questions.yaml"))
    provisions = load_provisions(starter("provisions.yaml"), concepts)
    situations = load_situations(starter("situations.yaml"), provisions)
    return LibraryIndex(concepts, filters, questions, encoder, provisions, situations)


def knowledge(network: Network, thesauri: Iterable[Path] = ()) -> tuple[Concepts, Filters]:
    """Read the concepts that come with the hub, those of *thesauri* and of the network."""
    read = [*load_concepts(starter("concepts.yaml")), *load_concepts(starter("kinds.yaml"))]
    more = [each for path in thesauri for each in load_thesaurus(path, network.languages)]
    concepts = [*read, *places(network), *more]
    return Concepts(concepts), Filters(concepts, network, filter_files(network.languages))


def filter_files(languages: Iterable[str]) -> Iterable[FilterFile]:
    """Read how people say in each language what a search is narrowed to."""
    return [load_filters(catalog_directory() / each / "filters.yaml") for each in languages]


def load_filters(path: Path) -> FilterFile:
    """Read one such file; raises BadConfiguration naming the file, the line and the field."""
    return checked.load(FilterFile, path, "locales/en/filters.yaml")


class Librarian:
    """Keeps the index as the tables are: what is committed can be found within a second."""

    def __init__(self, storage: Storage, index: LibraryIndex) -> None:
        """Begin with an index that has seen nothing."""
        self._storage = storage
        self._index = index
        self._seen = _NOTHING
        self.worker = Worker(self.refresh)

    async def refresh(self) -> bool:
        """Index what has changed, off the loop; by then there is no more."""
        more = True
        while more:
            documents: list[Document] = []
            seen = self._seen
            while more and len(documents) < _BATCH:
                async with self._storage.read() as session:
                    rows = await Items(session).changed(seen, _PAGE)
                documents += [row.document() for row in rows]
                seen = (rows[-1].revision, rows[-1].id) if rows else seen
                more = len(rows) == _PAGE
                await asyncio.sleep(0)  # reading SQLite lets nobody else in
            if documents and self._seen == _NOTHING and len(documents) <= _QUICK:
                self._index.keep(documents)
            elif documents:
                await asyncio.to_thread(self._index.update, documents)
            self._seen = seen
        return False
