"""Two full hours of the day within a text: "from 9 at night until 6 in the morning"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.understanding.moments.chart import DASHES, Chart
from bot.understanding.moments.digits import EARLIEST, HOURS
from bot.understanding.moments.said import Hour, Hours, Time
from kit.words import is_han

_EVENING, _MORNING = 17, 4  # the hours at which people begin to want silence
_JOINTS = frozenset(":.-–—/")


def hours(chart: Chart) -> tuple[int, Hours | None]:
    """Find the first two hours with "to", "and" or a dash between; how many pieces say so, too."""
    for at in range(len(chart.tokens)):
        found = [] if _is_cut(chart, at) else list(_between(chart, at))
        if found:
            end, two = max(found)
            return end - at, two
    return 0, None


def names_night(chart: Chart) -> bool:
    """Tell whether a part of the day that lasts past midnight is named, and no number."""
    places = range(len(chart.tokens))
    if any(chart.fill("n", at) for at in places):
        return False
    return any(until > HOURS for at in places for _, (_from, until) in chart.fill("part", at))


def evening(chart: Chart) -> int | None:
    """Find the one full hour after which an evening goes on: "after 8pm", "8点以后"."""
    found = {
        hour
        for at in range(len(chart.tokens))
        if not _is_cut(chart, at)
        for hour in (*_behind(chart, at), *_before(chart, at))
    }
    return found.pop() if len(found) == 1 else None


def _behind(chart: Chart, at: int) -> Iterator[int]:
    for begin, _ in chart.fill("after", at):
        yield from (hour for end, hour in _late_hour(chart, begin) if not _is_cut(chart, end))


def _before(chart: Chart, at: int) -> Iterator[int]:
    """List the hours that stand before their word, as in Chinese."""
    for end, hour in _late_hour(chart, at):
        if any(is_han(chart.tokens[end].text) for _ in chart.fill("after", end)):
            yield hour


def _late_hour(chart: Chart, at: int) -> Iterator[tuple[int, int]]:
    """Read the longest way to say a full hour that may be one of an evening."""
    said = [each for begin, _ in chart.skips(at) for each in _said(chart, begin)]
    if not said:
        return
    end, time, parts = max(said, key=lambda each: (each[0], len(each[2])))
    fitting = {each % HOURS for each in time.hours(parts)}
    late = [each for each in sorted(fitting, reverse=True) if each >= _EVENING or each < _MORNING]
    if late and not time.minutes:
        yield end, late[0]


def _between(chart: Chart, at: int) -> Iterator[tuple[int, Hours]]:
    for begin, first in _full_hour(chart, at):
        ends = list(chart.until(begin))
        if begin < len(chart.tokens) and chart.tokens[begin].text in DASHES:
            ends.append(begin + 1)
        for place in ends:
            for end, last in _full_hour(chart, place):
                if not _is_cut(chart, end):
                    yield end, (first, last)


def _is_cut(chart: Chart, at: int) -> bool:
    """Tell whether the pieces before and at a place may be of one number, hour or range."""
    if not 0 < at < len(chart.tokens):
        return False
    before, after = chart.tokens[at - 1], chart.tokens[at]
    signs = before if before.text in _JOINTS else after if after.text in _JOINTS else None
    if signs is None:
        return before.text.isdecimal() and after.text.isdecimal()
    beyond = at if signs is before else at + 1
    return beyond < len(chart.tokens) and chart.tokens[beyond].text.isdecimal()


def _full_hour(chart: Chart, at: int) -> Sequence[tuple[int, int]]:
    """Read the longest way to say an hour; none if it has minutes, or no such hour is meant."""
    said = [each for begin, _ in chart.skips(at) for each in _said(chart, begin)]
    if not said:
        return ()
    end, time, parts = max(said, key=lambda each: (each[0], len(each[2])))
    fitting = [] if time.minutes else sorted(each % HOURS for each in time.hours(parts))
    return [(end, hour) for hour in fitting[:1]]


def _said(chart: Chart, at: int) -> Iterator[tuple[int, Time, tuple[Hours, ...]]]:
    """List hours with the parts of the day before and behind them."""
    yield from _with_part_behind(chart, at)
    for front, part in chart.fill("part", at):
        for begin, _ in chart.skips(front):
            for end, time, behind in _with_part_behind(chart, begin):
                yield end, time, (part, *behind)


def _with_part_behind(chart: Chart, at: int) -> Iterator[tuple[int, Time, tuple[Hours, ...]]]:
    times = [(each.end, each.value) for each in chart.pieces(at) if each.kind == "time"]
    bare = [(end, n) for end, n in chart.fill("n", at) if n <= HOURS]
    times += [(end, Time(Hour(n, n > EARLIEST))) for end, n in bare]
    for end, time in times:
        yield end, time, ()
        yield from ((behind, time, (part,)) for behind, part in chart.fill("part", end))
