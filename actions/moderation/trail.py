"""The audit trail as moderators read it: without what tells of reports they may not know of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.authority import authorise, may
from kit.authority import Act, Actor
from storage.audits import AuditEntry, Audits, AuditVerdict
from storage.reports import Reports
from storage.tables.audit import Audited

LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class TrailSeen:
    """The latest entries that somebody may know of, the newest first, and how many there are.

    Numbers are counted without the others; the *verdict* is about all.
    """

    latest: Sequence[AuditEntry]
    entries: int
    verdict: AuditVerdict


@dataclass(frozen=True, slots=True)
class Trail:
    """What was decided, for those who look after the network."""

    audits: Audits
    reports: Reports

    async def seen(self, by: Actor) -> TrailSeen:
        """Verify the whole trail, and return what of it somebody may read.

        Whoever may not read a report reads nothing that tells of its end either: numbers and their
        count leave it out.
        """
        authorise(by, Act.OVERSEE)
        verdict, unread = await self.audits.verify(), await self._unread(by)
        latest = [
            replace(each, number=each.number - bisect_left(unread, each.number))
            for each in await self.audits.latest(LOOKED_AT)
            if each.number not in unread
        ]
        return TrailSeen(latest, verdict.entries - len(unread), verdict)

    async def _unread(self, by: Actor) -> list[int]:
        """List the entries of reports that somebody may not know of; of one that is gone nobody."""
        kept = [*await self.reports.waiting(), *await self.reports.closed()]
        known = {row.id for row in kept if may(by, Act.HANDLE_REPORTS, row)}
        of_reports = Audited.REPORT_CLOSE, Audited.REPORT_LAPSE
        entries = [entry for what in of_reports for entry in await self.audits.of(what)]
        return sorted(each.number for each in entries if each.of not in known)
