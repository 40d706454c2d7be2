"""Finding where the words of a list stand in a text, in one pass for all lists."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kit.words import HAN, is_han

_WORD = re.compile(f"[^\\W_{HAN}]+")
_ARABIC = re.compile("[\u0620-\u064a]")
_JOINT = re.compile(r"[ .'’:/-]{1,3}")  # what may stand between two words of a phrase
# And, by, for, the … are written onto an Arabic word.
_PREFIXES = ("و", "ف", "ب", "ك", "ل", "ال", "لل", "وال", "فال", "بال", "كال", "ولل")
_SHORTEST_STEM = 2

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words in a row that announce a *kind*; the last may be the beginning of a word."""

    kind: str
    words: Sequence[str]
    is_stem: bool

    def fits(self, words: Sequence[re.Match[str]], text: str, place: int) -> bool:
        """Tell whether the words after the first one stand where they should."""
        last = place + len(self.words) - 1
        if last >= len(words):
            return False
        for offset, wanted in enumerate(self.words[1:], 1):
            before, here = words[place + offset - 1], words[place + offset]
            may_go_on = self.is_stem and offset == len(self.words) - 1
            if not (here[0].startswith(wanted) if may_go_on else here[0] == wanted):
                return False
            if not _JOINT.fullmatch(text, before.end(), here.start()):
                return False
        return True


class Cues:
    """Words by kind; each list holds words without accents or capitals, a star for any ending."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """Prepare to find them."""
        self._whole: dict[str, list[_Phrase]] = defaultdict(list)
        self._stems: dict[str, list[_Phrase]] = defaultdict(list)
        han: dict[str, str] = {}
        for kind, words in lists.items():
            for word in words:
                if is_han(word):
                    han[word] = f"{han[word]} {kind}" if word in han else kind
                    continue
                pieces = _WORD.findall(word)
                phrase = _Phrase(kind, pieces, word.endswith("*"))
                is_stem = phrase.is_stem and len(pieces) == 1
                (self._stems if is_stem else self._whole)[pieces[0]].append(phrase)
        self._han = han
        by_length = sorted(map(re.escape, han), key=len, reverse=True)
        self._han_words = re.compile(f"(?=({'|'.join(by_length)}))" if han else "(?!)")

    def find(self, text: str) -> dict[str, list[Span]]:
        """Give the spans of each kind in *text*, which has no capitals or accents."""
        found: dict[str, list[Span]] = defaultdict(list)
        words = list(_WORD.finditer(text))
        for place, word in enumerate(words):
            for phrase in self._beginning(word[0]):
                if phrase.fits(words, text, place):
                    end = words[place + len(phrase.words) - 1].end()
                    found[phrase.kind].append((word.start(), end))
        for match in self._han_words.finditer(text):
            for kind in self._han[match[1]].split():
                found[kind].append(match.span(1))
        return found

    def _beginning(self, word: str) -> Iterator[_Phrase]:
        """List the phrases that may begin with *word*."""
        forms = [word]
        if _ARABIC.match(word):
            forms += [word.removeprefix(p) for p in _PREFIXES if word.startswith(p)]
        for form in forms:
            yield from self._whole.get(form, ())
            for size in range(_SHORTEST_STEM, len(form) + 1):
                yield from self._stems.get(form[:size], ())
