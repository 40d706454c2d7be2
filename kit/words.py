"""Reading what people type: seven languages, any keyboard, copied from anywhere."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

# Invisible characters that arrive with copied text: zero-width, bidi marks, embeddings, isolates.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
# To look whether there are any takes a tenth of the time that replacing them does.
_CLEANED, _UNITED = (
    re.compile(f"[{''.join(map(chr, each))}]") for each in (_INVISIBLE | _SMART, _ARABIC)
)
# "№5" and "nº5": in compatibility form both would be letters of one word with the number.
_NUMBER_SIGN = re.compile(r"(№|\b[Nn]º)(?=\w)")
_SPACE = re.compile(r"[ \t\u00a0\u3000]+")
_NOT_WORD = re.compile(r"[^\w]+")


LONGEST = 8_000  # characters of a message that are read
QUESTION_MARKS = ("?", "？", "؟")


def clean(text: str) -> str:
    """Return *text* without invisible characters, in compatibility form, quotes straightened.

    Full-width letters and digits become ordinary ones (Unicode NFKC), a sign for "number" is set
    apart from it; line breaks stay.
    """
    if not text.isascii():
        if _CLEANED.search(text):
            text = text.translate(_INVISIBLE | _SMART)
        text = _NUMBER_SIGN.sub(r"\1 ", text)
        text = unicodedata.normalize("NFKC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c == "\n" or c.isprintable())
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return *text* for comparing: no case, no accents, Arabic letter forms united, one space."""
    if text.isascii() and text.isalnum():  # most words of most texts: nothing else is to be done
        return text.lower()
    return _NOT_WORD.sub(" ", unaccented(text).casefold()).strip()


def names(text: str, user_id: str) -> bool:
    """Tell whether somebody is named: by their Matrix ID, a link to it or its localpart alone."""
    local = fold(user_id.partition(":")[0]) or fold(user_id)
    return bool(local) and f" {local} " in f" {fold(unquote(text))} "


def unaccented(text: str) -> str:
    """Return *text* without accents, Arabic letter forms united; capitals and signs stay."""
    bare = clean(text)
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join([c for c in decomposed if not unicodedata.combining(c)])
        if _UNITED.search(bare):
            bare = bare.translate(_ARABIC)
    return bare


_WORDS_QUOTED, _LETTERS_QUOTED, _HAN_QUOTED = 3, 40, 12
HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"  # for a class of a regular expression
_HAN = re.compile(f"[{HAN}]")  # written without spaces
# What clients make a link of, looked for word by word: in linear time.
_LINK = re.compile(r"://|@|www\.|#(?!\d+(?!\w|:\w))|\w\.[^\W\d_]{2}|\d\.\d+\.\d")


_ADDRESS = re.compile(r"(https?(?=://)|www(?=\.))\S+", re.IGNORECASE)


def is_address(said: str) -> bool:
    """Tell whether *said* is a web address and nothing else."""
    return _ADDRESS.fullmatch(clean(said)) is not None


def is_han(text: str) -> bool:
    """Tell whether *text* begins with a Chinese character."""
    return _HAN.match(text) is not None


def has_link(word: str) -> bool:
    """Tell whether clients make a link of a word: an address, a Matrix ID, a room."""
    return _LINK.search(word) is not None


def quote(said: str) -> str:
    """Return the first three words of what somebody *said*, so that they know what is meant.

    On one line, without links: whatever is repeated may be read by others.
    """
    words = [word for word in clean(said).split() if not has_link(word)]
    longest = _HAN_QUOTED if _HAN.search(said) else _LETTERS_QUOTED
    if not words and said:  # an empty quotation would say nothing
        scheme = _ADDRESS.match(clean(said))
        return f"{scheme[1]}…" if scheme else "…"
    shown = " ".join(words[:_WORDS_QUOTED])[:longest].rstrip()
    return shown if shown == " ".join(words) else f"{shown}…"


def number(text: str) -> int | None:
    """Read a whole number in the digits of any script ("٢", "２", "2.", "2,", "#2"), else None."""
    bare = clean(text).strip("#.,،()[] ")
    return int(bare) if bare.isdecimal() and len(bare) <= 9 else None  # noqa: PLR2004 -- no id is longer


_MOST_NUMBERS = 5


def read_numbers(said: str) -> tuple[int, ...]:
    """Read a few numbers, parted by commas or "and"; raises ValueError."""
    parts = [part for each in split_list(said) for part in split_and(f" {each}")]
    numbers = tuple(read_number(word) for part in parts for word in part.split())
    if not numbers or len(numbers) > _MOST_NUMBERS:
        raise ValueError(said)
    return numbers


USER_ID = re.compile(r"@[\w.\-=/+]+:[\w.\-]*\w")
"""A Matrix ID anywhere in a sentence."""
WEB_ADDRESS = re.compile(r"https?://\S+")
"""An address anywhere in a sentence."""

_YES_NO = ("👍", "✅", "👎", "❌")
# What makes a keycap of a digit, a picture of a sign, and the colours of a hand.
_DRESS = dict.fromkeys([0x20E3, 0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)])


def sign(key: str) -> str | None:
    """Read a reaction as the answer it stands for: a number, a yes or a no, else None."""
    bare = key.translate(_DRESS).replace("🔟", "10")
    return bare if bare in _YES_NO or number(bare) is not None else None


def read_number(said: str) -> int:
    """Read a number where one is needed; raises ValueError."""
    value = number(said)
    if value is None:
        raise ValueError(said)
    return value


_USER = re.compile(r"(?:https://matrix\.to/#/)?(@[^:\s]+:[A-Za-z0-9.:\[\]-]+)(?:\?\S*)?")
_URI = "matrix:u/"
_LONGEST_USER = 255  # Matrix spec, user identifiers


def read_user(said: str) -> str:
    """Read a full Matrix ID, bare or as a link to a person of either form; raises ValueError."""
    if "%" in said or said.startswith(_URI):
        said = unquote(said.replace(_URI, "@", 1))
    if not (found := _USER.fullmatch(said)) or len(found[1].encode()) > _LONGEST_USER:
        raise ValueError(said)
    return found[1]


_LOCALPART = re.compile(r"@?([^\s:@/#!$]+)")


def read_somebody(said: str) -> str:
    """Read a full Matrix ID, or what stands before its colon: "@amal", "amal"; raises ValueError.

    Only the first has a colon.
    """
    said = said.strip(".,;!?،؛。，、")
    if found := _LOCALPART.fullmatch(said):
        return found[1]
    return read_user(said)


def read_which(said: str) -> int | str:
    """Read the number of something, or whom it is about as ``read_somebody`` does."""
    found = number(said)
    return read_somebody(said) if found is None else found


_EVENT = re.compile(r"https://matrix\.to/#/(![^/\s?]+)/(\$[^/\s?]+)(?:\?\S*)?")


def read_event(said: str) -> tuple[str, str] | None:
    """Read a link to an event as its room and itself (Matrix specification, matrix.to)."""
    found = _EVENT.fullmatch(said)
    if found is None or not is_event(event_id := unquote(found[2])):
        return None
    return unquote(found[1]), event_id


_EVENT_ID = re.compile(r"\$[A-Za-z0-9_=+/-]+(?::[A-Za-z0-9.:\[\]-]+)?")
_LONGEST_EVENT = 255  # Matrix spec, event identifiers


def is_event(said: object) -> bool:
    """Tell whether this is an event ID as any room version makes them (spec, room versions)."""
    return (
        isinstance(said, str)
        and len(said) <= _LONGEST_EVENT
        and _EVENT_ID.fullmatch(said) is not None
    )


MOST_PARTS = 40  # of an enumeration that are read: nobody means more

_SEPARATORS = str.maketrans(dict.fromkeys(";،、，；\n", ","))


def split_list(text: str) -> list[str]:
    """Split an enumeration at the commas of any script."""
    return [part.strip() for part in text.translate(_SEPARATORS).split(",") if part.strip()]


_AND = re.compile(r"\s+(?:and|y|e|et|и|&)\s+|\s+و(?=\w)|[和与及跟]", re.IGNORECASE)


def split_and(text: str) -> list[str]:
    """Split at the "and" of any language; names may hold one too, so try the whole first."""
    return [part.strip() for part in _AND.split(text) if part.strip()]


def without_quote(body: str) -> str:
    """Drop the "> " lines that clients put before a reply (Matrix spec, rich replies)."""
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines).strip("\n")
