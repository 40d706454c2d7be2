"""Hours that are no night for most, and what an organiser makes of one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from actions.events.finding import Proposal, Whereabouts, slots
from storage.events import Events
from tests.harness import NOON, STEWARD, Talk, kinds, scene

AMAL = "@amal:test"
DAYS = [date(2027, 3, day) for day in range(3, 9)]


@scene
async def hub(talk: Talk) -> None:
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who)


def best(people: dict[tuple[str, str | None], int], hours: int = 1) -> list[Proposal]:
    where = Whereabouts(people, counted=True)
    return slots(where, timedelta(hours=hours), DAYS, NOON)


def test_all_are_awake_where_there_is_such_an_hour():
    for slot in best({("America/Lima", "PE"): 3, ("Asia/Kathmandu", "NP"): 4}):
        local = [
            slot.at.astimezone(UTC) + shift
            for shift in (timedelta(hours=-5), timedelta(hours=5, minutes=45))
        ]
        assert slot.tenths == 10
        assert all(each.hour in range(7, 22) for each in local)


def test_most_count_where_some_have_to_be_up_at_night():
    found = best({("Pacific/Auckland", "NZ"): 1, ("Europe/Vienna", "AT"): 9}, hours=5)
    assert {slot.tenths for slot in found} == {9}
    assert {slot.at.hour for slot in found} == {8}  # 9 to 14 in Vienna


@pytest.mark.parametrize(
    ("zone", "country", "weekdays"),
    [("Africa/Cairo", "EG", {2, 3, 6}), ("Africa/Nairobi", "KE", {2, 3, 4})],
)
def test_nobody_is_asked_to_meet_at_their_weekend(zone: str, country: str, weekdays: set[int]):
    """Wednesday, Thursday and Sunday in Cairo; Friday in place of Sunday in Nairobi."""
    where = Whereabouts({(zone, country): 7}, counted=True)
    found = slots(where, timedelta(hours=2), DAYS, NOON)
    assert {slot.at.weekday() for slot in found} == weekdays


async def test_a_number_opens_the_announcement_with_hour_and_length(hub):
    [shown] = await hub.says(STEWARD, "event when 90 minutes Lima, Nairobi")
    assert shown.kind == "events.when"
    assert "07:00 Lima, 15:00 Nairobi" in shown.body
    await hub.says(STEWARD, "2", "Call on appeals", "yes")
    async with hub.storage.read() as session:
        [event] = await Events(session).upcoming(hub.now)
    assert event.starts_at == datetime(2027, 3, 3, 12, tzinfo=UTC)
    assert (event.title, event.length) == ("Call on appeals", timedelta(minutes=90))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "which hour would suit colleagues in Lima and Nairobi next week?"),
        ("es", "¿qué hora les conviene a colegas de Lima y Nairobi la próxima semana?"),
        ("fr", "quelle heure de la semaine prochaine conviendrait à Lima et à Nairobi"),
    ],
)
async def test_places_and_days_are_taken_from_a_sentence(hub, language: str, said: str):
    await hub.says(AMAL, f"language {language}")
    [shown] = await hub.says(AMAL, said)
    assert shown.kind == "events.when"
    assert shown.body.count("09:00 Lima, 17:00 Nairobi") == 3
    assert {"8", "9", "10"} <= set(shown.body.replace(",", " ").split())


async def test_a_member_is_offered_no_announcement(hub):
    [shown] = await hub.says(AMAL, "event when Nairobi")
    assert "announce" not in shown.body
    assert kinds(await hub.says(AMAL, "1")) != ["error.not_allowed"]


async def test_few_members_are_never_told_by_their_clocks(hub):
    [shown] = await hub.says(AMAL, "event when")
    assert "I went by one clock for each region" in shown.body
    for place in range(6):
        await hub.member(f"@one{place}:test", country="Peru")
    [shown] = await hub.says(AMAL, "event when Latin America")
    assert "I counted members by the clocks they gave me" in shown.body
    [shown] = await hub.says(AMAL, "event when Eastern Europe")
    assert "I went by one clock for each region" in shown.body


async def test_nobody_is_awake_for_a_day(hub):
    [refused] = await hub.says(AMAL, "event when 13 hours")
    assert refused.body == "I look for times of 12 hours at most."
