"""Reading what somebody wants otherwise in what they were shown: "no, at 16:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.understanding.answers import CorrectionWords, Words
from bot.understanding.writing import every
from kit.words import clean, is_han, unaccented

_LONGEST = 1_200  # characters: a summary and the words around it
_SIGNS = r"[\s,.:;=«\"،؛，：；。–—-]*"
_PARTED = re.compile(r"\s*[:：=–—-]")
_AT_ONCE = " …"
_AROUND = ' ,.:;=«»"،؛，：；。–—-'
_MOST_WORDS = 6  # before what is corrected, and between that and its new value


class Corrections:
    """Takes the words away that stand around a new value, and tells which part it is for."""

    def __init__(self, words: CorrectionWords) -> None:
        instead = _all(words.instead)
        self._instead = _any(instead)
        self._before, self._between = _any(instead | _all(words.before)), _any(_all(words.between))
        self._fields = {name: _any(_all(said)) for name, said in words.fields.items()}
        self._calling = {name: _any(_all(said, _AT_ONCE)) for name, said in words.fields.items()}
        self._names = {
            name: {code: said[0] for code, said in all_.items()}
            for name, all_ in words.fields.items()
        }
        after = "|".join(_written(_all(words.after)))
        self._after = re.compile(f"{_SIGNS}(?:{after}){_SIGNS}$", re.IGNORECASE)
        at_last = "|".join(_written(instead))
        self._at_last = re.compile(rf"(?<!\w)(?:{at_last}){_SIGNS}$", re.IGNORECASE)

    def read(self, said: str) -> tuple[str, str]:
        """Return the part that is named, or "", and the value as it was typed."""
        said = clean(said)[:_LONGEST]
        text = _without(said, self._before)
        field, text = self._part(text, wanted=text != said) or ("", text)
        text = self._after.sub("", text)
        return field, re.sub(rf"^{_SIGNS}|[\s\"»,،，]*$", "", text)

    def part(self, said: str) -> tuple[str, str]:
        """Return the part that *said* begins with, and its value as it was typed, or both as ""."""
        said = clean(said)[:_LONGEST]
        field, text = self._part(_without(said, self._before), wanted=True) or ("", "")
        return field, text.strip(_AROUND)

    def name(self, part: str, language: str) -> str:
        """Return the first word for a part in a language, or ""."""
        names = self._names.get(part, {})
        return names.get(language) or names.get("en", "")

    def instead(self, said: str) -> str:
        """Return what is meant where *said* begins by saying that something else was meant."""
        text = clean(said)[:_LONGEST]
        for _ in range(_MOST_WORDS):
            if self._instead.match(text):
                return self.read(text)[1]
            if (found := self._before.match(text)) is None:
                break
            text = text[found.end() :]
        return ""

    def at_last(self, said: str) -> str:
        """Return what is meant where *said* ends by saying so: "Lebanon, I meant"."""
        text = clean(said)[:_LONGEST]
        found = self._at_last.search(text)
        return self.read(text[: found.start()])[1] if found else ""

    def _part(self, text: str, *, wanted: bool) -> tuple[str, str] | None:
        """Find the part that *text* begins with, and its value; *wanted* if a change is."""
        named = [
            (found.end(), calling, name)
            for calling, patterns in ((True, self._calling), (False, self._fields))
            for name, pattern in patterns.items()
            if (found := pattern.match(text))
        ]
        for end, calling, name in sorted(named, key=lambda each: each[:2], reverse=True):
            rest = text[end:]
            value = rest if calling else self._value(rest)
            if calling or wanted or value != rest or _PARTED.match(rest):
                return name, value
        return None

    def _value(self, rest: str) -> str:
        """Take the value behind a part's name; what stands behind a colon is all of it."""
        before, colon, after = rest.partition(":")
        if colon and not _without(before, self._between).strip():
            return after
        return _without(rest, self._between)


def _without(text: str, words: re.Pattern[str]) -> str:
    for _ in range(_MOST_WORDS):
        if (found := words.match(text)) is None:
            break
        text = text[found.end() :]
    return text


def _all(words: Words, ending: str = "") -> set[str]:
    said = [word for _, word in every(words) if word.endswith(_AT_ONCE) == bool(ending)]
    plain = [word.removesuffix(_AT_ONCE) for word in said]
    return {form for word in plain for form in (word, unaccented(word))}


def _written(words: Iterable[str]) -> list[str]:
    return [
        re.escape(word) + ("" if is_han(word) or word.endswith("'") else r"(?!\w)")
        for word in sorted(words, key=len, reverse=True)
    ]


def _any(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(_written(words)) or r"(?!)"
    return re.compile(f"{_SIGNS}(?:{alternatives})", re.IGNORECASE)
