"""Which event a sentence is about, and when it says that is, or is to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from bot.talk.timing import (
    LONGEST,
    SIGNS,
    UNIT,
    day_of,
    ends,
    is_earlier,
    readings,
    rest_of,
    without,
    written,
)
from bot.talk.titles import named, several
from kit.command import Call, Command
from kit.moments import NoMoment
from kit.trait import Slot, Trait
from kit.understanding import Understanding
from kit.words import HAN, QUESTION_MARKS, fold, is_address, is_han, number, split_list
from language.analysis import Token, tokens
from search.concepts import Concepts
from search.sharing import shared
from storage.tables.events import EventRow

_LONGEST_SPAN, _LONGEST_HAN = 4, 6
_MOST_BEHIND = 2  # words behind a number that may make it a date or a length: "5 de mayo"
_MOST_BESIDE = 3  # words on either side of a moment: "until the", "to", "only"
_SMALL = 2  # letters of a word that tells nothing beside a day
_DAYS, _DAYS_ALONE = 1.0, 6.0  # for a question that names days, or nothing else
_MOST_BEHIND_DAY = 6  # words with the hour at which something is instead: "will start at 10"
_INFLECTED = 6  # letters of a word whose ending may be another one
# Letters that Arabic writes together with the word after them; the first is "and".
_AND, _JOINED = "و", "[وبلك]{0,2}"
# Not what goes on as a date or an hour: "training 5/2027", "培训5月3日".
_NUMBERED = re.compile(
    r"(?<![^\s\d#№])([^\s\d#№]*)\s?([#№]?)\s?(\d{1,9})(?![\d:./]|\s?[月日号號點点時时])"
)
_AN_HOUR, _A_DAY = timedelta(hours=6), timedelta(days=1)  # what "11h" may be as well
_MOST_BEFORE_NAME = 8  # words, or Chinese characters, before what of an event is to be otherwise
# What a command about an event takes of a sentence, beside the event.
TAKEN = frozenset({Slot.LEAD, Slot.DAY, Slot.NEW_MOMENT, Slot.CHANGE, Slot.RECURRENCE})
# What of an event is changed by its name.
CHANGED = frozenset({"title", "length", "place", "link", "about", "capacity", "kind"})
FORMAL = frozenset({"length", "link", "capacity"})


@dataclass(frozen=True, slots=True)
class Occasion:
    """The numbers of events that a sentence may be about; *sure* if it names the only one.

    *rest* is what else of it the command takes.
    """

    events: Sequence[str]
    sure: bool
    rest: str = ""


class Occasions:
    """Finds what is meant by number, title, weekday and day; else what is near, or the only one."""

    def __init__(
        self, understanding: Understanding, called: Collection[str], concepts: Concepts
    ) -> None:
        """Know what an event is *called* in any language, folded."""
        self._understanding = understanding
        self._concepts = concepts
        words = "|".join(map(_inflected, called))
        self._called = re.compile(rf"(?:.*[{HAN}]|{_JOINED})?(?:{words})")

    def of(
        self,
        call: Call,
        command: Command,
        text: str,
        coming: Sequence[EventRow],
        again: Collection[int] = (),
        near: str = "",
    ) -> Occasion:
        """Say which of the events that are *coming* a wish for *command* is about.

        Those *again* are of a series; the one *near* is meant where none is spoken of.
        """
        text = text[:LONGEST]
        asks = text.rstrip().endswith(QUESTION_MARKS)
        numbered, left = self.by_number(text, call)
        day, slot = "", command.slot
        at_once = Trait.ANSWERS_EVENT in command.traits
        if slot is Slot.LEAD:
            rest, left = self._before(left, call)
            day, left = self.when(left, call)
        elif slot is Slot.CHANGE:
            rest = self._changed(left, call.language)
            value = rest.rpartition(": ")[2]
            left = left.replace(value, " ") if value else left
        elif slot is Slot.RECURRENCE:
            rest, left = self._repeated(left)
        elif slot is Slot.NEW_MOMENT:
            rest, left = self._moved(left, call)
        else:
            day, left = self.when(left, call)
            rest = day
        recurs = slot is not Slot.RECURRENCE and self._understanding.series(text, call.language)[0]
        said, on = (
            (left, "") if slot is Slot.NEW_MOMENT else (text, day)
        )  # a move names the new day
        fits = self._fits(said, on, call, again if recurs else ())
        found = [numbered] if numbered else named(coming, left, fits)
        if at_once and (both := several(left, coming)):
            found = [both]
        if slot is Slot.LEAD and not (found or rest or day):
            return Occasion([""], sure=True)  # it lists all that are planned
        if near and not found:
            found = [near]
        sure = len(found) == 1
        if at_once:
            sure = sure and not asks
        elif not found:
            found = [str(event.id) for event in coming]
            sure = len(found) == 1
        return Occasion(
            found or [str(event.id) for event in coming], sure, rest if slot in TAKEN else ""
        )

    def by_title(
        self, events: Sequence[EventRow], text: str, call: Call
    ) -> tuple[Sequence[EventRow], Sequence[str]]:
        """List the events whose titles have most words of *text*, and those that all of them have.

        What names a kind of event, or a moment, tells nothing.
        """
        numbered, _left = self.by_number(text[:LONGEST], call)
        if numbered:
            return [], []
        _when, left = self.when(text, call)
        said = tokens(left)
        telling = {place for place, token in enumerate(said) if self._tells(token)}
        found = {event.id: shared(self._concepts, said, tokens(event.title)) for event in events}
        most = max((len(telling & places) for places in found.values()), default=0)
        named = [event for event in events if len(telling & found[event.id]) == most > 0]
        if not named:
            return [], []
        by_all = set[int].intersection(*(found[event.id] for event in named))
        return named, [said[place].text for place in sorted(by_all) if not said[place].stop]

    def _tells(self, token: Token) -> bool:
        """Tell whether a word may be one of a title, and does not only name a kind of event."""
        kind = self._understanding.event_kind(token.text)
        return not (token.stop or kind is not None or self._called.fullmatch(token.text))

    def when(self, text: str, call: Call) -> tuple[str, str]:
        """Take the moment from *text* that it begins or ends with; returns what is left, too."""
        beside = 2 * _MOST_BESIDE if is_han(text[:LONGEST]) else _MOST_BESIDE
        for end in ends(text)[: -beside - 1 : -1]:
            said = text[:end]
            reading = self._understanding.begins(said, call.language, call.now, "UTC")
            if (rest := rest_of(reading)) is not None:
                return self._bare(without(said, rest).strip(SIGNS), call), rest
        return "", text

    def on(self, text: str, call: Call) -> str:
        """Take the words from *text* that name a day, or several: "next week"."""
        said = text[:LONGEST]
        period, _days = self._understanding.period(said, call.language, call.now, "UTC")
        return period or self.when(said, call)[0] or self.when(said.removeprefix(_AND), call)[0]

    def asks_when(self, text: str, call: Call) -> float:
        """Say how much speaks for it that a question asks what is on, in units of log odds."""
        when = self.on(text, call) if text.endswith(QUESTION_MARKS) else ""
        if not any(map(str.isalpha, when)):
            return 0.0
        beside = tokens(text.replace(when, " ", 1))
        alone = all(token.stop or len(token.text) <= _SMALL for token in beside)
        return _DAYS_ALONE if alone else _DAYS

    def lasting(self, text: str, call: Call) -> str:
        """Take the words from *text* that say how long, or until which month."""
        said = text[:LONGEST]
        words, reading = self._understanding.until(said, call.language, call.now, "UTC")
        return "" if isinstance(reading, NoMoment) else words

    def _bare(self, when: str, call: Call) -> str:
        """Leave out the small words with which a moment begins in a sentence."""
        words = when.split(" ")
        for beside in range(min(_MOST_BESIDE, len(words))):
            bare = " ".join(words[beside:])
            if self._is_moment(bare, call):
                return bare
        return when

    def by_number(self, text: str, call: Call) -> tuple[str, str]:
        """Take the number behind what an event is called, even if there is no such event."""
        for found in _NUMBERED.finditer(text):
            what, marked, said = found.groups()
            _before, _space, last = fold(what).rpartition(" ")
            if not marked and not self._called.fullmatch(last):
                continue
            front, back = text[: found.end(1)], text[found.end() :].lstrip()
            if not self._measures(said, back, call):
                return str(int(said)), f"{front}{'' if is_han(back) else ' '}{back}".strip()
        return "", text

    def _measures(self, said: str, back: str, call: Call) -> bool:
        """Tell whether a number begins a date or a length: "training 5 May", "webinar 2 days"."""
        parts, joint = (list(back), "") if is_han(back[:1]) else (back.split(), " ")
        after = [joint.join(parts[: size + 1]) for size in range(min(_MOST_BEHIND, len(parts)))]
        if any(self._is_moment(each, call) for each in after):
            return False  # "event 2 tomorrow": what follows needs no number
        read = self._understanding
        return any(
            self._is_moment(whole, call) or read.spans(whole.strip(SIGNS), call.language)
            for whole in [said, *(f"{said}{joint}{each}" for each in after)]
        )

    def _is_moment(self, said: str, call: Call) -> bool:
        read = self._understanding.moment(said.strip(SIGNS), call.language, call.now, "UTC")
        return not isinstance(read, NoMoment)

    def _moved(self, text: str, call: Call) -> tuple[str, str]:
        """Take when it is to be instead, and before that which date of a series is meant."""
        series, plain = self._understanding.series(text, call.language)
        day, left = self.when(plain, call)
        which, named = self.when(left, call) if day and not series else ("", left)
        if which:  # "move the call of 25 March to 26 March"
            return " ".join(sorted((which, day), key=plain.find)), named
        for end in () if day else ends(plain)[-2 : -_MOST_BEHIND_DAY - 2 : -1]:
            day, left = self.when(plain[:end], call)
            if day:
                break
        begin = plain.find(day)
        if day and (hour := self._hour(plain[begin + len(day) :], call)):
            return f"{day} {hour}", plain[:begin]  # "the call on 25 March is at 10"
        if not day:
            day, left = self._shifted(plain, call)
        if not day:
            day = self._hour_behind(plain, call)
        return f"{series} {day}".strip(), left

    def _hour_behind(self, said: str, call: Call) -> str:
        """Take the hour that *said* ends with, where no day is named: "move it to 16:00"."""
        day = call.now.date().isoformat()
        tails = (said[at:] for at in ends(said)[-_MOST_BEHIND_DAY:])
        hours = (tail.strip(SIGNS) for tail in tails if any(map(str.isdecimal, tail)))
        return next((each for each in hours if self._is_moment(f"{day} {each}", call)), "")

    def _shifted(self, text: str, call: Call) -> tuple[str, str]:
        """Take by how much it is put off: "one hour"; but not what may be an hour of the day."""
        read, (span, left) = self._understanding, self._before(text, call)
        if not span or _AN_HOUR <= sum(read.spans(span, "en"), timedelta()) < _A_DAY:
            return "", text
        return f"{'-' if is_earlier(text, read, call.language) else ''}{span}", left

    def _hour(self, said: str, call: Call) -> str:
        """Take what *said* begins with up to an hour of the day: "is at 10 instead"."""
        day, places = call.now.date().isoformat(), ends(said)
        for end in places[:-3:-1]:
            begins = [begin for begin in [0, *places] if begin < end]
            if any(self._is_moment(f"{day} {said[begin:end].strip()}", call) for begin in begins):
                return said[:end].strip()
        return ""

    def _changed(self, text: str, language: str) -> str:
        """Take what is to be otherwise: by its name, or what tells what it is by its form."""
        for begin in [0, *ends(text)[:_MOST_BEFORE_NAME]]:
            name, value = self._understanding.correction(text[begin:].strip())
            if name in CHANGED and value:
                break
        if self._understanding.event_kind(value, within=True) is not None:
            value = self._behind_event(name, value, language)
        named, called = name in CHANGED and value, self._understanding.part_name(name, language)
        words = text.strip(SIGNS).split(" ")
        if named and name == "capacity" and number(words[-1]) is not None:
            return f"{called}: {words[-1]}"  # "the places of the workshop to 2"
        if named and name not in FORMAL:
            place = self._understanding.venue(value, language) if name == "place" else ""
            return f"{called}: {place or value}"
        for size in range(min(_LONGEST_SPAN + 1, len(words)), 0, -1):
            tail = " ".join(words[-size:])
            if self._is_formal(tail, language):
                return tail
        return f"{called}: {value}" if named else ""

    def _behind_event(self, name: str, value: str, language: str) -> str:
        """Take what it is to be from "of the workshop to Room 5"."""
        called = self._understanding.part_name(name, language)
        for begin in reversed(ends(value)):
            tail = value[begin:].strip()
            _name, told = self._understanding.part(f"{called} {tail}")
            if told and told != tail:
                return told
        return value

    def changed(self, said: str, call: Call, *, shown: bool = False) -> bool:
        """Tell whether it is named what else an event is to be, or told of one that is known.

        That is one whose number is said, or that was just *shown*.
        """
        numbered, left = self.by_number(said[:LONGEST], call)
        named = self._understanding.correction(left)[0] in CHANGED
        known = numbered or named or shown
        return bool(known and self._changed(left, call.language))

    def is_change(self, said: str, call: Call) -> bool:
        """Tell whether *said* is what else an event is to be, and nothing else: "25 places"."""
        return bool(said) and all(self._is_part(each, call.language) for each in split_list(said))

    def _is_part(self, said: str, language: str) -> bool:
        name, value = self._understanding.part(said)
        return (
            self._is_formal(said, language)
            or (name in CHANGED and value != "")
            or self._understanding.venue(said, language) != ""
        )

    def _is_formal(self, said: str, language: str) -> bool:
        """Tell whether the form of *said* tells what of an event it is."""
        read = self._understanding
        counted = read.capacity(said) is not None
        return is_address(said) or counted or bool(read.spans(said, language))

    def _repeated(self, text: str) -> tuple[str, str]:
        """Take how often it is to come, and until when, where *text* ends with that."""
        words = text.rstrip(SIGNS).split(" ")
        for place in range(len(words)):
            said = " ".join(words[place:])
            if self._understanding.recurring(said) is not None:
                return said, " ".join(words[:place])
        return "", text

    def _before(self, text: str, call: Call) -> tuple[str, str]:
        """Take the lengths of time; of what is denied beside them, the first alone.

        What is a date as a whole is none: "3月11日" has no eleven days.
        """
        units = [found[0] for found in UNIT.finditer(text)]
        found: list[timedelta] = []
        left: list[str] = []
        place = 0
        while place < len(units):
            longest = _LONGEST_HAN if is_han(units[place]) else _LONGEST_SPAN
            for size in range(min(longest, len(units) - place), 0, -1):
                part = units[place : place + size]
                said = ("" if is_han(part[0]) else " ").join(part).strip(SIGNS)
                spans = self._understanding.spans(said, call.language)
                dated = not spans and any(map(is_han, part)) and self._is_moment(said, call)
                if spans or dated:
                    found += spans
                    left += [said] if dated else ()
                    place += size
                    break
            else:
                left.append(units[place])
                place += 1
        if len(found) > 1 and self._understanding.refuses(text):
            found = found[:1]
        return " ".join(map(written, found)), " ".join(left)

    def _fits(
        self, text: str, when: str, call: Call, again: Collection[int]
    ) -> Callable[[EventRow], int]:
        """Count for an event what of it is said: its day, its kind, that it is one of *again*."""
        weekdays: Mapping[int, str] = get_day_names("wide", locale=call.language)
        read = self._understanding.moment(when, call.language, call.now, "UTC") if when else None
        days = {day_of(each) for each in readings(read)}
        kind = self._understanding.event_kind(text, within=True)
        folded = f" {fold(text)} "

        def count(event: EventRow) -> int:
            local = event.starts_at.astimezone(ZoneInfo(event.zone)).date()
            name = fold(weekdays[local.weekday()])
            on_day = local in days or (name if is_han(name) else f" {name} ") in folded
            its_kind = event.kind or self._understanding.event_kind(event.title, within=True)
            return on_day + (kind is not None and its_kind == kind) + (event.id in again)

        return count


def _inflected(word: str) -> str:
    if is_han(word) or len(word) < _INFLECTED:
        return re.escape(word)
    return rf"{re.escape(word[:-1])}\w{{0,3}}"
