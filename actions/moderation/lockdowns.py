"""Letting newcomers knock for a while: the Space opens by itself when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from actions.authority import authorise
from actions.moderation import flood_letters
from actions.moderation.floods import TOLD_AGAIN_AFTER, Flood, FloodTold
from actions.staff import Staff
from kit.authority import Act, Actor
from kit.due import Planned
from kit.errors import Conflict, NotFound
from kit.notices import Notice
from kit.ports import Post, SpaceWatch
from kit.text import Message, Say, _
from kit.times import When
from storage.audits import Audits
from storage.dues import Dues
from storage.lockdowns import Lockdowns
from storage.tables.audit import Audited
from storage.tables.moderation import LockdownRow

USUAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LockdownEnds(Planned):
    """Who wants to join the Space had to knock until now."""

    kind: ClassVar[str] = "lockdown.end"
    once: ClassVar[bool] = True
    lockdown: int


@dataclass(frozen=True, slots=True)
class DoorKeeping:
    """Who may join the Space at once, and who has to knock."""

    lockdowns: Lockdowns
    audits: Audits
    dues: Dues
    staff: Staff
    watch: SpaceWatch
    post: Post

    async def lock(self, by: Actor, span: timedelta, now: datetime) -> LockdownRow:
        """Let who wants to join knock for a while, and tell the other moderators.

        Raises:
            Conflict: they have to already, or there is nothing that the hub could change.
        """
        authorise(by, Act.MODERATE)
        if (why := self._idle()) is not None:
            raise Conflict(why)
        if (row := await self.lockdowns.current()) is not None:
            raise Conflict(
                _(
                    "Who wants to join has to knock already, until {when}. {off} ends it.",
                    when=When(row.until),
                    off=Say("lockdown off"),
                )
            )
        row = await self._begin(by.id, span, now)
        for person in await self.staff.who_may(Act.MODERATE, now):
            if person.id != by.id:
                await self.post.notify(person.id, Notice.DUTIES, flood_letters.locked(by, row))
        return row

    async def unlock(self, by: Actor, now: datetime) -> None:
        """Let everybody join again who may.

        Raises:
            NotFound: nobody has to knock.
        """
        authorise(by, Act.MODERATE)
        if (row := await self.lockdowns.current()) is None:
            raise NotFound(_("Nobody has to knock at the moment."))
        await self._end(row, now, by.id)

    async def brake(self, now: datetime) -> None:
        """Let newcomers knock, because very many came; where the hub cannot, it only says so.

        Once an hour: what a moderator ended within it is not begun again.
        """
        if await self.lockdowns.current() is not None:
            return
        if await self.dues.waits(FloodTold, sort=Flood.JOINS):
            return
        told = FloodTold(Flood.JOINS, person=0, gone=0)
        await self.dues.plan(told, at=now + TOLD_AGAIN_AFTER)
        if (why := self._idle()) is None:
            reply = flood_letters.braked(await self._begin(None, USUAL, now))
        else:
            reply = flood_letters.crowded(why)
        for person in await self.staff.who_may(Act.MODERATE, now):
            await self.post.notify(person.id, Notice.MEASURES, reply)

    async def ended(self, number: int, now: datetime) -> None:
        """Open the Space again when the time of a lockdown is over."""
        row = await self.lockdowns.get(number)
        if row is not None and not row.over:
            await self._end(row, now, None)

    def _idle(self) -> Message | None:
        """Say why a lockdown would change nothing, if so."""
        if not self.watch.manages:
            return _(
                "I do not look after the Space, so only its administrators can let newcomers knock."
            )
        match self.watch.join_rule:
            case "public":
                return None
            case "knock":
                return _("Who wants to join the Space always has to knock, as the operator set it.")
            case "invite":
                return _("Only who is invited joins the Space, as the operator set it.")

    async def _begin(self, by_id: int | None, span: timedelta, now: datetime) -> LockdownRow:
        until = now + span
        row = await self.lockdowns.begin(LockdownRow(by_id=by_id, at=now, until=until, over=False))
        await self.audits.note(Audited.LOCKDOWN, now, by=by_id, number=row.id)
        await self.dues.plan(LockdownEnds(row.id), at=until)
        self.watch.look_again()
        return row

    async def _end(self, row: LockdownRow, now: datetime, by_id: int | None) -> None:
        row.over = True
        await self.audits.note(Audited.LOCKDOWN_OFF, now, by=by_id, number=row.id)
        self.watch.look_again()
