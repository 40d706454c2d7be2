"""Open conversations, one per person."""

from __future__ import annotations

from storage.repository import Repository
from storage.tables.talk import DialogueRow

_NONE = "without a dialogue"


class Dialogues(Repository):
    """The one open conversation of each person."""

    def has_none(self, person_id: int) -> None:
        """Note what was read: a person has none, until one is kept in this transaction."""
        self._without.add(person_id)

    @property
    def _without(self) -> set[int]:
        people: set[int] = self._session.info.setdefault(_NONE, set())
        return people

    async def get(self, person_id: int) -> DialogueRow | None:
        """Return a person's open conversation."""
        if person_id in self._without:
            return None
        return await self._session.get(DialogueRow, person_id)

    async def put(self, row: DialogueRow) -> None:
        """Keep a conversation, in place of any other."""
        self._without.discard(row.person_id)
        await self._session.merge(row)

    async def end(self, person_id: int) -> None:
        """Close a person's conversation."""
        if row := await self._session.get(DialogueRow, person_id):
            await self._session.delete(row)
