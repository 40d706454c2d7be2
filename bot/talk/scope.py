"""What one call works with, and where its handler's services come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar, cast, get_type_hints

from sqlalchemy.ext.asyncio import AsyncSession

from bot.say.chats import DirectChats
from bot.say.errands import OutboxErrands
from bot.say.i18n import Catalogs
from bot.say.outbound import Outbound
from bot.say.post import OutboxPost
from bot.settings import AttentionSettings
from storage.repository import Repository


@dataclass(frozen=True, slots=True)
class Scope:
    """One transaction at one moment, and what can be said and asked for in it.

    *commands* were run in it, and errands with the transaction ids *queued* came of it.
    """

    session: AsyncSession
    now: datetime
    post: OutboxPost
    chats: DirectChats
    errands: OutboxErrands
    queued: Sequence[str] = ()
    commands: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scopes:
    """Makes the scope of each transaction of the account *hub*; *token* makes transaction ids."""

    catalogs: Catalogs
    hub: str
    attention: AttentionSettings
    encrypted_chats: bool
    token: Callable[[], str]
    post: type[OutboxPost] = OutboxPost

    def begin(self, session: AsyncSession, now: datetime) -> Scope:
        """Work with *session* at the moment *now*."""
        outbound = Outbound(session, now, self.token)
        chats = DirectChats(outbound, self.catalogs, encrypted=self.encrypted_chats)
        post = self.post(outbound, chats, self.catalogs, self.attention)
        errands = OutboxErrands(outbound, self.hub)
        return Scope(session, now, post, chats, errands, outbound.queued)


Provider = Callable[[Scope], object]
Service = TypeVar("Service")


class Services:
    """What handlers ask for by type: repositories, what has a provider, and bundles of these."""

    def __init__(self, providers: Mapping[type, Provider]) -> None:
        """Keep *providers* for all that is no repository."""
        self._providers = providers

    def __contains__(self, kind: type) -> bool:
        if kind in self._providers or _is_repository(kind):
            return True
        return is_dataclass(kind) and all(part in self for part in _parts(kind).values())

    def supply(self, scope: Scope) -> Callable[[type], object]:
        """Return a function that makes the services of one call, each once.

        A dataclass whose fields are services is a service too: a feature's own bundle of powers.
        """
        made: dict[type, object] = {}

        def make(kind: type) -> object:
            if kind not in made:
                made[kind] = self._made(kind, scope, make)
            return made[kind]

        return make

    def _made(self, kind: type, scope: Scope, make: Callable[[type], object]) -> object:
        if provider := self._providers.get(kind):
            return provider(scope)
        if _is_repository(kind):
            return kind(scope.session)
        return kind(**{name: make(part) for name, part in _parts(kind).items()})

    def one(self, scope: Scope, kind: type[Service]) -> Service:
        """Make one service for a call."""
        return cast("Service", self.supply(scope)(kind))


def _is_repository(kind: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, Repository)


@cache
def _parts(kind: type) -> Mapping[str, type]:
    """Say which services a bundle is made of: reading its annotations anew takes long."""
    return get_type_hints(kind)
