"""Filters in words of seven languages: "treaties for Africa since 2010", "in Arabic", "only UN"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from kit.words import HAN, fold
from language.analysis import tokens
from search.concepts import Concept, Concepts, Group, Mention, spelt_out
from search.query import FOREVER, Query, Span

_Y = r"(?<![\d/])((?:1[89]|20)\d\d)(?![\d/])"
_NO_LETTER = rf"(?<![^\W_{HAN}])"
# What may stand between the word and the year, and after it.
_THE = r"\s+(?:the\s+year\s+|(?:el\s+|o\s+)?a[nñ]o\s+|l['’]ann[ée]e\s+|عام\s+|سنة\s+)?"
_OF_YEAR = r"(?:\s*(?:года|году|год|г\.))?"

_SINCE = (
    r"since|as of|desde(?: el)?|a partir del?|depuis|[àa] partir de|d[èe]s|a partir de|"
    r"начиная с|со|с|منذ|ابتداء من|ابتداءً من"
)
_AFTER = (
    r"after|(?:newer|later|more recent) than|despu[ée]s del?|posterior(?:es)? al?|"
    r"m[áa]s (?:nuev[oa]s?|recientes?) que|apr[èe]s|plus r[ée]cente?s? que|post[ée]rieure?s? [àa]|"
    r"depois de|ap[óo]s|mais (?:nov[oa]s?|recentes?) (?:do )?que|после|новее|позже|позднее|"
    r"بعد|[أا]حدث من"
)
_BEFORE = (
    r"before|prior to|(?:older|earlier) than|antes del?|anterior(?:es)? al?|"
    r"m[áa]s (?:viej[oa]s?|antigu[oa]s?) que|avant|ant[ée]rieure?s? [àa]|plus anciens? que|"
    r"mais (?:velh[oa]s?|antig[oa]s?) (?:do )?que|до|раньше|ранее|старше|قبل|[أا]قدم من"
)
_UNTIL = r"until|till|up to|hasta(?: el)?|jusqu['’]en|at[ée]|حتى"
_BETWEEN = (
    (r"between|entre|между", r"and|y|et|e|и"),
    (r"from|de(?: l)?", r"to|a(?:l)?|[àa]"),
    (r"с", r"по"),
    (r"بين", r"و"),
    (r"من", r"[إا]لى"),
)
_ZH = r"\s*年?\s*"

_ONLY = (
    rf"{_NO_LETTER}(?:only|s[óo]lo|solamente|[úu]nicamente|seulement|uniquement|s[óo]|somente|apenas|"
    rf"unicamente|только|лишь|فقط|حصرا)(?![^\W_{HAN}])|仅限|僅限|只看|只要"
)
_IN = r"in|en|em|на"
_SIGNS = r"[\s,.;:!?،؛؟。，：]"


@cache
def _spans() -> Sequence[tuple[re.Pattern[str], int, int]]:
    """List patterns of years, with what is added to the first and the last they name."""
    return list(_written_spans())


def _written_spans() -> Iterator[tuple[re.Pattern[str], int, int]]:

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(text, re.IGNORECASE)

    for start, middle in _BETWEEN:
        joined = rf"\s+(?:{middle})\s*"
        yield pattern(rf"{_NO_LETTER}(?:{start})\s+{_Y}{joined}{_Y}{_OF_YEAR}"), 0, 0
    yield pattern(rf"{_Y}\s*年?\s*(?:至|到|-|–|—)\s*{_Y}(?:\s*年)?(?:之间|之間|期间)?"), 0, 0
    yield pattern(rf"(?:自|从|從)?\s*{_Y}{_ZH}(?:以来|以來|以后|以後|起|至今)"), 0, FOREVER
    yield (
        pattern(rf"{_Y}{_ZH}(?:之后|之後|后|後)|(?:晚于|晚於|比)\s*{_Y}\s*年?(?:更?新)?"),
        1,
        FOREVER,
    )
    yield pattern(rf"{_Y}{_ZH}(?:之前|以前|前)"), -FOREVER, -1
    yield pattern(rf"(?:早于|早於)\s*{_Y}\s*年?"), -FOREVER, -1
    yield pattern(rf"(?:截至|截止到?|到)\s*{_Y}\s*年?(?:为止|為止)?"), -FOREVER, 0
    for words, first, last in (
        (_SINCE, 0, FOREVER),
        (_AFTER, 1, FOREVER),
        (_BEFORE, -FOREVER, -1),
        (_UNTIL, -FOREVER, 0),
    ):
        yield pattern(rf"{_NO_LETTER}(?:{words}){_THE}{_Y}{_OF_YEAR}"), first, last
    yield pattern(rf"{_NO_LETTER}from\s+{_Y}\s+on(?:wards?)?"), 0, FOREVER


_ONLY_WORD = re.compile(_ONLY, re.IGNORECASE)
_LANGUAGE = tuple(
    re.compile(text, re.IGNORECASE)
    for text in (
        # at the end, or at the beginning before a sign
        rf"{_NO_LETTER}(?:{_IN})\s+(?:l[ae]\s+)?([^\W\d_]{{3,}})(?:\s+(?:language|языке))?{_SIGNS}*$",
        rf"^(?:{_IN})\s+([^\W\d_]{{3,}})\s*[,:،：]",
        rf"(?<!\w)(?:باللغة\s+|ب)([^\W\d_]{{4,}}){_SIGNS}*$",
        r"^(?:用|以)?([^\W\d_]{2,5}?)(?:版|写|寫)?的",
        rf"(?:用|以)?([^\W\d_]{{2,5}}?)(?:版本?|文本)(?:的)?{_SIGNS}*$",
        rf"(?:用|以)([^\W\d_]{{2,5}}){_SIGNS}*$",
    )
)


class Wording:
    """Takes filters out of words. Only whole and plain ones: what is unclear stays in the query."""

    def __init__(self, concepts: Concepts, languages: Mapping[str, frozenset[str]]) -> None:
        """Know names of *concepts*, and *languages* by their folded names without spaces."""
        self._concepts = concepts
        self._languages = languages

    def read(self, query: Query) -> Query:
        """Give *query* with the filters that its words say, and without these words."""
        words, years = _years(query.words)
        words, languages = self._spoken(words)
        said = replace(
            query,
            words=" ".join(words.split()),
            years=query.years or years,
            languages=query.languages | languages,
        )
        if (narrowed := self._only(said)) is not None:
            return narrowed
        if years or languages:
            return self._named(said, "", said.words) or said
        return query

    def _spoken(self, words: str) -> tuple[str, frozenset[str]]:
        for pattern in _LANGUAGE:
            match = pattern.search(words)
            names = _nominative(fold(match[1])) if match else ()
            found = next((self._languages[name] for name in names if name in self._languages), None)
            if match and found:
                return f"{words[: match.start()]} {words[match.end() :]}", found
        return words, frozenset()

    def _only(self, query: Query) -> Query | None:
        """Read "torture, only UN" or "UN only": all that is said beside the word is a filter."""
        match = _ONLY_WORD.search(query.words)
        if match is None:
            return None
        before, after = query.words[: match.start()].strip(), query.words[match.end() :].strip()
        if after:
            return self._named(query, before, after)
        pieces = before.split()
        cuts = (len(" ".join(pieces[:place])) for place in range(len(pieces)))
        found = (self._named(query, before[:cut], before[cut:]) for cut in cuts)
        return next((each for each in found if each is not None), None)

    def _named(self, query: Query, rest: str, said: str) -> Query | None:
        """Filter by what is *said*, if it is nothing but kinds of texts, places and publishers."""
        found = tokens(spelt_out(said))
        content = {place for place, token in enumerate(found) if not token.stop}
        chosen: list[Mention] = []
        for mention in filter(_narrows, self._concepts.mentions(found)):
            same = next((each for each in chosen if each.places == mention.places), None)
            taken = {place for each in chosen for place in each.places}
            if same.exact == mention.exact if same else taken.isdisjoint(mention.places):
                chosen.append(mention)
        named = [mention.concept for mention in chosen]
        covered = {place for mention in chosen for place in mention.places}
        if not content or not content <= covered:
            return None
        return replace(
            query,
            words=rest,
            kinds=query.kinds | _slugs(named, Group.KIND),
            regions=query.regions | {r for each in named for r in each.regions},
            organisations=query.organisations | _slugs(named, Group.ORGANISATION),
        )


def _narrows(mention: Mention) -> bool:
    """Tell whether items can be filtered by it; by no country, since items are of regions."""
    concept = mention.concept
    region = concept.group is Group.PLACE and bool(concept.regions) and not concept.slug.isupper()
    return region or concept.group in {Group.KIND, Group.ORGANISATION}


def _slugs(concepts: Iterable[Concept], group: Group) -> frozenset[str]:
    return frozenset(each.slug for each in concepts if each.group is group)


def _years(words: str) -> tuple[str, Span | None]:
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in words)
    for pattern, before, after in _spans():
        if match := pattern.search(plain):
            named: Sequence[int] = [int(year) for year in match.groups() if year]
            first, last = max(1, named[0] + before), min(FOREVER, named[-1] + after)
            if first <= last:
                return f"{plain[: match.start()]} {plain[match.end() :]}", (first, last)
    return words, None


def _nominative(name: str) -> tuple[str, ...]:
    """Give what a language may be called: "на арабском" is of арабский."""
    return name, f"{name.removesuffix('ом')}ии"
