"""Noticing people who look for a lawyer of their own; cautious, for most who write are lawyers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.understanding.answers import Answers
from bot.understanding.writing import Writing
from kit.understanding import Emergency
from kit.words import is_han
from language.stems import stem

# By the parts of ``seeking`` that tell of it, the gravest first.
_URGENT = {
    "violence": Emergency.VIOLENCE,
    "beaten": Emergency.BEATEN,
    "removal": Emergency.REMOVAL,
    "trouble": Emergency.ARREST,
}
_SURE_HARM = ("violence", "beaten", "harmed")
_HARM = (*_SURE_HARM, "violated")
_THEIRS = ("ها", "هم", "هن")  # written onto who is close to somebody else: her son
_ANY_ENDING = "…"
_BESIDE = 2  # words beside what somebody is: the country, and more of what they are
_INTRODUCTION = 60  # characters
_KNOWING = 2  # words from a lawyer to what they know: "a lawyer in Kenya who knows"
_NEAR = 3  # words from what was done to whom: "they beat me", "меня вчера сильно избили"

_Found = Mapping[str, Sequence[int]]
"""The parts of the phrases in a text, each with the places of the words it was found at."""


class Seeking:
    """Phrases of all languages together: in need, people write in the one they have."""

    def __init__(self, writing: Writing, answers: Answers) -> None:
        self._writing = writing
        self._phrases: dict[str, set[str]] = defaultdict(set)
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        self._roots: dict[str, set[str]] = defaultdict(set)
        for part, phrases in answers.seeking.items():
            for phrase in phrases:
                open_ended, written = phrase.endswith(_ANY_ENDING), phrase.strip(_ANY_ENDING)
                if not open_ended:
                    self._phrases[part].add(self._read(phrase))
                elif phrase.startswith(_ANY_ENDING):
                    self._roots[part].add(writing.plain(written))
                else:
                    self._beginnings[part].add(writing.plain(written))
        sizes = (len(p.split()) for phrases in self._phrases.values() for p in phrases)
        self._longest = max(sizes)

    def read(self, said: str, *, member: bool) -> bool:
        """Tell whether somebody asks for a lawyer for themselves or for somebody close.

        A member who needs something about lawyers is at work.
        """
        found = self._found(said)
        hurt, case = _hurt(found), "case" in found or "unless" in found
        urgent = hurt or not found.keys().isdisjoint(_URGENT)
        if "working" in found or "introducing" in found:
            return False
        if hurt and ("kin" in found or _near(found, "self", 1 if case else _NEAR)):
            return True
        if "unless" in found or _of_colleague(found):
            return False
        if "enough" in found or ("kin" in found and urgent):
            return True
        if member or "stage" in found:
            return False
        held = hurt and not case and "custody" in found and "somebody" in found
        alone = ("plea" in found or "poor" in found) and (urgent or "summons" in found)
        return held or alone or ("lawyer" in found and ("need" in found or "poor" in found))

    def colleague(self, said: str) -> bool:
        """Tell whether a lawyer is looked for who knows about something."""
        found = self._found(said)
        near = _hurt(found) and _near(found, "self", _NEAR)
        return _of_colleague(found) and "kin" not in found and not near

    def practises(self, said: str) -> bool:
        """Tell whether somebody says that they do the work."""
        return not self._found(said).keys().isdisjoint({"working", "introducing"})

    def introduces(self, said: str) -> bool:
        """Tell whether somebody says who they are, and little else."""
        pieces, found = self._writing.pieces(said), self._found(said)
        if "introducing" not in found:
            return False
        beside = [
            piece
            for place, piece in enumerate(pieces)
            if place not in {*found["introducing"], *found.get("lawyer", ())}
            and self._writing.terms(piece, "")
        ]
        return len(beside) <= _BESIDE and len(said) <= _INTRODUCTION

    def erases(self, said: str) -> bool:
        """Tell whether what is kept is to be gone; who does the work may mean a client's record."""
        found = self._found(said)
        return "erase" in found and "working" not in found and "introducing" not in found

    def parts(self, said: str) -> AbstractSet[str]:
        """List the parts of what tells of need, or of work, that *said* holds."""
        return self._found(said).keys()

    def emergency(self, said: str) -> Emergency | None:
        """Read what cannot wait: the gravest of what is named."""
        found = self._found(said)
        if _hurt(found) and ("custody" in found or "violence" not in found):
            return Emergency.BEATEN
        return next((what for part, what in _URGENT.items() if part in found), None)

    def _found(self, said: str) -> _Found:
        pieces = self._writing.pieces(said)
        words = [stem(piece) for piece in pieces]
        found: dict[str, list[int]] = defaultdict(list)
        for place, piece in enumerate(pieces):
            spans = {
                " ".join(words[place : place + size]): range(place, place + size)
                for size in range(1, min(self._longest, len(words) - place) + 1)
            }
            for part, phrases in self._phrases.items():
                theirs = part == "kin" and piece.endswith(_THEIRS)
                for phrase in () if theirs else spans.keys() & phrases:
                    found[part].extend(spans[phrase])
                # Chinese puts no space between words: a phrase may stand anywhere in a piece.
                if is_han(piece) and any(phrase in piece for phrase in phrases):
                    found[part].append(place)
            for part, beginnings in self._beginnings.items():
                if piece.startswith(tuple(beginnings)):
                    found[part].append(place)
            for part, roots in self._roots.items():
                if any(root in piece for root in roots):
                    found[part].append(place)
        return found

    def _read(self, phrase: str) -> str:
        return " ".join(map(stem, self._writing.pieces(phrase)))


def _hurt(found: _Found) -> bool:
    """Tell whether somebody does harm to somebody: "violated" may also be said of rights."""
    return not found.keys().isdisjoint(_SURE_HARM) or (
        "violated" in found and "rights" not in found
    )


def _of_colleague(found: _Found) -> bool:
    """Tell whether what follows a lawyer says what they know: nobody's first need is that."""
    ends = found.get("lawyer", ())
    knowing = found.get("knowing", ())
    return "kin" not in found and any(
        0 <= other - one <= _KNOWING for one in ends for other in knowing
    )


def _near(found: _Found, part: str, most: int) -> bool:
    """Tell whether *part* stands at most so many words from what tells of harm."""
    harm = [place for kind in _HARM for place in found.get(kind, ())]
    return any(abs(one - other) <= most for one in harm for other in found.get(part, ()))
