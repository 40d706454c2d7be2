"""Names of territories, languages and zones, out of CLDR and tzdata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.understanding.answers import Answers
from bot.understanding.names import NamedCode
from bot.understanding.writing import every
from language.autonyms import autonyms

# Traditional Chinese names differ in words, not in characters alone, and so do those of Hong Kong.
_FURTHER = {"zh": ("zh_Hant", "zh_Hant_HK")}
_SAID_OF_COUNTRIES = {"017", "018", "057"}  # 中非, Южная Африка, Микронезия mean the countries
_BRACKET = re.compile("[(（]")
# Zones that agree on these days are one to a member; tzdata knows the rules of the coming years.
_DAYS = [
    datetime(y, m, d, tzinfo=UTC) for y in (2027, 2028, 2029) for m in range(1, 13) for d in (1, 15)
]


def _locales(languages: Iterable[str]) -> Iterator[tuple[str, Locale]]:
    for language in languages:
        for tag in (language, *_FURTHER.get(language, ())):
            yield language, Locale.parse(tag)


def territories(languages: Iterable[str], answers: Answers) -> Iterator[NamedCode]:
    """Name every territory and part of the world: "Myanmar (Burma)" is Myanmar too."""
    for language, locale in _locales(languages):
        for code, text in locale.territories.items():
            if code not in _SAID_OF_COUNTRIES:
                yield NamedCode(text, code, language)
                yield NamedCode(_BRACKET.split(text)[0], code, language)
    yield from (NamedCode(word, code) for code, word in every(answers.countries))


def languages(spoken: Iterable[str], known: Iterable[str], answers: Answers) -> Iterator[NamedCode]:
    """Name every language of CLDR, those in *known* in their own words too."""
    for language, locale in _locales(spoken):
        for tag, text in locale.languages.items():
            yield NamedCode(text, tag.split("_")[0], language)
    for code in known:
        yield NamedCode(code, code)
        if own := autonyms().get(code):
            yield NamedCode(own, code)
    yield from (NamedCode(word, code) for code, word in every(answers.languages))


def cities(languages: Iterable[str], zones: Iterable[str], answers: Answers) -> Iterator[NamedCode]:
    """Name every zone by its id and by its city."""
    older: dict[str, list[str]] = {}  # CLDR keeps the oldest name of a zone, IANA renames them
    for alias, zone in get_global("zone_aliases").items():
        older.setdefault(zone, []).append(alias)
    zones = [zone for zone in zones if zone.rsplit("/", 1)[1] not in answers.ordinary_words]
    for zone in sorted(available_timezones()):
        if "/" in zone and not zone.startswith(("Etc/", "posix", "right")):
            yield NamedCode(zone.replace("/", " "), zone)
    yield from (NamedCode(zone.rsplit("/", 1)[1], zone, "en") for zone in zones)
    for language, locale in _locales(languages):
        for zone in zones:
            for known in (zone, *older.get(zone, ())):
                if city := locale.time_zones.get(known, {}).get("city"):
                    yield NamedCode(city, zone, language)
    yield from (NamedCode(word, zone) for zone, word in every(answers.zones))


def zones_by_country(first: Mapping[str, str]) -> dict[str, list[str]]:
    """Read the zones of each country from tzdata, the most populous in front."""
    zones: dict[str, list[str]] = {country: [zone] for country, zone in first.items()}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for row in table.splitlines():
        if not row.startswith("#"):
            country, _, zone = row.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return {country: list(dict.fromkeys(listed)) for country, listed in zones.items()}


@lru_cache(maxsize=1024)
def clock(zone: str) -> Sequence[object]:
    """List the offsets of a zone on sample days: equal clocks, equal zones."""
    return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in _DAYS)
