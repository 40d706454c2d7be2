"""What falls due: which type a stored kind is, and who does what it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias

from bot.talk.scope import Scope
from kit.due import Due, Planned, load
from kit.stored import Unreadable

Handler: TypeAlias = Callable[[Scope, Due[Any]], Awaitable[object]]


async def pass_by(scope: Scope, due: Due[Any]) -> None:
    """Do nothing: that it was planned was all there is to it."""


class Register:
    """One type for each kind, and one handler for each type."""

    def __init__(self, handlers: Iterable[tuple[type[Planned], Handler]]) -> None:
        """Enter them all.

        Raises:
            ValueError: two have the same kind.
        """
        self._entries: dict[str, tuple[type[Planned], Handler]] = {}
        for planned, handler in handlers:
            if planned.kind in self._entries:
                raise ValueError(f"two handlers of what falls due have the kind {planned.kind}")
            self._entries[planned.kind] = planned, handler

    @property
    def types(self) -> dict[str, type[Planned]]:
        """The type of each kind."""
        return {kind: planned for kind, (planned, _handler) in self._entries.items()}

    def read(self, kind: str, payload: object) -> Planned | Unreadable:
        """Read what was planned."""
        entry = self._entries.get(kind)
        return Unreadable() if entry is None else load(entry[0], payload)

    async def handle(self, scope: Scope, due: Due[Any]) -> None:
        """Do what was planned."""
        _planned, handler = self._entries[due.what.kind]
        await handler(scope, due)
