"""The audit trail: whatever of it somebody changes, adds or takes away is found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.service.audit import export_audit, verify_audit
from kit.errors import BadFile
from storage.audits import Audits, AuditVerdict
from storage.engine import Storage
from storage.people import People
from storage.retention import sweep
from storage.tables.audit import Audited, AuditNameRow, AuditPart, AuditRow
from storage.tables.people import PersonRow
from tests.harness import NOON

DAY = timedelta(days=1)
MOD, SPAMMER = "@mod:test", "@spammer:test"


async def five(storage: Storage) -> None:
    """Put down five decisions, one a day: three of a moderator about a member, two of nobody."""
    async with storage.write() as session:
        people = [await People(session).meet(who, "en", NOON) for who in (MOD, SPAMMER)]
        mod, spammer = (person.id for person in people)
        audits = Audits(session)
        await audits.note(Audited.MODERATOR, NOON, about=mod)
        await audits.note(Audited.MUTE, NOON + DAY, by=mod, about=spammer, number=1)
        await audits.note(Audited.UNDO, NOON + 2 * DAY, by=mod, about=spammer, number=1)
        await audits.note(Audited.BAN, NOON + 3 * DAY, by=mod, about=spammer, number=2)
        await audits.note(Audited.LOCKDOWN, NOON + 4 * DAY, number=1)


async def verdict(storage: Storage) -> AuditVerdict:
    async with storage.read() as session:
        return await Audits(session).verify()


@pytest.mark.both_databases
async def test_what_nobody_touched_is_whole_and_names_who_is_known(storage: Storage):
    assert await verdict(storage) == AuditVerdict(0, "")
    await five(storage)
    found = await verdict(storage)
    async with storage.read() as session:
        latest, first, *_rest = await Audits(session).latest(2)
    assert (found.entries, found.head, found.broken) == (5, latest.digest, None)
    assert (latest.what, latest.of, latest.by, latest.about) == (Audited.LOCKDOWN, 1, None, None)
    assert (first.what, first.of, first.by, first.about) == (Audited.BAN, 2, MOD, SPAMMER)


Harm = Callable[[AsyncSession], Awaitable[object]]


def changed(entry: int, **values: object) -> Harm:
    query = update(AuditRow).where(AuditRow.id == entry).values(**values)
    return lambda session: session.execute(query)


def removed(number: int) -> Harm:
    return lambda session: session.execute(delete(AuditRow).where(AuditRow.id == number))


async def renamed(session: AsyncSession) -> None:
    """Let another be the one who did it."""
    other = await People(session).find(SPAMMER)
    assert other is not None
    theirs = AuditNameRow.audit_id == 4, AuditNameRow.part == AuditPart.BY
    await session.execute(update(AuditNameRow).where(*theirs).values(person_id=other.id))


async def invented(session: AsyncSession) -> None:
    """Add an entry as somebody would who has no key."""
    last = await session.get_one(AuditRow, 5)
    session.add(
        AuditRow(
            id=6,
            what=Audited.BAN,
            number=9,
            by_mark="",
            about_mark="",
            before=last.digest,
            digest=last.digest[::-1],
            at=NOON,
        )
    )


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        (changed(2, what=Audited.WARN), 2),
        (changed(3, number=7), 3),
        (changed(4, at=NOON), 4),
        (changed(1, about_mark="0"), 1),
        (changed(4, before="0"), 4),
        (changed(5, digest="0"), 5),
        (removed(3), 3),
        (renamed, 4),
        (invented, 6),
    ],
)
async def test_the_first_entry_that_was_changed_is_named(storage: Storage, harm: Harm, broken: int):
    await five(storage)
    async with storage.write() as session:
        await harm(session)
    found = await verdict(storage)
    assert (found.entries, found.broken) == (broken - 1, broken)


async def test_an_older_export_finds_what_was_cut_off_at_the_end(storage: Storage, tmp_path: Path):
    await five(storage)
    async with storage.read() as session:
        (file := tmp_path / "audit.jsonl").write_bytes(await export_audit(session))
        assert (await verify_audit(session, file))[1]
    async with storage.write() as session:
        await Audits(session).note(Audited.LOCKDOWN_OFF, NOON, number=1)  # later ones do no harm
    async with storage.read() as session:
        assert (await verify_audit(session, file))[1]
    async with storage.write() as session:
        await session.execute(delete(AuditRow).where(AuditRow.id >= 5))
    assert (await verdict(storage)).broken is None  # by itself it does not show
    async with storage.read() as session:
        said, holds = await verify_audit(session, file)
    assert (said.split(",")[0], holds) == ("Entry 5 is not what was written", False)


async def test_what_is_no_export_is_refused_by_its_line(storage: Storage, tmp_path: Path):
    (file := tmp_path / "audit.jsonl").write_text('{"entry": 1, "digest": "a"}\n{"entry": "2"}\n')
    async with storage.read() as session:
        with pytest.raises(BadFile, match="line 2: no entry of an audit trail"):
            await verify_audit(session, file)


@pytest.mark.both_databases
async def test_who_is_erased_has_no_name_in_it_and_it_stays_whole(storage: Storage):
    await five(storage)
    async with storage.write() as session:
        person = await People(session).find(SPAMMER)
        assert person is not None
        await People(session).erase(person.id)
    found = await verdict(storage)
    assert (found.entries, found.broken) == (5, None)
    async with storage.read() as session:
        whole = await export_audit(session)
        assert await session.get(AuditNameRow, (4, AuditPart.ABOUT)) is None
    assert (SPAMMER.encode() in whole, MOD.encode() in whole) == (False, True)


async def test_the_sweep_takes_the_oldest_and_the_rest_holds(storage: Storage):
    await five(storage)
    async with storage.write() as session:
        await sweep(session, NOON + timedelta(days=367))
    found = await verdict(storage)
    assert (found.entries, found.broken) == (3, None)
    async with storage.write() as session:
        mod = await People(session).find(MOD)
        assert isinstance(mod, PersonRow)
        await Audits(session).note(Audited.WARN, NOON, by=mod.id)
        await session.execute(delete(AuditRow).where(AuditRow.id == 4))
    assert (await verdict(storage)).broken == 4
