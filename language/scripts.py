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
# Common words of the languages in Latin script.
_FUNCTION_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and is are was how what which when who where there can does do with for from "
        "have has been they their this that to in on by not an it we you i should would any my am",
        "es": "el los las y en qué cómo cuál cuáles cuándo quién una del con por para es son está "
        "hay su sus al lo pueden puede otros otras cuando donde pero más sin mi mis yo soy estoy",
        "fr": "le les des et est une dans pour avec sur qui que quel quelle quels quelles comment "
        "quand sont aux du par pas ne ou il ils elle vous nous je peut d l c j n qu au ces cette "
        "mon ma mes suis",
        "pt": "o os as e em é um uma do da dos das no na nos nas com para por quais qual como "
        "quando quem não são ao aos à às seu sua pelo pela há está pode podem outros outras "
        "mas mais sem eu meu meus minha minhas sou foi",
    }.items()
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


def language_of_words(text: str) -> str | None:
    """Guess a language from the script, or from which function words there are more of."""
    if by_script := language_of_script(text):
        return by_script
    words = _WORD.findall(clean(text).casefold())
    counts = {code: sum(word in said for word in words) for code, said in _FUNCTION_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    certain = counts[best] and sum(count == counts[best] for count in counts.values()) == 1
    return best if certain else None


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
