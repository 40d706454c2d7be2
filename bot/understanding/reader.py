"""The one object that reads free answers: countries, languages, zones, consent, choices."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import chain

from bot.understanding import places
from bot.understanding.answers import Answers
from bot.understanding.bounds import BoundsReader
from bot.understanding.capacity import Capacity
from bot.understanding.clauses import Clauses
from bot.understanding.consent import Consent
from bot.understanding.corrections import Corrections
from bot.understanding.distress import DistressReader
from bot.understanding.fears import FearReader
from bot.understanding.guard import Guard
from bot.understanding.kinds import Kinds
from bot.understanding.meaning import Meaning
from bot.understanding.moments import MomentReader, Table
from bot.understanding.moments.numerals import named as chinese_numbers
from bot.understanding.moments.tables import numbers_named
from bot.understanding.names import NamedCode, NameRegister
from bot.understanding.opponents import Opponents
from bot.understanding.orders import Orders
from bot.understanding.posting import PostingReader
from bot.understanding.recurring import RecurringReader
from bot.understanding.regular import RegularReader
from bot.understanding.remarks import Remarks
from bot.understanding.seeking import Seeking
from bot.understanding.stretches import Stretches
from bot.understanding.subjects import Subjects
from bot.understanding.swaps import Swaps
from bot.understanding.themes import Themes
from bot.understanding.venues import Venues
from bot.understanding.writing import LONGEST, Writing, every
from kit.bounds import Bounds
from kit.confidential import Detail
from kit.moments import Reading
from kit.network import Network
from kit.recurring import Recurring
from kit.words import HAN, fold, is_han
from language.lookalikes import seen, skeleton
from language.scripts import is_disguised
from language.spoken import Spoken
from search.concepts import Concepts

_LONGEST_NAME = 120  # with a sentence around it
_PLACED = re.compile(f"(?:在|来自|住)([{HAN}]{{2,7}})")
_ANOTHER = re.compile("(不是[^，,、。是]{1,12})[，, ]?是")  # what it is instead begins anew


class AnswerReader:
    """Understanding (see ``kit.ports``) by names of CLDR, own words and tolerance for typos."""

    def __init__(
        self,
        network: Network,
        answers: Answers,
        guard: Guard,
        tables: Mapping[str, Table],
        concepts: Concepts,
        spoken: Spoken,
    ) -> None:
        self._network, languages = network, network.languages
        self._concepts, self._spoken, self.written_in = concepts, spoken, spoken.of
        self._countries = frozenset().union(*(r.countries for r in network.regions.values()))
        self._languages = frozenset({*languages, *network.content_languages})
        self._zones = places.zones_by_country(answers.first_zones)
        self._land = {zone: land for land, zones in self._zones.items() for zone in zones}
        self._nationality = answers.nationality
        self._writing = Writing(answers)
        self._consent = Consent(self._writing, answers)
        self._clauses = Clauses(self._writing, answers)
        self.wished, self.undenied = self._clauses.wished, self._clauses.undenied
        self._meaning = Meaning(self._writing, self._clauses)
        self._guard = guard
        self._officials = {skeleton(each) for each in chain(*answers.officials.values())}
        self._corrections = Corrections(answers.correcting)
        self.part_name = self._corrections.name
        self._themes = Themes(network, concepts)
        opponents = Opponents(answers.opponents, self._writing, self.choice)
        self.opponent, self.named_opponent = opponents.read, opponents.named
        numbers = {**chinese_numbers(), **numbers_named(tables.values())}
        self._capacity = Capacity(answers.capacity, numbers)
        self._venues = Venues(answers.venues)
        self._recurring = RecurringReader(answers.recurring, numbers)
        self.endless = self._recurring.endless
        self.interpreting = answers.interpreting
        self._kinds = Kinds(answers.event_kinds)
        self.role = Kinds({str(role): said for role, said in answers.roles.items()}).mentioned
        self._subjects = Subjects(answers.subjects, spoken)
        seeking = Seeking(self._writing, answers)
        remarks = Remarks(self._writing, answers, seeking)
        self.doubts, self.asks, self.adds = remarks.doubts, remarks.asks, remarks.adds
        self.alters, self.looks_for_people = remarks.alters, remarks.looks_for_people
        self._inquiring = tuple(fold(word) for _code, word in every(answers.inquiring))
        self.seeks_lawyer, self.emergency = seeking.read, seeking.emergency
        self.practises, self.introduces = seeking.practises, seeking.introduces
        self.erases, self.seeks_colleague = seeking.erases, seeking.colleague
        self.distress = DistressReader(self._writing, answers.distress, seeking).read
        self.posting = PostingReader(self._writing, answers.posting).read
        self.fears = FearReader(self._writing, answers.fears, seeking).read
        known = partial(places.languages, languages, self._languages, answers)
        self._places = NameRegister(self._writing, partial(self._placed, answers))
        self._tongues = NameRegister(self._writing, known)
        self._moments = MomentReader(tables, self._zones_named, answers.letters)
        self.swap, self.ordered = Swaps(answers.swaps).read, Orders(answers.ordering).read
        self.stretch = Stretches(answers.stretches, self._moments).read
        often = answers.recurring, numbers, tables, self._moments
        self._regular = cache(lambda: RegularReader(*often))
        heard = network, spoken, self.room, self._tongues.find
        self._bounds = cache(lambda: BoundsReader(answers, self._moments, *heard))

    def bounds(self, said: str, language: str) -> Bounds:
        """Read how long, where and why."""
        return self._bounds().read(said, language)

    def regular(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[Recurring | None, str]:
        """Take out of a line how often something comes."""
        return self._regular().take(said, language, now, zone)

    def _placed(self, answers: Answers) -> Iterable[NamedCode]:
        spoken, listed = self._network.languages, {*chain.from_iterable(self._zones.values())}
        yield from places.territories(spoken, answers)
        yield from places.cities(spoken, sorted(listed), answers)

    def country(self, said: str, language: str) -> str | None:
        """Read a country of the network; returns ISO 3166-1 alpha-2."""
        if not _readable(said):
            return None
        found: Collection[str]
        found = self._places.find(said, language, of=_is_country, typos=False)
        found = found or self._with_city(said, language)[0] or self._mentioned(said, language)
        found = found or self._places.find(said, language, of=_is_country)
        found = found or self._of_people(said, language) or self._around(said, language)
        code = _only(found)
        return code if code in self._countries else None

    def whereabouts(self, said: str, language: str) -> tuple[str | None, str | None]:
        """Read the one country of a sentence, or the country of the one city in it, and the zone.

        A country that has a single zone tells it.
        """
        if not _readable(said):
            return None, None
        if code := self.country(said, language):
            zones = self.zones_of(code)
            return code, zones[0] if len(zones) == 1 else self.zone(said, language)
        said = self._clauses.asserted(said, language)
        found = set(self._places.mentioned(said, language))
        for place in _PLACED.findall(said):  # Chinese puts no space behind its name
            sizes = range(len(place), 1, -1)
            names = (self._places.find(place[:size], language, typos=False) for size in sizes)
            found |= next(filter(None, names), frozenset())
        code = _only(self._lands(found))
        if code not in self._countries:
            return None, None
        return code, _only({zone for place in found for zone in self._zones_at(place)})

    def is_place(self, said: str, language: str) -> bool:
        """Tell whether *said* names a place, with no more than small words around it."""
        named = self._places.find(said, language, typos=False)
        return bool(named or self._with_city(said, language)[0])

    def _mentioned(self, said: str, language: str) -> Collection[str]:
        """Read the one country of a longer text; a city elsewhere contradicts it."""
        said = self._clauses.asserted(said, language)
        found = self._places.mentioned(said, language)
        return self._lands(found) if any(map(_is_country, found)) else ()

    def _of_people(self, said: str, language: str) -> Collection[str]:
        if self._tongues.find(said, language, typos=False):
            return ()  # French may answer another question
        found = self._places.of_people(said, self._nationality.get(language, ()))
        return [code for code in found if code in self._countries]

    def _around(self, said: str, language: str) -> Collection[str]:
        """Read the country of a city that tzdata or our own words name."""
        return self._lands(self._places.find(said, language, of=_is_zone, typos=False))

    def _lands(self, codes: Collection[str]) -> Collection[str]:
        return {self._land.get(code, code) for code in codes if not code.isdecimal()}

    def language(self, said: str, language: str) -> str | None:
        """Read the name of a language of the network; returns its code."""
        if not _readable(said):
            return None
        said = self._clauses.asserted(said, language)
        found = self._tongues.find(said, language, typos=False)
        found = found or self._tongues.mentioned(said, language)
        found = found or self._tongues.find(said, language)
        code = _only(found or self._tongues.among(said, language))
        return code if code in self._languages else None

    def zone(self, said: str, language: str) -> str | None:
        """Read an IANA zone, a city, or a country that has a single zone."""
        if not _readable(said):
            return None
        found = self._places.find(said, language, typos=False)
        found = found or self._with_city(said, language)[1]
        found = found or self._places.find(said, language)
        codes = sorted(found, key=lambda code: (_is_country(code), code))
        zones = [zone for code in codes for zone in self._zones_at(code)]
        return zones[0] if len(set(map(places.clock, zones))) == 1 else None

    def _zones_named(self, said: str, language: str) -> Sequence[str]:
        """List the zones that a name alone stands for, one for each way their clocks go."""
        ways: dict[Sequence[object], str] = {}
        for code in sorted(self._places.named(said, language)):
            for zone in self._zones_at(code):
                ways.setdefault(places.clock(zone), zone)
        return list(ways.values())

    def _zones_at(self, code: str) -> Sequence[str]:
        return self.zones_of(code) if _is_country(code) else [code]

    def zones_of(self, country: str) -> Sequence[str]:
        """List the zones of a country, the most populous first, one for each way its clocks go."""
        ways: dict[Sequence[object], str] = {}
        for zone in self._zones.get(country, []):
            ways.setdefault(places.clock(zone), zone)
        return list(ways.values())

    def moment(
        self, said: str, language: str, now: datetime, zone: str, near: date | None = None
    ) -> Reading:
        """Read all of *said* as a moment of *zone*, or of the zone it names."""
        return self._moments.read(said, language, now, zone, near)

    def last_of_month(self, said: str, language: str, now: datetime, zone: str) -> date | None:
        """Read the name of a month, with or without a year, as its last day."""
        return self._moments.last_of_month(said, language, now, zone)

    def until(self, said: str, language: str, now: datetime, zone: str) -> tuple[str, Reading]:
        """Read until when something lasts: a moment, or words of how long."""
        return self._moments.until(said, language, now, zone)

    def period(
        self, said: str, language: str, now: datetime, zone: str
    ) -> tuple[str, Sequence[date]]:
        """Find the week, weekend or month that *said* names: its words, and its days."""
        return self._moments.period(said, language, now, zone)

    def begins(self, said: str, language: str, now: datetime, zone: str) -> Reading:
        """Read the moment that *said* begins or ends with; its ``rest`` is what is left."""
        return self._moments.begin(said, language, now, zone)

    def spans(self, said: str, language: str) -> Sequence[timedelta]:
        """Read lengths of time such as "2 days 3h"; none if *said* is not only that."""
        return self._moments.spans(said, language)

    def hours(self, said: str, language: str) -> tuple[int, int] | None:
        """Read two full hours of the day such as "9pm to 7am"."""
        return self._moments.hours(said, language)

    def evening(self, said: str, language: str) -> tuple[int, int] | None:
        """Read the hours from "after 8pm" to the morning."""
        return self._moments.evening(said, language)

    def capacity(self, said: str) -> int | None:
        """Read for how many people there is room."""
        return self._capacity.read(said)

    def venue(self, said: str, language: str) -> str:
        """Take the place from "at the town hall" or "Room 5"."""
        named = self._venues.read(said, {language, self.written_in(said) or language})
        return "" if self._tongues.find(named, language, typos=False) else named

    def venue_behind(self, said: str, language: str) -> tuple[str, str]:
        """Part what ends with a place where people meet; returns what is before it, and it."""
        return self._venues.behind(said, {language, self.written_in(said) or language})

    def event_kind(self, said: str, *, within: bool = False) -> str | None:
        """Read which kind of event is named, alone or *within* a text."""
        return self._kinds.mentioned(said) if within else self._kinds.named(said)

    def recurring(self, said: str) -> Recurring | None:
        """Read how often something comes, and when that ends."""
        return self._recurring.read(said)

    def whole_series(self, said: str) -> bool | None:
        """Read whether all that comes again is meant, or one alone."""
        return self._recurring.whole(said)

    def series(self, said: str, language: str) -> tuple[str, str]:
        """Read whether a whole series is named; returns how it is called, and what is left."""
        return self._recurring.series(said, language)

    def consent(self, said: str, language: str) -> bool | None:  # noqa: ARG002 -- the port's
        """Read a plain yes or a plain no, in any language."""
        return None if is_disguised(said) else self._consent.read(said)

    def refuses(self, said: str) -> bool:
        """Read a no, also with more around it than a plain one has."""
        return self._consent.refuses(said)

    def correction(self, said: str) -> tuple[str, str]:
        """Read which part of what was shown is to be otherwise, and how."""
        return ("", "") if is_disguised(said) else self._corrections.read(said)

    def part(self, said: str) -> tuple[str, str]:
        """Read a part by its name and its value behind it: "venue town hall"."""
        return ("", "") if is_disguised(said) else self._corrections.part(said)

    def amends(self, said: str, language: str) -> tuple[str, bool]:
        """Read what is meant instead of an earlier answer, and whether that is said outright."""
        if is_disguised(said):
            return "", False
        said = _ANOTHER.sub(r"\1，而是", said)
        outright = self._corrections.instead(said)
        meant = outright or self._corrections.at_last(said)
        asserted = self._clauses.asserted(meant or said, language)
        if not meant and asserted == said:
            return "", False
        begin = said.casefold().find(asserted.casefold())  # as it was typed
        return said[begin : begin + len(asserted)] if begin >= 0 else asserted, bool(outright)

    def is_official(self, said: str) -> bool:
        """Read a name word by word, as it looks."""
        words = fold(seen(said)).split()
        looks = {skeleton(word) for word in words} | {skeleton(said)}
        written = skeleton(said) if any(map(is_han, words)) else ""
        return any(name in looks or (is_han(name) and name in written) for name in self._officials)

    def inquires(self, said: str) -> bool:
        """Tell whether *said* asks how, or whether, something can be done."""
        text = fold(said)
        return any(
            word in text if is_han(word) else f"{text} ".startswith(f"{word} ")
            for word in self._inquiring
        )

    def choice(self, said: str, choices: Mapping[str, Sequence[str]], language: str) -> str | None:
        """Find the one choice that *said* means."""
        said = said[:LONGEST]
        return None if is_disguised(said) else self._meaning.choose(said, choices, language)

    def room(self, said: str, language: str) -> str | None:
        """Find the one room that *said* is about, by its names and words for it."""
        return self.choice(said, self._rooms(), language)

    def prepare(self) -> None:
        """Learn what is read seldom, and what the rooms are called, before somebody waits."""
        for each in (self._places, self._tongues, self._moments, self._spoken, self._concepts):
            each.learn()
        self._bounds()
        self._regular()
        for language in self._network.languages:
            self._meaning.learn(self._rooms(), language)

    def _rooms(self) -> dict[str, list[str]]:
        rooms = [room for room in self._network.rooms.values() if not room.is_space]
        return {room.slug: [room.slug, *room.names.values(), *room.words] for room in rooms}

    def theme(self, said: str) -> str | None:
        """Find the one theme that a question is about, by the concepts it names."""
        return self._themes.only(said)

    def subject(self, said: str, language: str) -> str:
        """Take what a wish is about from it, as it was typed."""
        return self._subjects.read(said, language)

    def details(self, said: str) -> Sequence[Detail]:
        """List what in *said* may give a person of a case away, by its kind."""
        return self._guard.find(said)

    def _with_city(self, said: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
        """Read a country and a city in it, in either order."""
        for one, other in self._writing.halves(said):
            for town, land in ((one, other), (other, one)):
                zone = _only(self._places.find(town, language, of=_is_zone, typos=False))
                code = _only(self._places.find(land, language, of=_is_country, typos=False))
                if zone and code and places.clock(zone) in map(places.clock, self.zones_of(code)):
                    return frozenset([code]), frozenset([zone])
        return frozenset(), frozenset()


def _readable(said: str) -> bool:
    """Refuse what is too long for a name, and what is no plain answer."""
    return len(said) <= _LONGEST_NAME and not is_disguised(said)


def _is_zone(code: str) -> bool:
    return "/" in code


def _is_country(code: str) -> bool:
    return not _is_zone(code)


def _only(found: Collection[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
