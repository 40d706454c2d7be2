"""Days that come every year, and what was held earlier: ``starter/events.yaml``."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot import checked
from bot.checked import Fault, Row
from bot.starter import Named, Phrase, Slug, starter
from kit.network import DayOfYear, HeldEvent, Network

_NO_LEAP_YEAR = 2001


class _Day(Row):
    slug: Slug
    names: Named
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    checked: bool = False
    disabled: Phrase | None = None


class _Held(Row):
    title: Phrase
    begins: Annotated[str, Field(pattern=r"^\d{4}-\d\d(-\d\d)?$")]
    place: Phrase
    checked: bool = False


class _Events(Row):
    version: Literal[1]
    days: tuple[_Day, ...]
    past: tuple[_Held, ...]


def with_days(network: Network, path: Path | None = None) -> Network:
    """Let a network know the days of a file, or of the one that comes with the hub.

    Raises:
        BadConfiguration: names file, line and field.
    """
    file = path or starter("events.yaml")
    read = checked.load(_Events, file, "starter/events.yaml", _event_faults)
    days = [
        DayOfYear(day.names, day.month, day.day, day.checked)
        for day in read.days
        if day.month and day.day and not day.disabled
    ]
    return replace(network, days=days, held=[HeldEvent(**past.model_dump()) for past in read.past])


def _event_faults(read: _Events) -> Iterator[Fault]:
    seen = set[str]()
    for place, row in enumerate(read.days):
        if row.slug in seen:
            yield ("days", place, "slug"), f"declared more than once: {row.slug}"
        seen.add(row.slug)
        if row.disabled is not None:
            continue
        if row.month is None or row.day is None:
            yield ("days", place, "slug"), "needs month and day, or a reason why it is disabled"
        elif row.day > monthrange(_NO_LEAP_YEAR, row.month)[1]:
            yield ("days", place, "day"), "there is no such day each year"
    for place, past in enumerate(read.past):
        try:
            date.fromisoformat(f"{past.begins}-01"[:10])
        except ValueError:
            yield ("past", place, "begins"), "there is no such day"
