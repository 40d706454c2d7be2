"""What all repositories share: they work inside one transaction of somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base

# So many rows are read, and what is sealed of them opened, in a few milliseconds.
PORTION = 500

Kind = TypeVar("Kind", bound=Base)
Value = TypeVar("Value")
_KEPT = "kept"


def padded(values: Collection[Value]) -> list[Value]:
    """Repeat a value until there are 0, 1, 2, 4, 8 ... of them, for a list within a statement.

    Each length is another statement, and drivers keep only so many of those they prepared.
    """
    given = list(values)
    missing = (1 << (len(given) - 1).bit_length()) - len(given) if given else 0
    return given + given[-1:] * missing


class Repository:
    """Reads and writes a few tables. A handler that names its class in the signature gets one."""

    def __init__(self, session: AsyncSession) -> None:
        """Work inside *session*'s transaction."""
        self._session = session

    def _keep(self, rows: Iterable[Base | None]) -> None:
        """Hold *rows* until the transaction ends: else a session forgets what nobody holds."""
        self._session.info.setdefault(_KEPT, []).extend(rows)

    def _read_before(self, table: type[Kind], fits: Callable[[Kind], bool]) -> Kind | None:
        """Return a row that was read in this transaction and fits, without asking again."""
        for row in self._session.identity_map.values():
            if isinstance(row, table) and fits(row):
                return row
        return None

    async def _portions(
        self, query: Select[*tuple[Any, ...]]
    ) -> AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]:
        """Read many rows by one statement, and let others go on after each portion of them.

        Nothing of them is read before it is asked for: opening all at once would hold others up.
        """
        found = await self._session.stream(query.execution_options(yield_per=PORTION))
        try:
            async for portion in found.partitions():
                yield portion
                await asyncio.sleep(0)
        finally:
            await found.close()
