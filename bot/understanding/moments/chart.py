"""One text, and what of a moment stands at each place of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta, timezone, tzinfo
from typing import Any

from bot.understanding.moments import days, digits, numerals
from bot.understanding.moments.days import SPANS, Span
from bot.understanding.moments.digits import EARLIEST, HOURS, MINUTES, figures, hour, sign
from bot.understanding.moments.lexicon import DateWords
from bot.understanding.moments.said import Hour, Hours, Piece, Time
from bot.understanding.moments.tokens import LONGEST, TextPiece, cut
from kit.words import clean, is_han

Places = Callable[[str], Sequence[tzinfo]]
"""The zones that a name stands for: none, one, or several ways of the clock."""

_RANGES = {"day": ("ranked", 1, 31), "month_number": ("n", 1, 12), "minute": ("n", 0, 59)}
_ROUND = 5  # minutes
_HALVES = frozenset({(0, 12), (12, 24)})  # of a day: am and pm
_MOST_SKIPPED = 6  # words and signs between two components
_MOST_DIGITS, _MOST_AMOUNTS, _PAIR = 4, 4, 2
_LONGEST_PLACE, _LONGEST_HAN = 6, 10  # words, characters
_MOST_SMALL = 3  # tokens of a phrase of small words
_SHORT_PLACE = 3  # letters: UK, EST and Z are names of zones in capitals only
_PUNCTUATION = frozenset(",.()、，;،")
DASHES = frozenset("-–—|·/@")
_SEPARATORS = frozenset(':\n–—"«“|')
_APART = frozenset(",:;،，：；—–")
_QUOTES, _CLOSING = frozenset('"«“'), '"»”'
_AROUND_TITLE = " ,.;:)–—-|\n\"'«»“”"


class Chart:
    """Finds components; each place is looked at once for each kind of hole."""

    def __init__(
        self, said: str, lexicon: DateWords, places: Places, letters: Mapping[str, Sequence[tzinfo]]
    ) -> None:
        self.text = clean(said)
        self.tokens: Sequence[TextPiece] = cut(self.text)
        self._lexicon = lexicon
        self._places = places
        self._letters = letters
        self._fillers: Mapping[str, Callable[[int], Iterator[tuple[int, Any]]]] = {
            "n": self._numbers,
            "ranked": self._ranked,
            "ordinal": self._ordinals,
            "minute_said": self._minutes_said,
            "hour": self._hours,
            "noon": lambda at: self._named_hours("noon", at, sure=True),
            "midnight": lambda at: self._named_hours("midnight", at, sure=False),
            "year": self._years,
            "span": self._spans,
            "zone": self._named_zones,
        }
        self._filled: dict[tuple[str, int], Sequence[tuple[int, Any]]] = {}
        self._found: dict[int, Sequence[Piece]] = {}

    def pieces(self, at: int) -> Sequence[Piece]:
        """List the components that begin at a place."""
        if at not in self._found:
            self._found[at] = list(self._pieces(at)) if at < len(self.tokens) else []
        return self._found[at]

    def skips(self, at: int) -> Iterator[tuple[int, bool]]:
        """List where a next component may begin; whether a dash is in between."""
        dashed = False
        yield at, dashed
        for _ in range(_MOST_SKIPPED):
            if at >= len(self.tokens):
                return
            token = self.tokens[at]
            ends = [found.end for found in self._lexicon.small.walk(self, at)]
            if ends:
                at = max(ends)
            elif token.text in _PUNCTUATION or (token.text == "t" and token.glued):
                at += 1
            elif token.text in DASHES and not token.glued:
                at, dashed = at + 1, True
            else:
                return
            yield at, dashed

    def rest(self, end: int) -> tuple[str, bool]:
        """Return what follows, and whether a sign sets it apart."""
        for begin, _ in self.skips(end):
            last = begin
        if last == len(self.tokens) and len(self.text) <= LONGEST:
            return "", False
        after = self.text[self.tokens[end - 1].end :]
        rest = after.lstrip(_AROUND_TITLE)
        between = after[: len(after) - len(rest)]
        apart = not _SEPARATORS.isdisjoint(between) or " - " in between
        if not _QUOTES.isdisjoint(between):
            rest = rest.rstrip(_CLOSING)
        return rest.strip(), apart and not (between == ":" and rest[:1].isdecimal())

    def tails(self) -> Iterator[tuple[str, str]]:
        """Part the text before each component, the earliest first; small words fall out."""
        for at in range(1, len(self.tokens)):
            token, last = self.tokens[at], self.tokens[at - 1].text
            inside = token.glued and last not in _APART and not (is_han(token.text) or is_han(last))
            if inside or not self.pieces(at):
                continue
            front = at
            while (before := self._small_before(front)) < front:
                front = before
            title = self.text[: self.tokens[front - 1].end].strip(_AROUND_TITLE)
            if any(map(str.isalpha, title)):
                yield title, self.text[token.begin :]

    def _small_before(self, end: int) -> int:
        """Return where the small words that end at a place begin, but for the first token."""
        begins = (
            at
            for at in range(max(1, end - _MOST_SMALL), end)
            if any(found.end == end for found in self._lexicon.small.walk(self, at))
        )
        return min(begins, default=end)

    def listed(self, end: int) -> bool:
        """Tell whether a comma or a bracket follows at once."""
        return self.text[self.tokens[end - 1].end :][:1] in {*",)،，、"}

    def goes_on(self, end: int) -> bool:
        """Tell whether what follows may be a part of the moment that was not understood."""
        for begin, _ in self.skips(end):
            first = self.tokens[begin] if begin < len(self.tokens) else None
            if any(not piece.loose for piece in self.pieces(begin)) or self._joins(begin):
                return True
            if first is None:
                continue
            signs = begin == end and first.glued and first.text not in _PUNCTUATION
            area = first.text.isalpha() and sign(self.tokens, begin + 1) == "/"
            if first.text.isdecimal() or area or (signs and not is_han(first.text)):
                return True
        return False

    def spans(self) -> Sequence[timedelta]:
        """List lengths of time if the text is nothing else: "2 days and 3 hours" is one."""
        found: list[Span] = []
        at = 0
        while at < len(self.tokens):
            if spans := self.fill("span", at):
                at, span = max(spans, key=lambda span: span[0])
                found.append(span)
            elif (end := max((end for end, _ in self._around_span(at)), default=at)) > at:
                at = end
            else:
                return ()
        if any(span.months or not (span.days or span.seconds) for span in found):
            return ()
        return [timedelta(days=span.days, seconds=span.seconds) for span in found]

    def _around_span(self, at: int) -> Iterator[tuple[int, Any]]:
        if self.tokens[at].text in _PUNCTUATION:
            yield at + 1, None
        yield from self.fill("joining", at)
        yield from self.fill("before", at)

    def _joins(self, at: int) -> bool:
        """Tell whether another moment follows: when it ends, or might be instead."""
        ends = [*self.until(at), *(end for end, _ in self.fill("either", at))]
        return any(not piece.loose for end in ends for piece in self.pieces(end))

    def until(self, at: int) -> Sequence[int]:
        """List where the words end that stand between the ends of a range: to, until, and."""
        ends = [found.end for found in self._lexicon.until.walk(self, at)]
        return [*ends, *(end for end, _ in self.fill("joining", at))]

    def _pieces(self, at: int) -> Iterator[Piece]:
        for end, when in digits.dates(self.tokens, at, self._lexicon.slashes):
            yield Piece("day", end, when)
        for found in self._lexicon.day.walk(self, at):
            name, offset, part = found.value
            if name in {"ahead", "ago"}:
                span = found.holes["span"].times(1 if name == "ahead" else -1)
                if span == Span():
                    continue
                if span.seconds:
                    yield Piece("span", found.end, span)
                else:
                    yield Piece("day", found.end, days.after(span))
            elif name != "weekday_day" or not self._is_hour(found.end - 1):
                yield Piece("day", found.end, self._lexicon.days(name, offset, found.holes), part)
        for end, weekday in self.fill("weekday", at):
            yield Piece("weekday", end, weekday)
        for end, time in self._times(at):
            yield Piece("time", end, time)
        for end, part in self.fill("part", at):
            yield Piece("parts", end, part, bare=self._bare(at, end, part))
        yield from self._zones(at)

    def _bare(self, at: int, end: int, part: Hours) -> bool:
        """Tell whether a title may begin with a part of the day: "evening", but not "pm"."""
        word = self.tokens[at].text
        one = end == at + 1 and len(word) > 1
        return part not in _HALVES and (one or is_han(word))

    def _is_hour(self, at: int) -> bool:
        """Tell whether the number at a place is an hour with what follows: Friday 9 am."""
        return any(end > at + 1 for end, _ in self._times(at))

    def _zones(self, at: int) -> Iterator[Piece]:
        for end, offset in digits.offsets(self.tokens, at):
            yield Piece("zones", end, (timezone(timedelta(minutes=offset)),))
        letters = self._letters.get(self.text[self.tokens[at].begin : self.tokens[at].end], ())
        if letters:
            yield Piece("zones", at + 1, tuple(letters))
        for found in self._lexicon.zone.walk(self, at):
            bare = found.value[0] == "loose"
            loose = bare and all(token.text != "/" for token in self.tokens[at : found.end])
            if not (bare and letters and found.end == at + 1):
                yield Piece("zones", found.end, tuple(found.holes["zone"]), loose=loose)

    def fill(self, hole: str, at: int) -> Sequence[tuple[int, Any]]:
        """List what of a kind stands at a place: where it ends, and its value."""
        if (hole, at) not in self._filled:
            found = list(self._fill(hole, at)) if at < len(self.tokens) else []
            self._filled[hole, at] = list(dict(found).items()) if hole == "n" else found
        return self._filled[hole, at]

    def _fill(self, hole: str, at: int) -> Iterator[tuple[int, Any]]:
        if hole in _RANGES:
            source, least, most = _RANGES[hole]
            yield from ((e, n) for e, n in self.fill(source, at) if least <= n <= most)
        elif hole in self._fillers:
            yield from self._fillers[hole](at)
        else:
            yield from self._words(hole, at)

    def _words(self, name: str, at: int) -> Iterator[tuple[int, Any]]:
        for found in self._lexicon.words[name].walk(self, at):
            yield found.end, found.value

    def _numbers(self, at: int) -> Iterator[tuple[int, int]]:
        text = self.tokens[at].text
        if text.isdecimal() and len(text) <= _MOST_DIGITS:
            yield at + 1, int(text)
        yield from self._words("n", at)
        yield from numerals.numbers(self.tokens, at)

    def _ranked(self, at: int) -> Iterator[tuple[int, int]]:
        """Read a number, with the letters that make it an ordinal."""
        for end, n in self.fill("n", at):
            yield end, n
            after = self.tokens[end] if end < len(self.tokens) else None
            if after and after.text in self._lexicon.ordinals and self.tokens[at].text.isdecimal():
                yield end + 1, n

    def _ordinals(self, at: int) -> Iterator[tuple[int, int]]:
        plain = {end for end, _ in self.fill("n", at)}
        yield from ((end, n) for end, n in self.fill("day", at) if end not in plain)

    def _minutes_said(self, at: int) -> Iterator[tuple[int, int]]:
        """Read minutes as people round them, in words: figures would be those of another hour."""
        said = self._words("n", at)
        yield from ((end, n) for end, n in said if n % _ROUND == 0 and n < MINUTES)

    def _years(self, at: int) -> Iterator[tuple[int, int]]:
        if re.fullmatch(r"\d{4}", self.tokens[at].text):
            yield at + 1, int(self.tokens[at].text)
        yield from numerals.years(self.tokens, at)

    def _named_hours(self, name: str, at: int, *, sure: bool) -> Iterator[tuple[int, Hour]]:
        yield from ((end, Hour(value, sure)) for end, value in self._words(name, at))

    def _hours(self, at: int) -> Iterator[tuple[int, Hour]]:
        for end, n in self.fill("n", at):
            if n < HOURS:
                written = self.tokens[at].text
                yield end, hour(written) if written.isdecimal() else Hour(n, n > EARLIEST)
        yield from self.fill("noon", at)

    def _spans(self, at: int) -> Iterator[tuple[int, Span]]:
        """Read amounts, each of a shorter unit than the one before: "2 days and 3 hours"."""
        open_ = [(end, span, unit) for end, span, unit in self._amounts(at)]
        for _ in range(_MOST_AMOUNTS):
            yield from ((end, span) for end, span, _unit in open_)
            open_ = [
                (farther, span + more, shorter)
                for end, span, unit in open_
                for begin in (end, *(after for after, _ in self.fill("joining", end)))
                for farther, more, shorter in (*self._amounts(begin), *self._minutes(begin, unit))
                if shorter < unit
            ]

    def _amounts(self, at: int) -> Iterator[tuple[int, Span, Span]]:
        """List amounts, each with its unit."""
        if at >= len(self.tokens):
            return
        for name in ("span", "and_span"):
            yield from ((end, span, span) for end, span in self._words(name, at))
        for end, n in (*self.fill("n", at), *self.fill("and_n", at)):
            yield from ((e, unit.times(n), unit) for e, unit in self.fill("unit", end))
        part = figures(self.tokens, at + 2)
        if (
            part
            and sign(self.tokens, at + 1) in {".", ","}
            and (whole := figures(self.tokens, at)[:_MOST_DIGITS])
        ):
            for end, unit in self.fill("unit", at + 3):
                seconds = float(f"{whole}.{part}") * unit.seconds
                if seconds and seconds.is_integer():
                    yield end, Span(seconds=int(seconds)), unit
        if self._lexicon.unit_alone:
            yield from (
                (e, u, u)
                for e, u in self.fill("unit", at)
                if e - at > 1 or len(self.tokens[at].text) > 1
            )

    def _minutes(self, at: int, unit: Span) -> Iterator[tuple[int, Span, Span]]:
        """Read the minutes of 1h30, and of "1 h 30" at the end: else something may follow."""
        written = figures(self.tokens, at)
        before = self.tokens[at - 1]
        letter = len(before.text) == 1 and not is_han(before.text)
        if len(written) != _PAIR or int(written) >= MINUTES or unit != SPANS["h"] or not letter:
            return
        glued = self.tokens[at].glued
        if glued == before.glued and (glued or at + 1 == len(self.tokens)):
            yield at + 1, SPANS["m"].times(int(written)), SPANS["m"]

    def _times(self, at: int) -> Iterator[tuple[int, Time]]:
        yield from digits.times(self.tokens, at)
        for found in self._lexicon.clock.walk(self, at):
            holes = found.holes
            minutes = found.value
            if minutes in {"past", "to"}:
                minutes = holes.get("minute", holes.get("minute_said")) * (
                    1 if minutes == "past" else -1
                )
            if "hour_alone" in holes:
                alone, more = holes["hour_alone"]
                said, minutes = Hour(alone, alone > EARLIEST), minutes + more
            else:
                said = next(holes[name] for name in ("hour", "noon", "midnight") if name in holes)
            yield found.end, Time(said, minutes, holes.get("part"))

    def _named_zones(self, at: int) -> Iterator[tuple[int, Sequence[tzinfo]]]:
        begin = self.tokens[at].begin
        if not self.tokens[at].text.isalpha():
            return
        longest = _LONGEST_HAN if is_han(self.tokens[at].text) else _LONGEST_PLACE
        for end in range(at + 1, min(at + longest, len(self.tokens)) + 1):
            name = self.text[begin : self.tokens[end - 1].end]
            if "\n" in name or not self.tokens[end - 1].text[-1].isalpha():
                continue
            if name.isascii() and len(name) <= _SHORT_PLACE and not name.isupper():
                continue
            folded = " ".join(token.text for token in self.tokens[at:end])
            if folded not in self._lexicon.no_places and (zones := self._places(name)):
                yield end, zones
