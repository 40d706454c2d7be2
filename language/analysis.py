"""Cutting text of seven languages into comparable words, whatever the script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kit.words import HAN, clean, fold, is_han
from language.chinese import simplified
from language.stems import stems
from language.stopwords import STOPWORDS, without_chinese_stops

_PIECE = re.compile(f"[{HAN}]+|\\d+|[^\\W\\d_{HAN}]+")
_LONGEST_WORD = 64
_YEAR = re.compile(r"(?:19|20)\d\d")


def pieces(text: str) -> list[str]:
    """Cut *text* into folded words and numbers; a run of Chinese characters is one piece."""
    return _PIECE.findall(fold(simplified(text)))


def pairs(run: str) -> Iterator[str]:
    """Give the overlapping pairs of a run of Chinese characters, which make up for words."""
    return map("".join, pairwise(run))


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or Chinese character: folded, with the stems under which it may be found.

    ``stop`` marks a function word: it carries no topic and only meets itself. ``guessed`` marks a
    word put in place of one nobody knows.
    """

    text: str
    forms: frozenset[str]
    stop: bool = False
    guessed: bool = False

    @property
    def chinese(self) -> bool:
        """Whether it is one Chinese character."""
        return is_han(self.text)

    @property
    def year(self) -> int | None:
        """Read it as a year, from 1900 to 2099."""
        return int(self.text) if _YEAR.fullmatch(self.text) else None

    def meets(self, other: Token) -> bool:
        """Whether both are forms of one word."""
        return not self.forms.isdisjoint(other.forms)


def tokens(text: str, language: str | None = None) -> list[Token]:
    """Split *text*; words of an unknown *language* get the stems of every language of their script.

    Function words stay in, so that symbols such as "A/RES" and names such as "who pays" are whole.
    Accents stay in too until a word is stemmed, which goes by them.
    """
    plain = clean(text).casefold()
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = _PIECE.findall(without_chinese_stops(simplified(plain)))
    return [_token(word, language) for piece in found for word in _words(piece)]


def _words(piece: str) -> Iterable[str]:
    return piece if is_han(piece) else [piece[:_LONGEST_WORD]]


@lru_cache(maxsize=100_000)
def _token(word: str, language: str | None) -> Token:
    if word.isdecimal():
        number = str(int(word))
        return Token(number, frozenset({number}))
    text = fold(word)
    if text in STOPWORDS or (len(word) == 1 and word.isascii()):
        return Token(text, frozenset({f"={text}"}), stop=True)
    forms = {form for form in stems(word, language) if form}
    return Token(text, frozenset(forms or {text}))


def terms(found: Sequence[Token]) -> Iterator[frozenset[str]]:
    """Give what to index: the forms of each word, and overlapping pairs of Chinese characters."""
    for first, second in pairwise([*found, Token("", frozenset())]):
        if not first.chinese:
            if not first.stop:
                yield first.forms
        elif second.chinese:
            yield frozenset(pairs(first.text + second.text))
