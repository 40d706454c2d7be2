"""How long a homeserver with stock limits takes for what is queued."""

from __future__ import annotations

import math

from kit.errand import Create, Errand, Send, SetState, SpaceChild
from kit.text import Node, n_
from storage.outbox import Outbox

# Less than so many minutes are not worth a word.
LONG = 2
# What Synapse lets an account do that was not freed of its limits: ten at once, then one every so
# many seconds (rc_message, rc_room_creation).
_AT_ONCE = 10
_SECONDS_EACH: dict[tuple[type[Errand], ...], float] = {
    (Send, SetState, SpaceChild): 5,
    (Create,): 62.5,
}


async def minutes_left(outbox: Outbox, further: int = 0) -> int:
    """Estimate the minutes until nothing waits, nor so many *further* messages."""
    waits = [
        max(0, await outbox.waiting(*kinds) + further * (Send in kinds) - _AT_ONCE) * seconds
        for kinds, seconds in _SECONDS_EACH.items()
    ]
    return math.ceil(max(waits) / 60)


async def time_left(outbox: Outbox, further: int = 0) -> Node | None:
    """Say how long it takes until everybody is told what is queued, unless that is soon."""
    if (minutes := await minutes_left(outbox, further)) < LONG:
        return None
    return n_(
        "It takes up to {n} minute until everybody is told.",
        "It takes up to {n} minutes until everybody is told.",
        minutes,
    )
