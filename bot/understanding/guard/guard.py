"""Details of a person in what somebody writes: words that announce them, shapes beside these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import decimal

from bot.understanding.guard import citations, numbers
from bot.understanding.guard.lexicon import Lexicon, every
from bot.understanding.guard.names import ABOUT_ONE, NameFinder
from bot.understanding.guard.places import PlaceFinder
from kit.confidential import Detail
from kit.words import unaccented
from language.chinese import simplified
from language.cues import Cues, Span

LONGEST = 8_000  # characters that are read; longer messages are refused
_LONGEST_SHAPE = 60
_WINDOW = 25  # characters before a word such as case
_SHORTEST_SHOUT = 12  # letters
_DIGIT = re.compile(r"(?![0-9])\d")  # of another script
_SENTENCE_ENDS = re.compile(r"[?!\n؟。]|\.(?=\s+\w)(?<!\b\w\.)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its cues; what leads to nobody is blotted out, letter by letter, in the copies.

    ``cited`` lacks numbers of laws and published decisions, ``dated`` dates and times as well,
    ``counted`` what is only an amount.
    """

    text: str
    cues: Mapping[str, Sequence[Span]]
    cited: str
    dated: str
    counted: str

    def beside(
        self, kind: str, shape: re.Pattern[str], text: str, within: int, after: int = 0
    ) -> Iterator[str]:
        """List what has *shape* at most *within* characters after a cue, or *after* before one.

        No sentence ends between the two.
        """
        for start, end in self.cues.get(kind, ()):
            behind = shape.finditer(text, end, end + within + _LONGEST_SHAPE)
            before = shape.finditer(text, max(0, start - after - _LONGEST_SHAPE), start)
            for found in behind:
                if found.start() - end <= within and self._joined(end, found.start()):
                    yield found[0]
            for found in before if after else ():
                if start - found.end() <= after and self._joined(found.end(), start):
                    yield found[0]

    def _joined(self, begin: int, end: int) -> bool:
        return _SENTENCE_ENDS.search(self.text, begin, end) is None


_NO_CUES = {
    "version",
    "institution",
    "given",
    "common",
    "office",
    "digits",
    "surnames",
    "chinese",
    "shapes",
}

# What a number is said of beside these is somebody's, not a law's.
_PERSONAL = (*ABOUT_ONE, "pronoun", "identity", "born", "account", "home")


class Guard:
    """Tells which kinds of detail a text holds."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Prepare the words of all languages together."""
        lists = lexicon.model_dump(exclude=_NO_CUES)
        self._cues = Cues({kind: every(words) for kind, words in lists.items()})
        self._worded = numbers.Worded(lexicon.shapes)
        self._names = NameFinder(lexicon)
        self._places = PlaceFinder(lexicon.shapes, self._worded.counted, self._names.no_name)
        self._said = numbers.said(every(lexicon.digits))

    def find(self, text: str) -> tuple[Detail, ...]:
        """List the kinds of detail that *text* holds, in the order of their declaration."""
        plain = simplified(unaccented(text[:LONGEST])[:LONGEST])
        plain = _DIGIT.sub(lambda digit: str(decimal(digit[0])), plain)
        read = self._read(plain)
        found = set(self._found(read))
        if _is_shouted(plain):  # no capital tells a name, but right behind "my client"
            found -= set() if self._names.has_named(plain, read.cues) else {Detail.NAME}
            found |= set(self._found(self._read(_lower(plain))))
        return tuple(detail for detail in Detail if detail in found)

    def _read(self, text: str) -> Reading:
        cues = self._cues.find(_lower(text))
        personal = [span for kind in _PERSONAL for span in cues.get(kind, ())]
        cited = citations.blot(text, cues.get("law", ()), personal)
        dated = numbers.blot(numbers.CALENDAR, cited)
        return Reading(text, cues, cited, dated, numbers.blot(numbers.COUNT, dated))

    def _found(self, read: Reading) -> Iterator[Detail]:
        if self._worded.email.search(read.cited):
            yield Detail.EMAIL
        if (
            numbers.BORN.search(read.cited)
            or any(read.beside("born", numbers.DATE, read.cited, 30, after=25))
            or any(read.beside("born", self._worded.date, read.cited, 40))
            or any(read.beside("born", numbers.SHORT_DATE, read.cited, 20))
        ):
            yield Detail.BIRTH_DATE
        if _has_phone(read) or any(read.beside("call", self._said, read.text, 40)):
            yield Detail.PHONE
        if numbers.DOCUMENT.search(read.counted) or any(self._numbered(read)):
            yield Detail.IDENTITY
        if self._has_file(read):
            yield Detail.CASE_NUMBER
        yield from self._whereabouts(read)
        if self._names.has_person(read.cited.replace("_", " "), read.cues):
            yield Detail.NAME

    def _numbered(self, read: Reading) -> Iterator[str]:
        """List numbers of documents and prisoners, by a word beside them."""
        yield from read.beside("identity", numbers.NUMBERED, read.dated, 45)
        yield from read.beside("identity", numbers.SMALL_NUMBERED, read.dated, 25)
        yield from read.beside("identity", self._said, read.text, 40)
        yield from read.beside("people", numbers.PRISONER_NUMBER, read.counted, 6)

    def _whereabouts(self, read: Reading) -> Iterator[Detail]:
        """Find where somebody is, by car or in a network, too."""
        somebody = any(read.cues.get(kind) for kind in ABOUT_ONE)
        anybody = somebody or bool(read.cues.get("pronoun") or read.cues.get("home"))
        if (
            ((somebody or read.cues.get("home")) and self._has_house(read))
            or (
                (anybody or read.cues.get("force"))
                and numbers.SMALL_HOUSE.search(_lower(read.dated))
            )
            or any(read.beside("home", self._worded.flat, read.counted, 45))
            or any(read.beside("home", self._places.street, read.counted, 12))
            or numbers.COORDINATES.search(read.text)
        ):
            yield Detail.ADDRESS
        whole = any(
            any(read.beside(kind, numbers.WHOLE_PLATE, read.dated, 25, after=20))
            for kind in ("vehicle", "wheels")
        )
        if whole or (
            anybody
            and (
                any(read.beside("vehicle", numbers.PLATE, read.dated, 25))
                or numbers.CHINESE_PLATE.search(read.text)
            )
        ):
            yield Detail.VEHICLE
        account = any(read.beside("account", numbers.ACCOUNT, read.text, 30))
        if any(read.beside("own", numbers.MATRIX_ID, read.text, 12)) or (
            anybody and (account or numbers.PROFILE.search(read.text))
        ):
            yield Detail.ACCOUNT
        if (somebody or read.cues.get("pronoun")) and self._places.has_place(
            read.dated, read.cues.get("custody", ())
        ):
            yield Detail.CUSTODY

    def _has_house(self, read: Reading) -> bool:
        return numbers.HOUSE.search(read.dated) is not None or self._places.has_house(
            read.counted, read.cues.get("street", ())
        )

    def _has_file(self, read: Reading) -> bool:
        """Tell whether a file is named that is not one of a published decision."""
        published = read.cues.get("published") or citations.is_decision(read.text)
        if published and not read.cues.get("own"):
            return False
        return (
            numbers.FILE.search(read.cited) is not None
            or any(read.beside("docket", self._worded.filed, read.counted, 20))
            or any(self._has_number(read, span) for span in read.cues.get("docket", ()))
        )

    def _has_number(self, read: Reading, span: Span) -> bool:
        """Tell whether a bare number follows: the number of the case is 417, OB 41."""
        start, end = span
        called = self._worded.called_number.search(read.counted, max(0, start - _WINDOW), start)
        register = read.text[start:end].isupper()  # OB, RIT, КУСП
        return (called is not None or register) and self._worded.bare_number.match(
            read.counted, end
        ) is not None


def _lower(text: str) -> str:
    """Write *text* small, letter for letter: places must stay the same."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > _SHORTEST_SHOUT and all(map(str.isupper, letters))


def _has_phone(read: Reading) -> bool:
    alone = (found[0] for found in numbers.DIALLED.finditer(read.counted))
    said = read.beside("call", numbers.DIALLED, read.dated, 40, after=20)
    return any(numbers.dials(n, said=False) for n in alone) or any(
        numbers.dials(n, said=True) for n in said
    )
