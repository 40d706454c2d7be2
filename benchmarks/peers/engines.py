"""Other ways to search the same items, as one would set them up without knowing the field."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import asyncpg

from benchmarks.support import databases
from kit.network import Network
from search.concepts import Concepts
from search.document import Document
from search.index import LibraryIndex
from search.query import Filters

Search = Callable[[str, str], Sequence[str]]
"""Gives ids, best first, for words in a language."""

_MOST = 10
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_]+")
_CONFIGURATIONS: Mapping[str, str] = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "pt": "portuguese",
    "ar": "arabic",
    "ru": "russian",
}


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    yield from document.titles.items()
    yield from document.summaries.items()
    rest = [document.symbol or "", document.organisation, *document.aliases]
    yield "", " ".join(rest)


def without_concepts(documents: Sequence[Document], network: Network) -> Search:
    """Our own index, which knows words and symbols but no concepts."""
    index = LibraryIndex(Concepts([]), Filters([], network, ()))
    index.update(documents)
    return lambda words, language: index.search(words, language).ids


def fts5_trigram(documents: Sequence[Document]) -> Search:
    """Answer with SQLite FTS5, trigram tokenizer, any of the words, ordered by bm25."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE item USING fts5(id UNINDEXED, t, tokenize=trigram)")
    connection.executemany(
        "INSERT INTO item VALUES (?, ?)",
        [(d.id, "\n".join(text for _language, text in _texts(d))) for d in documents],
    )

    def search(words: str, _language: str) -> Sequence[str]:
        pieces = [
            word[start : start + 3] if word[0] >= "\u3400" else word
            for word in _WORD.findall(words)
            for start in (range(max(1, len(word) - 2)) if word[0] >= "\u3400" else (0,))
        ]
        asked = " OR ".join(f'"{piece}"' for piece in pieces) or '""'
        query = "SELECT id FROM item WHERE item MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in connection.execute(query, (asked, _MOST))]

    return search


@contextmanager
def postgresql_text(documents: Sequence[Document]) -> Iterator[Search]:
    """Answer with PostgreSQL full text: the configuration of each language, any of the words."""
    with databases.postgresql(durable=True) as address, asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(address))
        runner.run(_fill(connection, documents))

        def search(words: str, language: str) -> Sequence[str]:
            # plainto_tsquery asks for all words at once: with any of them it finds far more.
            query = (
                "SELECT id FROM item, CAST(replace(CAST(plainto_tsquery($1::regconfig, $2) AS text)"
                ", '&', '|') AS tsquery) asked WHERE t @@ asked"
                f" ORDER BY ts_rank_cd(t, asked) DESC LIMIT {_MOST}"
            )
            chosen = _CONFIGURATIONS.get(language, "simple")
            return [row[0] for row in runner.run(connection.fetch(query, chosen, words))]

        yield search
        runner.run(connection.close())


async def _fill(
    connection: asyncpg.Connection[asyncpg.Record], documents: Sequence[Document]
) -> None:
    await connection.execute("CREATE TABLE item (id text PRIMARY KEY, t tsvector DEFAULT '')")
    for document in documents:
        await connection.execute("INSERT INTO item (id) VALUES ($1)", document.id)
        await connection.executemany(
            "UPDATE item SET t = t || to_tsvector($2::regconfig, $3) WHERE id = $1",
            [
                (document.id, _CONFIGURATIONS.get(language, "simple"), text)
                for language, text in _texts(document)
            ],
        )
    await connection.execute("CREATE INDEX ON item USING gin (t)")
