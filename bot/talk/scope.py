"""What one call works with, and where its handler's services come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from typing import get_type_hints

from sqlalchemy.ext.asyncio import AsyncSession

from bot.say.post import OutboxPost


@dataclass(frozen=True, slots=True)
class Scope:
    """One transaction, and what it is about."""

    session: AsyncSession
    post: OutboxPost
    now: datetime


Provider = Callable[[Scope], object]


class Services:
    """Providers by the type that handlers ask for."""

    def __init__(self, providers: Mapping[type, Provider]) -> None:
        """Keep *providers*: a repository's is its class bound to the session, a port's the port."""
        self._providers = providers

    def __contains__(self, kind: type) -> bool:
        if kind in self._providers:
            return True
        return is_dataclass(kind) and all(part in self for part in get_type_hints(kind).values())

    def supply(self, scope: Scope) -> Callable[[type], object]:
        """Return a function that makes services for one call.

        A dataclass whose fields are services is a service too: a feature's own bundle of powers.
        """

        def make(kind: type) -> object:
            if provider := self._providers.get(kind):
                return provider(scope)
            return kind(**{name: make(part) for name, part in get_type_hints(kind).items()})

        return make
