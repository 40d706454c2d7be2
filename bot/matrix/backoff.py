"""How long to wait before another try."""

from __future__ import annotations

from random import Random

SHORTEST_WAIT = 0.1


def backoff(tries: int, asked: float | None, random: Random) -> float:
    """Seconds to wait before the next try: what the server asked for, else doubling up to 60."""
    if asked is not None and asked >= SHORTEST_WAIT:  # less, above all 0, would be a hot loop
        return min(asked, 3600)
    return float(min(60, 0.5 * 2 ** min(tries, 8)) * random.uniform(0.5, 1))
