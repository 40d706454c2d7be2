"""The audit trail: entries that are only ever added, each bound to the one before it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, func, select

from storage.repository import Repository
from storage.tables.audit import Audited, AuditNameRow, AuditPart, AuditRow
from storage.tables.people import PersonRow
from storage.types import vault_of
from storage.vault import Vault

_LOCK = 0x1A17  # a number of our own among the advisory locks of a database
_FIRST = ""  # the digest before the first entry


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an entry says, with the Matrix IDs of who is still known."""

    number: int
    at: datetime
    what: Audited
    of: int | None
    by: str | None
    about: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Whether the trail is as it was written: so many *entries*, and the digest of the last.

    *broken* is the number of the first that is not, or that is missing.
    """

    entries: int
    head: str
    broken: int | None = None


class Audits(Repository):
    """Entries by their number."""

    async def note(
        self,
        what: Audited,
        now: datetime,
        *,
        by: int | None = None,
        about: int | None = None,
        number: int | None = None,
    ) -> None:
        """Put down what was decided, *by* somebody *about* somebody; *number* is that of a row."""
        if self._dialect == "postgresql":  # two who write at once would follow the same entry
            await self._session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = (
            await self._session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))
        ).one_or_none()
        names, marks = list[AuditNameRow](), dict[AuditPart, str]()
        entry = last.id + 1 if last else 1
        for part, person_id in ((AuditPart.BY, by), (AuditPart.ABOUT, about)):
            person = await self._session.get(PersonRow, person_id) if person_id else None
            if person is not None:
                salt = secrets.token_hex(16)
                marks[part] = _mark(self._vault, salt, person.user_id)
                names.append(
                    AuditNameRow(audit_id=entry, part=part, person_id=person.id, salt=salt)
                )
        row = AuditRow(
            id=entry,
            what=what,
            number=number,
            by_mark=marks.get(AuditPart.BY, ""),
            about_mark=marks.get(AuditPart.ABOUT, ""),
            before=last.digest if last else _FIRST,
            at=now,
        )
        row.digest = _digest(self._vault, row)
        self._session.add(row)
        await self._session.flush()
        self._session.add_all(names)
        await self._session.flush()

    async def latest(self, most: int) -> Sequence[AuditEntry]:
        """List the latest entries, the newest first."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
        return await self._named((await self._session.scalars(query)).all())

    async def all(self) -> Sequence[AuditEntry]:
        """List all entries, the oldest first."""
        query = select(AuditRow).order_by(AuditRow.id)
        return await self._named((await self._session.scalars(query)).all())

    async def verify(self, known: Mapping[int, str] | None = None) -> AuditVerdict:
        """Compare each entry with its digest and the entry before it, and the marks with people.

        *known* are digests of an earlier export, by number: what it has after the first entry that
        is left has to be there still.
        """
        query = select(AuditRow.__table__).order_by(AuditRow.id)
        count, head, last = 0, _FIRST, None
        known = known or {}
        names = await self._names()
        async for rows in self._portions(query):
            for row in rows:
                follows = last is None or (row.id == last + 1 and row.before == head)
                same = known.get(row.id, row.digest) == row.digest
                if not (follows and same and self._stands(row, names)):
                    return AuditVerdict(count, head, row.id if last is None else last + 1)
                count, head, last = count + 1, row.digest, row.id
        missing = [number for number in known if number > (last or 0)]
        return AuditVerdict(count, head, min(missing, default=None))

    def _stands(self, row: Row[*tuple[object, ...]], names: Mapping[tuple[int, str], str]) -> bool:
        """Tell whether an entry says what it said when it was written."""
        if _digest(self._vault, row) != row.digest:
            return False
        marks = {AuditPart.BY: row.by_mark, AuditPart.ABOUT: row.about_mark}
        return all(names.get((row.id, part), mark) == mark for part, mark in marks.items())

    async def _names(self) -> Mapping[tuple[int, str], str]:
        """Give the mark that each person who is known should have, by entry and part."""
        query = select(
            AuditNameRow.audit_id, AuditNameRow.part, AuditNameRow.salt, PersonRow.user_id
        ).join(PersonRow, PersonRow.id == AuditNameRow.person_id)
        found: dict[tuple[int, str], str] = {}
        async for rows in self._portions(query):
            found |= {(r.audit_id, r.part): _mark(self._vault, r.salt, r.user_id) for r in rows}
        return found

    async def _named(self, rows: Sequence[AuditRow]) -> list[AuditEntry]:
        query = (
            select(AuditNameRow.audit_id, AuditNameRow.part, PersonRow.user_id)
            .join(PersonRow, PersonRow.id == AuditNameRow.person_id)
            .where(AuditNameRow.audit_id >= min((row.id for row in rows), default=0))
        )
        found = await self._session.execute(query)
        who = {(entry, part): user_id for entry, part, user_id in found}
        return [
            AuditEntry(
                row.id,
                row.at,
                row.what,
                row.number,
                who.get((row.id, AuditPart.BY)),
                who.get((row.id, AuditPart.ABOUT)),
                row.digest,
            )
            for row in rows
        ]

    @property
    def _vault(self) -> Vault:
        return vault_of(self._session.get_bind().dialect)

    @property
    def _dialect(self) -> str:
        return self._session.get_bind().dialect.name


def _mark(vault: Vault, salt: str, user_id: str) -> str:
    return vault.blind(f"{salt}\n{user_id}".encode(), b"audit.mark").hex()


def _digest(vault: Vault, row: AuditRow | Row[*tuple[object, ...]]) -> str:
    said = (
        row.before,
        row.id,
        row.at.astimezone(UTC).isoformat(),
        row.what,
        row.number or 0,
        row.by_mark,
        row.about_mark,
    )
    return vault.blind("\n".join(map(str, said)).encode(), b"audit.digest").hex()
