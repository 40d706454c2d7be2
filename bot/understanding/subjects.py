"""Taking from a sentence what it is about: "tell me when you get something on bail"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.understanding.answers import SubjectWords
from bot.understanding.writing import every
from kit.words import clean, fold, is_han
from language.analysis import tokens
from language.spoken import Spoken

_LONGEST = 300  # characters
_END = r"[,.;:!?()\n،؛؟、。，；：！？]|$"


class Subjects:
    """Knows the words before a subject, and those with which the sentence goes on behind it."""

    def __init__(self, words: SubjectWords, spoken: Spoken) -> None:
        self._spoken = spoken
        self._that = {fold(word) for _language, word in every(words.that)}
        self._patterns = {
            language: re.compile(
                rf"{_any(before)}\s*(?P<subject>.+?)\s*(?:{_any(words.after[language])}|{_END})",
                re.IGNORECASE,
            )
            for language, before in words.before.items()
        }

    def read(self, said: str, language: str) -> str:
        """Return the subject as it was typed; "" if none is named, or only "that"."""
        said = clean(said)[:_LONGEST]
        for spoken in dict.fromkeys((self._spoken.of(said) or language, language, "en")):
            found = self._patterns[spoken].search(said) if spoken in self._patterns else None
            if found and not self._names_none(found["subject"]):
                return found["subject"]
        return ""

    def _names_none(self, subject: str) -> bool:
        return fold(subject) in self._that or all(token.stop for token in tokens(subject))


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(_written, longest_first))})"


def _written(word: str) -> str:
    return re.escape(word) if is_han(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
