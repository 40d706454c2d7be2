"""What a sentence of a defender tells of, in any of seven languages, and the provisions for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import decimal

from kit.words import unaccented
from language.chinese import simplified
from language.cues import Cues
from search.provisions import Provision

_LONGEST = 300  # characters: in a longer text words stand together by chance
_MOST = 2  # situations of one sentence
_NUMBER = re.compile(r"(\d+)(岁?)")
_YOUNGEST, _OLDEST = 7, 17  # years of age


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that happens to people who are accused or held.

    ``when`` are the sets of cues that tell of it, ``unless`` those with which something else is
    told. ``provisions`` answer it, by the item they belong to, best known first.
    """

    id: str
    when: Sequence[frozenset[str]]
    unless: frozenset[str]
    provisions: Mapping[str, Sequence[Provision]]


class Situations:
    """Those that are known, and the words that tell of them."""

    def __init__(
        self, listed: Iterable[Situation] = (), cues: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Know them, and *cues* by the words of all languages for each; a star is any ending."""
        self._listed = tuple(listed)
        self._cues = Cues(
            {cue: [_plain(word) for word in words] for cue, words in (cues or {}).items()}
        )

    def told(self, text: str, least: int = 1) -> Sequence[Situation]:
        """List what *text* tells of by *least* cues, what more of them tell first: two at most.

        A single cue may only be the subject of something else: "tell me what is new on bail".
        """
        if len(text) > _LONGEST:
            return ()
        found = frozenset(self._cues.find(_aged(_plain(text))))
        fitting = [
            (max(when, key=len), each)
            for each in self._listed
            if found.isdisjoint(each.unless)
            and (when := [w for w in each.when if w <= found and len(w) >= least])
        ]
        fitting.sort(key=lambda pair: -len(pair[0]))
        chosen: list[Situation] = []
        used = frozenset[str]()
        for cues, situation in fitting:
            if not chosen or not cues <= used:
                chosen.append(situation)
                used |= cues
        return chosen[:_MOST]


def _plain(text: str) -> str:
    return simplified(unaccented(text)).lower()


def _aged(text: str) -> str:
    """Write numbers that may be the age of a child in one way: n17, and 岁n17 with its sign."""

    def written(match: re.Match[str]) -> str:
        number = int("".join(str(decimal(sign)) for sign in match[1][:4]))
        return f" {match[2]}n17" if _YOUNGEST <= number <= _OLDEST else match[0]

    return _NUMBER.sub(written, text)
