"""Who is asked: filter, then rank, fairly and in a way that can be explained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

AWAKE = range(8, 20)
AT_ONCE = 2  # requests that an expert has at most


@dataclass(frozen=True, slots=True)
class Candidate:
    """What matching knows of an expert. ``recent`` counts offers of the last 30 days."""

    person_id: int
    languages: Sequence[str]
    country: str | None
    region: str | None
    zone: str | None
    open_now: int
    recent: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request asks for."""

    request_id: int
    asker_id: int
    languages: Sequence[str]
    country: str | None
    region: str | None


def rank(
    wish: Wish, candidates: Iterable[Candidate], asked: set[int], now: datetime
) -> list[tuple[Candidate, dict[str, float]]]:
    """Order who may be asked, best first, each with the parts of the score.

    The noise is seeded by the request: the same request gives the same order again, while equals
    take turns. Load and recent offers push down, so that nobody is asked for everything.
    """
    fit = [
        candidate
        for candidate in candidates
        if candidate.person_id not in asked
        and candidate.person_id != wish.asker_id
        and candidate.open_now < AT_ONCE
        and set(candidate.languages) & set(wish.languages)
    ]
    scored = [(candidate, _score(wish, candidate, now)) for candidate in fit]
    return sorted(scored, key=lambda pair: (-sum(pair[1].values()), pair[0].person_id))


def _score(wish: Wish, candidate: Candidate, now: datetime) -> dict[str, float]:
    near = 1.0 if wish.country and candidate.country == wish.country else 0.0
    if not near and wish.region and candidate.region == wish.region:
        near = 0.5
    # Not for a secret: a draw that can be repeated.
    noise = Random(f"{wish.request_id}:{candidate.person_id}").random()  # noqa: S311 -- can be drawn again, keeps no secret
    return {
        "near": near,
        "awake": 0.6 * _awake(candidate.zone, now),
        "load": -0.6 * candidate.open_now,
        "recent": -0.5 * math.log1p(candidate.recent),
        "draw": 0.08 * noise,
    }


def _awake(zone: str | None, now: datetime) -> float:
    """Share of the next eight hours that fall into the expert's day; unknown zones count half."""
    if zone is None:
        return 0.5
    local = now.astimezone(ZoneInfo(zone))
    return sum((local + timedelta(hours=h)).hour in AWAKE for h in range(8)) / 8
