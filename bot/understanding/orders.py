"""Reading what a sentence orders to be done to somebody: "put Max on mute for 2 hours, adverts"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from bot.understanding.answers import Words
from bot.understanding.writing import every
from kit.words import clean, is_han

_WHOM = "…"
_MOST_BETWEEN = 60  # characters
_LONGEST = 1_000  # of a sentence


class Orders:
    """Knows the words with which each command is ordered, at the beginning of a sentence."""

    def __init__(self, ordering: Mapping[str, Words]) -> None:
        """Know the words for each command, of all languages."""
        words = [(word, path) for path, each in ordering.items() for _, word in every(each)]
        words.sort(key=lambda each: -len(each[0]))
        self._words = words

    @cached_property
    def _ordered(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_begins(word), path) for word, path in self._words]

    def read(self, said: str) -> tuple[str, str]:
        """Read which command is ordered; returns its path, or "", and what is said beside it."""
        text = clean(said)[:_LONGEST]
        for pattern, path in self._ordered:
            if (found := pattern.match(text)) is not None:
                between = found[1] if found.re.groups else ""
                return path, f"{between} {text[found.end() :]}{clean(said)[_LONGEST:]}".strip()
        return "", said


def _begins(word: str) -> re.Pattern[str]:
    """Write words with whom they are about between them; Chinese ones need no space."""
    front, gap, back = (part.strip() for part in word.partition(_WHOM))
    end = "" if is_han(word) else r"(?!\w)"
    space = r"\s*" if is_han(word) else r"\s+"
    between = rf"{space}(.{{1,{_MOST_BETWEEN}}}?){space}{re.escape(back)}{end}" if gap else ""
    return re.compile(rf"{re.escape(front)}{'' if gap else end}{between}", re.IGNORECASE)
