"""How often a process asks its database, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event


@dataclass(slots=True)
class Statements:
    """What was counted so far; a transaction that only read is one too."""

    statements: int = 0
    transactions: int = 0

    def reset(self) -> None:
        """Forget what was so far."""
        self.statements = self.transactions = 0


@contextmanager
def counted() -> Iterator[Statements]:
    """Count for all engines of this process, until the block ends."""
    counts = Statements()

    def statement(*_what: Any) -> None:
        counts.statements += 1

    def transaction(_connection: Any) -> None:
        counts.transactions += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", transaction)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", transaction)
