"""Reading what sentences of defenders tell of: ``starter/situations.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Literal

from bot import checked
from bot.checked import Fault, Row
from bot.starter import Language, Phrase, Slug
from search.provisions import Provision, Provisions
from search.situations import Situation, Situations


class _Situation(Row):
    id: Slug
    when: tuple[Phrase, ...]
    unless: tuple[Slug, ...] = ()
    provisions: Mapping[Slug, tuple[Phrase, ...]]


class _Situations(Row):
    """What people tell of by the *cues* of a sentence, and what answers it."""

    version: Literal[1]
    cues: Mapping[Slug, Mapping[Language, tuple[Phrase, ...]]]
    things: tuple[Slug, ...]
    apart: tuple[Slug, ...]
    situations: tuple[_Situation, ...]

    def strangers(self, known: Provisions) -> Iterator[Fault]:
        """Find cues that are not declared, and provisions that are not known."""
        for field, listed in (("things", self.things), ("apart", self.apart)):
            for place, cue in enumerate(listed):
                if cue not in self.cues:
                    yield (field, place), f"no such cue: {cue}"
        for place, each in enumerate(self.situations):
            lines = [("when", number, line) for number, line in enumerate(each.when)]
            lines += [("unless", number, cue) for number, cue in enumerate(each.unless)]
            for key, number, line in lines:
                if lost := [cue for cue in line.split() if cue not in self.cues]:
                    yield ("situations", place, key, number), f"no such cue: {lost[0]}"
            for item, numbers in each.provisions.items():
                there = _numbered(known, item)
                for number, called in enumerate(numbers):
                    if called not in there:
                        where = ("situations", place, "provisions", item, number)
                        yield where, "no such provision of this item in provisions.yaml"


def load_situations(path: Path, known: Provisions) -> Situations:
    """Read situations, answered by what is *known* of instruments.

    Raises:
        BadConfiguration: names file, line and field.
    """
    read = checked.load(
        _Situations, path, "starter/situations.yaml", lambda each: each.strangers(known)
    )
    listed = [
        Situation(
            each.id,
            [frozenset(line.split()) for line in each.when],
            frozenset({*each.unless, *read.apart}),
            {
                item: [_numbered(known, item)[called] for called in numbers]
                for item, numbers in each.provisions.items()
            },
        )
        for each in read.situations
    ]
    cues = {cue: [*chain.from_iterable(words.values())] for cue, words in read.cues.items()}
    return Situations(listed, cues, read.things)


def _numbered(known: Provisions, item: str) -> Mapping[str, Provision]:
    return {f"{each.part} {each.number}": each for each in known.of(item)}
