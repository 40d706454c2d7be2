"""When an address is tried again, and when it counts as dead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.engine import Storage
from storage.items import Items
from storage.links import DEAD_AFTER, Links
from tests.harness import NOON

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
ITEM, URL = "unpg-2012", "https://undocs.org/A/RES/67/187"


async def tried(storage: Storage, *reasons: str | None) -> list[str]:
    """Try the address once a day with these outcomes; returns what is dead then."""
    async with storage.write() as session:
        for day, reason in enumerate(reasons):
            await Links(session).checked(ITEM, URL, NOON + day * DAY, reason)
    async with storage.read() as session:
        return [row.id for row, _link in await Links(session).dead()]


@pytest.mark.parametrize(
    ("reasons", "dead"),
    [
        (["404"] * (DEAD_AFTER - 1), []),
        (["404", "timeout"] * (DEAD_AFTER // 2), [ITEM]),
        ([*["404"] * DEAD_AFTER, None], []),
        ([*["404"] * (DEAD_AFTER - 1), None, "404"], []),
    ],
)
async def test_an_address_is_dead_after_failures_over_days(storage, reasons, dead):
    assert await tried(storage, *reasons) == dead


async def test_a_new_address_begins_anew(storage):
    await tried(storage, *["404"] * DEAD_AFTER)
    async with storage.write() as session:
        (await Items(session).get(ITEM)).url = "https://example.org/"
    async with storage.read() as session:
        assert (await Links(session).dead(), await Links(session).failing(ITEM)) == ([], None)
    async with storage.write() as session:
        await Links(session).checked(ITEM, "https://example.org/", NOON, "404")
    async with storage.read() as session:
        found = await Links(session).failing(ITEM)
        assert (found.failures, found.failing_since) == (1, NOON)


@pytest.mark.slow
async def test_each_address_is_tried_once_before_any_again(storage):
    seen = set()
    async with storage.write() as session:
        while due := await Links(session).due(NOON):
            await Links(session).checked(*due, NOON, None)
            seen.add(due[0])
        with_url = {row.id for row in await Items(session).everything() if row.url}
        assert (seen, await Links(session).due(NOON + 6 * DAY)) == (with_url, None)
        again = await Links(session).due(NOON + 7 * DAY)
        assert again == (min(seen), (await Items(session).get(min(seen))).url)
