"""Measure what is understood of free words: ``python -m benchmarks.talk --utterances FILE``.

FILE is a YAML list of ``{lang, said, kind, expect}``. ``expect`` is a command, ``find`` (one of
``ids`` among the first three), ``smalltalk``, ``question`` (about the hub), ``lawyer`` (for a
person in need), ``unclear``, ``ignore``, or ``answer`` to the question that is open. ``also``:
what is right too. ``where``: ``direct`` or ``room`` (a leading @hub is a mention). ``at``: the open
question. ``risk``: nothing may be done without a yes.

Each sentence goes through inbox, conversation, tables and outbox of a hub in memory, from the same
beginning: a steward with the powers of everybody, an open request, and events to come, one of which
they attend; a newcomer who has just opened the chat where a person in need speaks, or where the
welcome asks. *Right* is what was expected, done or answered, or asked back alone; *offered* what is
among at most three to choose from; *wrong_silent* anything else that was done without asking.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from unittest.mock import patch

import structlog
import yaml

from benchmarks.lookup import starter_index
from benchmarks.support.meaning import running
from bot.library.librarian import import_library
from bot.say.i18n import catalog_directory
from bot.service.wiring import discover, lesson
from bot.starter import starter
from bot.talk.dialogues import Talks
from bot.talk.runner import Runner
from bot.understanding.wishes import Recogniser
from kit.errors import NotUnderstood
from kit.trait import Purpose
from language.apart import EncoderProcess
from storage.dialogues import Dialogues
from storage.engine import Storage
from storage.migrate import upgrade
from storage.people import People
from storage.vault import Vault
from tests.beginnings import Beginnings
from tests.harness import STEWARD, Said, Talk, catalogs, network, once

FIND = "find"
_TOP = 3
_PATIENCE = 60  # seconds: other work may keep the encoder waiting
_MANY = {"about": "question", "say": "smalltalk", "look up": FIND, "event move": "event edit"}
_NEWCOMER, _COLLEAGUE = "@newcomer:test", "@colleague:test"
_ROOM = "!welcome:test"
_QUESTION = "Which standards require counsel at disciplinary hearings?"
_EVENTS = (
    "2027-03-04 14:10 Duty lawyers",
    "2027-03-05 16:00 Forensic evidence",
    "2027-03-08 09:30 Children in conflict with the law",
)
# What a newcomer answers before each question of the welcome; None stands for their language.
_WELCOME: dict[str, tuple[str | None, ...]] = {
    "language": ("start",),
    "consent": ("start", None),
    "country": ("start", None, "yes"),
    "timezone": ("start", None, "yes", "Russia"),
    "category": ("start", None, "yes", "Kenya"),
    "topics": ("start", None, "yes", "Kenya", "1"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, where it is said, and what is right."""

    said: str
    lang: str
    kind: str
    expect: str
    also: Sequence[str] = ()
    ids: Sequence[str] = ()
    where: str = "direct"
    at: str = "none"
    risk: bool = False

    @property
    def right(self) -> set[str]:
        """All that is right."""
        return {self.expect, *self.also}


@dataclass(slots=True)
class Outcome:
    """What came of it: what was *done* at once, *offered* to choose from, and found; seconds."""

    done: list[str] = field(default_factory=list)
    offered: Sequence[str] = ()
    found: Sequence[str] = ()
    took: float = 0.0

    @property
    def asked_back(self) -> bool:
        """Whether nothing was done before a yes, a number or other words."""
        return bool(self.offered) or self.done == ["unclear"]


def load(path: Path) -> list[Case]:
    """Read a file of sentences; other keys are notes."""
    known = Case.__dataclass_fields__
    rows = yaml.safe_load(path.read_text("utf-8"))
    return [Case(**{key: value for key, value in row.items() if key in known}) for row in rows]


def _group(path: str) -> str:
    return _MANY.get(path) or _MANY.get(path.partition(" ")[0], path)


@contextmanager
def _watched(done: list[str]) -> Iterator[None]:
    """Note which commands are run, and where the open question is steered to."""
    run, steer = Runner.run, Talks.steer  # every command goes through these

    async def noted_run(
        self: Any, scope: Any, heard: Any, call: Any, command: Any, rest: str
    ) -> Any:
        done.append(_group(command.path))
        return await run(self, scope, heard, call, command, rest)

    async def noted_steer(self: Any, scope: Any, call: Any, standing: Any, way: Purpose) -> Any:
        done.append(way.name.lower())
        return await steer(self, scope, call, standing, way)

    with patch.object(Runner, "run", noted_run), patch.object(Talks, "steer", noted_steer):
        yield


@once
async def _member(talk: Talk, number: str) -> None:
    """Play up to where a steward with events, a request and an offer says something."""
    await talk.room("space:events", "!events:test")
    await talk.room("space:welcome", _ROOM)
    await talk.member(STEWARD, language=number)
    for event in _EVENTS:
        await talk.says(STEWARD, f"event add {event}", "yes")
    await talk.says(STEWARD, "going 1", "ask", _QUESTION, "10", "no", "skip", "yes")
    await talk.says(STEWARD, "volunteer", "10", "skip")
    await talk.member(_COLLEAGUE)
    await talk.says(_COLLEAGUE, "ask", _QUESTION, "10", "no", "skip", "yes")


@once
async def _welcomed(talk: Talk, number: str, question: str) -> None:
    """Play up to a question of the welcome."""
    await talk.opens(_NEWCOMER)
    for answer in _WELCOME.get(question, ()):
        await talk.says(_NEWCOMER, number if answer is None else answer)


class Judge:
    """Says sentences to a hub, each from the same beginning."""

    def __init__(
        self, storage: Storage, beginnings: Beginnings, encoder: EncoderProcess | None
    ) -> None:
        self._storage, self._beginnings = storage, beginnings
        self._library = starter_index(encoder)
        taught = lesson(discover(), catalogs().words, catalog_directory())
        self._learnt = Future[Recogniser]()
        self._learnt.set_result(Recogniser(taught, encoder=encoder))

    async def hear(self, case: Case) -> Outcome:
        """Say what came of a sentence."""
        await self._storage.close()
        self._beginnings.begin()
        talk = Talk(
            self._storage,
            beginnings=self._beginnings,
            recogniser=self._learnt,
            found=self._library,
        )
        number = str(network().languages.index(case.lang) + 1)
        newcomer = case.kind == "lawyer" or case.at in _WELCOME
        who = _NEWCOMER if newcomer else STEWARD
        await (_welcomed(talk, number, case.at) if newcomer else _member(talk, number))
        if case.at == "ask":
            await talk.says(who, "ask")
        before = await self._question(who)
        outcome = Outcome()
        payload = {"body": case.said, "mentioned": "@hub" in case.said}
        room = _ROOM if case.where == "room" else talk.chat(who)
        with _watched(outcome.done):
            began = perf_counter()
            try:
                heard = await talk.event("message", who, room, payload)
            except AssertionError:  # an answer that is hard to receive or to read is a wrong one
                outcome.done[:] = ["unreadable"]
                return outcome
            finally:
                outcome.took = perf_counter() - began
        self._settle(
            outcome, heard, moved=before is not None and before != await self._question(who)
        )
        return outcome

    def _settle(self, outcome: Outcome, heard: Sequence[Said], *, moved: bool) -> None:
        kinds = [said.kind for said in heard]
        if offer := next((said for said in heard if said.kind == "wish.offer"), None):
            outcome.offered = [_group(path) for path in offer.ids]
        elif f"error.{NotUnderstood.code}" in kinds:
            outcome.done.append("unclear")
        elif moved and not outcome.done:
            outcome.done.append("answer")
        elif not heard:
            outcome.done.append("ignore")
        elif not outcome.done:  # the question that is open is asked again
            outcome.done.append("unclear")
        if outcome.done[:1] == [FIND]:
            outcome.found = next((said.ids for said in heard if said.kind.startswith("find.")), ())

    async def _question(self, who: str) -> object:
        async with self._storage.read() as session:
            person = await People(session).find(who)
            row = person and await Dialogues(session).get(person.id)
            return row and (row.name, row.step, row.draft)


def is_right(case: Case, outcome: Outcome) -> bool:
    """Tell whether what was expected was done, or asked back alone."""
    alone = outcome.offered if len({*outcome.offered}) == 1 else outcome.done[:1]
    return bool(case.right & {*alone})


def figures(found: Sequence[tuple[Case, Outcome]]) -> dict[str, float]:
    """Give the shares, over all and by language and kind, and the times in milliseconds."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for case, outcome in found:
        right = is_right(case, outcome)
        wrong = not right and not outcome.asked_back
        groups["right"].append(right)
        groups["offered"].append(not right and bool(case.right & {*outcome.offered}))
        groups["wrong_silent"].append(wrong)
        groups["wrong_risky"].append(wrong and case.risk)
        if case.ids:
            groups["lookup_top3"].append(bool({*outcome.found[:_TOP]} & {*case.ids}))
        kind = {"question": "questions", "room": "ignored"}.get(case.kind, case.kind)
        if kind != "ignored" or case.expect == "ignore":
            groups[kind].append(right)
        groups[f"right_{case.lang}"].append(right)
    cuts = quantiles([outcome.took * 1000 for _case, outcome in found], n=100, method="inclusive")
    shares = {name: sum(flags) / len(flags) for name, flags in groups.items()}
    return {**shares, "p50_ms": cuts[49], "p99_ms": cuts[98]}


async def judge(
    cases: Sequence[Case], directory: Path, *, by_meaning: bool
) -> list[tuple[Case, Outcome]]:
    """Say all sentences to a new hub whose files are in *directory*."""
    template, file = directory / "template.db", directory / "hub.db"
    vault = Vault(bytes(32))
    storage = Storage(f"sqlite:///{template}", vault)
    await upgrade(storage)
    await import_library(storage, starter("library.yaml"))
    await storage.close()
    storage = Storage(f"sqlite:///{file}", vault)
    encoder = EncoderProcess(directory / "learnt", patience=_PATIENCE) if by_meaning else None
    judging = Judge(storage, Beginnings(storage, file, template), encoder)
    gc.freeze()  # as the hub does
    async with running(encoder):
        found = [(case, await judging.hear(case)) for case in cases]
    await storage.close()
    return found


def main() -> None:
    """Print what was not understood, then the figures."""
    parser = argparse.ArgumentParser(description="Measure what is understood of free words.")
    default = Path("tests/bot/talk/unseen.yaml")
    parser.add_argument("--utterances", type=Path, default=default)
    parser.add_argument("--quiet", action="store_true", help="print the figures alone")
    parser.add_argument("--words", action="store_true", help="go by words alone")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with TemporaryDirectory(prefix="ilan-hub-") as directory:
        cases = load(chosen.utterances)
        judged = judge(cases, Path(directory), by_meaning=not chosen.words)
        found = asyncio.run(judged)
    for case, outcome in found if not chosen.quiet else ():
        if not is_right(case, outcome):
            did = f"asks: {', '.join(outcome.offered)}" if outcome.offered else outcome.done
            print(f"{case.lang} {case.kind}: {case.said!r} is {case.expect}; {did}")
        elif case.ids and not {*outcome.found[:_TOP]} & {*case.ids}:
            print(f"{case.lang} {case.kind}: {case.said!r} finds {outcome.found[:_TOP]}")
    line = " ".join(f"{name}={value:.3f}" for name, value in figures(found).items())
    print(f"n={len(found)} {line}")


if __name__ == "__main__":
    main()
