"""The identity of the hub's account, which outlives its devices."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from sqlalchemy import select

from storage.repository import Repository
from storage.tables.trust import IdentityRow


class Identities(Repository):
    """Seeds by the name of what their key is for."""

    async def seeds(self, user_id: str) -> dict[str, bytes] | None:
        """Return the seeds of an account's identity, None if it has none here."""
        row = await self._session.get(IdentityRow, user_id)
        return None if row is None else {n: base64.b64decode(s) for n, s in row.seeds.items()}

    async def master_key(self) -> str | None:
        """Return the public key by which people know the hub, None while it has no identity."""
        return (await self._session.scalars(select(IdentityRow.master_key))).first()

    async def keep(self, user_id: str, master_key: str, seeds: Mapping[str, bytes]) -> None:
        """Keep an identity for good; there must be none."""
        written = {name: base64.b64encode(seed).decode() for name, seed in seeds.items()}
        self._session.add(IdentityRow(user_id=user_id, master_key=master_key, seeds=written))
        await self._session.flush()
