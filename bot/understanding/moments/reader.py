"""Reading a text as a moment: all ways to put its components together, or none."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, partial
from zoneinfo import ZoneInfo

from bot.understanding.moments.chart import Chart
from bot.understanding.moments.days import Span
from bot.understanding.moments.hours import evening, hours, names_night
from bot.understanding.moments.lasting import lasting
from bot.understanding.moments.lexicon import DateWords
from bot.understanding.moments.periods import period
from bot.understanding.moments.said import Said, decided, titled
from bot.understanding.moments.tables import Table
from kit.moments import Day, Fault, NoMoment, Reading
from language.scripts import language_of_script

_LONGEST = 1_000  # characters that are looked at: a moment, and the title after it
_MONTH = 30  # days
NIGHT = (22, 7)
_FIRST_OF = ("1 {}", "1 de {}", "{}1日")  # the first day of a month that is named

Zones = Callable[[str, str], Sequence[str]]
"""The IANA zones that a name stands for in a language."""


class MomentReader:
    """Reads in the language of who typed, then in those that their script leaves."""

    def __init__(
        self, tables: Mapping[str, Table], zones: Zones, letters: Mapping[str, Sequence[str]]
    ) -> None:
        """Read with the words of *tables*; *letters* such as EST stand for zones."""
        self._lexicons = {each: cache(partial(DateWords, table)) for each, table in tables.items()}
        self._zones = zones
        self._letters = {word: _keyed(listed) for word, listed in letters.items()}

    def learn(self) -> None:
        """Read the words of all languages; else those of one when something is said in it."""
        for lexicon in self._lexicons.values():
            lexicon()

    def read(
        self, said: str, language: str, now: datetime, zone: str, near: date | None = None
    ) -> Reading:
        """Read all of *said* as a moment of *zone*, or of the zone it names.

        A weekday alone is the next one, or that of the week of *near* or the week after.
        """
        return self._first(
            said, language, lambda chart: _reading(chart, now, zone, whole=True, near=near)
        )

    def last_of_month(self, said: str, language: str, now: datetime, zone: str) -> date | None:
        """Read the name of a month, with or without a year, as its last day; this one is ahead."""
        for form in _FIRST_OF if any(map(str.isalpha, said)) else ():
            first = self.read(form.format(said), language, now.replace(day=1), zone)
            if isinstance(first, Day) and first.day.day == 1:
                return first.day.replace(day=monthrange(first.day.year, first.day.month)[1])
        return None

    def begin(self, said: str, language: str, now: datetime, zone: str) -> Reading:
        """Read the moment that *said* begins or ends with; what is left stands in its *rest*."""
        reading = self._first(said, language, lambda chart: _reading(chart, now, zone, whole=False))
        if reading != NoMoment():
            return reading
        for spoken in self._languages(said, language):
            for title, when in self._chart(said, spoken).tails():
                reading = _reading(self._chart(when, spoken), now, zone, whole=True)
                if not isinstance(reading, NoMoment):
                    return titled(reading, title)
        return NoMoment()

    def spans(self, said: str, language: str) -> Sequence[timedelta]:
        """Read how long before something: "2 days 3h", each by itself; none if not all is read."""
        for chart in self._charts(said, language):
            if spans := chart.spans():
                return spans
        return ()

    def lengths(self, said: str, language: str) -> Iterator[tuple[int, int, timedelta]]:
        """List the lengths of time within a text, and where each begins and ends.

        A month has thirty days here. The language of who typed comes first.
        """
        for chart in self._charts(said, language):
            at = 0
            while at < len(chart.tokens):
                found = [each for each in chart.fill("span", at) if each[1] != Span()]
                end, span = max(found, key=lambda each: each[0], default=(at + 1, Span()))
                if span != Span():
                    days = _MONTH * span.months + span.days
                    places = chart.tokens[at].begin, chart.tokens[end - 1].end
                    yield *places, timedelta(days=days, seconds=span.seconds)
                at = end

    def until(self, said: str, language: str, now: datetime, zone: str) -> tuple[str, Reading]:
        """Read *said* as a moment, or find in it how long something lasts, and the words for it."""
        reading = self.read(said, language, now, zone)
        if isinstance(reading, NoMoment):
            today = now.astimezone(ZoneInfo(zone)).date()
            for chart in self._charts(said, language):
                if found := lasting(chart, today):
                    words, day = found
                    return words, Day(day, zone)
        return said, reading

    def period(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[str, Sequence[date]]:
        """Find the week, weekend or month that a text names: its words, and its days."""
        today = now.astimezone(ZoneInfo(zone)).date()
        found = (period(chart, today) for chart in self._charts(said, language))
        return next(filter(None, found), ("", ()))

    def hours(self, said: str, language: str) -> tuple[int, int] | None:
        """Find "from 9pm to 7am" in a text, in full hours; "at night" alone is ``NIGHT``."""
        charts = list(self._charts(said, language))
        _size, found = max((hours(chart) for chart in charts), key=lambda each: each[0])
        return found or (NIGHT if any(names_night(chart) for chart in charts) else None)

    def evening(self, said: str, language: str) -> tuple[int, int] | None:
        """Find "after 8pm" in a text: from then to the end of ``NIGHT``."""
        found = (evening(chart) for chart in self._charts(said, language))
        begin = next((hour for hour in found if hour is not None), None)
        return None if begin is None else (begin, NIGHT[1])

    def _first(self, said: str, language: str, read: Callable[[Chart], Reading]) -> Reading:
        for chart in self._charts(said, language):
            if (reading := read(chart)) != NoMoment():
                return reading
        return NoMoment()

    def _charts(self, said: str, language: str) -> Iterator[Chart]:
        for spoken in self._languages(said, language):
            yield self._chart(said, spoken)

    def _chart(self, said: str, spoken: str) -> Chart:
        places = partial(self._named, spoken)
        return Chart(said[:_LONGEST], self._lexicons[spoken](), places, self._letters)

    def _named(self, language: str, name: str) -> Sequence[tzinfo]:
        return _keyed(self._zones(name, language))

    def _languages(self, said: str, language: str) -> list[str]:
        if (written := language_of_script(said[:_LONGEST])) is not None:
            listed = [written, language]
        else:
            listed = [language, "en", *self._lexicons]
        return [each for each in dict.fromkeys(listed) if each in self._lexicons]


def _keyed(zones: Sequence[str]) -> Sequence[tzinfo]:
    return [ZoneInfo("UTC" if zone == "Etc/UTC" else zone) for zone in zones]


def _reading(
    chart: Chart, now: datetime, own: str, *, whole: bool, near: date | None = None
) -> Reading:
    """Put the components together that reach farthest; say why if that makes no moment."""
    states = [said for said in _states(chart, Said()) if said.names_a_day]
    if not states:
        return NoMoment()
    end = max(said.end for said in states)
    longest = [said for said in states if said.end == end]
    rest, apart = chart.rest(end)
    if rest and (whole or (not apart and chart.goes_on(end))):
        return NoMoment(Fault.GOES_ON)
    if rest and not apart and not chart.listed(end) and all(said.loose for said in longest):
        longest += [said.before for said in longest if said.before and said.before.names_a_day]
    found: dict[Reading, None] = {}
    for said in dict.fromkeys(longest):
        found |= dict.fromkeys(said.readings(now, own, chart.rest(said.end)[0], near))
    return decided(list(found))


def _states(chart: Chart, said: Said) -> Iterator[Said]:
    for begin, dashed in chart.skips(said.end):
        for piece in chart.pieces(begin):
            zone = piece.kind == "zones"
            if zone and (dashed or (piece.loose and (said.span or not said.end))):
                continue
            if (more := said.joined(piece)) is not None:
                yield more
                yield from _states(chart, more)
