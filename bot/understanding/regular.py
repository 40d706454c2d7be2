"""Taking out of a line how often something comes: "every first Monday at 10, six times"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from bot.understanding.answers import RecurringWords, Weekday, Words
from bot.understanding.moments import MomentReader, Table
from bot.understanding.writing import every
from kit.moments import Day
from kit.recurring import Often, Recurring
from kit.words import HAN, clean, fold, is_han, unaccented

_LONGEST = 300  # characters
_WEEK = 7
_MOST_UNTIL = 4  # words, or three Chinese characters each, of the day on which it ends
_UNIT = re.compile(rf"[{HAN}]{{1,3}}|[^\s{HAN}]+")
_ENDS = " ,.;،؛，。"
_SPACED = re.compile(r"\s+([:：,،，;])")
_DOUBLED = re.compile(r"\s*[,،，;؛]\s*(?=[:：,،，;؛|]|$)")


class RegularReader:
    """Knows each, first, and the days of the week, as the tables of dates have them."""

    def __init__(
        self,
        words: RecurringWords,
        numbers: Mapping[str, int],
        tables: Mapping[str, Table],
        moments: MomentReader,
    ) -> None:
        """Know *words*, *numbers* by their folded names, and how each language says days."""
        self._numbers, self._moments = numbers, moments
        self._days = {name: day for day, name in _weekdays(tables)}
        plurals = {
            unaccented(word).casefold(): (get_args(Weekday).index(day), language)
            for day, spoken in words.days.items()
            for language, word in every(spoken)
        }
        self._plurals = plurals
        self._nths = {
            unaccented(word).casefold(): nth
            for table in tables.values()
            for nth, said in table.nth.items()
            for word in said
        }
        self._often = {
            unaccented(word).casefold(): Often(name)
            for name, said in words.every.items()
            for _language, word in every(said)
        }
        day, nth = _any([*self._days, *plurals]), _any(self._nths)
        each, often = _any(_said(words.each)), _any(self._often)
        phrases = _any(word for word in self._often if " " in word or is_han(word))
        beside = rf"(?:{_any(_said(words.beside))}\s*)*"
        month = rf"\s*,?\s*{beside}(?:{_any(_said(words.of_month))})"
        ends = rf"(?=\s*(?:$|[,:،，：;|]|{_any(_said(words.until))}))"
        patterns = (
            rf"{beside}(?P<often>{often})[\s,]*{beside}(?:(?P<nth>{nth})\s*)?(?P<day>{day})",
            rf"{beside}{each}\s*(?P<nth>{nth})\s*(?P<day>{day})(?:{month})?",
            rf"{beside}(?P<nth>{nth})\s*(?P<day>{day}){month}",
            rf"{beside}{each}\s*(?P<day>{day})",
            rf"{beside}(?P<day>{_any(plurals)})",
            rf"(?P<often>{phrases})",
            rf"(?:^|[,،，;]\s*)(?P<often>{often}){ends}",  # "Annual conference" is a title
        )
        self._patterns = [re.compile(rf"(?<![^\W{HAN}])(?:{each})") for each in patterns]
        self._times = re.compile(
            rf"[,،，;]?\s*(?<![^\W{HAN}])(\d{{1,3}}|{_any(map(fold, numbers))})\s*"
            rf"(?:{_any(_said(words.times))})"
        )
        end_of = _any(word for table in tables.values() for word in table.end_of)
        self._until = re.compile(
            rf"[,،，;]?\s*(?<![^\W{HAN}])(?:{_any(_said(words.until))})\s*(?:{end_of}\s*)?"
        )

    def take(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[Recurring | None, str]:
        """Return how often it comes, and what is left, with the first day in its place."""

        def is_day(day: str) -> bool:
            when = day, language, now, zone
            month = self._moments.last_of_month(*when)
            return month is not None or isinstance(self._moments.read(*when), Day)

        today = now.astimezone(ZoneInfo(zone)).date()
        said = clean(said)
        bare = "".join(map(_bare, said[:_LONGEST]))
        found = next(filter(None, (each.search(bare) for each in self._patterns)), None)
        if found is None:
            return None, said
        often, begins = self._read(found, said, today)
        said = f"{said[: found.start()]} {begins} {said[found.end() :]}"
        often, said = self._ending(often, said, is_day)
        return often, _DOUBLED.sub("", _SPACED.sub(r"\1", " ".join(said.split()))).strip(_ENDS)

    def _read(self, found: re.Match[str], said: str, today: date) -> tuple[Recurring, str]:
        parts = found.groupdict()
        nth, name = parts.get("nth"), parts.get("day")
        often = self._often[parts["often"]] if parts.get("often") else Often.WEEK
        if not name:
            return Recurring(often), ""
        if nth:
            first = _following(today, self._day(name), self._nths[nth])
            return Recurring(Often.MONTH, nth=self._nths[nth]), first.isoformat()
        if name in self._plurals:
            day, language = self._plurals[name]
            return Recurring(often), str(get_day_names("wide", locale=language)[day])
        return Recurring(often), said[found.start("day") : found.end("day")]

    def _day(self, name: str) -> int:
        return self._plurals[name][0] if name in self._plurals else self._days[name]

    def _ending(
        self, often: Recurring, said: str, is_day: Callable[[str], bool]
    ) -> tuple[Recurring, str]:
        """Take how many times, and until when, where they are said."""
        bare = "".join(map(_bare, said))
        if found := self._times.search(bare):
            times = int(found[1]) if found[1].isdecimal() else self._numbers[found[1]]
            often = replace(often, times=times)
            said = f"{said[: found.start()]} {said[found.end() :]}"
            bare = "".join(map(_bare, said))
        for found in self._until.finditer(bare):
            units = [*_UNIT.finditer(said, found.end())][:_MOST_UNTIL]
            for last in reversed(units):
                day = said[found.end() : last.end()].strip(f"{_ENDS}:：")
                if day and is_day(day):
                    end = found.end() + said[found.end() :].index(day) + len(day)
                    return replace(often, until=day), f"{said[: found.start()]} {said[end:]}"
        return often, said


def _following(today: date, weekday: int, nth: int) -> date:
    """Give the next nth weekday of a month behind *today*, in which there is one."""
    day = today
    while True:
        day += timedelta(days=1)
        if day.weekday() != weekday:
            continue
        last = (day + timedelta(days=_WEEK)).month != day.month
        if (nth < 0 and last) or (day.day - 1) // _WEEK + 1 == nth:
            return day


def _weekdays(tables: Mapping[str, Table]) -> Iterable[tuple[int, str]]:
    for language, table in tables.items():
        for cldr in table.cldr:
            for width in ("wide", "abbreviated") if language == "zh" else ("wide",):
                for day, name in get_day_names(width, locale=cldr).items():
                    written = unaccented(name).casefold()
                    yield day, written
                    yield day, written.partition("-")[0]
        for day, said in table.weekdays.items():
            yield from ((day, unaccented(word).casefold()) for word in said)


def _said(words: Words) -> Iterable[str]:
    return (word for _language, word in every(words))


def _bare(sign: str) -> str:
    """Give a letter without its accent, small; so that places stay what they are."""
    bare = unaccented(sign).casefold()
    return bare if len(bare) == 1 else sign


def _any(words: Iterable[str]) -> str:
    known = {unaccented(word).casefold() for word in words}
    return (
        "(?:"
        + "|".join(
            re.escape(word) + ("" if is_han(word) else r"(?!\w)")
            for word in sorted(known, key=len, reverse=True)
        )
        + ")"
    )
