"""What may stand around a name, and the ways a name may be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product, takewhile

from bot.understanding.answers import Answers
from kit.words import is_han
from language.analysis import pairs, pieces
from language.stems import stem
from language.stopwords import STOPWORDS

LONGEST = 300  # characters of an answer that are read; nobody needs more to name a place or a job

CLAUSES = re.compile(r"[,.;:!?()\n\u060c\u061b\u061f\u3001\u3002\uff01-\uff1f]|\s[-–—]+\s")
_CONNECTOR = 3  # letters of the longest word that may fall out of the middle of a name
_LONGEST_NAME = 7  # words: Democratic Republic of São Tomé and Príncipe
_SHORT = 12  # words or characters of a name with what stands around it


class Writing:
    """Answers in pieces, without the words that may stand around what they say."""

    def __init__(self, answers: Answers) -> None:
        around = [piece for words in answers.around.values() for piece in map(self.plain, words)]
        self._around = frozenset(word for words in around for word in words.split())
        around_han = "|".join(sorted(filter(is_han, self._around), key=len, reverse=True))
        self._leads = re.compile(around_han)
        self._trails = re.compile(f"(?:{around_han})$")
        common = (word for words in answers.common.values() for word in words)
        known = {word for text in common for word in self.pieces(text)}
        self._common = STOPWORDS | self._around | known

    def pieces(self, text: str) -> list[str]:
        """Cut what is read of *text* into pieces."""
        return pieces(text[:LONGEST])

    def plain(self, text: str) -> str:
        """Write *text* as its pieces with one space between."""
        return " ".join(self.pieces(text))

    def names_in(self, text: str) -> Iterator[str]:
        """Say *text* as a name in ever fewer words: whole, then without what stands around it."""
        pieces = self.pieces(text)
        yield " ".join(pieces)
        words = [p for p in pieces if not is_han(p) and not self._connects(p)]
        for core in self._word_cores(words):
            for han in self._han_cores("".join(filter(is_han, pieces))):
                yield " ".join([*map(stem, core), han] if han else map(stem, core))

    def _connects(self, word: str) -> bool:
        return len(word) <= _CONNECTOR and word in self._around

    def _word_cores(self, words: list[str]) -> Iterator[list[str]]:
        fronts = takewhile(lambda n: n == 0 or words[n - 1] in self._around, range(len(words) + 1))
        for front in fronts:
            back = len(words)
            yield words[front:back]
            while back > front and words[back - 1] in self._around:
                back -= 1
                yield words[front:back]

    def _han_cores(self, han: str) -> Iterator[str]:
        fronts = [han]
        while len(fronts) < _SHORT and (lead := self._leads.match(fronts[-1])):
            fronts.append(fronts[-1][lead.end() :])
        for front in fronts:
            yield front
            while trail := self._trails.search(front):
                front = front[: trail.start()]  # noqa: PLW2901 -- shorter each time
                yield front

    def halves(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut a short *text* in two at every place: "Lagos, Nigeria", "肯尼亚内罗毕"."""
        pieces = self.pieces(text)
        units = [unit for piece in pieces for unit in (piece if is_han(piece) else [piece])]
        joint = "" if all(map(is_han, units)) else " "
        if len(units) <= _SHORT:
            for cut in range(1, len(units)):
                yield joint.join(units[:cut]), joint.join(units[cut:])

    def mentions(self, text: str, is_name: Callable[[str], bool]) -> Iterator[str]:
        """List the names in *text*, the longer ones where two begin at one place.

        Each is a clause of its own, or stands between words that may stand around a name.
        """
        for clause in CLAUSES.split(text[:LONGEST]):
            words, done = self.pieces(clause), 0
            edges = [n for n in range(len(words) + 1) if self._is_edge(words, n)]
            for begin, end in product(edges, reversed(edges)):
                name = " ".join(words[begin:end])
                if done <= begin < end <= begin + _LONGEST_NAME and is_name(name):
                    yield name
                    done = end

    def _is_edge(self, words: Sequence[str], place: int) -> bool:
        if place in {0, len(words)}:
            return True
        return words[place - 1] in self._around or words[place] in self._around

    def terms(self, text: str, language: str) -> list[str]:
        """List what carries meaning: stems of the rarer words, pairs of Chinese characters."""
        terms: dict[str, None] = {}
        for piece in self.pieces(text):
            if is_han(piece):
                terms.update(dict.fromkeys(pairs(piece)))
                terms.update(dict.fromkeys([piece] if len(piece) == 1 else []))
            elif piece not in self._common:
                terms[stem(piece, language)] = None
        return list(terms)


def every(groups: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """List each word of *groups* with the key it stands under."""
    return ((key, word) for key, words in groups.items() for word in words)
