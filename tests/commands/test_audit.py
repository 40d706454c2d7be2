"""What is decided is put down, whoever decides it, and read by moderators alone."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from storage.audits import Audits
from storage.reports import Reports
from storage.tables.audit import AuditNameRow, AuditPart, AuditRow
from tests.harness import STEWARD, Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, does, done, lines, moderated

WHEN = "Monday, March 1, 2027, 15:00 Nairobi"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


async def trail(hub: Talk) -> list[tuple[str, int | None, str | None, str | None]]:
    async with hub.storage.read() as session:
        return [(each.what, each.of, each.by, each.about) for each in await Audits(session).all()]


@pytest.mark.both_databases
async def test_whatever_is_decided_is_put_down_once(hub: Talk):
    await hub.says(MOD, f"vouch {SPAMMER}", f"vouch withdraw {SPAMMER}")
    await done(hub, f"mute {SPAMMER} adverts")
    await hub.says(OTHER, "undo 1")
    await does(hub)
    await hub.says(MOD, "lockdown", "lockdown off")
    await hub.says(STEWARD, f"role end {OTHER}", "yes")
    await hub.says(SPAMMER, "report it is loud")
    await hub.says(STEWARD, "report close 1 I talked to them.")
    await hub.says(MOD, "event add 2027-10-28 18:00 UTC Bail", "yes", "event cancel 1", "yes")
    assert await trail(hub) == [
        ("moderator", None, STEWARD, MOD),
        ("moderator", None, STEWARD, OTHER),
        ("vouch", None, MOD, SPAMMER),
        ("withdraw", None, MOD, SPAMMER),
        ("mute", 1, MOD, SPAMMER),
        ("undo", 1, OTHER, SPAMMER),
        ("lockdown", 1, MOD, None),
        ("lockdown off", 1, MOD, None),
        ("member", None, STEWARD, OTHER),
        ("report close", 1, STEWARD, None),
        ("event cancel", 1, MOD, None),
    ]


async def test_what_is_only_proposed_or_dropped_is_not_put_down(hub: Talk):
    before = await trail(hub)
    await hub.says(MOD, f"mute {SPAMMER} adverts")
    assert await trail(hub) == before


async def test_moderators_read_the_latest_and_that_nothing_was_changed(hub: Talk):
    (said,) = await hub.says(MOD, "audit")
    first, second, state = lines(said)
    assert (first, second) == (
        f"• 2. {WHEN}: role: moderator: {OTHER}. By: {STEWARD}",
        f"• 1. {WHEN}: role: moderator: {MOD}. By: {STEWARD}",
    )
    async with hub.storage.read() as session:
        head = (await Audits(session).verify()).head
    assert state == f'2 entries, unchanged. Digest of the last: "{head[:12]}"'
    async with hub.storage.write() as session:
        await session.execute(update(AuditRow).where(AuditRow.id == 1).values(number=7))
    (said,) = await hub.says(MOD, "audit")
    assert lines(said)[-1] == (
        "Somebody changed the trail: entry 1 is not what was written. Tell the operator, who runs "
        '"ilan-hub audit verify".'
    )


@pytest.mark.parametrize("often", [1, 8])
async def test_nothing_is_buried_by_doing_and_undoing_something_else(hub: Talk, often: int):
    await hub.says(MOD, f"vouch {SPAMMER}")
    await hub.says(MOD, *("lockdown", "lockdown off") * often)
    (said,) = await hub.says(OTHER, "audit")
    opened, locked, vouched, *roles, _state = lines(said)
    more = f" ({often - 1} more like it, the first on {WHEN})" if often > 1 else ""
    assert opened == f"• {3 + 2 * often}. {WHEN}: newcomers join again. By: {MOD}{more}"
    assert locked == f"• {2 + 2 * often}. {WHEN}: newcomers have to knock. By: {MOD}{more}"
    assert vouched == f"• 3. {WHEN}: word given: {SPAMMER}. By: {MOD}"
    assert len(roles) == 2


async def test_no_act_stands_behind_another_nor_that_of_another_person(hub: Talk):
    await done(hub, f"warn {SPAMMER} adverts")
    await done(hub, f"mute {SPAMMER} adverts", OTHER)
    await hub.says(MOD, "undo 2")
    await does(hub)
    (said,) = await hub.says(OTHER, "audit")
    assert [line.split(": ", 1)[1] for line in lines(said)[:3]] == [
        f"taken back (measure 2): {SPAMMER}. By: {MOD}",
        f"muted (measure 2): {SPAMMER}. By: {OTHER}",
        f"warned (measure 1): {SPAMMER}. By: {MOD}",
    ]


async def test_of_who_is_erased_nothing_is_put_together(hub: Talk):
    for whom in (SPAMMER, OTHER):
        await hub.says(MOD, f"vouch {whom}")
    async with hub.storage.write() as session:
        about = AuditNameRow.part == AuditPart.ABOUT
        await session.execute(delete(AuditNameRow).where(about))
    (said,) = await hub.says(OTHER, "audit")
    assert sum("word given" in line for line in lines(said)) == 2


async def test_names_that_were_taken_out_are_told(hub: Talk):
    async with hub.storage.write() as session:
        await session.execute(delete(AuditNameRow).where(AuditNameRow.audit_id == 1))
    (said,) = await hub.says(MOD, "audit")
    assert lines(said)[-1] == (
        "Somebody changed the trail: names of people who were not erased are gone from it. Tell "
        'the operator, who runs "ilan-hub audit verify".'
    )


async def test_whom_a_report_is_about_reads_nothing_that_tells_of_it(hub: Talk):
    await hub.says(SPAMMER, "report @guest:test is loud", f"report {MOD} shouts at everybody")
    async with hub.storage.read() as session:
        first, second = [row.id for row in await Reports(session).waiting()]
    await hub.says(STEWARD, f"report close {first} I talked to them.")
    (before,) = await hub.says(MOD, "audit")
    assert lines(before)[0] == f"• 3. {WHEN}: report closed (1). By: {STEWARD}"
    await hub.says(STEWARD, f"report close {second} I talked to them.")
    (after,) = await hub.says(MOD, "audit")
    assert lines(after) == lines(before)
    await hub.says(STEWARD, "lockdown")
    (after,) = await hub.says(MOD, "audit")
    assert lines(after)[0] == f"• 4. {WHEN}: newcomers have to knock. By: {STEWARD}"
    (other,) = await hub.says(OTHER, "audit")
    assert [line[:5] for line in lines(other)[:2]] == ["• 5. ", "• 4. "]


async def test_members_do_not_read_it(hub: Talk):
    assert kinds(await hub.says(SPAMMER, "audit")) == ["error.not_allowed"]
