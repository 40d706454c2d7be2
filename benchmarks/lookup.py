"""Measure the library search: ``python -m benchmarks.lookup --queries FILE``.

FILE is a YAML list of ``{q, lang, kind, expect}``: ``expect`` holds ids of the starter library,
best first; empty means that nothing should be found. ``--peers`` asks other engines the same;
``--resources 100000`` asks a made library of that size instead, in SQLite and beside a busy loop.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import yaml

from benchmarks.answers import starter_reader
from benchmarks.peers.engines import (
    Search,
    fts5_trigram,
    postgresql_text,
    without_concepts,
)
from benchmarks.support.meaning import running
from benchmarks.support.shelves import measure
from bot.library.librarian import library_index
from bot.say.i18n import Catalogs, catalog_directory
from bot.service.wiring import discover, lesson
from bot.starter import load_library, starter
from bot.starter.network import load_network
from bot.talk.occasions import Occasions
from bot.talk.particulars import Particulars
from bot.talk.wishing import Wishing
from bot.understanding.wishes import Recogniser
from kit.network import Network
from kit.table import CommandTable
from language.apart import EncoderProcess
from search.document import Document
from search.index import LibraryIndex

_TOP = 3
_REPEATS = 5
_PATIENCE = 60  # seconds: other work may keep the encoder waiting


@dataclass(frozen=True, slots=True)
class Answer:
    """A query with the ids found and the quickest of its runs, in milliseconds."""

    q: str
    lang: str
    kind: str
    expect: Sequence[str]
    ids: Sequence[str]
    milliseconds: float

    @property
    def first(self) -> bool:
        """Whether the best id came first."""
        return list(self.ids[:1]) == list(self.expect[:1])

    @property
    def good(self) -> bool:
        """Whether an expected id is among the first three, or rightly nothing was found."""
        return bool({*self.ids[:_TOP]} & {*self.expect}) if self.expect else not self.ids


def starter_network() -> Network:
    """Read the network that comes with the hub."""
    return load_network(starter("space.yaml"), starter("vocabulary.yaml"))


def starter_index(encoder: EncoderProcess | None = None) -> LibraryIndex:
    """Index the library that comes with the hub."""
    index = library_index(starter_network(), encoder=encoder)
    index.update(starter_documents())
    return index


def starter_documents() -> list[Document]:
    """Read the library that comes with the hub."""
    return [
        Document(
            id=item.id,
            kind=item.kind,
            year=item.year,
            organisation=item.organisation,
            symbol=item.symbol,
            languages=item.languages,
            regions=item.regions,
            subjects=item.subjects,
            titles=item.title,
            summaries=item.summary,
            aliases=item.aliases,
        )
        for item in load_library(starter("library.yaml"))
    ]


def ask(search: Search, queries: Path, repeats: int = _REPEATS) -> list[Answer]:
    """Ask every query of a file, *repeats* times each."""
    answers = []
    for row in yaml.safe_load(queries.read_text("utf-8")):
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            ids = search(row["q"], row["lang"])
            times.append(1000 * (time.perf_counter() - began))
        answers.append(Answer(row["q"], row["lang"], row["kind"], row["expect"], ids, min(times)))
    return answers


def rate(flags: Iterable[bool]) -> float:
    """Give the share of true flags; 1 if there are none."""
    listed = list(flags)
    return sum(listed) / len(listed) if listed else 1.0


def _table(answers: Sequence[Answer], column: str) -> None:
    groups: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[getattr(answer, column)].append(answer)
    print(f"\n{column:18} {'n':>4} {'top-3':>7} {'rank-1':>7}")
    for name, members in groups.items():
        top, first = rate(a.good for a in members), rate(a.first for a in members)
        print(f"{name:18} {len(members):4} {top:7.1%} {first:7.1%}")


def figures(answers: Sequence[Answer]) -> dict[str, float]:
    """Give the rates and the times of a run."""
    answerable = [answer for answer in answers if answer.expect]
    cuts = quantiles([answer.milliseconds for answer in answers], n=100, method="inclusive")
    found = {
        "top3": rate(answer.good for answer in answerable),
        "rank1": rate(answer.first for answer in answerable),
        "none": rate(answer.good for answer in answers if not answer.expect),
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
    }
    for lang in dict.fromkeys(answer.lang for answer in answerable):
        found[f"top3_{lang}"] = rate(a.good for a in answerable if a.lang == lang)
    return found


def _line(found: Mapping[str, float]) -> str:
    return " ".join(f"{name}={value:.3f}" for name, value in found.items())


def _show(answers: Sequence[Answer]) -> None:
    answerable = [answer for answer in answers if answer.expect]
    _table(answerable, "lang")
    _table(answerable, "kind")
    print("\nmissed (asked, expected, found):")
    for answer in answers:
        if not answer.good:
            expected = ", ".join(answer.expect[:2]) or "nothing"
            print(f"  {answer.lang} {answer.kind}: {answer.q} | {expected} | {answer.ids[:_TOP]}")


def _peers(queries: Path) -> None:
    documents = starter_documents()
    with postgresql_text(documents) as full_text:
        peers = {
            "tantivy without concepts": without_concepts(documents, starter_network()),
            "SQLite FTS5, trigrams": fts5_trigram(documents),
            "PostgreSQL full text": full_text,
        }
        for name, search in peers.items():
            print(f"{name}: {_line(figures(ask(search, queries)))}")


@contextmanager
def starter_search(kept: Path | None) -> Iterator[Search]:
    """Search the library that comes with the hub as ``find`` does.

    By words alone, unless there is a directory where what the encoder learns is *kept*.
    """
    features, network = discover(), starter_network()
    encoder = EncoderProcess(kept, patience=_PATIENCE) if kept else None
    index = starter_index(encoder)
    words = Catalogs(catalog_directory(), network.languages, prefix="!", zones={}).words
    learnt = Future[Recogniser]()
    taught = lesson(features, words, catalog_directory())
    learnt.set_result(Recogniser(taught, encoder=encoder))
    table = CommandTable(features, words.ways)
    reader = starter_reader()
    occasions = Occasions(reader, words.ways("one event"), index.concepts)
    particulars = Particulars(table, network, reader, occasions, index)
    intent = Wishing(table, [], learnt, index, particulars)

    async def find(said: str, language: str) -> Sequence[str]:
        add = await intent.looks_up(said, language)
        return (await index.look_up(said, language, add=add)).ids

    with asyncio.Runner() as runner:
        beside = AsyncExitStack()
        runner.run(beside.enter_async_context(running(encoder)))
        yield lambda said, language: runner.run(find(said, language))
        runner.run(beside.aclose())


def main() -> None:
    """Ask the queries and print the rates; the last line is for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=Path, default=Path("tests/search/queries.yaml"))
    parser.add_argument("--peers", action="store_true", help="ask other engines too")
    parser.add_argument("--words", action="store_true", help="go by words alone")
    parser.add_argument("--resources", type=int, help="ask a made library of this size instead")
    chosen = parser.parse_args()
    if chosen.resources:
        print(f"Fills SQLite with {chosen.resources} made items, indexes them, asks and changes.")
        rows = yaml.safe_load(chosen.queries.read_text("utf-8"))
        asked = [(row["q"], row["lang"]) for row in rows]
        documents, network = starter_documents(), starter_network()
        print(_line(asyncio.run(measure(documents, network, chosen.resources, asked))))
        return
    print("Indexes the starter library in memory and asks every query, as a member would type it.")
    began = time.perf_counter()
    with (
        TemporaryDirectory(prefix="ilan-hub-") as kept,
        starter_search(None if chosen.words else Path(kept)) as search,
    ):
        print(f"{len(starter_documents())} items indexed in {time.perf_counter() - began:.1f} s")
        answers = ask(search, chosen.queries)
    _show(answers)
    if chosen.peers:
        _peers(chosen.queries)
    print(_line(figures(answers)))


if __name__ == "__main__":
    main()
