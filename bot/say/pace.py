"""How long a homeserver with stock limits takes for what is queued."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from kit.errand import (
    Address,
    Create,
    Errand,
    Pin,
    Send,
    SendSealed,
    SetLevels,
    SetPicture,
    SetState,
    SpaceChild,
)
from kit.text import Node, n_
from storage.outbox import Outbox

# Less than so many minutes are not worth a word.
LONG = 2
# What Synapse lets an account do that was not freed of its limits: ten at once, then one every so
# many seconds (rc_message, rc_room_creation). Some errands are two events.
_AT_ONCE = 10
_EVENTS = (Send, SendSealed, Pin, SetState, SetLevels, SetPicture, SpaceChild, Address)
_LIMITS: tuple[tuple[tuple[type[Errand], ...], float], ...] = ((_EVENTS, 5), ((Create,), 62.5))


def minutes(errands: Mapping[type[Errand], int]) -> int:
    """Estimate the minutes that so many errands of each kind take."""
    waits = [
        max(0, sum(errands.get(kind, 0) * (1 + (kind is Pin)) for kind in kinds) - _AT_ONCE) * each
        for kinds, each in _LIMITS
    ]
    return math.ceil(max(waits) / 60)


async def time_left(outbox: Outbox, further: int = 0) -> Node | None:
    """Say how long it takes until everybody is told what is queued, unless that is soon."""
    if (left := minutes(await outbox.waiting() + Counter({Send: further}))) < LONG:
        return None
    return n_(
        "It takes up to {n} minute until everybody is told.",
        "It takes up to {n} minutes until everybody is told.",
        left,
    )
