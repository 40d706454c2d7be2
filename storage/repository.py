"""What all repositories share: they work inside one transaction of somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

# So many rows are read, and what is sealed of them opened, in a few milliseconds.
PORTION = 500


class Repository:
    """Reads and writes a few tables. A handler that names its class in the signature gets one."""

    def __init__(self, session: AsyncSession) -> None:
        """Work inside *session*'s transaction."""
        self._session = session

    async def _portions(
        self, query: Select[*tuple[Any, ...]]
    ) -> AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]:
        """Read many rows by one statement, and let others go on after each portion of them."""
        with closing(await self._session.execute(query)) as found:
            for portion in found.partitions(PORTION):
                yield portion
                await asyncio.sleep(0)
