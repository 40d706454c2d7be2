"""Who gave roles and words, for a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.audits import Audits
from storage.repository import Repository
from storage.tables.audit import Audited
from storage.tables.people import Decided, DecisionRow


class Decisions(Repository):
    """What was decided about somebody."""

    async def note(self, by_id: int, about_id: int, what: Decided, now: datetime) -> None:
        """Keep one decision, on the audit trail too."""
        self._session.add(DecisionRow(by_id=by_id, about_id=about_id, what=what, at=now))
        await Audits(self._session).note(Audited(what), now, by=by_id, about=about_id)

    async def latest(self, most: int) -> Sequence[DecisionRow]:
        """List the latest, the newest first."""
        query = select(DecisionRow).order_by(DecisionRow.id.desc()).limit(most)
        return (await self._session.scalars(query)).all()
