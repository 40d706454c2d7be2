"""Which script a text is written in, and whether it is what it looks like."""

from __future__ import annotations

import re
import unicodedata

from kit.words import clean

WRITTEN_IN = {"ARABIC": "ar", "CYRILLIC": "ru", "CJK": "zh"}

# The letters of each language that others share its script with: not Persian, not Ukrainian.
_LETTERS = {
    "ar": re.compile("[\u0621-\u063a\u0641-\u064a]"),
    "ru": re.compile("[\u0410-\u044f\u0401\u0451]"),
    "zh": re.compile(""),
}
_KANA = re.compile("[\u3040-\u30ff]")
_MARKUP = re.compile(r"[<>{}\[\]`*|\\]|&[#\w]+;")
# Letters of other scripts that are drawn as Latin ones in most fonts (Unicode UTS #39).
_LATIN_LOOKING = frozenset("аеорсухіјѕԁԛԝһӏвкмтнгпзοανιρτυωκγηε")
# By the first word of what Unicode calls their letters.
_ALIKE = {
    *("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "CANADIAN", "CARIAN"),
    *("LYCIAN", "LYDIAN", "DESERET", "OSAGE", "MIAO", "WARANG", "VAI", "TIFINAGH", "RUNIC"),
    *("GOTHIC", "OLD"),
}
_WORD = re.compile(r"\w+")


def language_of_script(text: str) -> str | None:
    """Guess a language from the script alone; None for Latin and anything undecided."""
    counts: dict[str, int] = {}
    for letter in filter(str.isalpha, text):
        script = _script(letter)
        counts[script] = counts.get(script, 0) + 1
    return WRITTEN_IN.get(max(counts, key=lambda script: counts[script])) if counts else None


def language_of_letters(text: str) -> str | None:
    """Tell a language by its script, unless a letter of that script is another language's."""
    code = language_of_script(text)
    strange = code is None or any(
        WRITTEN_IN.get(_script(letter)) == code and not _LETTERS[code].match(letter)
        for letter in filter(str.isalpha, text)
    )
    return None if strange or _KANA.search(text) else code


def is_disguised(text: str) -> bool:
    """Tell whether a text is no plain answer: markup, or letters that only look right."""
    return _MARKUP.search(text) is not None or mixes_scripts(text)


def mixes_scripts(text: str) -> bool:
    """Tell whether a word is put together from letters that look alike (Unicode UTS #39, 5.1)."""
    scripts = ({_script(c) for c in word} & _ALIKE for word in _WORD.findall(clean(text)))
    return any(len(mixed) > 1 for mixed in scripts)


def looks_latin(text: str) -> bool:
    """Tell whether a text without a Latin letter looks as if it were of Latin letters alone."""
    letters = {letter for letter in text.casefold() if letter.isalpha()}
    return bool(letters) and letters <= _LATIN_LOOKING


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]
