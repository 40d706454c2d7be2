"""Ten days of a small network: nobody is written to too often or woken but by an open gate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from benchmarks.month import Unasked, simulate, too_many
from storage.engine import Storage
from tests.harness import NOON


@pytest.mark.slow
async def test_attention_is_spared(storage: Storage):
    month = await simulate(storage, members=20, days=10, seed=1)
    counted = [each for each in month.unasked if each.counted]
    assert len(counted) > 20
    assert (too_many(month.unasked), [each for each in month.unasked if each.at_night]) == (0, [])


@pytest.mark.slow
async def test_an_open_gate_is_noticed(storage: Storage):
    month = await simulate(storage, members=20, days=8, seed=1, control="open")
    assert too_many(month.unasked) > 15
    assert sum(each.at_night for each in month.unasked) > 15


@pytest.mark.parametrize(
    ("hours", "over"), [([0, 1, 2], 0), ([0, 1, 2, 167], 1), ([0, 1, 2, 168], 0), ([0, 0, 0, 0], 1)]
)
def test_any_seven_days_count(hours, over):
    times = [NOON + timedelta(hours=hour) for hour in hours]
    assert (
        too_many([Unasked("direct:1", "attention.digest", at, None, None) for at in times]) == over
    )
