"""Library items that are near a question by what they mean, where an encoder is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from threading import Lock

from language.meaning import Encoder, Likeness
from search.document import Document

# What the words say counts by its square: a name that was typed outweighs any likeness.
_WORDS, _MOST_WORDS = 0.6, 1.5
_ADDED = 5  # at most, which no word finds
_LEAST_LIKE = 0.3  # a cosine; and so far behind the nearest
_BEHIND = 0.1
_MOST_ITEMS = 5_000  # more would take minutes to learn, and answers would wait for them


class Nearby:
    """Titles, summaries and known questions of the items. Nothing is near before it learnt."""

    def __init__(self, questions: Mapping[str, Sequence[str]]) -> None:
        """Begin without items; *questions* are what they are known to answer."""
        self._questions = questions
        self._likeness: Likeness | None = None
        self._unread: dict[str, Sequence[str]] = {}
        self._ids: set[str] = set()
        self._changing = Lock()

    def put(self, documents: Iterable[Document]) -> None:
        """Know documents, in place of those with their ids; retired ones are forgotten."""
        with self._changing:
            for document in documents:
                self._unread[document.id] = () if document.retired else [*self._said(document)]
            self._read()

    def learn(self, encoder: Encoder) -> None:
        """Read what there is, and from then on what comes."""
        with self._changing:
            self._likeness = encoder.likeness(1, "library")
            self._read()

    def weigh(self, scores: Mapping[str, float], words: str, *, add: bool) -> Mapping[str, float]:
        """Weigh what words found by its meaning, too; *add* the nearest that they did not find."""
        if self._likeness is None or not (scores or add):
            return scores
        like = self._likeness.to(words)
        found = dict(scores)
        if add and like:
            nearest = nlargest(_ADDED, like, key=lambda each: like[each])
            least = max(_LEAST_LIKE, like[nearest[0]] - _BEHIND)
            found = dict.fromkeys((each for each in nearest if like[each] >= least), 0.0) | found
        return {
            each: _WORDS * min(score, _MOST_WORDS) ** 2 + like.get(each, 0.0)
            for each, score in found.items()
        }

    def _read(self) -> None:
        self._ids.update(self._unread)
        if len(self._ids) > _MOST_ITEMS:
            self._likeness, self._unread = None, {}
        elif self._likeness is not None:
            self._likeness.put(self._unread)
            self._unread = {}

    def _said(self, document: Document) -> Iterable[str]:
        yield from document.titles.values()
        yield from document.summaries.values()
        yield from self._questions.get(document.id, ())
