"""The words and phrases of one language, out of CLDR and its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from babel import Locale

from bot.understanding.moments import days
from bot.understanding.moments.days import SPANS, Days, Span
from bot.understanding.moments.tables import Table, amount
from bot.understanding.moments.tokens import cut
from bot.understanding.moments.trie import Trie
from kit.words import clean, is_han
from language.scripts import language_of_script

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w", "month": "M"}
_LETTERS = ("s", "m", "h", "d", "w")  # 30m, 2h, 3d: everywhere
_SHORTEST = 3  # letters of a name that is cut short: Thu, сент
# Dates and hours that are written the same in every language.
_HOURS_ALONE = ("{hour} h", "{midnight}")
_DATES = ("{day} {month} {year}", "{day} {month} - {year}", "{day} / {month} / {year}")


class DateWords:
    """What the reader looks up: ``words`` fill holes, the others are components of a moment."""

    def __init__(self, table: Table) -> None:
        self.slashes = table.slashes
        self.small, self.until = Trie(), Trie()
        for trie, words in ((self.small, table.small), (self.until, table.until)):
            for word in words:
                trie.add(word, None)
        self.words = {
            name: Trie() for name in ("n", "nth", "month", "weekday", "unit", "span", "noon")
        }
        self.words |= {
            name: Trie()
            for name in (
                "midnight",
                "part",
                "days",
                "year_said",
                "joining",
                "either",
                "before",
                "after",
                "end_of",
                "hour_alone",
                "period",
                "and_n",
                "and_span",
            )
        }
        self.day, self.clock, self.zone = Trie(), Trie(), Trie()
        self.ordinals = frozenset(table.ordinals)
        self.unit_alone = table.unit_alone
        self.no_places = frozenset(_folded(word) for word in table.no_places)
        self._begins = [_WEEKDAYS.index(day) for day in table.weeks]
        self._names(table)
        self._vocabulary(table)
        self._phrases(table)

    def _names(self, table: Table) -> None:
        for kind, extra in (("months", table.months), ("days", table.weekdays)):
            trie = self.words["month" if kind == "months" else "weekday"]
            for written, value in _named(table.cldr, kind):
                trie.add(written, value)
            for value, said in extra.items():
                for word in said:
                    trie.add(word, value)

    def _vocabulary(self, table: Table) -> None:
        listed: list[tuple[str, Mapping[Any, tuple[str, ...]]]] = [
            ("n", table.numbers),
            ("nth", table.nth),
            ("unit", {SPANS[_UNITS[unit]]: said for unit, said in table.units.items()}),
            ("unit", {SPANS[letter]: (letter,) for letter in _LETTERS}),
            ("span", {_span(key): said for key, said in table.spans.items()}),
            ("noon", {12: table.noon}),
            ("midnight", {24: table.midnight}),
            ("part", {_hours(key): said for key, said in table.parts.items()}),
            ("joining", {None: table.joining}),
            ("either", {None: table.either}),
            ("before", {None: table.before}),
            ("after", {None: table.after}),
            ("end_of", {None: table.end_of}),
            ("year_said", table.years),
            ("period", {_period(key): said for key, said in table.periods.items()}),
            ("hour_alone", {_clock(key): said for key, said in table.hours_alone.items()}),
        ]
        # Arabic writes "and" and the word after it as one.
        joined = [("and_n", table.numbers), ("and_span", listed[3][1])]
        if table.unit_alone:
            joined.append(("and_span", listed[1][1]))
        listed += [
            (name, {value: _after(table.attached, said) for value, said in group.items()})
            for name, group in joined
        ]
        for name, group in listed:
            for value, said in group.items():
                for word in said:
                    self.words[name].add(word, value)

    def _phrases(self, table: Table) -> None:
        for key, said in table.days.items():
            offset, _, hours = key.partition(" ")
            part = _hours(hours) if hours else None
            for word in said:
                self.day.add(word, ("days", int(offset), part))
                if part is None:
                    self.words["days"].add(word, int(offset))
        for name, listed in (*table.phrases, ("date", _DATES)):
            trie = self.zone if name == "zone" else self.day
            for written in listed:
                trie.add(written, (name, 0, None))
        self.zone.add("{zone}", ("loose", 0, None))
        clock: list[tuple[int | str, tuple[str, ...]]] = [*table.clock.items()]
        clock += [("past", table.past), ("to", table.to)]
        for minutes, listed in clock:
            for written in (*listed, *(_HOURS_ALONE if minutes == 0 else ())):
                self.clock.add(written, minutes)

    def days(self, name: str, offset: int, holes: Mapping[str, Any]) -> Days:
        """Say which days a phrase of the table means."""
        if name == "days":
            return days.after(Span(days=offset))
        if name in _OF_WEEK:
            return days.in_week(holes["weekday"], _OF_WEEK[name], self._begins)
        if name in {"next", "following"}:
            weekday = holes["weekday"]
            read = days.either(days.coming(weekday), days.in_week(weekday, 1, self._begins))
            return read if name == "next" else days.WeekdayAfter(weekday, read)
        return _MEANINGS[name](holes)


def _later(holes: Mapping[str, Any]) -> Days:
    span = holes["span"]
    if span != Span(days=span.days):
        return days.never
    if "days" in holes:
        return days.after(Span(days=span.days + holes["days"]))
    return days.coming(holes["weekday"], span.days)


def _date(holes: Mapping[str, Any]) -> Days:
    month = holes.get("month") or holes["month_number"]
    if "year_said" in holes:
        return days.in_year(holes["year_said"], month, holes["day"])
    if "year" in holes:
        return days.on(holes["year"], month, holes["day"])
    return days.without_year(month, holes["day"])


def _nth(holes: Mapping[str, Any]) -> Days:
    nth, weekday = holes["nth"], holes.get("weekday")
    month = holes.get("month") or holes["month_number"]
    if "year" in holes:
        return days.nth_of_year(nth, weekday, holes["year"], month)
    return days.nth_of_month(nth, weekday, month, holes.get("year_said"))


_OF_WEEK = {"last_week": -1, "this_week": 0, "next_week": 1, "week_after_next": 2}
_MEANINGS: Mapping[str, Callable[[Mapping[str, Any]], Days]] = {
    "date": _date,
    "later": _later,
    "nth": _nth,
    "nth_this_month": lambda holes: days.nth_in(0, holes["nth"], holes.get("weekday")),
    "nth_next_month": lambda holes: days.nth_in(1, holes["nth"], holes.get("weekday")),
    "day": lambda holes: days.of_month(holes.get("day") or holes["ordinal"]),
    "weekday_day": lambda h: days.on_weekday(days.of_month(h["day"]), h["weekday"]),
    "this_month": lambda holes: days.of_month(holes["day"], 0),
    "next_month": lambda holes: days.of_month(holes["day"], 1),
    "this": lambda holes: days.coming(holes["weekday"]),
    "last": lambda holes: days.last(holes["weekday"]),
    "later_7": lambda holes: days.coming(holes["weekday"], 7),
    "later_14": lambda holes: days.coming(holes["weekday"], 14),
}


def _named(locales: tuple[str, ...], kind: str) -> Iterator[tuple[str, int]]:
    """List the names of months or weekdays, whole and cut short where that is one name only."""
    for tag in locales:
        names = getattr(Locale.parse(tag), kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for value, name in names[context][width].items():
                    yield name, value
            yield from _short(names[context]["wide"])


def _short(names: Mapping[int, str]) -> Iterator[tuple[str, int]]:
    cuts: dict[str, set[int]] = {}
    for value, name in names.items():
        word = cut(clean(name))[0].text
        if not is_han(word) and language_of_script(word) != "ar":
            for size in range(_SHORTEST, len(word) + 1):
                cuts.setdefault(word[:size], set()).add(value)
    yield from ((word, next(iter(values))) for word, values in cuts.items() if len(values) == 1)


def _span(key: str) -> Span:
    n, unit = amount(key)
    return SPANS[unit].times(n)


def _after(attached: Iterable[str], said: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{each}{word}" for each in attached for word in said)


def _hours(key: str) -> tuple[int, int]:
    begin, end = key.split("-")
    return int(begin), int(end)


def _period(key: str) -> tuple[str, int]:
    unit, ahead = key.split()
    return unit, int(ahead)


def _clock(key: str) -> tuple[int, int]:
    hour, minute = key.split(":")
    return int(hour), int(minute)


def _folded(word: str) -> str:
    return " ".join(token.text for token in cut(clean(word)))
