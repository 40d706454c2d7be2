"""Score candidates: how much of the question they answer, and how near their name comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from search.units import ParsedQuery

# Of the question, or there is no answer at all; less will do when it names several topics.
_LEAST_ANSWERED = 0.46
_LEAST_ANSWERED_ON_TOPIC = 0.28
_LEAST_OF_BEST = 0.55  # of what the best answers, or an item is left out
_NAME = 0.5
_OWN_LANGUAGE = 0.04
_OWN_REGION = 0.03
_SURE = 0.6  # a term that answers a unit at least this well is what was asked for


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers some of the question: ``answered`` is the weight of that part."""

    id: str
    answered: float
    languages: frozenset[str]
    regions: frozenset[str]
    names: Sequence[Sequence[frozenset[str]]]


def score(
    question: ParsedQuery,
    candidates: Sequence[Hit],
    weight: Callable[[str], float],
    language: str,
    region: str | None,
) -> Mapping[str, float]:
    """Score *candidates* (best answered first), but for those that answer too little."""
    total = question.weight
    least = total * (_LEAST_ANSWERED_ON_TOPIC if question.on_topic else _LEAST_ANSWERED)
    if not candidates or candidates[0].answered < least:
        return {}
    enough = max(least, _LEAST_OF_BEST * candidates[0].answered)
    asked = [
        (unit.weight / total, {term for term, share in unit.terms.items() if share >= _SURE})
        for unit in question.units
    ]
    wanted = frozenset[str]().union(*(terms for _share, terms in asked))

    def score_of(candidate: Hit) -> float:
        near = max(
            (_nearness(name, asked, wanted, weight) for name in candidate.names), default=0.0
        )
        own = _OWN_LANGUAGE * (language in candidate.languages)
        own += _OWN_REGION * (region in candidate.regions)
        return candidate.answered / total + _NAME * near + own

    relevant = [candidate for candidate in candidates if candidate.answered >= enough]
    return {candidate.id: score_of(candidate) for candidate in relevant}


def _nearness(
    name: Sequence[frozenset[str]],
    asked: Sequence[tuple[float, set[str]]],
    wanted: frozenset[str],
    weight: Callable[[str], float],
) -> float:
    """Compare a name with the question: 1 if they say the same, 0 if nothing in common.

    It is the harmonic mean of how much of each is in the other.
    """
    hits = [unit for unit in name if not wanted.isdisjoint(unit)]
    if not hits:
        return 0.0
    there = frozenset[str]().union(*hits)
    met = sum(share for share, terms in asked if not there.isdisjoint(terms))
    whole = sum(min(map(weight, unit)) for unit in name)
    covered = sum(min(map(weight, unit)) for unit in hits) / whole
    return 2 * covered * met / (covered + met)
