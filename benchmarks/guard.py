"""Measure what the guard notices: ``python -m benchmarks.guard --examples FILE``.

FILE is a YAML list of ``{text, lang, sensitive, why}``: ``why`` lists the kinds of detail that a
sensitive text holds (``kit.confidential.Detail``).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import yaml

from bot.starter import starter
from bot.understanding.guard import Guard, load_lexicon


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and whether it must be warned about."""

    text: str
    lang: str
    sensitive: bool
    why: Sequence[str]


def load(path: Path) -> list[Example]:
    """Read a file of examples."""
    return [Example(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.3f}" if right else "-"


def _figures(found: Sequence[tuple[Example, Sequence[str]]], ending: str = "") -> str:
    recall = _share([bool(kinds) for example, kinds in found if example.sensitive])
    alarms = _share([bool(kinds) for example, kinds in found if not example.sensitive])
    return f"recall{ending}={recall} false_warnings{ending}={alarms}"


def main() -> None:
    """Print what was missed and what was warned about for nothing, then the figures."""
    parser = argparse.ArgumentParser(description="Measure what the guard notices.")
    parser.add_argument("--examples", type=Path, default=Path("tests/bot/guard/held_out.yaml"))
    examples = load(parser.parse_args().examples)
    started = perf_counter()
    guard = Guard(load_lexicon(starter("guard.yaml")))
    built = perf_counter()
    found, took = [], []
    for example in examples:
        before = perf_counter()
        found.append((example, [detail.value for detail in guard.find(example.text)]))
        took.append(perf_counter() - before)
    for example, kinds in found:
        if bool(kinds) != example.sensitive:
            print(f"{example.lang}: {example.text!r} holds {[*example.why]}, found {kinds}")
    hits = [bool({*kinds} & {*example.why}) for example, kinds in found if example.sensitive]
    print(
        f"a kind named is right: {_share(hits)}, construction {built - started:.2f} s,"
        f" median {sorted(took)[len(took) // 2] * 1000:.2f} ms, slowest {max(took) * 1000:.2f} ms"
    )
    languages = sorted({example.lang for example in examples})
    spoken = [_figures([f for f in found if f[0].lang == code], f"_{code}") for code in languages]
    print(_figures(found), *spoken)


if __name__ == "__main__":
    main()
