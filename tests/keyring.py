"""What reads and writes in encrypted rooms, for tests that put a hub together from its parts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from actions.authority import Stewards
from actions.moderation.floods import FloodGauge
from actions.moderation.namesakes import Names
from bot.matrix.client import Client
from bot.matrix.intake import Intake
from bot.matrix.keys import Keys
from bot.matrix.lease import Lease
from bot.service.parts import gauge
from bot.talk.manners import Manners
from kit.network import FloodLimits
from kit.roomkey import SpaceRoom
from storage.engine import Storage
from tests.harness import NOON

_NUMBERS = itertools.count(1)


class Undisputed(Lease):
    """The lease of an account that nobody else serves."""

    def __init__(self) -> None: ...

    async def take(self) -> None: ...

    async def heard(self, content: Mapping[str, Any] | None) -> None: ...


def keyring(
    client: Client,
    storage: Storage,
    clock: Callable[[], datetime] = lambda: NOON,
    root: str = "root",
    limits: FloodLimits | None = None,
) -> tuple[Intake, Keys]:
    """Give the way into the inbox, and the keys of *client*'s device."""
    manners = Manners(client.user_id, "!", Stewards(frozenset()))
    limits = limits or FloodLimits()
    names = Names(limits.lookalike_letters, b"", client.user_id, ())
    counted = gauge(FloodGauge(limits, root, b""), names, clock)
    intake = Intake(client.user_id, manners.concern, SpaceRoom(root), counted)
    return intake, Keys(client, storage, intake, clock=clock, token=lambda: f"key{next(_NUMBERS)}")
