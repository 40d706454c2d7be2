"""What is to be learnt: sentences of all languages, and what words mean in them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from bot.understanding.wishes.features import Senses
from bot.understanding.wishes.files import WishFile


class Example(NamedTuple):
    """A sentence, and what it wishes for."""

    wish: str
    language: str
    said: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """The examples, and for each language the words that have a sense."""

    examples: Sequence[Example]
    senses: Senses

    @classmethod
    def of(
        cls,
        files: Mapping[str, WishFile],
        ways: Callable[[str], Iterable[tuple[str, str]]],
    ) -> Lesson:
        """Take it from the files of all languages; *ways* gives language and words of a wish."""
        examples = [
            Example(wish, language, said)
            for language, file in files.items()
            for wish, sentences in file.wishes.items()
            for said in sentences
        ]
        wishes = dict.fromkeys(example.wish for example in examples)
        examples += [Example(wish, *way) for wish in wishes for way in ways(wish)]
        return cls(examples, {language: file.senses for language, file in files.items()})

    @property
    def sentences(self) -> Mapping[str, Sequence[str]]:
        """What is said for each wish."""
        found: dict[str, list[str]] = defaultdict(list)
        for example in self.examples:
            found[example.wish].append(example.said)
        return found

    def written(self) -> str:
        """Write it for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, written: str) -> Lesson:
        """Read what was written."""
        read = json.loads(written)
        return cls([Example(*each) for each in read["examples"]], read["senses"])
