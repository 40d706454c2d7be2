"""Reading ``locales/<language>/dates.yaml``: how people say when, beside the names of CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot import checked
from bot.checked import Fault, Row
from bot.understanding.moments.trie import Hole, phrases
from kit.words import fold

Said = tuple[str, ...]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Unit = Literal["second", "minute", "hour", "day", "week", "month"]
Hours = Annotated[str, Field(pattern=r"^\d{1,2}-\d{1,2}$")]
Clock = Annotated[str, Field(pattern=r"^(\d|1\d|2[0-3]):[0-5]\d$")]
Span = Annotated[str, Field(pattern=r"^\d+[mhdwM]$")]
Days = Annotated[str, BeforeValidator(str), Field(pattern=r"^-?\d+( \d{1,2}-\d{1,2})?$")]
Period = Annotated[str, Field(pattern=r"^(week|weekend|month) [0-2]$")]

HOLES = {
    "date": {"day", "month", "year", "month_number", "year_said"},
    "weekday_day": {"weekday", "day"},
    "later": {"span", "weekday", "days"},
    "day": {"day", "ordinal"},
    "nth": {"nth", "weekday", "month", "year", "month_number", "year_said"},
    "nth_this_month": {"nth", "weekday"},
    "nth_next_month": {"nth", "weekday"},
    "ahead": {"span"},
    "ago": {"span"},
    "zone": {"zone"},
    "this_month": {"day"},
    "next_month": {"day"},
}
_CLOCK = {"hour", "hour_alone", "noon", "part", "minute", "minute_said"}


class Phrases(Row):
    """Ways to name a day; what each means stands in ``grammar.py``."""

    date: Said
    day: Said = ()
    weekday_day: Said = ()
    later: Said = ()
    this: Said = ()
    next: Said = ()
    following: Said = ()
    last: Said = ()
    last_week: Said = ()
    this_week: Said = ()
    next_week: Said = ()
    week_after_next: Said = ()
    later_7: Said = ()
    later_14: Said = ()
    this_month: Said = ()
    next_month: Said = ()
    nth: Said = ()
    nth_this_month: Said = ()
    nth_next_month: Said = ()
    ahead: Said
    ago: Said
    zone: Said = ()


class Table(Row):
    """The words of one language."""

    version: Literal[1]
    cldr: Said
    weeks: tuple[Weekday, ...]
    slashes: Literal["day", "month", "either"]
    numbers: Mapping[Annotated[int, Field(ge=0, le=99)], Said]
    ordinals: Said
    nth: Mapping[Annotated[int, Field(ge=-1, le=5)], Said] = {}
    units: Mapping[Unit, Said]
    unit_alone: bool = False
    spans: Mapping[Span, Said] = {}
    weekdays: Mapping[Annotated[int, Field(ge=0, le=6)], Said] = {}
    months: Mapping[Annotated[int, Field(ge=1, le=12)], Said] = {}
    parts: Mapping[Hours, Said]
    noon: Said
    midnight: Said
    hours_alone: Mapping[Clock, Said] = {}
    days: Mapping[Days, Said]
    years: Mapping[Annotated[int, Field(ge=0, le=2)], Said] = {}
    periods: Mapping[Period, Said]
    phrases: Phrases
    clock: Mapping[Annotated[int, Field(gt=-60, lt=60)], Said]
    past: Said
    to: Said
    joining: Said = Field(alias="and")
    attached: Said = ()
    small: Said
    until: Said
    end_of: Said
    after: Said
    either: Said
    before: Said
    no_places: Said = ()


def load_tables(directory: Path, languages: Iterable[str]) -> dict[str, Table]:
    """Read the table of each language; raises BadConfiguration naming file, line and field."""
    return {language: load_table(directory / language / "dates.yaml") for language in languages}


def load_table(path: Path) -> Table:
    """Read one table; raises BadConfiguration naming the file, the line and the field."""
    return checked.load(Table, path, "locales/en/dates.yaml", _faults)


def numbers_named(tables: Iterable[Table]) -> dict[str, int]:
    """List what numbers are called in each language, folded."""
    return {
        fold(word): number
        for table in tables
        for number, words in table.numbers.items()
        for word in words
    }


def _faults(table: Table) -> Iterator[Fault]:
    for name, said in table.phrases:
        holes = HOLES.get(name, {"weekday"})
        yield from _misread(("phrases", name), said, holes)
    for minutes, said in table.clock.items():
        yield from _misread(("clock", minutes), said, _CLOCK)
    yield from _misread(("past",), table.past, _CLOCK)
    yield from _misread(("to",), table.to, _CLOCK)
    for period, said in table.periods.items():
        yield from _misread(("periods", period), said, set())
    for hours, said in table.parts.items():
        yield from _misread(("parts", hours), said, set())
    for days, said in table.days.items():
        yield from _misread(("days", days), said, set())


def _misread(keys: tuple[object, ...], said: Said, holes: set[str]) -> Iterator[Fault]:
    for place, written in enumerate(said):
        try:
            named = {e.name for p in phrases(written) for e in p if isinstance(e, Hole)}
        except ValueError as error:
            yield (*keys, place), str(error)
            continue
        for hole in sorted(named - holes):
            known = ", ".join(f"{{{name}}}" for name in sorted(holes)) or "none"
            yield (*keys, place), f"no such place {{{hole}}}; there are: {known}"


def amount(written: str) -> tuple[int, str]:
    """Read a key such as 90m or 2w."""
    found = re.fullmatch(r"(\d+)([mhdwM])", written)
    assert found is not None
    return int(found[1]), found[2]
