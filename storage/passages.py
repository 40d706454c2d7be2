"""What the outbox tells of its rows: what was done, and what waits to be said somewhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.audience import Audience
from kit.errand import Errand
from kit.stored import Unreadable


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What waited to be said, as its row has it, and of whom it tells."""

    action: str
    content: dict[str, Any]
    txn_id: str
    created_at: datetime
    person_id: int | None
    about: Sequence[int]
    audience: Audience | Unreadable | None


@dataclass(frozen=True, slots=True)
class DoneErrand:
    """An errand that was done, and the event it became if it was a message."""

    room: int
    kind: type[Errand] | None
    event_id: str | None
