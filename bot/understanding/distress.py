"""Noticing who speaks of dying, whether themselves or another, and who can bear no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from bot.understanding.answers import DistressWords
from bot.understanding.seeking import Seeking
from bot.understanding.writing import Writing
from kit.understanding import Distress
from kit.words import is_han
from language.cues import Cues, Span

_ANY_ENDING = "*"
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")  # many leave them out: "dont", "jai"
# A word that says who suffers what a sentence tells: then it is no sigh of whoever writes.
_OF_OTHERS = frozenset({"working", "case", "kin", "custody", "trouble"})


class DistressReader:
    """Phrases of all languages together: in need, people write in the one they have."""

    def __init__(self, writing: Writing, words: DistressWords, seeking: Seeking) -> None:
        self._writing = writing
        self._seeking = seeking
        beside = sorted(map(self._plain, words.beside), key=len, reverse=True)
        self._beside = frozenset(each for each in beside if not is_han(each))
        self._beside_han = [each for each in beside if is_han(each)]
        self._alone = frozenset(map(self._heard, words.alone))
        kinds: dict[str, Iterable[str]] = {
            "own": words.own,
            "suicidal": words.suicidal,
            "another": words.another,
            "told": words.told,
            "grief": words.grief,
            "worn": words.worn,
            "idiom": words.idiom,
        }
        self._cues = Cues({kind: spelt_out(said, self._cue) for kind, said in kinds.items()})

    def read(self, said: str) -> Distress | None:
        """Read what somebody suffers from: the gravest of what is named."""
        heard = self._heard(said)
        found = self._cues.find(heard)
        if not found and heard not in self._alone:
            return None
        idioms = found.pop("idiom", [])
        of_others = [*idioms, *found.get("another", ())]
        hidden = {"own": of_others, "suicidal": of_others}
        kinds = {each for each, spans in found.items() if _stand(spans, hidden.get(each, idioms))}
        others = self._seeking.parts(said) & _OF_OTHERS
        if "own" in kinds or "suicidal" in kinds:
            of_another = "told" in kinds or ("own" not in kinds and others)
            return Distress.ANOTHER if of_another else Distress.OWN
        if "another" in kinds:
            return Distress.ANOTHER
        if "grief" in kinds:
            return Distress.GRIEF
        worn = "worn" in kinds and not others
        return Distress.WORN if worn or heard in self._alone else None

    def _plain(self, said: str) -> str:
        return self._writing.plain(said.translate(_APOSTROPHES))

    def _heard(self, said: str) -> str:
        """Leave out what may stand anywhere: "I really just want to", "не хочу больше"."""
        words = [word for word in self._plain(said).split() if word not in self._beside]
        text = " ".join(words)
        for each in self._beside_han:
            text = text.replace(each, "")
        return text

    def _cue(self, phrase: str) -> str:
        return self._heard(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")


def spelt_out(rows: Iterable[str], read: Callable[[str], str]) -> Iterable[str]:
    """Spell out "want to | wanna + die | be dead": each of the first with each of the last.

    Each is *read* once, for there are many more pairs of them.
    """
    for row in rows:
        parts = [[read(each.strip()) for each in part.split("|")] for part in row.split("+")]
        for words in product(*parts):
            said = [word for word in words if word]
            yield "".join(said) if is_han(said[0]) else " ".join(said)


def _stand(spans: Iterable[Span], idioms: Iterable[Span]) -> bool:
    """Tell whether none of *idioms* ends, or goes on behind, one of *spans*."""
    return any(not any(begin < last <= end for begin, end in idioms) for _first, last in spans)
