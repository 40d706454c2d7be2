"""What became of each event and of what fell due: one line in the log, and counts of commands.

A line names the row, what it was and what came of it: no person, no room, nothing that was said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.talk.scope import Scope
from storage.outbox import reference

log = structlog.get_logger(__name__)

NAMED = 4  # errands; an announcement has thousands
BROKEN = "broken"


@dataclass(slots=True)
class Handling:
    """One try to handle a row, of some *kind*, whose moment was *at*."""

    row: int
    kind: str
    at: datetime
    scope: Scope
    began: float
    milliseconds: int = field(default=0, init=False)


class Journal:
    """Counts what people asked for by *commands* and *refused*: closed sets of words."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Write nothing yet; *seconds* is a monotonic clock."""
        self._seconds = seconds
        self.commands = Counter[str]()
        self.refused = Counter[str]()

    def begin(self, row: int, kind: str, at: datetime, scope: Scope) -> Handling:
        """Begin to measure."""
        return Handling(row, kind, at, scope, self._seconds())

    def end(self, handling: Handling) -> None:
        """Measure how long it took; whether it is kept is not known before the commit."""
        handling.milliseconds = round((self._seconds() - handling.began) * 1000)

    def handled(self, handling: Handling, outcome: str) -> None:
        """Note an event that is over: "done", or the code of what its sender was told."""
        self._note("event.handled", handling, outcome)
        self.commands.update(handling.scope.commands)
        if outcome != "done":
            self.refused[outcome] += 1

    def due(self, handling: Handling, outcome: str = "done") -> None:
        """Note something that fell due and is over."""
        self._note("due.handled", handling, outcome)

    def broke(self) -> None:
        """Count an event that a mistake of ours kept from being handled."""
        self.refused[BROKEN] += 1

    def _note(self, name: str, handling: Handling, outcome: str) -> None:
        scope = handling.scope
        log.info(
            name,
            row=handling.row,
            kind=handling.kind,
            commands=scope.commands,
            at=handling.at.isoformat(timespec="seconds"),
            ms=handling.milliseconds,
            outcome=outcome,
            errands=[reference(txn_id) for txn_id in scope.queued[:NAMED]],
            more_errands=max(0, len(scope.queued) - NAMED),
        )
