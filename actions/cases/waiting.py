"""How long one waits for an expert, as far as it can be told without telling of anybody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

DAY = timedelta(days=1)
LOOKED_AT = 90 * DAY
FEW = 5  # so few requests would tell of single ones


def usual_wait(waits: Sequence[timedelta]) -> int | None:
    """Give the days after which half of the requests were taken on; None for a few."""
    if len(waits) < FEW:
        return None
    return max(1, math.ceil(median(wait / DAY for wait in waits)))
