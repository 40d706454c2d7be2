"""Measure what is understood of free words: ``python -m benchmarks.wishes --examples FILE``.

FILE is YAML: a wish -> a language -> sentences; or a list of ``{said, lang, expect, kind}``, with
``also`` (other wishes that are right), ``where`` (direct or room), ``at`` (the question that is
open), ``risk`` (nothing may be done without a yes). ``question``, ``smalltalk`` and ``unclear``
stand for every answer of their kind. A sentence is *right* if what is expected is done, or asked
back alone; *offered* if it is among at most three to choose from; *wrong_silent* if anything else
is done without asking. Sentences to a room or beside an open question are left to the tests.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

import yaml

from benchmarks.lookup import starter_index, starter_network
from bot.say.i18n import Catalogs, catalog_directory
from bot.service.wiring import discover, learning
from bot.starter import starter
from bot.talk.interpreter import LEAST, MOST, WORTH, Interpreter, is_sure
from bot.talk.particulars import Particulars
from bot.talk.wording import is_talk
from bot.understanding import AnswerReader, load_answers
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.moments import load_tables
from bot.understanding.wishes import NOTHING, Recogniser
from kit.around import Around
from kit.table import CommandTable

_MANY = {"about": "question", "say": "smalltalk", NOTHING: "unclear"}


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, and the wishes that are right."""

    said: str
    lang: str
    expect: frozenset[str]
    kind: str
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: *done* at once, or *offered* to choose from; how long it took in seconds."""

    done: str
    offered: Sequence[str]
    took: float


def _group(wish: str) -> str:
    return _MANY.get(wish.partition(" ")[0], wish)


def load(path: Path) -> list[Case]:
    """Read either kind of file."""
    read = yaml.safe_load(path.read_text("utf-8"))
    if isinstance(read, Mapping):
        return [
            Case(said, lang, frozenset({_group(wish)}), _kind(_group(wish)))
            for wish, languages in read.items()
            for lang, sentences in languages.items()
            for said in sentences
        ]
    return [
        Case(
            row["said"],
            row["lang"],
            frozenset({row["expect"], *row.get("also", ())}),
            row["kind"],
            row.get("risk", False),
        )
        for row in read
        if row.get("where", "direct") == "direct" and row.get("at", "none") == "none"
    ]


def _kind(wish: str) -> str:
    return wish if wish in {"question", "smalltalk", "unclear", "lawyer", "find"} else "wish"


class Hub:
    """Reads sentences as the hub does in a direct chat, where no question is open."""

    def __init__(self) -> None:
        network, features = starter_network(), discover()
        catalogs = Catalogs(catalog_directory(), network.languages, prefix="!", zones={})
        words = catalogs.words
        around = Around(words.ways("please"), words.ways("around"))
        self.table = CommandTable(features, words.ways, around)
        answers = [answer for feature in features for answer in feature.answers]
        learnt = Future[Recogniser]()
        learnt.set_result(learning(features, words, catalog_directory())())
        self.understanding = AnswerReader(
            network,
            load_answers(starter("answers.yaml")),
            Guard(load_lexicon(starter("guard.yaml"))),
            load_tables(catalog_directory(), network.languages),
        )
        particulars = Particulars(self.table, network, self.understanding)
        consent = self.understanding.consent
        self.interpreter = Interpreter(
            self.table, answers, learnt, starter_index(), particulars, consent
        )

    def hear(self, case: Case) -> Outcome:
        """Say what would be done with a sentence."""
        began = perf_counter()
        done, offered = self._heard(case.said, case.lang)
        return Outcome(_group(done), [*map(_group, offered)], perf_counter() - began)

    def _heard(self, said: str, lang: str) -> tuple[str, Sequence[str]]:
        match = self.table.meant(said)
        if match and not (is_talk(*match) and self.interpreter.instead(match, said, lang)):
            return match[0].path, ()
        if self.understanding.seeks_lawyer(said, member=True):
            return "lawyer", ()
        readings = [each for each in self.interpreter.weigh(said, lang, {}) if each.likely >= WORTH]
        if not readings or readings[0].wish == NOTHING or readings[0].likely < LEAST:
            return NOTHING, ()
        command = self.table.command(readings[0].wish)
        if is_sure(readings[0]):
            weighty = command is not None and command.weighty
            return ("", [readings[0].wish]) if weighty else (readings[0].wish, ())
        return "", [each.wish for each in readings[:MOST] if each.wish != NOTHING]


def _right(case: Case, outcome: Outcome) -> bool:
    alone = outcome.done or (outcome.offered[0] if len(outcome.offered) == 1 else "")
    return alone in case.expect


def _figures(found: Sequence[tuple[Case, Outcome]]) -> Mapping[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for case, outcome in found:
        right = _right(case, outcome)
        wrong = bool(outcome.done) and not right and outcome.done != "unclear"
        groups["right"].append(right)
        groups["offered"].append(not right and bool({*outcome.offered} & case.expect))
        groups["wrong_silent"].append(wrong)
        groups["wrong_risky"].append(wrong and case.risk)
        groups[f"right_{case.lang}"].append(right)
        groups[case.kind].append(right)
    cuts = quantiles([outcome.took * 1000 for _case, outcome in found], n=100, method="inclusive")
    shares = {name: sum(flags) / len(flags) for name, flags in groups.items()}
    return {**shares, "p50_ms": cuts[49], "p99_ms": cuts[98]}


def main() -> None:
    """Print what was not understood, then the figures."""
    parser = argparse.ArgumentParser(description="Measure what is understood of free words.")
    default = Path("tests/bot/wishes/held_out.yaml")
    parser.add_argument("--examples", type=Path, default=default)
    parser.add_argument("--quiet", action="store_true", help="print the figures alone")
    chosen = parser.parse_args()
    cases = load(chosen.examples)
    began = perf_counter()
    hub = Hub()
    built = perf_counter() - began
    found: list[tuple[Case, Any]] = [(case, hub.hear(case)) for case in cases]
    for case, outcome in found if not chosen.quiet else ():
        if not _right(case, outcome):
            expected = " or ".join(sorted(case.expect))
            did = outcome.done or f"asks: {', '.join(outcome.offered)}"
            print(f"{case.lang} {case.kind}: {case.said!r} is {expected}; {did}")
    line = " ".join(f"{name}={value:.3f}" for name, value in _figures(found).items())
    print(f"n={len(found)} {line} start_s={built:.1f}")


if __name__ == "__main__":
    main()
