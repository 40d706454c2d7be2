"""Catalogs, command words, and how each language writes dates, names and lists."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.core import get_global
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_timedelta,
    get_datetime_format,
)
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.checked import FastLoader
from bot.say.signs import load_signs
from kit.roomkey import RoomKey, SpaceRoom
from kit.stored import Unreadable
from kit.words import fold
from language.scripts import WRITTEN_IN
from language.spoken import Spoken

SOURCE = "en"
_TWO = 2
_APART = re.compile(" (?=[;:?!»])|(?<=«) ")
_NAMED = re.compile(r"\{\w*\}")


class Words:
    """What people may say for each command, greeting and steering word, per language."""

    def __init__(self, by_language: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Index *by_language*: language -> path -> ways to say it, the first one shown in help."""
        self._by_language = by_language
        self._languages: dict[str, set[str]] = {}
        self._ways: dict[str, set[str]] = {}
        for language, words in by_language.items():
            for path, ways in words.items():
                for said in map(fold, ways):
                    self._ways.setdefault(path, set()).add(said)
                    self._languages.setdefault(said, set()).add(language)

    def shown(self, path: str, language: str) -> str:
        """Give the word of *language* for a command; the English one stands in."""
        ways = self._by_language.get(language, {}).get(path)
        return ways[0] if ways else path

    def ways(self, path: str) -> set[str]:
        """List every way to say a command, in all languages, folded."""
        return self._ways.get(path, set()) | {fold(path)}

    @property
    def languages(self) -> list[str]:
        """List the languages there are words of."""
        return list(self._by_language)

    def said(self, path: str) -> list[tuple[str, str]]:
        """List every way to say a command, each with its language."""
        spoken = self._by_language.items()
        return [(language, way) for language, words in spoken for way in words.get(path, ())]

    def only(self, text: str) -> str | None:
        """Tell the one language in which *text* is said for something."""
        languages = self._languages.get(fold(text), ())
        return next(iter(languages)) if len(languages) == 1 else None

    def sentences(self, language: str) -> Iterable[str]:
        """List all that is said in a language."""
        return chain.from_iterable(self._by_language[language].values())


class Catalogs:
    """The translations of every language, compiled in memory from ``locales/``."""

    def __init__(
        self, directory: Path, languages: Iterable[str], *, prefix: str, zones: Mapping[str, str]
    ) -> None:
        """Read ``<language>/LC_MESSAGES/messages.po`` and ``words.yaml``, and ``emoji.yaml``.

        *prefix* stands in front of commands in rooms, *zones* are those of rooms by slug.
        """
        self._prefix = prefix
        self._zones = zones
        self.languages = list(languages)
        self._translations = {code: _translations(directory / code) for code in self.languages}
        self.words = Words({code: _words(directory / code) for code in self.languages})
        self.spoken = Spoken(self._sentences)
        self.signs = load_signs(directory / "emoji.yaml")

    def reader(self, language: str, zone: str | None = None, called: str = "") -> LocalReader:
        """Prepare to write for somebody; an unknown language gets English."""
        known = language if language in self._translations else SOURCE
        catalog, prefix = self._translations[known], self._prefix
        return LocalReader(known, zone, catalog, self.words, prefix=prefix, called=called)

    def readers(self, language: str, room: RoomKey | Unreadable) -> LocalReader:
        """Prepare to write for all in a room: where each of them lives is nobody's business."""
        zone = self._zones.get(room.slug) if isinstance(room, SpaceRoom) else None
        return self.reader(language, zone or "UTC", called=self._prefix)

    def _sentences(self) -> Mapping[str, Iterable[str]]:
        """List what is said in each language whose script does not tell it."""
        read = [each for each in self._translations.values() if isinstance(each, _Translations)]
        source = read[0].sources() if read else ()
        found = {
            code: each.sentences() if isinstance(each, _Translations) else source
            for code, each in self._translations.items()
        }
        return {
            code: [*(_NAMED.sub(" ", each) for each in said), *self.words.sentences(code)]
            for code, said in found.items()
            if code not in WRITTEN_IN.values()
        }


def catalog_directory() -> Path:
    """Locate the catalogs that come with the hub."""
    return Path(str(files("locales").joinpath("")))


def _words(directory: Path) -> Mapping[str, Sequence[str]]:
    text = (directory / "words.yaml").read_text("utf-8")
    read = yaml.load(text, FastLoader)  # noqa: S506 -- a safe loader, in C
    return {path: [str(way) for way in ways] for path, ways in read.items()}


class _Translations(gettext.NullTranslations):
    """What a catalog says, without the compiled file from which the gettext module would read it.

    What is not translated, or not for sure, is said as in the source.
    """

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._said: dict[str, str] = {}
        self._counted: dict[tuple[str, ...], Sequence[str]] = {}
        for each in catalog:
            if each.id and each.string and not each.fuzzy:
                if isinstance(each.id, str):
                    self._said[each.id] = str(each.string)
                else:
                    self._counted[tuple(each.id)] = each.string
        self.plural = gettext.c2py(catalog.plural_expr)

    def gettext(self, message: str) -> str:
        return self._said.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self._counted.get((msgid1, msgid2))
        return forms[self.plural(n)] if forms else super().ngettext(msgid1, msgid2, n)

    def sources(self) -> Iterable[str]:
        """List what is translated."""
        return chain(self._said, *self._counted)

    def sentences(self) -> Iterable[str]:
        """List the translations."""
        return chain(self._said.values(), *self._counted.values())


def _translations(directory: Path) -> gettext.NullTranslations:
    path = directory / "LC_MESSAGES" / "messages.po"
    if not path.exists():  # English is the language of the source
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalog = read_po(source, locale=directory.name)
    if directory.name == "fr":
        for message in catalog:
            said = message.string
            message.string = (
                _unbroken(said) if isinstance(said, str) else [*map(_unbroken, said or ())]
            )
    return _Translations(catalog)


def _unbroken(text: str) -> str:
    """Keep the signs that French sets apart on the line of the word before them."""
    return _APART.sub("\N{NO-BREAK SPACE}", text)


@cache
def _written(language: str) -> tuple[Locale, bool]:
    """Give what CLDR knows of a language, and whether it is written from right to left."""
    locale = Locale.parse(language)
    return locale, locale.text_direction == "rtl"


@cache
def _lists(locale: Locale) -> Sequence[str]:
    """Give the patterns of lists: of two, and of the beginning, middle and end of longer ones.

    Babel's own function looks for them anew each time, which took a twelfth of a command.
    """
    return [locale.list_patterns["standard"][part] for part in ("2", "start", "middle", "end")]


class LocalReader:
    """A ``kit.text.Reader`` for one language and zone."""

    def __init__(
        self,
        language: str,
        zone: str | None,
        catalog: gettext.NullTranslations,
        words: Words,
        *,
        prefix: str,
        called: str,
    ) -> None:
        """Write in *language*, with clocks of *zone* (IANA) or UTC."""
        self.language = language
        self.zone = zone
        self.prefix = prefix
        self.called = called
        self._locale, self.right_to_left = _written(language)
        self._catalog = catalog
        self._words = words

    def gettext(self, message: str) -> str:
        """Translate one sentence."""
        return self._catalog.gettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate one sentence in the form that *n* asks for."""
        return self._catalog.ngettext(singular, plural, n)

    def moment(self, when: datetime, zone: str) -> str:
        """Write weekday, date, time and the zone's city."""
        local = when.astimezone(ZoneInfo(zone))
        together = get_datetime_format("medium", locale=self._locale)
        return str(together).replace("{1}", self.day(local)).replace("{0}", self.clock(when, zone))

    def day(self, day: date) -> str:
        """Write weekday and date."""
        return format_date(day, "full", locale=self._locale)

    def clock(self, when: datetime, zone: str, *, weekday: bool = False) -> str:
        """Write "14:10 Vienna", or "Thu 14:10 Vienna"."""
        local = when.astimezone(ZoneInfo(zone))
        time = (
            format_skeleton("EHm", local, locale=self._locale)
            if weekday
            else format_datetime(local, "HH:mm", locale=self._locale)
        )
        return f"{time} {self.name('zone', zone)}"

    def span(self, span: timedelta) -> str:
        """Write "in 3 days", in the largest unit of which there are two."""
        return format_timedelta(span, threshold=2, add_direction=True, locale=self._locale)

    def name(self, kind: str, code: str) -> str:
        """Name a territory, language or zone as CLDR does; the code stands in."""
        if kind == "zone":
            if code in ("UTC", "Etc/UTC"):
                return "UTC"
            return self._city(code)
        names: Mapping[str, str] = (
            self._locale.territories if kind == "territory" else self._locale.languages
        )
        return names.get(code, code)

    def _city(self, zone: str) -> str:
        # CLDR keeps the oldest name of a zone (America/Buenos_Aires), IANA renames them.
        older = [old for old, new in get_global("zone_aliases").items() if new == zone]
        zones = self._locale.time_zones
        named = (zones.get(each, {}).get("city") for each in (zone, *older))
        return next(filter(None, named), zone.rpartition("/")[2].replace("_", " "))

    def sequence(self, items: Sequence[str]) -> str:
        """Join *items* as the language lists things."""
        if len(items) < _TWO:
            return "".join(items)
        first, *between, last = items
        two, begin, middle, end = _lists(self._locale)
        if not between:
            return two.format(first, last)
        joined = begin.format(first, between[0])
        for item in between[1:]:
            joined = middle.format(joined, item)
        return end.format(joined, last)

    def command(self, path: str) -> str:
        """Give the word of the language for the command *path*."""
        return self._words.shown(path, self.language)
