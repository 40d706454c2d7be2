"""Names of people and places, by how a script shows them: capitals, position, family names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from babel import Locale

from bot.understanding.guard.lexicon import Lexicon, any_of, every
from kit.words import unaccented
from language.cues import Span
from language.stopwords import STOPWORDS

_CAPITAL = "A-ZÀ-ÖØ-ÞŁĐŞĞА-ЯЁӘҒҚҢӨҰҮҺІ"
WORD = rf"[{_CAPITAL}][\w'’]{{0,30}}(?:-[{_CAPITAL}]?[\w'’]{{1,30}}){{0,3}}"
OF = r"(?:(?:de|da|do|dos|das|del|des|du|van|von|bin|bint|ben|ibn|al|el|la|los|las|y|e)\s+){0,2}"
NAME = rf"{WORD}(?:\s+{OF}{WORD}){{0,4}}"
ARABIC = r"[\u0620-\u064a]{2,}"
_FAR = 80  # characters between a name and what happened to the person
WINDOW = 60  # characters before a cue that are looked at
ABOUT_ONE = ("own", "people", "plight")  # kinds of words that speak of one person
_PREPOSITION = 3  # letters: "de", "bin" and "of" are part of names too
_NAMED = re.compile(rf"[\s,:.(«\"'–—-]{{1,3}}(?P<name>{NAME})")
_SMALL = re.compile(r"[\s,:]{1,2}(?P<given>[^\W\d_]+)\s+[^\W\d_]{3,}")
# Two words in small letters, of which the first may be a given name.
_SMALL_PAIR = re.compile(r"(?<![\w@.])(?P<given>[^\W\d_]{2,})(?=[\s-]+(?P<second>[^\W\d_]{3,}))")
_POLITE = re.compile(r"\.?\s+(?P<name>[^\W\d_]{3,})")
_BEING = re.compile(r"\s+(?:is|was|has|had|did|does|will|got)\b")  # what stands behind a name
_RUSSIAN = re.compile(
    r"[а-я]+(?:ов|ев|ин|ын|ск|цк|дз|швил|ян|ук|юк|енк|чук)(?:|[ауоыием]|ым|ои|ому|ого|ая|ую|ии)"
)
_SMALL_RUSSIAN = re.compile("[а-яё]+")
_SHORTEST_STEM = 2
_DECLINED = ("", "и", "а", "я", "ь")  # how a name goes on that lost its ending, й without its sign
_SOON = 45  # characters between a name in small letters and what happened to the person
_ANY = re.compile(rf"(?<![\w.])(?<!\d\s)(?P<name>{NAME})")  # no street behind its number
_APPOSED = re.compile(rf"(?<![\w.])(?P<name>{NAME}),?\s$")
_PAIR = re.compile(rf"[\s،:,]{{1,2}}(?P<first>{ARABIC})\s+(?P<second>{ARABIC})")
_ANY_PAIR = re.compile(rf"(?<!\w)(?P<first>{ARABIC})(?=\s+(?P<second>{ARABIC}))")


class NameFinder:
    """Finds names in text without accents, its capitals kept."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Prepare what is no name, and what always is."""
        shapes = lexicon.shapes
        self._son_of = frozenset(every(shapes.son_of))
        self._aged = re.compile(
            rf"(?<![\w.])(?P<name>{NAME})\s?[,(]\s?(?:(?:{any_of(shapes.aged)})\s)?"
            rf"\d{{1,2}}(?:\s?[,)]|\s(?:{any_of(shapes.years)})\b)"
        )
        self._done = re.compile(rf"(?<!\w)(?i:{any_of(shapes.done)})\s+don$")
        known = {*every(lexicon.institution), *every(lexicon.office), *STOPWORDS}
        self.no_name = frozenset({*known, *_countries(lexicon.institution)})
        self._cities = frozenset(_cities(lexicon.institution))
        self._given = frozenset(every(lexicon.given)) - self.no_name
        self._small = frozenset(every(lexicon.given)) - STOPWORDS - {*every(lexicon.common)}
        single, *double = lexicon.surnames.split()
        family = f"(?:{'|'.join(double)}|[{single}])"
        words = lexicon.chinese
        never = "|".join(words.never_family)
        name = f"(?!{never}){family}[^\\W\\d_a-zA-Z{words.never_given}]{{1,2}}?"
        ends = rf"(?=[{words.after_name},、。?()\s]|$)"
        self._chinese_named = re.compile(
            rf"[\s,、:]?(?:叫|是|为|名叫)?(?:{name}|[小老阿][{single}]){ends}"
        )
        self._chinese = re.compile(
            rf"{name}(?=先生|女士|小姐|某某|的(?:保释|案|审|辩护|律师|家属|上诉|家))|(?:看望|探望|会见|替|给){name}(?=[吗,。?辩找请写办\s]|$)"
            rf"|(?:^|[,。:\s])(?:{name}|[小老阿][{single}])(?=因|被|涉嫌|,\d{{2,4}}[岁年])"
        )

    def has_person(self, text: str, cues: Mapping[str, Sequence[Span]]) -> bool:
        """Tell whether a person of a case is named beside one of *cues*."""
        near = [span for kind in ABOUT_ONE for span in cues.get(kind, ())]
        near += [span for span in cues.get("force", ()) if not _in_title(text, span[0])]
        return (
            self.has_named(text, cues)
            or any(self._follows(text, span, called=True) for span in cues.get("called", ()))
            or any(self._precedes(text, span) for span in cues.get("people", ()))
            or any(self._suffers(text, near, cues.get("learned", ())))
            or any(self._in_small(text, [*near, *cues.get("custody", ())]))
            or any(self._is_polite(text, span, near) for span in cues.get("title", ()))
            or any(self._is_aged(text, [*near, *cues.get("custody", ())]))
            or any(
                self._chinese_named.match(text, end)
                for _, end in (*cues.get("plight", ()), *cues.get("force", ()))
            )
            or self._chinese.search(text) is not None
        )

    def has_named(self, text: str, cues: Mapping[str, Sequence[Span]]) -> bool:
        """Tell whether a name stands right behind one of *cues* for a person of a case."""
        spans = {*cues.get("own", ()), *cues.get("people", ())}
        return any(self._follows(text, each) and not _in_title(text, each[0]) for each in spans)

    def _follows(self, text: str, span: Span, *, called: bool = False) -> bool:
        """Tell whether a name follows the cue at *span*, as where somebody is *called* so."""
        _start, end = span
        if self._chinese_named.match(text, end):
            return True
        if pair := _PAIR.match(text, end):
            return self._is_arabic(pair, called=called)
        if named := _NAMED.match(text, end):
            return self._is_person(named["name"])
        small = _SMALL.match(text, end)
        return small is not None and small["given"].casefold() in self._given

    def _precedes(self, text: str, span: Span) -> bool:
        """Tell whether a full name stands right before the cue at *span*."""
        start, _end = span
        found = _APPOSED.search(text[max(0, start - WINDOW) : start])
        return found is not None and self._is_full(found["name"])

    def _is_full(self, name: str) -> bool:
        """Tell whether *name* is one of a person, with more than one part."""
        words = name.split()
        while words and words[0].casefold() in self.no_name:
            words.pop(0)
        full = len(words) > 1 or any("-" in word for word in words)
        return full and self._is_person(" ".join(words))

    def _suffers(
        self, text: str, plights: Sequence[Span], learned: Sequence[Span]
    ) -> Iterator[bool]:
        """Look for somebody with more than one name near what happened to them."""
        for found in _ANY.finditer(text) if plights else ():
            titled = any(
                end <= found.start() and not text[end : found.start()].strip(" .")
                for _, end in learned
            )
            near = _is_near(found, plights, _FAR) and not titled
            yield near and self._is_full(found["name"])
        for found in _ANY_PAIR.finditer(text) if plights else ():
            yield self._is_arabic(found) and _is_near(found, plights, _FAR)

    def _in_small(self, text: str, near: Sequence[Span]) -> Iterator[bool]:
        """Look for a name in small letters by the given name, beside what happened to somebody."""
        for found in _SMALL_PAIR.finditer(text) if near else ():
            given, second = found["given"], found["second"]
            if given.islower() and second.islower() and second not in self.no_name:
                yield self._was_given(given) and _is_near(found, near, _SOON)

    def _was_given(self, word: str) -> bool:
        """Tell whether a *word* of Latin or Russian letters is a given name, declined or not."""
        if _SMALL_RUSSIAN.fullmatch(word) is None:
            return word.isascii() and word in self._small
        stems = [word, *(word[:-cut] for cut in (1, 2) if len(word) - cut > _SHORTEST_STEM)]
        return any(f"{stem}{end}" in self._small for stem in stems for end in _DECLINED)

    def _is_polite(self, text: str, span: Span, near: Sequence[Span]) -> bool:
        """Tell whether a name in small letters follows a title, where one person is spoken of."""
        named = _POLITE.match(text, span[1])
        if named is None or not near or not _is_near(named, near, _FAR):
            return False
        name = named["name"].casefold()
        if self._is_done(text, span[1], named):
            return False
        if _SMALL_RUSSIAN.fullmatch(name):
            return _RUSSIAN.fullmatch(name) is not None
        return name.isascii() and name not in self.no_name

    def _is_done(self, text: str, end: int, named: re.Match[str]) -> bool:
        """Tell whether "don" before *end* is Pidgin for "has", and a verb stands behind it."""
        verb = named["name"]
        return (
            verb.islower()
            and verb not in self._given
            and self._done.search(text[:end]) is not None
            and _BEING.match(text, named.end()) is None
        )

    def _is_aged(self, text: str, near: Sequence[Span]) -> Iterator[bool]:
        """Look for a name with an age behind it: Amal, 34, a baker."""
        for found in self._aged.finditer(text) if near else ():
            yield _is_near(found, near, _FAR) and self._is_person(found["name"])

    def _is_person(self, name: str) -> bool:
        if name.casefold() in self._cities:
            return False
        words = re.split(r"[\s-]+", name.casefold())
        if len(words) == 1 and name.isupper():
            return False  # an abbreviation
        body = {word for word in words if len(word) > _PREPOSITION} | {words[0]}
        return not body & self.no_name

    def _is_given(self, word: str) -> bool:
        """Tell whether an Arabic *word* is a given name; by, to, and … are written onto it."""
        return word in self._given or (word[0] in "وفبكل" and word[1:] in self._given)

    def _is_arabic(self, pair: re.Match[str], *, called: bool = False) -> bool:
        """Tell a name from other words: nothing is written large, verbs begin like some names."""
        first, second = pair["first"], pair["second"]
        if self._is_given(first):
            return True
        if {first, second} & self.no_name:
            return False
        family = (second.startswith("ال") and second.endswith("ي")) or second in self._son_of
        other = ("ال", "لل", "بال", "وال") if called else ("ال", "لل", "بال", "وال", "ي", "ت")
        return family and not first.startswith(other)


def _is_near(found: re.Match[str], spans: Sequence[Span], within: int) -> bool:
    first, last = found.span()
    return any(0 <= a - last <= within or 0 <= first - b <= within for a, b in spans)


def _countries(languages: Iterable[str]) -> Iterator[str]:
    """List the words in the names of countries."""
    for language in languages:
        for name in Locale.parse(language).territories.values():
            yield from re.findall(r"[^\W\d_]{3,}", unaccented(name).casefold())


def _cities(languages: Iterable[str]) -> Iterator[str]:
    """List the cities that time zones are named after: Buenos Aires is nobody's name."""
    for language in languages:
        for zone, names in Locale.parse(language).time_zones.items():
            for name in (zone.rpartition("/")[2].replace("_", " "), names.get("city", "")):
                yield unaccented(name).casefold()


def _in_title(text: str, start: int) -> bool:
    """Tell whether the cue at *start* has a capital within a sentence: there, all words have."""
    before = text[:start].rstrip()
    return text[start].isupper() and before != "" and before[-1] not in ".?!:\n"
