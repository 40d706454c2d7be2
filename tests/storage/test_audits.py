"""The audit trail: whatever of it somebody changes, adds or takes away is found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.service.audit import export_audit, verify_audit
from kit.errors import BadFile
from storage import audits
from storage.audits import Audits, AuditVerdict
from storage.engine import Storage
from storage.people import People
from storage.retention import sweep
from storage.tables.audit import Audited, AuditNameRow, AuditPart, AuditRow, AuditSealRow
from storage.tables.people import PersonRow
from tests.harness import NOON

DAY = timedelta(days=1)
TABLES = [row.table() for row in (AuditRow, AuditNameRow, AuditSealRow)]
MOD, SPAMMER = "@mod:test", "@spammer:test"


async def five(storage: Storage) -> None:
    """Put down five decisions, one a day: three of a moderator about a member, two of nobody."""
    async with storage.write() as session:
        people = [await People(session).meet(who, "en", NOON) for who in (MOD, SPAMMER)]
        mod, spammer = (person.id for person in people)
        trail = Audits(session)
        await trail.note(Audited.MODERATOR, NOON, about=mod)
        await trail.note(Audited.MUTE, NOON + DAY, by=mod, about=spammer, number=1)
        await trail.note(Audited.UNDO, NOON + 2 * DAY, by=mod, about=spammer, number=1)
        await trail.note(Audited.BAN, NOON + 3 * DAY, by=mod, about=spammer, number=2)
        await trail.note(Audited.LOCKDOWN, NOON + 4 * DAY, number=1)


async def forget(storage: Storage, who: str) -> None:
    async with storage.write() as session:
        person = await People(session).find(who)
        assert person is not None
        await People(session).erase(person.id)


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


async def snapshot(storage: Storage) -> list[dict[str, Any]]:
    """Keep the rows that somebody without a key could put back later."""
    async with storage.read() as session:
        found = [await session.execute(select(table)) for table in TABLES]
        return [[dict(row) for row in rows.mappings()] for rows in found]


async def put_back(storage: Storage, kept: list[list[dict[str, Any]]]) -> None:
    async with storage.write() as session:
        for table in reversed(TABLES):
            await session.execute(delete(table))
        for table, rows in zip(TABLES, kept, strict=True):
            if rows:
                await session.execute(insert(table), rows)


async def test_an_older_export_finds_that_all_was_put_back(storage: Storage, tmp_path: Path):
    await five(storage)
    earlier = await snapshot(storage)
    async with storage.write() as session:
        await Audits(session).note(Audited.LOCKDOWN_OFF, NOON + 5 * DAY, number=1)
    async with storage.read() as session:
        (file := tmp_path / "audit.jsonl").write_bytes(await export_audit(session))
        assert (await verify_audit(session, file))[1]
    async with storage.write() as session:
        await Audits(session).note(Audited.LOCKDOWN, NOON + 6 * DAY, number=2)  # no harm
    async with storage.read() as session:
        assert (await verify_audit(session, file))[1]
    await put_back(storage, earlier)
    assert await verdict(storage) == AuditVerdict(5, ANY)  # by itself it does not show
    async with storage.read() as session:
        said, holds = await verify_audit(session, file)
    assert (said.split(",")[0], holds) == ("Entry 6 is not what was written", False)


def seal_of(**values: object) -> Harm:
    return lambda session: session.execute(update(AuditSealRow).values(**values))


async def unsealed(session: AsyncSession) -> None:
    await session.execute(delete(AuditSealRow))


async def all_but_the_last(session: AsyncSession) -> None:
    await session.execute(delete(AuditRow).where(AuditRow.id < 5))


async def all_but_the_last_and_said_so(session: AsyncSession) -> None:
    """Tell by the seal, too, that the sweep took them."""
    last = await session.get_one(AuditRow, 5)
    await all_but_the_last(session)
    await session.execute(update(AuditSealRow).values(taken=4, before=last.before, names=0))


async def without_its_beginning_and_seal(session: AsyncSession) -> None:
    await all_but_the_last(session)
    await unsealed(session)


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        (all_but_the_last, 1),
        (all_but_the_last_and_said_so, 4),
        (without_its_beginning_and_seal, 1),
        (unsealed, 1),
        (removed(5), 5),
        (removed(1), 1),
        (seal_of(names=0), 1),
        (seal_of(taken=1), 1),
    ],
)
@pytest.mark.parametrize("later", [False, True])
async def test_what_is_cut_off_is_found_also_after_the_next_entry(
    storage: Storage, harm: Harm, broken: int, later: bool
):
    await five(storage)
    async with storage.write() as session:
        await harm(session)
    if later:
        async with storage.write() as session:
            await Audits(session).note(Audited.WARN, NOON + 5 * DAY)
        async with storage.write() as session:
            await sweep(session, NOON + timedelta(days=367))
        assert (await verdict(storage)).broken is not None
    else:
        assert (await verdict(storage)).broken == broken


@pytest.mark.parametrize("later", [False, True])
async def test_names_that_are_taken_away_are_missed(storage: Storage, later: bool):
    await five(storage)
    async with storage.write() as session:
        await session.execute(delete(AuditNameRow).where(AuditNameRow.audit_id == 4))
    if later:
        await forget(storage, SPAMMER)
        async with storage.write() as session:
            await sweep(session, NOON + timedelta(days=367))
    found = await verdict(storage)
    assert (found.broken, found.named) == (None, False)
    async with storage.read() as session:
        said, holds = await verify_audit(session, None)
    assert ("names are missing of people who were not" in said, holds) == (True, False)


async def test_an_older_seal_does_not_fit_later_entries(storage: Storage):
    await five(storage)
    async with storage.read() as session:
        kept = (await session.execute(select(AuditSealRow.__table__))).mappings().one()
    async with storage.write() as session:
        await Audits(session).note(Audited.WARN, NOON + 5 * DAY)
        await session.execute(delete(AuditNameRow))
        await session.execute(update(AuditSealRow).values(**kept))
    assert (await verdict(storage)).broken == 6


@pytest.mark.both_databases
async def test_a_trail_that_never_had_a_seal_gets_one_with_its_next_entry(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as earlier:
        earlier.setattr(audits, "_SEALED", audits._EARLIER)
        await five(storage)
    async with storage.write() as session:
        await session.execute(delete(AuditSealRow))
        await session.execute(delete(AuditRow).where(AuditRow.id == 1))  # the sweep's, one hopes
        assert await Audits(session).verify() == AuditVerdict(4, ANY)
        await Audits(session).note(Audited.WARN, NOON + 5 * DAY)
        assert await Audits(session).verify() == AuditVerdict(5, ANY)
        await session.execute(delete(AuditSealRow))
    assert (await verdict(storage)).broken == 1


async def test_what_is_no_export_is_refused_by_its_line(storage: Storage, tmp_path: Path):
    (file := tmp_path / "audit.jsonl").write_text('{"entry": 1, "digest": "a"}\n{"entry": "2"}\n')
    async with storage.read() as session:
        with pytest.raises(BadFile, match="line 2: no entry of an audit trail"):
            await verify_audit(session, file)


@pytest.mark.both_databases
async def test_who_is_erased_has_no_name_in_it_and_it_stays_whole(storage: Storage):
    await five(storage)
    await forget(storage, SPAMMER)
    assert await verdict(storage) == AuditVerdict(5, ANY)
    async with storage.read() as session:
        whole = await export_audit(session)
        assert await session.get(AuditNameRow, (4, AuditPart.ABOUT)) is None
    assert (SPAMMER.encode() in whole, MOD.encode() in whole) == (False, True)


@pytest.mark.both_databases
async def test_the_sweep_takes_the_oldest_and_the_rest_holds(storage: Storage, tmp_path: Path):
    await five(storage)
    async with storage.read() as session:
        (file := tmp_path / "audit.jsonl").write_bytes(await export_audit(session))
    async with storage.write() as session:
        await sweep(session, NOON + timedelta(days=367))
    found = await verdict(storage)
    assert (found.entries, found.broken, found.named) == (3, None, True)
    async with storage.read() as session:
        assert (await verify_audit(session, file))[1]
    async with storage.write() as session:
        mod = await People(session).find(MOD)
        assert isinstance(mod, PersonRow)
        await Audits(session).note(Audited.WARN, NOON, by=mod.id)
        await session.execute(delete(AuditRow).where(AuditRow.id == 4))
    assert (await verdict(storage)).broken == 4


async def test_numbers_go_on_where_the_sweep_took_all(storage: Storage, tmp_path: Path):
    await five(storage)
    async with storage.read() as session:
        (file := tmp_path / "audit.jsonl").write_bytes(await export_audit(session))
    async with storage.write() as session:
        await sweep(session, NOON + timedelta(days=1000))
    assert (await verdict(storage)).entries == 0
    async with storage.write() as session:
        await Audits(session).note(Audited.WARN, NOON + timedelta(days=1000))
    async with storage.read() as session:
        (only,) = await Audits(session).all()
        assert (only.number, await Audits(session).verify()) == (6, AuditVerdict(1, only.digest))
        assert (await verify_audit(session, file))[1]
