"""Cutting text into comparable pieces, whatever the script: words, endings, Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product, takewhile

import Stemmer

from bot.understanding.answers import Answers
from kit.words import fold

LONGEST = 300  # characters of an answer that are read; nobody needs more to name a place or a job

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff"
_PIECE = re.compile(f"[{_HAN}]+|[^\\W{_HAN}_]+")
_CLAUSES = re.compile(r"[,.;:!?()\n\u060c\u061b\u061f\u3001\u3002\uff01-\uff1f]|\s[-–—]+\s")
_IS_HAN = re.compile(f"[{_HAN}]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
_ENDING = re.compile("(?<=...)(?:ون|ين|ات|ان|يه|ه|ا|ي)$")
# Case endings, as folding leaves them (й is и): Казахстана, Кении, Южной Африки, русский.
_CASE = re.compile(
    "(?:(?<=к)и[ие]|(?<=..)(?:[аяыи]ми|[ое]го|[ое]му|[аяо]х|[аяоеыи]м|[оеы]и|ая|яя|[ое]е|ую|юю|[ыи]х"
    "|[ое]в|ью|[аоеуюыияь]))$"
)
_CONNECTOR = 3  # letters of the longest word that may fall out of the middle of a name
_LONGEST_NAME = 7  # words: Democratic Republic of São Tomé and Príncipe
_SHORT = 12  # words or characters of a name with what stands around it
_STEMMED = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese"}


class Writing:
    """How the seven languages are written and what may stand around a name."""

    def __init__(self, answers: Answers) -> None:
        self._simplified = str.maketrans(answers.traditional, answers.simplified)
        self._latin = {code: Stemmer.Stemmer(name) for code, name in _STEMMED.items()}
        around = [piece for words in answers.around.values() for piece in map(self.plain, words)]
        self._around = frozenset(word for words in around for word in words.split())
        around_han = "|".join(sorted(filter(is_han, self._around), key=len, reverse=True))
        self._leads = re.compile(around_han)
        self._trails = re.compile(f"(?:{around_han})$")
        common = (word for words in answers.common.values() for word in words)
        self._against = [f" {self.plain(words)} " for words in answers.against]
        self._common = self._around | {word for text in common for word in self.pieces(text)}

    def pieces(self, text: str) -> list[str]:
        """Cut *text* into folded words; a run of Chinese characters, simplified, is one piece."""
        return _PIECE.findall(fold(text[:LONGEST].replace("_", " ").translate(self._simplified)))

    def plain(self, text: str) -> str:
        """Write *text* as its pieces with one space between."""
        return " ".join(self.pieces(text))

    def stem(self, word: str, language: str | None = None) -> str:
        """Take the ending off a word; a Latin one only if *language* says by which rules."""
        if _CYRILLIC.match(word):
            return _CASE.sub("", word)
        if _ARABIC.match(word):
            return _ENDING.sub("", _ENDING.sub("", _ARTICLE.sub("", word)))
        if language is None or is_han(word):
            return word
        return str(self._latin.get(language, self._latin["en"]).stemWord(word))

    def names_in(self, text: str) -> Iterator[str]:
        """Say *text* as a name in ever fewer words: whole, then without what stands around it."""
        pieces = self.pieces(text)
        yield " ".join(pieces)
        words = [p for p in pieces if not is_han(p) and not self._connects(p)]
        for core in self._word_cores(words):
            for han in self._han_cores("".join(filter(is_han, pieces))):
                yield " ".join([*map(self.stem, core), han] if han else map(self.stem, core))

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
        for clause in _CLAUSES.split(text[:LONGEST]):
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

    def denies(self, text: str) -> bool:
        """Tell whether *text* turns an answer round: "not a lawyer"."""
        plain = f" {self.plain(text)} "
        return any((w.strip() if is_han(w.strip()) else w) in plain for w in self._against)

    def terms(self, text: str, language: str) -> list[str]:
        """List what carries meaning: stems of the rarer words, pairs of Chinese characters."""
        terms: dict[str, None] = {}
        for piece in self.pieces(text):
            if is_han(piece):
                terms.update(dict.fromkeys(map("".join, pairwise(piece))))
                terms.update(dict.fromkeys([piece] if len(piece) == 1 else []))
            elif piece not in self._common:
                terms[self.stem(piece, language)] = None
        return list(terms)


def is_han(piece: str) -> bool:
    """Whether *piece* begins with a Chinese character."""
    return bool(_IS_HAN.match(piece))


def every(groups: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, str]]:
    """List each word of *groups* with the key it stands under."""
    return ((key, word) for key, words in groups.items() for word in words)
