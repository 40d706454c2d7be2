"""Measure how dates are read: ``python -m benchmarks.dates --phrases FILE``.

FILE is a YAML list of ``{text, lang, now, zone, expect}``: ``now`` and ``expect`` are wall times in
``zone``, ``expect`` may be a day alone, or ambiguous, gap, past or none.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import yaml

from benchmarks.answers import starter_reader
from bot.understanding import AnswerReader
from kit.moments import Ambiguous, Day, Gap, Moment, Past, Reading


@dataclass(frozen=True, slots=True)
class Phrase:
    """What somebody typed and when, and what it means."""

    text: str
    lang: str
    now: str
    zone: str
    expect: str


def load(path: Path) -> list[Phrase]:
    """Read a file of phrases."""
    return [Phrase(**row) for row in yaml.load(path.read_text("utf-8"), yaml.BaseLoader)]


def read(phrase: Phrase, reader: AnswerReader) -> str:
    """Say what a phrase is read as, in the words of the file."""
    now = datetime.fromisoformat(phrase.now).replace(tzinfo=ZoneInfo(phrase.zone))
    return written(reader.moment(phrase.text, phrase.lang, now, phrase.zone), phrase.zone)


def written(reading: Reading, zone: str) -> str:
    """Write a reading in the words of the file."""
    match reading:
        case Moment():
            return reading.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
        case Day():
            return reading.day.isoformat()
        case Ambiguous():
            return "ambiguous"
        case Gap():
            return "gap"
        case Past():
            return "past"
    return "none"


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.3f}" if right else "-"


def main() -> None:
    """Print what was read otherwise than meant, then the figures."""
    parser = argparse.ArgumentParser(description="Measure how dates are read.")
    parser.add_argument("--phrases", type=Path, default=Path("tests/bot/moments/held_out.yaml"))
    phrases = load(parser.parse_args().phrases)
    started = perf_counter()
    reader = starter_reader()
    built = perf_counter()
    found, took = [], []
    for phrase in phrases:
        before = perf_counter()
        found.append((phrase, read(phrase, reader)))
        took.append(perf_counter() - before)
    for phrase, got in found:
        if got != phrase.expect:
            print(f"{phrase.lang}: {phrase.text!r} is {phrase.expect}, read as {got}")
    print(
        f"construction {built - started:.2f} s,"
        f" median {sorted(took)[len(took) // 2] * 1000:.2f} ms, slowest {max(took) * 1000:.2f} ms"
    )
    right = [(phrase.lang, got == phrase.expect) for phrase, got in found]
    wrong = [got != phrase.expect and got[0].isdigit() for phrase, got in found]
    shares = [
        f"exact_{code}={_share([fits for spoken, fits in right if spoken == code])}"
        for code in sorted({phrase.lang for phrase in phrases})
    ]
    print(f"exact={_share([r for _, r in right])} silently_wrong={sum(wrong)}", *shares)


if __name__ == "__main__":
    main()
