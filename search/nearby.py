"""Library items that are near a question by what they mean, where an encoder is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from language.meaning import Encoder
from search.document import Document

# What the words say counts by its square: a name that was typed outweighs any likeness.
_WORDS, _MOST_WORDS = 0.6, 1.5
_ADDED = 5  # at most, which no word finds
_LEAST_LIKE = 0.3  # a cosine; and so far behind the nearest
_BEHIND = 0.1
_MOST_ITEMS = 5_000  # more would take minutes to learn, and answers would wait for them


class Nearby:
    """Titles, summaries and known questions of the items. Without an encoder nothing is near."""

    def __init__(self, questions: Mapping[str, Sequence[str]], encoder: Encoder | None) -> None:
        """Begin without items; *questions* are what they are known to answer."""
        self._questions = questions
        self._likeness = encoder.likeness(1, "library") if encoder else None
        self._ids: set[str] = set()

    def put(self, documents: Iterable[Document]) -> None:
        """Know documents, in place of those with their ids; retired ones are forgotten."""
        if self._likeness is None:
            return
        said = {d.id: () if d.retired else [*self._said(d)] for d in documents}
        self._ids.update(said)
        if len(self._ids) > _MOST_ITEMS:
            self._likeness.put(dict.fromkeys(self._ids, ()))
            self._likeness = None
        else:
            self._likeness.put(said)

    async def weigh(
        self, scores: Mapping[str, float], words: str, *, add: bool
    ) -> Mapping[str, float]:
        """Weigh what words found by its meaning, too; *add* the nearest that they did not find."""
        if self._likeness is None or not (scores or add):
            return scores
        if not (like := await self._likeness.to(words)):
            return scores
        found = dict(scores)
        if add:
            nearest = nlargest(_ADDED, like, key=lambda each: like[each])
            least = max(_LEAST_LIKE, like[nearest[0]] - _BEHIND)
            found = dict.fromkeys((each for each in nearest if like[each] >= least), 0.0) | found
        return {
            each: _WORDS * min(score, _MOST_WORDS) ** 2 + like.get(each, 0.0)
            for each, score in found.items()
        }

    def _said(self, document: Document) -> Iterable[str]:
        yield from document.titles.values()
        yield from document.summaries.values()
        yield from self._questions.get(document.id, ())
