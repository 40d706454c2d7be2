"""Taking the endings off words: Snowball, and what it misses in Arabic, Russian and Portuguese.

Search takes every stem a word may have, for what it finds is ranked. A name is compared by one,
and in Russian Snowball takes too much for that: it makes one of Нигер and Нигерия.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import Stemmer

from kit.words import fold, is_han

_LATIN = {
    language: Stemmer.Stemmer(name)
    for language, name in (
        ("en", "english"),
        ("es", "spanish"),
        ("fr", "french"),
        ("pt", "portuguese"),
    )
}
_RUSSIAN = Stemmer.Stemmer("russian")
_ARABIC = Stemmer.Stemmer("arabic")

_IS_CYRILLIC = re.compile("[\u0400-\u04ff]")
_IS_ARABIC = re.compile("[\u0600-\u06ff]")
# The article and the particles written onto it or onto a bare word: و ف ب ك ل ال. Snowball misses
# combinations.
_ARTICLE = re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل)(?=\w{2})")
_PARTICLE = re.compile(r"^[ولب](?=\w{4})")
_VOWEL = re.compile("(?<=...)[اي]$")  # ليبيا, ليبي; قاضيا, قاضي
# Case endings, as folding leaves them (й is и): Казахстана, Кении, Южной Африки, русский.
_CASE = re.compile(
    "(?:(?<=к)и[ие]|(?<=..)(?:[аяыи]ми|[ое]го|[ое]му|[аяо]х|[аяоеыи]м|[оеы]и|ая|яя|[ое]е|ую|юю|[ыи]х"
    "|[ое]в|ью|[аоеуюыияь]))$"
)


def rules(language: str) -> str:
    """Name the language by whose rules words of a language in Latin letters are stemmed."""
    return language if language in _LATIN else "en"


def stem(word: str, language: str | None = None) -> str:
    """Take the ending off a folded word of a name or an answer.

    In Russian that of its case; in Latin letters only if *language* says by which rules.
    """
    if _IS_CYRILLIC.match(word):
        return _CASE.sub("", word)
    if _IS_ARABIC.match(word):
        return _arabic(_ARTICLE.sub("", word))
    if language is None or is_han(word):
        return word
    return str(_LATIN[rules(language)].stemWord(word))


def stems(word: str, language: str | None = None) -> Iterator[str]:
    """Give every stem under which a word in small letters may be met.

    A word of an unknown *language* gets those of all languages of its script. It is stemmed as
    written and without accents, so that either spelling meets the other.
    """
    text = fold(word)
    if _IS_ARABIC.match(text):
        bare = _ARTICLE.sub("", text)
        yield from map(_arabic, {text, bare, _PARTICLE.sub("", bare)})
    elif _IS_CYRILLIC.match(text):
        once = _RUSSIAN.stemWord(word.replace("ё", "е"))
        yield fold(once)
        yield fold(_RUSSIAN.stemWord(once))  # правила loses a syllable that правилам keeps
    elif text[:1].isascii():
        for known in (language,) if language in _LATIN else _LATIN:
            yield fold(_LATIN[known].stemWord(word))
            yield _LATIN[known].stemWord(text)
            if known == "pt" and text.endswith("oes"):  # prisões, prisão: Snowball keeps them apart
                yield _LATIN[known].stemWord(f"{text[:-3]}ao")


def _arabic(word: str) -> str:
    # fold() made every final ta marbuta a ha; the stemmer only cuts the former.
    ending = f"{word[:-1]}ة" if word.endswith("ه") else word
    return _VOWEL.sub("", _ARABIC.stemWord(ending).replace("ة", "ه"))
