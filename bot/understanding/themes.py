"""Which theme of the network a question is about, by the concepts that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import nlargest
from itertools import chain
from math import log

from kit.network import Network, RoomKind
from language.analysis import tokens
from search.concepts import Concept, Concepts, Group, Mention

_LONGEST = 700  # characters that are read
_LINKED = 0.4  # what a broader or related concept counts beside the one that is named
_VAGUE = 0.3  # what a word counts that also names a kind of document: "which standards ..."
_LEAST, _LEAD = 0.35, 1.2  # so much it takes, and so many times as much as the next one has


class Themes:
    """Weighs themes by what a question names of their subjects, the rarer ones more."""

    def __init__(self, network: Network, concepts: Concepts) -> None:
        """Know the themes of *network*, which may change, and the *concepts* of the library."""
        self._network = network
        self._concepts = concepts
        self._subjects = {slug: self._led_to(each) for slug, each in concepts.topics.items()}
        leading = Counter(chain.from_iterable(self._subjects.values()))
        most = len(self._subjects) + 1
        self._rarity = {subject: 1 - log(n) / log(most) for subject, n in leading.items()}

    def only(self, said: str) -> str | None:
        """Find the theme that *said* is about; None where no single one comes first."""
        named = list(self._named(said))
        weights = [(0.0, ""), (0.0, "")]
        for room in self._network.of_kind(RoomKind.THEME):
            each = (max((one.get(s, 0.0) for s in room.subjects), default=0.0) for one in named)
            weights.append((sum(each), room.slug))
        (first, slug), (second, _slug) = nlargest(2, weights)
        return slug if first >= max(_LEAST, _LEAD * second) else None

    def _named(self, said: str) -> Iterator[Mapping[str, float]]:
        """Weigh the subjects of the library that each name in *said* leads to."""
        found = tokens(said[:_LONGEST])
        mentions = self._concepts.mentions(found)
        vague = {place for m in mentions if m.concept.group is Group.KIND for place in m.places}
        for meanings in self._concepts.best_mentions(found, mentions):
            topics = [each for each in meanings if each.concept.group is Group.TOPIC]
            yield {
                subject: share * self._rarity[subject] * _worth(each, vague) / len(topics)
                for each in topics
                for subject, share in self._subjects[each.concept.slug].items()
            }

    def _led_to(self, concept: Concept) -> Mapping[str, float]:
        """Give the subjects that a concept leads to, its own whole."""
        related = (self._concepts.topics[slug] for slug in concept.related)
        linked = chain(self._concepts.upwards(concept), related)
        near = {subject: _LINKED for other in linked for subject in other.subjects}
        return near | dict.fromkeys(concept.subjects, 1.0)


def _worth(mention: Mention, vague: set[int]) -> float:
    """Let a name of several words count more, and one that may mean a document less."""
    return _VAGUE if vague.issuperset(mention.places) else (1 + len(mention.places)) / 2
