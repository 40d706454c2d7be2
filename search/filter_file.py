"""The shape of ``locales/<language>/filters.yaml``: how people say what a search is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kit.words import HAN, is_han, unaccented

Key = Literal["kind", "language", "region", "year", "topic"]
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = rf"(?<![^\W_{HAN}])", rf"(?![^\W_{HAN}])"
_HOLES = {
    "{year}": r"(?<![\d/])((?:1[89]|20)\d\d)(?![\d/])",
    "{language}": r"([^\W\d_]{3,})",
}
_HAN_LANGUAGE = r"([^\W\d_]{2,5}?)"
_PIECES = re.compile(r"\{[a-z]+\}|.", re.DOTALL)
_SIGNS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", " ": r"\s+", "'": "['’]"}
_LONGEST = 80  # characters of a phrase


def _is_phrase(phrase: str) -> str:
    if not _is_balanced(phrase, "[]") or not _is_balanced(phrase, "()"):
        message = "a bracket is open, or closed that was not"
        raise ValueError(message)
    unknown = {piece for piece in _PIECES.findall(phrase) if piece[0] == "{"} - _HOLES.keys()
    if unknown:
        message = f"no such hole: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return phrase


def _is_balanced(phrase: str, pair: str) -> bool:
    begun = 0
    for sign in phrase:
        begun += (sign == pair[0]) - (sign == pair[1])
        if begun < 0:
            return False
    return begun == 0


Phrase = Annotated[str, Field(min_length=1, max_length=_LONGEST), AfterValidator(_is_phrase)]
Phrases = tuple[Phrase, ...]
_Years = tuple[Annotated[Phrase, Field(pattern=r"^[^{]*\{year\}[^{]*$")], ...]
_Spans = tuple[Annotated[Phrase, Field(pattern=r"^[^{]*\{year\}[^{]*\{year\}[^{]*$")], ...]
_Spoken = tuple[Annotated[Phrase, Field(pattern=r"^[^{]*\{language\}[^{]*$")], ...]


class FilterFile(BaseModel):
    """Words and phrases of one language; see the file for what each list is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    keys: dict[Key, Phrases]
    between: _Spans
    since: _Years
    after: _Years
    before: _Years
    until: _Years
    only: Phrases
    begins: _Spoken
    ends: _Spoken
    endings: dict[str, str] = {}

    def only_word(self) -> Iterator[str]:
        """Give expressions for the words beside which all else is a filter."""
        for phrase in self.only:
            yield _pattern(phrase)


def expression(phrase: str, *, front: str = "", back: str = "") -> re.Pattern[str]:
    """Make an expression of a *phrase* between two others; each hole is a group of it."""
    return re.compile(f"{front}{_pattern(phrase)}{back}", re.IGNORECASE)


def _pattern(phrase: str) -> str:
    """Write *phrase* as an expression: accents and the spaces around Chinese may be left out."""
    moved = re.sub(r"\] (?=.)", " ]", phrase)  # the space goes with what may be left out
    moved = re.sub(r" \[(?=[^\]]*\]$)", "[ ", moved)
    han = any(map(is_han, phrase))
    parts = [_piece(piece, han=han) for piece in _PIECES.findall(moved)]
    whole = "".join(parts)
    if han:
        return whole
    return _NO_LETTER_BEFORE + whole + ("" if phrase.endswith("}") else _NO_LETTER_AFTER)


def _piece(piece: str, *, han: bool) -> str:
    if piece == "{year}" and han:
        return rf"\s*{_HOLES[piece]}\s*"
    if piece == "{language}" and han:
        return _HAN_LANGUAGE
    if piece == "]" and han:
        return r")?\s*"
    if piece in _HOLES:
        return _HOLES[piece]
    if piece in _SIGNS:
        return _SIGNS[piece]
    bare = unaccented(piece)
    return re.escape(piece) if bare == piece or len(bare) != 1 else f"[{piece}{bare}]"
