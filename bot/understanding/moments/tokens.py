"""Cutting a text into words, numbers, signs and single Chinese characters."""

from __future__ import annotations

import re
from typing import NamedTuple

from kit.words import HAN, fold
from language.chinese import simplified

LONGEST = 200  # characters of a text that may say when; a title may follow
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"
_HAN = f"{HAN}\u3007"
_TOKEN = re.compile(rf"\d+|[{_HAN}]|(?:(?![{_HAN}])[^\W\d_]|[{_MARKS}])+|[^\w\s]|_")
_JOINTS = frozenset("'’ʼ-‐")


class TextPiece(NamedTuple):
    """One piece of a text, folded for comparing, and where it stands; *glued* to the one before."""

    text: str
    begin: int
    end: int
    glued: bool


def cut(text: str) -> list[TextPiece]:
    """Cut a clean *text*; joints within words and dots after them fall out."""
    tokens: list[TextPiece] = []
    last = 0
    for found in _TOKEN.finditer(text[:LONGEST]):
        begin, end = found.span()
        after = text[end : end + 1]
        spelt = bool(tokens) and begin == last and tokens[-1].text[-1:].isalnum()
        dot = found[0] == "." and spelt and (tokens[-1].text.isalpha() or after.isalpha())
        joint = found[0] in _JOINTS and spelt and after.isalpha()
        if not dot and not joint:
            glued = bool(tokens) and begin == last
            tokens.append(TextPiece(_plain(found[0]), begin, end, glued))
        last = end
    return tokens


def _plain(piece: str) -> str:
    return simplified(fold(piece)) or piece
