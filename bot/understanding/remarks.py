"""What is said beside an answer, or in its place: a doubt, a question, that more is to come."""

from __future__ import annotations

import re
from itertools import chain

from bot.understanding.answers import Answers
from bot.understanding.kinds import Kinds
from bot.understanding.seeking import Seeking
from bot.understanding.writing import Writing, every
from kit.words import QUESTION_MARKS, fold, is_han, split_and, split_list

_SMALL = 3  # letters of a sigh: "ah, and prisons"


class Remarks:
    """Knows them by their words, in all languages together."""

    def __init__(self, writing: Writing, answers: Answers, seeking: Seeking) -> None:
        self._writing, self._seeking = writing, seeking
        doubting, *beside = (
            {self._units(word) for _, word in every(words)}
            for words in (answers.doubting, answers.polite, answers.yes, answers.no)
        )
        self._doubting, self._known = doubting, doubting.union(*beside)
        self._longest = max(map(len, self._known))
        asking = sorted({fold(word) for _, word in every(answers.asking)}, key=len, reverse=True)
        self._asking = re.compile("|".join(map(_written, asking)))
        self._altering = Kinds({"add": answers.altering.add, "drop": answers.altering.drop})
        self._people = tuple(fold(word) for _, word in every(answers.people))

    def doubts(self, said: str) -> bool:
        """Tell whether *said* is a doubt and nothing else: "well, I am not sure"."""
        units, place, doubted = self._units(said), 0, False
        while place < len(units):
            spans = (units[place : place + size] for size in range(self._longest, 0, -1))
            phrase = next((span for span in spans if span in self._known), None)
            if phrase is None:
                return False
            doubted = doubted or phrase in self._doubting
            place += len(phrase)
        return doubted

    def asks(self, said: str) -> bool:
        """Tell whether *said* asks something, whether or not it ends as a question does."""
        begins = fold(split_list(said)[0])  # "prisons, and how to pay for them" names two things
        return said.endswith(QUESTION_MARKS) or self._asking.search(begins) is not None

    def looks_for_people(self, said: str) -> bool:
        """Tell whether *said* looks for people, and for no text."""
        text = f"{fold(said)} "
        return self._seeking.colleague(said) or any(
            word in text if is_han(word) else text.startswith(f"{word} ") for word in self._people
        )

    def alters(self, said: str) -> bool | None:
        """Read whether what is named is to be added to what was chosen, or left out of it."""
        found = self._altering.mentioned(said)
        return None if found is None else found == "add"

    def adds(self, said: str) -> bool:
        """Tell whether what *said* names comes to what was said before: "and prisons, too"."""
        begins, *rest = split_and(f"0 {said}")
        sighs = all(len(word) <= _SMALL for word in begins.split())
        return self.alters(said) is True or (bool(rest) and sighs)

    def _units(self, text: str) -> tuple[str, ...]:
        pieces = self._writing.pieces(text.replace("'", ""))
        return tuple(chain.from_iterable(each if is_han(each) else [each] for each in pieces))


def _written(word: str) -> str:
    return re.escape(word) if is_han(word) else rf"(?<!\w){re.escape(word)}(?!\w)"
