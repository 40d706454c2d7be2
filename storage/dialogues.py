"""Open conversations, one per person."""

from __future__ import annotations

from storage.repository import Repository
from storage.tables.talk import DialogueRow


class Dialogues(Repository):
    """The one open conversation of each person."""

    async def get(self, person_id: int) -> DialogueRow | None:
        """Return a person's open conversation."""
        return await self._session.get(DialogueRow, person_id)

    async def put(self, row: DialogueRow) -> None:
        """Keep a conversation, in place of any other."""
        await self._session.merge(row)

    async def end(self, person_id: int) -> None:
        """Close a person's conversation."""
        if row := await self._session.get(DialogueRow, person_id):
            await self._session.delete(row)
