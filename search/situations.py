"""What a sentence of a defender tells of, in any of seven languages, and the provisions for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from unicodedata import decimal

from kit.words import unaccented
from language.chinese import simplified
from language.cues import Cues, Span
from search.provisions import Provision

_LONGEST = 300  # characters: in a longer text words stand together by chance
_MOST = 2  # situations of one sentence
_NUMBER = re.compile(r"(\d+)(?:(岁)|个?(人))?")
_YOUNGEST, _OLDEST = 7, 17  # years of age
_ANY, _AGE = "n0", "n17"  # how numbers are written
_AGED, _CHILD, _TRIED, _WITHOUT = "aged", "child", "tried", "without"
_NEAR = re.compile(r"[^\w,]*(?:\w+[^\w,]*){0,3}")  # no more than three words, and no comma


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
        self,
        listed: Iterable[Situation] = (),
        cues: Mapping[str, Iterable[str]] | None = None,
        things: Iterable[str] = (),
    ) -> None:
        """Know them, and *cues* by the words of all languages for each; a star is any ending.

        *things* are the cues of what somebody can be without.
        """
        self._listed = tuple(listed)
        self._things = frozenset(things)
        self._cues = Cues(
            {
                cue: [*chain.from_iterable(map(_written, words))]
                for cue, words in (cues or {}).items()
            }
        )

    def told(self, text: str, least: int = 1) -> Sequence[Situation]:
        """List what *text* tells of by *least* cues, what more of them tell first: two at most.

        A single cue may only be the subject of something else: "tell me what is new on bail".
        """
        if len(text) > _LONGEST:
            return ()
        plain = _NUMBER.sub(_numbered, _plain(text))
        stands = self._cues.find(plain)
        found = frozenset(stands)
        if any(not _is_term(plain, age, stands.get(_TRIED, ())) for age in stands.get(_AGED, ())):
            found |= {_CHILD}
        lacking = [self._lacked(plain, end, stands) for _, end in stands.get(_WITHOUT, ())]
        fitting = [
            (max(when, key=len), each)
            for each in self._listed
            if found.isdisjoint(each.unless)
            and (
                when := [
                    w
                    for w in each.when
                    if w <= found and len(w) >= least and (_WITHOUT not in w or _fits(w, lacking))
                ]
            )
        ]
        fitting.sort(key=lambda pair: -len(pair[0]))
        chosen: list[Situation] = []
        used = frozenset[str]()
        for cues, situation in fitting:
            if not chosen or not cues <= used:
                chosen.append(situation)
                used |= cues
        return chosen[:_MOST]

    def _lacked(self, text: str, end: int, stands: Mapping[str, Sequence[Span]]) -> frozenset[str]:
        """Give what "without" is said of: the things whose cues stand next behind its *end*."""
        starts = {
            cue: min((span[0] for span in stands[cue] if span[0] >= end), default=len(text))
            for cue in self._things & stands.keys()
        }
        first = min(starts.values(), default=len(text))
        if first == len(text) or not _NEAR.fullmatch(text, end, first):
            return frozenset()
        return frozenset(cue for cue, start in starts.items() if start == first)


def _fits(when: frozenset[str], lacking: Iterable[frozenset[str]]) -> bool:
    """Tell whether what is lacking, if anything is named, belongs to the cues *when*."""
    return any(not lacked or lacked & when for lacked in lacking)


def _is_term(text: str, age: Span, tried: Iterable[Span]) -> bool:
    """Tell whether a number of years is what somebody got, as it follows how they were *tried*."""
    place = text.index(_AGE, *age)
    return any(
        start <= place and (end > place or bool(_NEAR.fullmatch(text, end, place)))
        for start, end in tried
    )


def _plain(text: str) -> str:
    return simplified(unaccented(text)).lower()


def _written(word: str) -> Iterator[str]:
    """Write a cue in all ways in which a text may hold it."""
    plain = _plain(word)
    yield plain
    if _ANY in plain:
        yield plain.replace(_ANY, _AGE)


def _numbered(match: re.Match[str]) -> str:
    """Write a number as n17 if it may be a child's age, else n0, behind the sign of its unit."""
    number = int("".join(str(decimal(sign)) for sign in match[1][:4]))
    unit = match[2] or match[3] or ""
    return f" {unit}{_AGE if _YOUNGEST <= number <= _OLDEST else _ANY} "
