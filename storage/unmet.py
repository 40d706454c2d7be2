"""What was looked for and not found: words and counts, never who asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from kit.words import clean
from storage.repository import Repository
from storage.rows import insert_new
from storage.tables.library import UnmetRow

_LONGEST = 80  # characters
# Mail addresses, Matrix ids, rooms and links; then telephone and other long numbers. Words are
# looked at one by one and only where they begin: what is kept is shorter, and the time is linear.
_ADDRESS = re.compile(r"@|[!#$][^:]+:.|.://.|www\..")
_BEGINNING = 200  # characters
_LONG_NUMBER = re.compile(r"\+?\d(?:(?!\.\.)[\s().-]{0,2}\d){6,}|\d{5,}")


class Unmet(Repository):
    """Questions the library could not answer."""

    async def note(self, said: str, language: str, now: datetime) -> None:
        """Count what was *said*, without what looks like personal data; nothing left is nothing."""
        if words := impersonal(said):
            key = {"words": words, "language": language}
            await insert_new(self._session, UnmetRow, [{**key, "times": 0, "last_at": now}])
            row = update(UnmetRow).filter_by(**key)
            await self._session.execute(row.values(times=UnmetRow.times + 1, last_at=now))

    async def most(self, limit: int) -> Sequence[UnmetRow]:
        """List what was asked most often, then most lately."""
        query = select(UnmetRow).order_by(
            UnmetRow.times.desc(), UnmetRow.last_at.desc(), UnmetRow.words
        )
        return (await self._session.scalars(query.limit(limit))).all()


def impersonal(said: str) -> str:
    """Take addresses and long numbers out, and give the rest in small letters, cut short."""
    words = (word[:_BEGINNING] for word in clean(said).split())
    plain = " ".join(word for word in words if not _ADDRESS.search(word))
    bare = _LONG_NUMBER.sub(" ", plain)
    return " ".join(bare.casefold().split())[:_LONGEST].strip()
