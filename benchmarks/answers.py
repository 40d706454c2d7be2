"""Measure how free answers are understood: ``python -m benchmarks.answers --answers FILE``.

FILE is a YAML list of ``{step, text, lang, expect}``: ``expect`` is a country, slug, language,
zone, "yes" or "no"; null means that the question must be asked again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import yaml

from bot.library.librarian import knowledge
from bot.say.i18n import Catalogs, catalog_directory
from bot.starter import starter
from bot.starter.network import load_network
from bot.understanding import AnswerReader, load_answers
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.moments import load_tables
from kit.errors import BadArgument
from kit.network import Network, RoomKind
from kit.question import About, Option, choose

_DAYS = [datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(3 * 365 + 1)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said, and what it should be taken for; None: not understood."""

    step: str
    text: str
    lang: str
    expect: str | None


def load(path: Path) -> list[Answer]:
    """Read a file of answers."""
    return [Answer(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


class Questions:
    """Asks what the steps of the welcome dialogue ask."""

    def __init__(self, network: Network, reader: AnswerReader) -> None:
        self._network = network
        self._reader = reader
        self._categories = [Option(c.slug, c.names, c.words) for c in network.categories.values()]
        self._themes = [Option(r.slug, r.names, r.words) for r in network.of_kind(RoomKind.THEME)]

    def understood(self, answer: Answer) -> str | None:
        """Read an answer as its step does."""
        match answer.step:
            case "country":
                return self._reader.country(answer.text, answer.lang)
            case "language":
                return self._reader.language(answer.text, answer.lang)
            case "timezone":
                return self._reader.zone(answer.text, answer.lang)
            case "consent":
                said = self._reader.consent(answer.text, answer.lang)
                return None if said is None else "yes" if said else "no"
            case "category":
                return self._chosen(self._categories, 1, answer)
            case "topic":
                return self._chosen(self._themes, 5, answer)
        raise SystemExit(f"no such step: {answer.step}")

    def _chosen(self, options: Sequence[Option], most: int, answer: Answer) -> str | None:
        about = About(self._network, self._reader, answer.lang, _DAYS[0])
        try:
            return ", ".join(choose(options, answer.text, most, about))
        except BadArgument:
            return None


def same(answer: Answer, got: str | None) -> bool:
    """Compare; zones by their clocks from 2027 to 2029."""
    if answer.step != "timezone" or answer.expect is None or got is None:
        return got == answer.expect
    zones = ZoneInfo(got), ZoneInfo(answer.expect)
    return all(len({day.astimezone(zone).utcoffset() for zone in zones}) == 1 for day in _DAYS)


def starter_reader() -> AnswerReader:
    """Build the reader of the network that comes with the hub."""
    guard = Guard(load_lexicon(starter("guard.yaml")))
    network = starter_network()
    tables = load_tables(catalog_directory(), network.languages)
    concepts, _filters = knowledge(network)
    spoken = Catalogs(catalog_directory(), network.languages, prefix="!", zones={}).spoken
    answers = load_answers(starter("answers.yaml"))
    return AnswerReader(network, answers, guard, tables, concepts, spoken)


def starter_network() -> Network:
    """Read the network that comes with the hub."""
    return load_network(starter("space.yaml"), starter("vocabulary.yaml"))


def starter_questions() -> Questions:
    """Build the questions of the network that comes with the hub."""
    return Questions(starter_network(), starter_reader())


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):.3f}" if right else "-"


def main() -> None:
    """Print what was not understood, the share by step and language, and the figures."""
    parser = argparse.ArgumentParser(description="Measure how free answers are understood.")
    parser.add_argument("--answers", type=Path, default=Path("tests/bot/answers.yaml"))
    answers = load(parser.parse_args().answers)
    started = perf_counter()
    questions = starter_questions()
    built = perf_counter()
    for lexicon in ("category", "topic"):  # built on first use, like the hub's first question
        for language in {answer.lang for answer in answers}:
            questions.understood(Answer(lexicon, "?!", language, None))
    warm = perf_counter()
    took, got = [], []
    for answer in answers:
        before = perf_counter()
        got.append(questions.understood(answer))
        took.append(perf_counter() - before)
    right = [same(answer, value) for answer, value in zip(answers, got, strict=True)]
    for answer, value, fits in zip(answers, got, right, strict=True):
        if not fits:
            print(f"{answer.lang} {answer.step}: {answer.text!r} is {answer.expect}, got {value}")
    for field in ("step", "lang"):
        groups = sorted({str(getattr(answer, field)) for answer in answers})
        for group in groups:
            part = [
                fits
                for answer, fits in zip(answers, right, strict=True)
                if getattr(answer, field) == group
            ]
            print(f"{field} {group}: {_share(part)} of {len(part)}")
    print(
        f"construction {built - started:.2f} s, word lists {warm - built:.2f} s,"
        f" median {sorted(took)[len(took) // 2] * 1000:.2f} ms, slowest {max(took) * 1000:.2f} ms"
    )
    wrong = [v is not None and not fits for v, fits in zip(got, right, strict=True)]
    spoken = {
        language: _share([f for a, f in zip(answers, right, strict=True) if a.lang == language])
        for language in sorted({answer.lang for answer in answers})
    }
    by_language = " ".join(f"understood_{code}={share}" for code, share in spoken.items())
    print(f"understood={_share(right)} wrong={_share(wrong)} {by_language}")


if __name__ == "__main__":
    main()
