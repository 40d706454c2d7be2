"""Put candidates in order: how much of the question they answer, and how near their name comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.search.units import Question

_LEAST_ANSWERED = 0.4  # of the question, or there is no answer at all
_LEAST_OF_BEST = 0.55  # of what the best answers, or an item is left out
_NAME = 0.5
_OWN_LANGUAGE = 0.04
_OWN_REGION = 0.03


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that answers some of the question: ``answered`` is the weight of that part."""

    id: str
    answered: float
    languages: frozenset[str]
    regions: frozenset[str]
    names: Sequence[Sequence[frozenset[str]]]


def rank(
    question: Question,
    candidates: Sequence[Candidate],
    weight: Callable[[str], float],
    language: str,
    region: str | None,
) -> list[str]:
    """Order *candidates* (best answered first) and leave out those that answer too little."""
    total = question.weight
    if not candidates or candidates[0].answered < _LEAST_ANSWERED * total:
        return []
    enough = max(_LEAST_ANSWERED * total, _LEAST_OF_BEST * candidates[0].answered)
    asked = {term for unit in question.units for term, share in unit.terms.items() if share == 1.0}

    def score(candidate: Candidate) -> float:
        answered = candidate.answered / total
        near = max((_nearness(name, asked, answered, weight) for name in candidate.names), default=0)
        own = _OWN_LANGUAGE * (language in candidate.languages)
        return answered + _NAME * near + own + _OWN_REGION * (region in candidate.regions)

    relevant = [candidate for candidate in candidates if candidate.answered >= enough]
    return [candidate.id for candidate in sorted(relevant, key=score, reverse=True)]


def _nearness(
    name: Sequence[frozenset[str]],
    asked: set[str],
    answered: float,
    weight: Callable[[str], float],
) -> float:
    """Say how much of a name was asked for (0 to 1), balanced with how much of the question it is."""
    weights = [min(weight(term) for term in unit) for unit in name]
    met = sum(w for w, unit in zip(weights, name, strict=True) if not asked.isdisjoint(unit))
    covered = met / sum(weights) if weights else 0.0
    return 2 * covered * answered / (covered + answered) if covered else 0.0
