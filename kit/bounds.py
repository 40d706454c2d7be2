"""What is said beside the reason of a decision about somebody: for how long, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and in which room (its slug) something is to hold, and the *reason* that is left.

    What is *endless* is said to be for ever. A place that is no room of the network stands in
    *unknown*, as it was typed.
    """

    reason: str
    span: timedelta | None = None
    room: str = ""
    unknown: str = ""
    endless: bool = False
