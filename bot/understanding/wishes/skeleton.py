"""Writing Russian and Arabic by the sounds that Latin letters keep, whichever way they are typed.

People without the keyboard of their language write "meropriyatiya" or "imsa7ny", each in a way of
their own. So both writings are reduced to what all of these ways have in common.
"""

from __future__ import annotations

import re

_RUSSIAN = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", "abvgdeojziiklmnoprstufhccssieua", strict=True)
)
_ARABIC = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنهوي", "bttghhddrzsssdtdgfkklmnhwy", strict=True))
# What several Latin letters or a digit stand for, longest first.
_LATIN_RUSSIAN = (
    ("shch", "s"),
    ("sch", "s"),
    ("sh", "s"),
    ("zh", "j"),
    ("kh", "h"),
    ("ts", "c"),
    ("tc", "c"),
    ("ch", "c"),
    ("ya", "a"),
    ("ja", "a"),
    ("yu", "u"),
    ("ju", "u"),
    ("yo", "o"),
    ("jo", "o"),
    ("ye", "e"),
    ("je", "e"),
    ("iy", "i"),
    ("ij", "i"),
    ("yj", "i"),
    ("x", "h"),
    ("w", "v"),
    ("y", "i"),
    ("q", "k"),
    ("'", ""),
    ("4", "c"),
)
_LATIN_ARABIC = (
    ("sh", "s"),
    ("ch", "s"),
    ("kh", "h"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("ou", "w"),
    ("oo", "w"),
    ("ee", "y"),
    ("3'", "g"),
    ("7'", "h"),
    ("2", ""),
    ("3", ""),
    ("5", "h"),
    ("6", "t"),
    ("7", "h"),
    ("8", "k"),
    ("9", "s"),
    ("q", "k"),
    ("j", "g"),
    ("p", "b"),
    ("v", "f"),
    ("c", "k"),
    ("x", "ks"),
    ("'", ""),
)
_VOWELS = re.compile("[aeiouwy]")
_DOUBLE = re.compile(r"(\w)\1+")
_LATIN_WORD = re.compile(r"[a-z0-9']*[a-z][a-z0-9']*")


def skeleton(text: str, language: str) -> str:
    """Reduce *text* in small letters; nothing unless *language* is Russian or Arabic."""
    if language not in ("ru", "ar"):
        return ""
    letters, latin = (_RUSSIAN, _LATIN_RUSSIAN) if language == "ru" else (_ARABIC, _LATIN_ARABIC)
    words = []
    for word in re.findall(r"[\w']+", text):
        if any(letter in letters for letter in word):
            bare = "".join(letters.get(letter, "") for letter in word)
        elif _LATIN_WORD.fullmatch(word):
            bare = word
            for said, meant in latin:
                bare = bare.replace(said, meant)
        else:
            continue
        if language == "ar":
            bare = _VOWELS.sub("", bare)
        words.append(_DOUBLE.sub(r"\1", bare))
    return " ".join(filter(None, words))
