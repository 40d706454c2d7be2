"""What all repositories share: they work inside one transaction of somebody else's."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession


class Repository:
    """Reads and writes a few tables. A handler that names its class in the signature gets one."""

    def __init__(self, session: AsyncSession) -> None:
        """Work inside *session*'s transaction."""
        self._session = session
