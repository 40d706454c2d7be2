"""Verifications under way, at most one with each user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from storage.encryption.correspondents import Correspondents
from storage.repository import Repository
from storage.tables.encryption import VerificationRow


class Verifications(Repository):
    """How far each has come, by Matrix ID."""

    async def of(self, user_id: str) -> dict[str, Any] | None:
        """Return the state of the verification with a user, None if there is none."""
        who = await Correspondents(self._session).find(user_id)
        row = await self._session.get(VerificationRow, who.id) if who else None
        return row.state if row else None

    async def keep(self, user_id: str, state: Mapping[str, Any], now: datetime) -> None:
        """Keep a state in the place of the one before; the user's devices are asked for."""
        lists = Correspondents(self._session)
        await lists.track([user_id], now)
        who = await lists.find(user_id)
        assert who is not None
        row = await self._session.get(VerificationRow, who.id)
        if row is None:
            row = VerificationRow(correspondent_id=who.id, state=dict(state), since=now)
            self._session.add(row)
        else:
            row.state = dict(state)
        await self._session.flush()

    async def end(self, user_id: str) -> None:
        """Forget the verification with a user."""
        if (who := await Correspondents(self._session).find(user_id)) is not None:
            over = VerificationRow.correspondent_id == who.id
            await self._session.execute(delete(VerificationRow).where(over))
