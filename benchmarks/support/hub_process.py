"""The hub in a process of its own, with what a test does to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from structlog.testing import capture_logs

from benchmarks.support import small
from benchmarks.support.broken import variant
from benchmarks.support.taught import taught
from bot import cli
from bot.library.librarian import knowledge
from bot.matrix import stream
from bot.matrix.client import Client
from bot.say.i18n import Catalogs, catalog_directory
from bot.service import app, parts
from bot.service.parts import open_parts
from bot.service.wiring import discover, lesson
from bot.starter import starter
from bot.starter.network import load_network
from bot.understanding import AnswerReader, load_answers
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.moments import load_tables
from bot.understanding.wishes import Recogniser
from kit.network import Network
from kit.stage import Stage, unobserved
from language.meaning import Encoder
from search.concepts import Concepts
from search.index import LibraryIndex
from search.query import Filters
from storage import engine

HELD_UP_SECONDS = 4
PREFIX = "!"
STAGES = [
    "sync.answered",
    "sync.committing",
    "sync.committed",
    "event.begun",
    "event.handled",
    "event.committed",
    "errand.begun",
    "errand.done",
    "errand.marked",
]
# Between these steps keys are in two places.
KEY_STAGES = [
    "keys.made",
    "keys.uploaded",
    "devices.answered",
    "keys.claimed",
    "seal.committing",
    "keys.begun",
    "keys.done",
]


class At:
    """A stage that does something when *name* is reached for the *visit*-th time."""

    def __init__(self, name: str, visit: int, act: Callable[[], None]) -> None:
        self._name = name
        self._left = visit
        self._act = act

    def __call__(self, name: str) -> None:
        """Note that *name* is reached."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                self._act()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hold_up() -> None:
    time.sleep(HELD_UP_SECONDS)


_call = Client.call


def impatient(seconds: int) -> AbstractContextManager[object]:
    """Give up on every request after *seconds*, poll and wait for a lock for less than that."""

    async def call(
        self: Client, method: str, path: str, *content: Any, patience: float = 30, **query: Any
    ) -> dict[str, Any]:
        return await _call(self, method, path, *content, patience=min(patience, seconds), **query)

    stack = ExitStack()
    stack.enter_context(patch.object(Client, "call", call))
    stack.enter_context(patch.object(stream, "LONG_POLL", seconds // 2))
    shorter = f"busy_timeout={seconds * 1000 // 3}"
    pragmas = (*engine._PRAGMAS, shorter)  # noqa: SLF001 -- no operator may set it
    stack.enter_context(patch.object(engine, "_PRAGMAS", pragmas))
    return stack


@dataclass(frozen=True, slots=True)
class Life:
    """What is done to a hub from its start to its end.

    It ends itself by SIGKILL at the *visit*-th time that *stage* is reached, or blocks its loop
    then if the *variant* is ``held-up``; other variants are broken on purpose. With *patience* it
    waits for a silent homeserver only as many seconds. The *environment* is what it finds there.
    One that is not *durable* waits for no disk.
    """

    stage: str = ""
    visit: int = 1
    variant: str = ""
    patience: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    durable: bool = True

    def observer(self) -> Stage:
        """Return what is told the name of each moment."""
        if not self.stage:
            return unobserved
        return At(self.stage, self.visit, _hold_up if self.variant == "held-up" else _end)


@dataclass(frozen=True)
class Prepared:
    """What a hub of the small *network* makes of its files: once, before hubs are forked."""

    files: Sequence[bytes]
    network: Network
    catalogs: Catalogs
    reader: AnswerReader
    knowledge: tuple[Concepts, Filters]
    recogniser: Recogniser

    def plans(self, *files: Path) -> Network:
        """Read a network, in files that may be others."""
        same = [file.read_bytes() for file in files] == self.files
        return self.network if same else load_network(*files)

    def speaks(
        self, directory: Path, languages: Sequence[str], *, prefix: str, zones: Mapping[str, str]
    ) -> Catalogs:
        """Read the catalogs, of a network and for a prefix that may be others."""
        if prefix == PREFIX and zones == self.network.zones:
            return self.catalogs
        return Catalogs(directory, languages, prefix=prefix, zones=zones)

    def reads(self, network: Network, *files: Any) -> AnswerReader:
        """Read answers, in a network that may be another one."""
        return self.reader if network == self.network else AnswerReader(network, *files)

    def finds(
        self, network: Network, thesauri: Sequence[Path], encoder: Encoder | None
    ) -> LibraryIndex:
        """Search a library without items, in a network that may be another one."""
        same = network == self.network and not thesauri
        # The index itself is each hub's own: its threads would not be forked.
        return LibraryIndex(
            *(self.knowledge if same else knowledge(network, thesauri)), encoder=encoder
        )

    async def learns(self, *_lesson: object) -> Recogniser:
        """Return what has learnt what people wish for."""
        return self.recogniser


@cache
def prepared() -> Prepared:
    """Prepare what hubs are forked with."""
    with TemporaryDirectory() as directory, capture_logs():  # it lacks rooms on purpose
        place = Path(directory)
        small.write(place)
        written = place / small.SPACE, place / small.VOCABULARY
        files, network = [file.read_bytes() for file in written], load_network(*written)
    catalogs = Catalogs(catalog_directory(), network.languages, prefix=PREFIX, zones=network.zones)
    known = knowledge(network)
    reader = AnswerReader(
        network,
        load_answers(starter("answers.yaml")),
        Guard(load_lexicon(starter("guard.yaml"))),
        load_tables(catalog_directory(), network.languages),
        known[0],
        catalogs.spoken,
    )
    recogniser = taught(lesson(discover(), catalogs.words, catalog_directory()))
    return Prepared(files, network, catalogs, reader, known, recogniser)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()  # the kernel closes its pipe however it dies
    _end()


def _begin(environment: Mapping[str, str], out: Path, err: Path) -> None:
    """Be a process of the operator's: what it prints is appended to files."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(environment)
    for output, path in ((sys.stdout, out), (sys.stderr, err)):
        with path.open("ab") as file:
            os.dup2(file.fileno(), output.fileno())


def operate(command: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
    """Run a command of the operator's as it is."""
    _begin(environment, out, err)
    cli.main(command)


def run(config: Path, log: Path, life: Life) -> None:
    """Run the operator's own command with what *life* does to it, its output appended to *log*."""
    _begin(life.environment, log, log)
    with ExitStack() as stack:
        observed = partial(open_parts, stage=life.observer())
        stack.enter_context(patch.object(cli, "open_parts", observed))
        for module, name, ready in (
            (parts, "load_network", prepared().plans),
            (parts, "Catalogs", prepared().speaks),
            (app, "AnswerReader", prepared().reads),
            (app, "library_index", prepared().finds),
            (app, "lesson", lambda *_files: None),
            (app, "learn_apart", prepared().learns),
            (app, "is_installed", lambda: False),  # each would start an encoder
        ):
            stack.enter_context(patch.object(module, name, ready))
        stack.enter_context(variant(life.variant))
        if not life.durable:
            hasty = (*engine._PRAGMAS, "synchronous=OFF")  # noqa: SLF001 -- no operator may set it
            stack.enter_context(patch.object(engine, "_PRAGMAS", hasty))
        if life.patience:
            stack.enter_context(impatient(life.patience))
        cli.main(["--config", str(config), "run"])
