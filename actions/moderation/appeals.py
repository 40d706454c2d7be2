"""What those read whom a measure is about, and what they say to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.authority import authorise, no_measure, not_on_oneself
from actions.moderation import appeal_letters, letters
from actions.moderation.enforcement import Enforcement
from actions.staff import Staff, unreachable
from kit.authority import Act, Actor
from kit.errors import Conflict, NotAllowed, NotFound
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post
from kit.text import Node, _
from storage.audits import Audits
from storage.measures import Measures
from storage.tables.audit import Audited
from storage.tables.moderation import MeasureRow, MeasureState

MOST = 3  # measures that are told at once


@dataclass(frozen=True, slots=True)
class Appeals:
    """Tells people what was decided about them, and puts what they say before the stewards."""

    measures: Measures
    audits: Audits
    staff: Staff
    network: Network
    enforcement: Enforcement
    post: Post

    async def standing(self, by: Actor) -> Sequence[MeasureRow]:
        """List what is decided about the one who asks, the hardest first, of several the latest."""
        authorise(by, Act.APPEAL)
        rows = await self.measures.about(by.id)
        begun = [row for row in rows if row.state is not MeasureState.AGREED]
        return sorted(begun, key=lambda row: (row.kind.severity, row.id), reverse=True)

    async def told(self, rows: Sequence[MeasureRow]) -> list[Node]:
        """Say what was decided, as it was told when it began, and what they said to it."""
        return [
            node
            for row in rows[:MOST]
            for node in letters.decided(row, self.network, await self.enforcement.where(row))
        ]

    async def appeal(self, by: Actor, number: int, words: str, now: datetime) -> MeasureRow:
        """Put what somebody says to a measure about them before the stewards, once.

        Without a *number* they mean the hardest that holds, of several the latest.

        Raises:
            Conflict: they said it before, nothing is decided about them, or no steward is known.
        """
        authorise(by, Act.APPEAL)
        rows = [row for row in await self.standing(by) if number in {0, row.id}]
        row = next((row for row in rows if row.appealed_at is None), None)
        if row is None:
            raise Conflict(_("There is nothing about you that the stewards have not heard of."))
        stewards = await self.staff.who_may(Act.HEAR_APPEALS, now)
        if not stewards:
            raise Conflict(unreachable())
        row.appealed_at = now
        reply = appeal_letters.appealed(row, await self.enforcement.what(row), words)
        for steward in stewards:
            await self.post.notify(steward.id, Notice.MEASURES, reply)
        return row

    async def decline(self, by: Actor, number: int, words: str, now: datetime) -> MeasureRow:
        """Let a measure stand that somebody appealed against; they and the other stewards are told.

        Nobody judges what they decided themselves, while another steward could.

        Raises:
            Conflict: nobody appealed, that was declined before, or the measure is over.
            NotAllowed: the measure is about them, or theirs.
            NotFound: there is no such measure.
        """
        authorise(by, Act.HEAR_APPEALS)
        row = await self.measures.get(number)
        if row is None or row.person_id is None:
            raise NotFound(no_measure(number))
        stewards = await self.staff.who_may(Act.HEAR_APPEALS, now)
        if by.id == row.person_id:
            raise NotAllowed(not_on_oneself())
        others = {each.id for each in stewards} - {by.id, row.person_id}
        if by.id == row.by_id and others:
            text = _(
                "You decided measure {number}: another steward hears the appeal.", number=number
            )
            raise NotAllowed(text)
        if row.appealed_at is None:
            raise Conflict(_("Nobody appealed against measure {number}.", number=number))
        if row.appeal_declined_at is not None:
            text = _("The appeal against measure {number} is declined already.", number=number)
            raise Conflict(text)
        if row.state not in {MeasureState.DOING, MeasureState.DONE}:
            raise Conflict(_("Measure {number} is over already.", number=number))
        row.appeal_declined_at = now
        about = row.person_id
        await self.audits.note(Audited.APPEAL_DECLINE, now, by=by.id, about=about, number=number)
        decision = letters.decision(row, self.network, await self.enforcement.where(row))
        told = appeal_letters.declined(row, decision, words)
        await self.post.notify(about, Notice.MEASURES, told)
        for steward in stewards:
            if steward.id != by.id:
                reply = appeal_letters.declined_by(by, row, words)
                await self.post.notify(steward.id, Notice.MEASURES, reply)
        return row
