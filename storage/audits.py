"""The audit trail: entries that are only ever added, each bound to the one before it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from sqlalchemy import ColumnElement, Row, delete, func, select

from storage.repository import PORTION, Repository
from storage.tables.audit import Audited, AuditNameRow, AuditPart, AuditRow, AuditSealRow
from storage.tables.people import PersonRow
from storage.types import vault_of
from storage.vault import Vault

KEPT = timedelta(days=365)
_LOCK = 0x1A17  # a number of our own among the advisory locks of a database
_FIRST = ""  # the digest before the first entry
_SEALED, _EARLIER = (
    b"audit.sealed",
    b"audit.digest",
)  # of entries with a seal, and before there was one


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

    *broken* is the number of the first that is not, or that is missing. It is not *named* if names
    are gone of people who were not erased.
    """

    entries: int
    head: str
    broken: int | None = None
    named: bool = True


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
    ) -> int:
        """Put down what was decided, *by* somebody *about* somebody; *number* is that of a row.

        Returns the number of the entry.
        """
        last, seal, whole = await self._end()
        if seal is None and (last is None or not self._sealed(last)):
            seal, whole = await self._first_seal(last), True
        names, marks = list[AuditNameRow](), dict[AuditPart, str]()
        number_before, before = (last.id, last.digest) if last else (0, _FIRST)
        if last is None and seal is not None:
            number_before, before = seal.taken, seal.before
        entry = number_before + 1
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
            before=before,
            at=now,
        )
        row.digest = _digest(self._vault, row, _SEALED)
        self._session.add(row)
        await self._session.flush()
        self._session.add_all(names)
        if seal is not None and whole:
            seal.last, seal.head, seal.names = entry, row.digest, seal.names + len(names)
            seal.mark = _sealing(self._vault, seal)
            self._session.add(seal)
        await self._session.flush()
        return entry

    async def release(self, person_id: int) -> None:
        """Let the names of somebody go who is erased."""
        if gone := await self._count_names(AuditNameRow.person_id == person_id):
            _last, seal, whole = await self._end()
            if seal is not None and whole:
                seal.names -= gone
                seal.mark = _sealing(self._vault, seal)
                await self._session.flush()

    async def shorten(self, now: datetime) -> bool:
        """Take away what is older than a year, some at a time; tells whether there may be more.

        The seal goes along only with entries that follow what was taken before.
        """
        query = select(AuditRow).order_by(AuditRow.id).limit(PORTION)
        oldest = (await self._session.scalars(query)).all()
        old = [*takewhile(lambda row: row.at < now - KEPT, oldest)]
        if not old:
            return False
        _last, seal, whole = await self._end()
        theirs = AuditNameRow.audit_id <= old[-1].id
        if seal is not None and whole and self._follows(seal, old):
            seal.taken, seal.before = old[-1].id, old[-1].digest
            seal.names -= await self._count_names(theirs)
            seal.mark = _sealing(self._vault, seal)
        await self._session.execute(delete(AuditRow).where(AuditRow.id <= old[-1].id))
        await self._session.flush()
        return len(old) == PORTION

    async def latest(self, most: int) -> Sequence[AuditEntry]:
        """List the latest entries, the newest first."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
        return await self._named((await self._session.scalars(query)).all())

    async def of(self, what: Audited) -> Sequence[AuditEntry]:
        """List the entries of one kind, the oldest first."""
        query = select(AuditRow).where(AuditRow.what == what).order_by(AuditRow.id)
        return await self._named((await self._session.scalars(query)).all())

    async def all(self) -> Sequence[AuditEntry]:
        """List all entries, the oldest first."""
        query = select(AuditRow).order_by(AuditRow.id)
        return await self._named((await self._session.scalars(query)).all())

    async def verify(self, known: Mapping[int, str] | None = None) -> AuditVerdict:
        """Compare each entry with its digest and the entry before it, and the marks with people.

        *known* are digests of an earlier export, by number: what it has after the first entry that
        is left has to be there still. The seal says where the trail begins and ends.
        """
        await self._lock(shared=True)
        seal = await self._session.get(AuditSealRow, 1)
        query = select(AuditRow.__table__).order_by(AuditRow.id)
        count, head, last, sealed = 0, _FIRST, None, False
        known = known or {}
        if seal is not None:
            head, last = seal.before, seal.taken
            genuine = _sealing(self._vault, seal) == seal.mark
            if not (genuine and known.get(last, head) == head):
                return AuditVerdict(0, _FIRST, max(last, 1))
        names = await self._names()
        async for rows in self._portions(query):
            for row in rows:
                follows = last is None or (row.id == last + 1 and row.before == head)
                same = known.get(row.id, row.digest) == row.digest
                if not (follows and same and self._stands(row, names)):
                    return AuditVerdict(count, head, row.id if last is None else last + 1)
                count, head, last, sealed = count + 1, row.digest, row.id, self._sealed(row)
        missing = {number for number in known if number > (last or 0)}
        if seal is not None and (last, head) != (seal.last, seal.head):
            missing.add(min(last or 0, seal.last) + 1)
        elif seal is None and sealed:
            missing.add(1)
        named = seal is None or await self._count_names() == seal.names
        return AuditVerdict(count, head, min(missing, default=None), named)

    async def _lock(self, *, shared: bool = False) -> None:
        """Let two who write at once not follow the same entry."""
        if self._dialect == "postgresql":
            lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
            await self._session.execute(select(lock(_LOCK)))

    async def _end(self) -> tuple[AuditRow | None, AuditSealRow | None, bool]:
        """Give the last entry and the seal, and tell whether it is whole up to there.

        One that is not stays as it is: else the next entry would make good what somebody did.
        """
        await self._lock()
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(1)
        last = (await self._session.scalars(query)).one_or_none()
        seal = await self._session.get(AuditSealRow, 1, populate_existing=True)
        if seal is None:
            return last, None, False
        end = (last.id, last.digest) if last else (seal.taken, seal.before)
        genuine = _sealing(self._vault, seal) == seal.mark
        return last, seal, genuine and end == (seal.last, seal.head)

    async def _first_seal(self, last: AuditRow | None) -> AuditSealRow:
        """Make the seal of a trail that never had one."""
        query = select(AuditRow).order_by(AuditRow.id).limit(1)
        first = (await self._session.scalars(query)).one_or_none() if last else None
        taken, before = (first.id - 1, first.before) if first else (0, _FIRST)
        return AuditSealRow(id=1, taken=taken, before=before, names=await self._count_names())

    async def _count_names(self, *whose: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(AuditNameRow).where(*whose)
        return await self._session.scalar(query) or 0

    def _follows(self, seal: AuditSealRow, rows: Sequence[AuditRow]) -> bool:
        """Tell whether entries are those after what was taken, one after the other."""
        number, head = seal.taken, seal.before
        for row in rows:
            if (row.id, row.before) != (number + 1, head) or not self._says(row):
                return False
            number, head = row.id, row.digest
        return True

    def _sealed(self, row: AuditRow | Row[*tuple[object, ...]]) -> bool:
        """Tell whether an entry was written when there was a seal."""
        return _digest(self._vault, row, _SEALED) == row.digest

    def _says(self, row: AuditRow | Row[*tuple[object, ...]]) -> bool:
        return self._sealed(row) or _digest(self._vault, row, _EARLIER) == row.digest

    def _stands(self, row: Row[*tuple[object, ...]], names: Mapping[tuple[int, str], str]) -> bool:
        """Tell whether an entry says what it said when it was written."""
        if not self._says(row):
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


def _sealing(vault: Vault, seal: AuditSealRow) -> str:
    said = (seal.taken, seal.before, seal.last, seal.head, seal.names)
    return vault.blind("\n".join(map(str, said)).encode(), b"audit.seal").hex()


def _digest(vault: Vault, row: AuditRow | Row[*tuple[object, ...]], kind: bytes) -> str:
    said = (
        row.before,
        row.id,
        row.at.astimezone(UTC).isoformat(),
        row.what,
        row.number or 0,
        row.by_mark,
        row.about_mark,
    )
    return vault.blind("\n".join(map(str, said)).encode(), kind).hex()
