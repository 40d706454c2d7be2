"""A register of names that mean a code; tells a typing fault from another name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.writing import Writing
from kit.words import is_han
from language.scripts import language_of_script
from language.stems import stem

ANY = "*"  # the language of a name that is used in more than one
_LATIN = {"en", "es", "fr", "pt"}


class NamedCode(NamedTuple):
    """One way to say *code*."""

    text: str
    code: str
    language: str = ANY


class NameRegister:
    """Names in all languages. Those of no interest belong in it too: they are not typing faults."""

    def __init__(self, writing: Writing, names: Callable[[], Iterable[NamedCode]]) -> None:
        """Learn *names* when something is first looked for, or by ``learn``."""
        self._writing = writing
        self.learn = cache(lambda: _Spelt(writing, names()))

    @property
    def _exact(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        return self.learn().exact

    @property
    def _spelt(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        return self.learn().by_letter

    def find(
        self, said: str, language: str, *, of: Callable[[str], bool] = bool, typos: bool = True
    ) -> frozenset[str]:
        """Find the codes that *said* means, among those wanted *of* it."""
        keys = list(dict.fromkeys(filter(None, self._writing.names_in(said))))
        for key in keys:
            if found := self._exact.get(key):
                return self._fitting([name for name in found if of(name[0])], language)
        languages = self._languages(said, language)
        for key in keys if typos else ():
            if near := self._nearest(key, languages):
                return frozenset(filter(of, near))
        return frozenset()

    def named(self, said: str, language: str) -> frozenset[str]:
        """Find the codes that *said* is a name of, with nothing around it."""
        pieces = self._writing.pieces(said)
        for key in (" ".join(pieces), " ".join(map(stem, pieces))):
            if found := self._exact.get(key):
                return self._fitting(found, language)
        return frozenset()

    def mentioned(self, said: str, language: str) -> frozenset[str]:
        """Find the codes that single names in a longer text mean, each spelt right."""

        def meant(name: str) -> frozenset[str]:
            long = len(name) >= _MENTIONED or is_han(name)
            return self.find(name, language, typos=False) if long else frozenset()

        names = self._writing.mentions(said, lambda name: bool(meant(name)))
        return frozenset(code for name in names for code in meant(name))

    def among(self, said: str, language: str) -> frozenset[str]:
        """Find the codes that a word among a few means, even with a typing fault."""
        words = self._writing.pieces(said)
        few = words if len(words) <= _FEW else ()
        return frozenset(code for word in few for code in self.find(word, language))

    def of_people(self, said: str, endings: Sequence[str]) -> frozenset[str]:
        """Find the codes whose name *said* is with an ending of nationality: Kenyan, peruana."""
        for key in self._writing.names_in(said):
            for ending in sorted(endings, key=len):
                root = key.removesuffix(ending)
                if key.endswith(ending) and len(root) >= _ROOT and (alike := self._begin(root)):
                    return alike
        return frozenset()

    def _begin(self, root: str) -> frozenset[str]:
        return frozenset(
            code
            for language, letters in self._spelt.items()
            for name in letters.get(root[0], ())
            if name.startswith(root) and len(name) - len(root) <= _LOST
            for code in self._codes(name, language)
        )

    def _codes(self, key: str, language: str) -> list[str]:
        return [code for code, spoken in self._exact[key] if spoken == language]

    def _fitting(self, found: Collection[tuple[str, str]], language: str) -> frozenset[str]:
        """Prefer what a name means in *language*: Mexico is a city in French."""
        here = frozenset(code for code, spoken in found if spoken in {language, ANY})
        return here or frozenset(code for code, _ in found)

    def _languages(self, said: str, language: str) -> list[str]:
        script = language_of_script(said)
        return [script, ANY] if script else [language if language in _LATIN else "en", "en", ANY]

    def _nearest(self, key: str, languages: Iterable[str]) -> set[str]:
        """Find names that differ by a typing fault; only the first letter must be right.

        Few languages are asked: Mars is Marte in Spanish, which is nearly Malte in French.
        """
        limit = typing_faults(key)
        near: dict[int, set[str]] = {}
        for spoken in languages if limit else ():
            spelt = self._spelt.get(spoken, {}).get(key[0], ())
            for name, distance, _ in process.extract(
                key, spelt, scorer=OSA.distance, score_cutoff=limit, limit=5
            ):
                if distance <= typing_faults(name):
                    near.setdefault(int(distance), set()).update(self._codes(name, spoken))
        return near[min(near)] if near else set()


class _Spelt:
    """What names are spelt like, and those of each language by their first letter."""

    def __init__(self, writing: Writing, names: Iterable[NamedCode]) -> None:
        self.exact: dict[str, tuple[tuple[str, str], ...]] = {}
        self.by_letter: dict[str, dict[str, list[str]]] = {}
        for name in dict.fromkeys(names):
            for key in {*islice(writing.names_in(name.text), 2)} - {""}:
                known, meant = self.exact.get(key, ()), (name.code, name.language)
                if name.language not in {spoken for _, spoken in known}:
                    letters = self.by_letter.setdefault(name.language, {})
                    letters.setdefault(key[0], []).append(key)
                if meant not in known:
                    self.exact[key] = (*known, meant)


def typing_faults(word: str) -> int:
    """Say how many wrong letters a word of this length may have and still be itself."""
    if is_han(word):
        return int(len(word) >= _HAN_WORD)
    return 0 if len(word) < _WORD else 1 if len(word) < _LONG_WORD else 2


_WORD, _LONG_WORD, _HAN_WORD = 5, 8, 3
_FEW = 3
_MENTIONED = 3  # letters of the shortest name that counts within a longer text: USA, but not us
_ROOT, _LOST = 4, 3  # letters that stay, and that a name may lose: moçambic-ano, Moçambique
