"""Finding hours at which most people are awake, wherever they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from actions.authority import authorise
from kit.authority import Act, Actor
from kit.counts import LEAST
from kit.network import Network, Region
from storage.people import People

SLOTS = 3
DAYS_AHEAD = 14
LONGEST_CALL = timedelta(hours=12)
_WAKING = (7, 22)  # hours of the day
_WORKING = (9, 18)
_DAY = timedelta(days=1)
_STEP = timedelta(hours=1)
_SATURDAY, _SUNDAY = 5, 6
_TENTHS = 10


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How many are in which zone and country; *counted* are members, else one clock each."""

    people: Mapping[tuple[str, str | None], int]
    counted: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An hour to begin at, and for how many of ten it is in their waking hours; 10 is all."""

    at: datetime
    tenths: int


@dataclass(frozen=True, slots=True)
class FindingTime:
    """Knows whose clocks to ask. Nobody's own is shown, and none of so few that it would be."""

    people: People
    network: Network

    async def whereabouts(
        self, by: Actor, regions: Collection[Region], zones: Sequence[str]
    ) -> Whereabouts:
        """Say where those are who are asked for: places, members of *regions*, or all members.

        Where too few members gave their clock, each region has one.
        """
        authorise(by, Act.ATTEND)
        if zones:
            return Whereabouts(Counter((zone, None) for zone in zones), counted=False)
        living = await self.people.clocks()
        wanted = {country for region in regions for country in region.countries}
        members = Counter[tuple[str, str | None]]()
        for (zone, country), n in living.items():
            if not regions or country in wanted:
                members[zone, country] += n
        some = regions or self.network.regions.values()
        each = [sum(n for (_z, land), n in members.items() if land in r.countries) for r in some]
        if members.total() < LEAST or (regions and min(each) < LEAST):
            return Whereabouts(Counter((region.zone, None) for region in some), counted=False)
        return Whereabouts(members, counted=True)


def slots(
    where: Whereabouts, length: timedelta, days: Iterable[date], now: datetime
) -> list[Proposal]:
    """Choose the best hours of several days of UTC, each on a day of its own, in their order.

    Most people are awake, then most are at work, and it is no weekend; then the earliest counts.
    """
    everybody = sum(where.people.values())
    best: dict[date, tuple[float, float, datetime]] = {}
    for day in days:
        groups = _groups(where, day)
        begins = datetime.combine(day, time.min, UTC)
        for at in (begins + hour * _STEP for hour in range(_DAY // _STEP)):
            if at < now + _DAY:
                continue
            awake, suits = _weigh(groups, at, length)
            found = (awake, suits, at)
            if day not in best or found[:2] > best[day][:2]:
                best[day] = found
    chosen = sorted(best.values(), key=lambda each: (-each[0], -each[1], each[2]))[:SLOTS]
    return [
        Proposal(at, int(awake * _TENTHS / everybody))
        for awake, _suits, at in sorted(chosen, key=lambda each: each[2])
    ]


_Group = tuple[timedelta, frozenset[int]]


def _groups(where: Whereabouts, day: date) -> Mapping[_Group, int]:
    """Count who has the same clock on a day, and the same weekend."""
    noon = datetime.combine(day, time(12), UTC)
    groups = Counter[_Group]()
    for (zone, country), n in where.people.items():
        offset = ZoneInfo(zone).utcoffset(noon) or timedelta()
        groups[offset, _weekend(country)] += n
    return groups


def _weigh(groups: Mapping[_Group, int], at: datetime, length: timedelta) -> tuple[float, float]:
    """Say how many are awake all the time, and how well it suits them."""
    awake, suits = 0.0, 0.0
    for (offset, weekend), n in groups.items():
        local = at + offset
        if not _within(local, length, _WAKING):
            continue
        awake += n
        if local.weekday() not in weekend:
            suits += n * (2 if _within(local, length, _WORKING) else 1)
    return awake, suits


def _within(local: datetime, length: timedelta, hours: tuple[int, int]) -> bool:
    begin, end = (datetime.combine(local.date(), time(hour), UTC) for hour in hours)
    return begin <= local and local + length <= end


@cache
def _weekend(country: str | None) -> frozenset[int]:
    """Give the days of the weekend in a country, as Unicode CLDR has them."""
    first, last = _SATURDAY, _SUNDAY
    with suppress(UnknownLocaleError, ValueError):
        known = Locale.parse(f"und_{country}") if country else None
        first, last = (known.weekend_start, known.weekend_end) if known else (first, last)
    return frozenset((first + each) % 7 for each in range((last - first) % 7 + 1))
