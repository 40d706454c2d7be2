"""Reading how long, where and why, in any order: "in the lobby for 3 hours for insults"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from bot.understanding.answers import Answers, Words
from bot.understanding.moments import MomentReader
from bot.understanding.writing import every
from kit.bounds import Bounds
from kit.network import Network, RoomPlan
from kit.words import HAN, clean, fold, is_han
from language.analysis import tokens
from language.spoken import Spoken

_LONGEST = 1_000  # characters in which it is looked for
_MOST_WORDS = 6  # of the name of a room
_CUT = "\n"  # where something was taken out
_SIGNS = " \n,.;:،؛，；。"
_SETS_APART = re.compile(r"[\n,.;:،؛，；。]")


class BoundsReader:
    """Knows a length of time and a room by the words before them, or where nothing is before."""

    def __init__(
        self,
        answers: Answers,
        moments: MomentReader,
        network: Network,
        spoken: Spoken,
        room: Callable[[str, str], str | None],
        languages: Callable[[str, str], Collection[str]],
    ) -> None:
        """Know rooms of *network*, by the room and the languages that a few words are a name of."""
        words = answers.bounds
        self._moments, self._network, self._spoken = moments, network, spoken
        self._room, self._languages = room, languages
        self._lasting = re.compile(rf"{_begins(words.lasting)}\s*$", re.IGNORECASE)
        self._during = re.compile(_begins(words.lasting), re.IGNORECASE)
        self._ever = re.compile(_begins(words.ever), re.IGNORECASE)
        self._everywhere = re.compile(_begins(words.everywhere), re.IGNORECASE)
        self._because = re.compile(_begins(words.because), re.IGNORECASE)
        self._called = re.compile(_begins(words.rooms), re.IGNORECASE)
        self._generic = frozenset[str]().union(
            *(token.forms for _, word in every(words.rooms) for token in tokens(word))
        )
        self._inside, self._out_of = (
            {
                spoken: re.compile(_begins({spoken: before}), re.IGNORECASE)
                for spoken, before in places.items()
            }
            for places in (answers.venues.before, words.out_of)
        )

    def read(self, said: str, language: str) -> Bounds:
        """Take each from *said*, once; what is left is the reason."""
        text, tail = clean(said)[:_LONGEST], clean(said)[_LONGEST:]
        found = self._long(self._anywhere(text), language, Bounds(""))
        found = self._somewhere(found, {language, self._spoken.of(said) or language}, language)
        found = self._long(found.reason, language, found)
        endless = found.span is None and self._ever.search(found.reason)
        if endless:
            found = replace(found, reason=_without(found.reason, *endless.span()), endless=True)
        pieces = (self._bare(piece) for piece in found.reason.split(_CUT))
        return replace(found, reason=" ".join(filter(None, pieces)) + tail)

    def _bare(self, piece: str) -> str:
        """Leave out what stands before a reason."""
        piece = piece.strip(_SIGNS)
        begin = self._because.match(piece)
        return piece[begin.end() :].strip(_SIGNS) if begin else piece

    def _anywhere(self, text: str) -> str:
        """Take "in all rooms" out where something else is set apart behind it: else it is why."""
        return clean(self._everywhere.sub(self._apart, text))

    def _apart(self, everywhere: re.Match[str]) -> str:
        behind = everywhere.string[everywhere.end() :].lstrip(" ")
        ends = not behind and not everywhere.string[: everywhere.start()].strip(_SIGNS)
        marked = (self._because, self._during, _SETS_APART)
        ends = ends or behind[:1].isdigit()
        return _CUT if ends or any(each.match(behind) for each in marked) else everywhere[0]

    def _long(self, text: str, language: str, found: Bounds) -> Bounds:
        """Find a length of time behind a word that says so, a sign, or nothing, or at the end.

        At the end no small word may stand before it: "40 adverts in 2 minutes" tells why.
        """
        for begin, end, span in self._moments.lengths(text, language):
            front = text[:begin]
            marked = self._lasting.search(front)
            apart = not front.strip() or front.rstrip(" ")[-1] in _SIGNS or is_han(text[begin])
            last = not text[end:].strip(_SIGNS) and not _ends_small(front)
            if marked is None and not apart and not last:
                continue
            start = marked.start() if marked else begin
            if found.span is None:
                return replace(
                    found,
                    reason=_without(text, start, end),
                    span=span,
                )
        return replace(found, reason=text)

    def _somewhere(self, found: Bounds, spoken: Collection[str], language: str) -> Bounds:
        """Find a room behind a word for "in", or by its whole name at the beginning."""
        text = found.reason
        for begin in _fronts(text):
            for words in _fewer(self._behind(text[begin:])):
                if (room := self._exactly(words)) is not None:
                    left = _without(text, 0, begin + len(words))
                    return replace(found, reason=left, room=room.slug)
        unknown = ""
        for inside, front in self._places(text, spoken):
            if self._everywhere.match(text, front.start()):
                continue
            first = not text[: front.start()].strip(_SIGNS)
            named = self._behind(text[front.end() :])
            sure = not first or self._called.search(named) is not None
            for words in _fewer(named):
                if (room := self._one(words, language, sure=sure)) is not None:
                    left = _without(text, front.start(), front.end() + len(words))
                    return replace(found, reason=left, room=room.slug)
            if (first and inside) or self._called.search(named):
                unknown = unknown or named
        return replace(found, unknown=unknown)

    def _places(self, text: str, spoken: Collection[str]) -> list[tuple[bool, re.Match[str]]]:
        """List where a word stands that says "in" (True) or "out of", the longest first."""
        found = [
            (inside, place)
            for inside, before in ((True, self._inside), (False, self._out_of))
            for each in spoken
            if each in before
            for place in before[each].finditer(text)
        ]
        return sorted(found, key=lambda each: (each[1].start(), -each[1].end()))

    def _behind(self, text: str) -> str:
        """Take what may name a place: up to a sign, a reason, or where something was taken out."""
        ends = [_SETS_APART.search(text), self._because.search(text)]
        return text[: min((end.start() for end in ends if end), default=len(text))].strip()

    def _exactly(self, words: str) -> RoomPlan | None:
        said = fold(words)
        called = [each for each in self._rooms() if said in map(fold, _names(each))]
        return called[0] if len(called) == 1 else None

    def _one(self, words: str, language: str, *, sure: bool) -> RoomPlan | None:
        """Find the one room that words name which say nothing else.

        To be *sure* they have to be its whole name, or to say that they are a room.
        """
        if (room := self._exactly(words)) is not None:
            return room
        if sure and not self._called.search(words):
            return None
        rooms = self._network.rooms
        spoken = self._languages(self._called.sub(" ", words).strip(), language)
        if len(spoken) == 1 and self._called.search(words):
            return self._network.lobby(*spoken)
        slug = self._room(words, language)
        if slug is None:
            return None
        known = self._generic.union(
            *(token.forms for name in _names(rooms[slug]) for token in tokens(name))
        )
        said = [token.forms for token in tokens(words) if not token.stop]
        named = any(self._generic.isdisjoint(forms) for forms in said)
        fits = named and all(not known.isdisjoint(forms) for forms in said)
        return rooms[slug] if fits else None

    def _rooms(self) -> Iterable[RoomPlan]:
        return (room for room in self._network.rooms.values() if not room.is_space)


def _names(room: RoomPlan) -> list[str]:
    return [room.slug, *room.names.values()]


def _without(text: str, begin: int, end: int) -> str:
    """Take a part out, so that what is left is as ``clean`` leaves it."""
    return clean(f"{text[:begin]}{_CUT}{text[end:]}")


def _ends_small(text: str) -> bool:
    """Tell whether a text ends with a word that says nothing by itself."""
    _before, _space, last = text.rstrip().rpartition(" ")
    return all(token.stop for token in tokens(last))


def _fronts(text: str) -> Iterable[int]:
    """Give where a text begins, also without words that say nothing by themselves."""
    words = [(word.start(), word[0]) for word in re.finditer(r"[^\s,.;:،؛，；。]+", text)]
    for begin, word in words[:_MOST_WORDS]:
        yield begin
        if not all(token.stop for token in tokens(word)):
            return


def _fewer(named: str) -> Iterable[str]:
    """Give the first words of what may be a name, in ever fewer words."""
    words = named.split(" ")
    return (" ".join(words[:end]) for end in range(min(len(words), _MOST_WORDS), 0, -1) if named)


def _begins(words: Words) -> str:
    """Write any of *words*, where a word begins and ends; Chinese ones anywhere."""
    written = sorted({word for _, word in every(words)}, key=len, reverse=True)
    anywhere = [word for word in written if is_han(word)]
    ended = [word for word in written if word not in anywhere and word[-1] in "':"]
    others = [word for word in written if word not in anywhere and word not in ended]
    before = rf"(?<![^\W{HAN}])"
    return (
        rf"(?:{before}(?:{_any(ended)})"
        rf"|{before}(?:{_any(others)})(?!\w)\s*"
        rf"|(?:{_any(anywhere)}))"
    )


def _any(words: list[str]) -> str:
    """Write any of *words*; of none, what nothing is."""
    return "|".join(map(re.escape, words)) or "(?!)"
