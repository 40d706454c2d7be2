"""The numbered list that each person saw last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.repository import Repository
from storage.tables.talk import ListingRow


class Listings(Repository):
    """The last numbered list of each person, and how much of it was shown."""

    async def put(self, person_id: int, kind: str, ids: Sequence[str], shown: int) -> None:
        """Remember a list in place of the one before."""
        new = {"ids": list(ids), "shown": shown, "met_at": None}
        row = ListingRow(person_id=person_id, kind=kind, **new)
        await self._session.merge(row)

    async def get(self, person_id: int, kind: str) -> ListingRow | None:
        """Return the last list if it was of this *kind*."""
        row = await self._session.get(ListingRow, person_id)
        return row if row is not None and row.kind == kind else None

    async def resolve(self, person_id: int, kind: str, index: int) -> str | None:
        """Return the id at place *index* (from 1) among those shown."""
        row = await self.get(person_id, kind)
        if row is None or not 1 <= index <= row.shown:
            return None
        found: Any = row.ids[index - 1]
        return str(found)
