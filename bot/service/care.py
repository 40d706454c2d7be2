"""The Space, kept as declared while the hub runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from bot.matrix.space.builder import SpaceBuilder
from bot.say.i18n import LocalReader
from bot.settings import SpaceSettings
from kit.ports import SpaceWatch
from kit.rendering import steady
from kit.space import Drift, JoinRule, Mend
from kit.text import Node

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)


class SpaceCare:
    """``kit.ports.SpaceWatch``: looks at the Space, mends what it may, and names the rest."""

    def __init__(
        self,
        builder: SpaceBuilder,
        reader: LocalReader,
        token: Callable[[], str],
        settings: SpaceSettings,
    ) -> None:
        """Look with *builder*, and tell an operator in the words of *reader*."""
        self._builder = builder
        self._reader = reader
        self._token = token
        self._settings = settings
        self._look_at: datetime | None = None
        self._left: Sequence[Drift] | None = None
        self._people: Mapping[str, int] = {}

    @property
    def manages(self) -> bool:
        """Whether the hub looks after the Space at all."""
        return self._settings.manage

    @property
    def join_rule(self) -> JoinRule:
        """How people join the Space while nobody has locked it."""
        return self._settings.join_rule

    @property
    def left(self) -> Sequence[Drift] | None:
        """What the last look found and the hub may not mend by itself; None before the first."""
        return self._left

    @property
    def people(self) -> Mapping[str, int]:
        """How many people were in each room at the last look, by slug, as far as that is known."""
        return self._people

    def look_again(self) -> None:
        """Look with the next turn, and not only when it is time."""
        self._look_at = None

    async def turn(self, now: datetime) -> None:
        """Look at the Space if it is time, and queue what the hub mends by itself.

        Raises:
            Refused, Unreachable, SignedOut: as ``Client.call``; the next turn tries again.
        """
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + EVERY
        try:
            drifts = await self._builder.plan()
        except BaseException:
            self._look_at = None
            raise
        mends = [drift for drift in drifts if drift.mend is Mend.ALONE]
        refused = await self._builder.apply(mends, now, self._token, again=False)
        left = [drift for drift in drifts if drift.mend is not Mend.ALONE or drift in refused]
        for drift in left if left != self._left else ():
            log.warning(
                "space.left",
                room=drift.slug,
                what=self._said(drift.what),
                advice=self._said(drift.advice),
            )
        self._left = left
        self._people = await self._builder.people()
        log.info("space.planned", changes=len(mends), left=len(left))

    def _said(self, node: Node) -> str:
        return steady(node.render(self._reader).plain)


@dataclass(frozen=True, slots=True)
class ScopedWatch:
    """``kit.ports.SpaceWatch`` inside one transaction: until it commits there is nothing to see."""

    watch: SpaceWatch
    session: AsyncSession

    @property
    def manages(self) -> bool:
        """Whether the hub looks after the Space at all."""
        return self.watch.manages

    @property
    def join_rule(self) -> JoinRule:
        """How people join the Space while nobody has locked it."""
        return self.watch.join_rule

    @property
    def left(self) -> Sequence[Drift] | None:
        """What the last look found and the hub may not mend by itself; None before the first."""
        return self.watch.left

    @property
    def people(self) -> Mapping[str, int]:
        """How many people were in each room at the last look, by slug, as far as that is known."""
        return self.watch.people

    def look_again(self) -> None:
        """Look again once the transaction is committed; if it is rolled back, do not."""

        def committed(_session: object) -> None:
            self.watch.look_again()

        event.listen(self.session.sync_session, "after_commit", committed, once=True)
