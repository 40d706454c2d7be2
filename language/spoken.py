"""Which language a text is in: by its script, or as was learnt of sentences of each language."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from heapq import nlargest
from math import log, sqrt

from kit.words import clean, unaccented
from language.scripts import language_of_script

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(
    r"\S*(?:[@#]|://)\S*"
)  # of somebody, a room, a page: named alike by everybody
_LETTERS = 3
_UNSEEN = 0.1  # of an occurrence
_LEAD = 2.0  # so much likelier than the next it has to be, in units of log odds
_LONGEST = 300  # characters that are read


class Spoken:
    """Weighs whole words, and three letters in a row, of which short texts of any words have some.

    A word counts as the root of how often it is said: what is said everywhere tells little.
    """

    def __init__(self, sentences: Callable[[], Mapping[str, Iterable[str]]]) -> None:
        """Learn of *sentences* of each language when it is first asked, or by ``learn``."""
        self.learn = cache(partial(_learnt, sentences))

    def of(self, said: str) -> str | None:
        """Tell the language of *said*; None where two are about as likely."""
        said = _ADDRESS.sub(" ", said)
        if by_script := language_of_script(said):
            return by_script
        words = [each for each in _words(said[:_LONGEST]) if not self._is_short_for(each)]
        parts = [part for word in words for part in _parts(word.casefold())]
        languages, weights = self.learn()
        known = [weights[part] for part in parts if part in weights]
        if not known:
            return None
        weighed = zip(map(sum, zip(*known, strict=True)), languages, strict=True)
        (most, language), (next_, _other) = nlargest(2, weighed)
        return language if most - next_ >= _LEAD else None

    def _is_short_for(self, word: str) -> bool:
        """Tell whether letters stand for a name, which is the same in each language: UNODC."""
        return word.isupper() and f"<{word.casefold()}>" not in self.learn()[1]


def _learnt(
    sentences: Callable[[], Mapping[str, Iterable[str]]],
) -> tuple[Sequence[str], Mapping[str, Sequence[float]]]:
    """Weigh the parts of all words for each language: a tenth of a second for thousands."""
    given = sentences()
    counts = [_counted(said) for said in given.values()]
    seen = set().union(*counts)
    whole = [sum(count.values()) + _UNSEEN * len(seen) for count in counts]
    weights = {
        part: [
            log((count.get(part, 0) + _UNSEEN) / size)
            for count, size in zip(counts, whole, strict=True)
        ]
        for part in seen
    }
    return list(given), weights


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(clean(text)))


def _counted(sentences: Iterable[str]) -> Mapping[str, float]:
    """Count parts of words; many people type none of their accents."""
    said = Counter(word.casefold() for sentence in sentences for word in _words(sentence))
    for word, times in [*said.items()]:
        if (bare := unaccented(word)) != word:
            said[bare] += times
    parts: dict[str, float] = defaultdict(float)
    for word, times in said.items():
        for part in _parts(word):
            parts[part] += sqrt(times)
    return parts


def _parts(word: str) -> Iterator[str]:
    edged = f"<{word}>"
    yield edged
    yield from (edged[at : at + _LETTERS] for at in range(len(edged) - _LETTERS + 1))
