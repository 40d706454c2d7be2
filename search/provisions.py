"""Provisions of instruments, by number ("Mandela rule 61", "art 14(3)(d)") or by what they say."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from kit.words import HAN, unaccented
from language.analysis import terms, tokens
from language.chinese import simplified
from search.concepts import Concepts
from search.document import Document
from search.units import Unit

# What a reader needs of the question, and of what is no name of the instrument, to see one.
_LEAST_ANSWERED = 0.5
_LEAST_NAMED = 0.5  # of the words beside the number
_WHOLE_NAME = 1.0  # and more, where they say one
_ALL_NAMED = 2.0  # they say a whole name, and nothing else
_LANGUAGES = 2  # that name a concept
_MOST_SHOWN = 3  # of one instrument, where the number is that of several
_MOST_READ = 12  # numbers of a question: with each the whole question is looked at

# Steps into a number are written as in 14(3)(d), 14.3.d, 14(3)d or 14 (3) d).
_STEP = r"(?:\d{1,2}|[a-z]|[ivx]{1,4})(?![^\W_])"
_SUBS = rf"(?:\s*[(.\[]\s*{_STEP}\s*[)\]]?|(?<=[\d)])[a-z](?![^\W_])\)?|\s[b-dfgh](?![^\W_])\)?)*"
_STEPS = re.compile(r"\d+|[a-z]+")
# "rule no. 61", "regla número 61", "القاعدة رقم ٦١", "правило № 61"
_NUMBER_SIGN = r"(?:n[or]?(?=[\s.°])|number|numero|num|nro|رقم|номер|№)"
# The letters that number paragraphs in Arabic, and those that only look Latin in Russian.
_LETTERS = str.maketrans("ابجدهوزحасе", "abcdefghace")
_IN_BRACKETS = re.compile(r"(?<=[(.\[])\s*[ابجدهوزحасе](?![^\W_])")
# How a Chinese reader cites the same.
_CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_CHINESE_UNITS = {"十": 10, "百": 100}
_CHINESE_NUMBER = re.compile(r"(?<=第)[零一二三四五六七八九十百]+")
_CHINESE_ARTICLE = re.compile(r"第\s*(\d+)\s*条")
_CHINESE_PARAGRAPH = re.compile(r"第?\s*(\d+|[a-z])\s*[款项]")
_CHINESE_SIGNS = re.compile("[第款项]")


@dataclass(frozen=True, slots=True)
class Provision:
    """A part of a library *item* that is known by its number, and what it says in our own words.

    ``part`` is what it is: an article, a rule; ``number`` as it is cited; ``says`` is language ->
    one line.
    """

    item: str
    part: str
    number: str
    says: Mapping[str, str] = field(compare=False)

    @property
    def steps(self) -> tuple[str, ...]:
        """Cut the number up: "14(3)(d)" is 14, 3, d."""
        return tuple(_STEPS.findall(self.number))


@dataclass(frozen=True, slots=True)
class _Reference:
    """A number in a question, the word for what it numbers, and what stands beside them."""

    steps: tuple[str, ...]
    part: str | None
    rest: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Named:
    """The names of an instrument: the words of all of them, and of each without those for parts."""

    every: frozenset[str]
    each: Sequence[Sequence[frozenset[str]]]


class Provisions:
    """Those that are known of the instruments that are there."""

    def __init__(
        self,
        listed: Iterable[Provision] = (),
        parts: Mapping[str, Iterable[str]] | None = None,
        within: Iterable[str] = (),
        concepts: Concepts | None = None,
    ) -> None:
        """Know them, and the words of all languages for *parts* and for what is *within* one."""
        self._of: dict[str, list[Provision]] = {}
        for provision in listed:
            self._of.setdefault(provision.item, []).append(provision)
        called = {_plain(word): part for part, words in (parts or {}).items() for word in words}
        self._parts = called
        self._part_words = frozenset(
            form for word in called for unit in terms(tokens(word)) for form in unit
        )
        number = rf"(?P<number>\d{{1,3}})(?![\d/])(?P<subs>{_SUBS})"
        word = rf"(?<![^\W_{HAN}])(?P<part>{_either(called)})[\s.:]*(?:{_NUMBER_SIGN}[\s.°]*)?"
        self._reference = re.compile(rf"(?:{word}|(?<![\d/.])(?<![^\W_{HAN}])){number}")
        # "article 14, paragraph 3"
        article = rf"(?<![^\W_{HAN}])(?:{_either(called)})[\s.:]*\d{{1,3}}{_SUBS}"
        inside = _either(map(_plain, within))
        self._within = re.compile(rf"({article})[\s,]*(?:{inside})[\s.:]*({_STEP})\)?")
        self._concepts = concepts or Concepts(())
        self._known: dict[Provision, frozenset[str]] = {}
        self._names: Mapping[str, _Named] = {}

    def put(self, documents: Iterable[Document]) -> None:
        """Learn what instruments are called; what is retired has no provisions."""
        names = dict(self._names)
        for document in documents:
            names.pop(document.id, None)
            if not document.retired:
                names[document.id] = self._named(document)
        self._names = names

    def read(self) -> None:
        """Read the lines of all, which takes 0.2 s; else each waits until it is asked for.

        It may run in a thread while questions are answered.
        """
        for provision in chain.from_iterable(self._of.values()):
            self._said(provision)

    def of(self, item: str) -> Sequence[Provision]:
        """List all that are known of an item, in the order of the file."""
        return self._of.get(item, ())

    def told(self, document: Document) -> Document:
        """Give a document whose summaries say what its provisions do, too."""
        lines = dict(document.summaries)
        for provision in self.of(document.id):
            for language, line in provision.says.items():
                lines[language] = f"{lines.get(language, '')} {line}"
        return replace(document, summaries=lines)

    def numbered(self, question: str) -> Mapping[str, Sequence[Provision]]:
        """Find what *question* names by number, by item."""
        found: dict[str, list[Provision]] = {}
        for reference in self._references(question):
            for item in self._meant(reference):
                found.setdefault(item, []).extend(_fitting(self._of[item], reference)[1])
        return {item: list(dict.fromkeys(each))[:_MOST_SHOWN] for item, each in found.items()}

    def lacking(self, question: str) -> Provision | None:
        """Give what *question* names by number of the one text that it names, if it is not known.

        What it says is not known either.
        """
        for reference in self._references(question):
            shares = {item: _share(each, reference.rest) for item, each in self._names.items()}
            best = max(shares.values(), default=0.0)
            named = [item for item, share in shares.items() if share == best > _WHOLE_NAME]
            if reference.part and len(named) == 1 and not self._meant(reference):
                first, *steps = reference.steps
                number = first + "".join(f"({step})" for step in steps)
                return Provision(named[0], reference.part, number, {})
        return None

    def nearest(self, item: str, question: Sequence[Unit]) -> Sequence[Provision]:
        """Find the one that answers a question, but for its words that only name the item."""
        if item not in self._of or (names := self._names.get(item)) is None:
            return ()
        asked = [unit for unit in question if names.every.isdisjoint(unit.terms)]
        whole = sum(unit.weight for unit in asked)
        if not whole:
            return ()
        best = max(self._of[item], key=lambda each: _answered(self._said(each), asked))
        answered = _answered(self._said(best), asked)
        return (best,) if answered >= _LEAST_ANSWERED * whole else ()

    def _said(self, provision: Provision) -> frozenset[str]:
        if provision not in self._known:
            self._known[provision] = _said(provision, self._concepts)
        return self._known[provision]

    def _named(self, document: Document) -> _Named:
        said = [*document.titles.values(), *document.aliases, document.symbol or ""]
        each = [[*terms(tokens(name))] for name in said]
        bare = [[unit for unit in name if self._part_words.isdisjoint(unit)] for name in each]
        every = frozenset(form for name in each for unit in name for form in unit)
        return _Named(every, [name for name in bare if name])

    def _references(self, question: str) -> Iterator[_Reference]:
        plain = _plain(question)
        for _deeper in range(2):  # a paragraph, and a letter of it
            plain = self._within.sub(r"\1(\2)", plain)
        for match in islice(self._reference.finditer(plain), _MOST_READ):
            start, end = match.span()
            part = self._parts.get(match["part"] or "")
            beside = f"{plain[:start]} {plain[end:]}"
            rest = [unit for unit in terms(tokens(beside)) if self._part_words.isdisjoint(unit)]
            yield _Reference((match["number"], *_STEPS.findall(match["subs"])), part, rest)

    def _meant(self, reference: _Reference) -> Sequence[str]:
        """List the instruments that are named and have such a provision, or all, if none is."""
        known = self._names.keys() & self._of
        fit = {item: _fitting(self._of[item], reference)[0] for item in known}
        sure = reference.part is not None or len(reference.steps) > 1
        if reference.rest:
            # "legal aid in 12 countries" is about no principle.
            least = _LEAST_NAMED if sure else _ALL_NAMED
            shares = {item: _share(self._names[item], reference.rest) for item in fit if fit[item]}
            named = max(shares.values(), default=0.0)
            fit = {item: fit[item] for item in shares if shares[item] == named >= least}
        elif not sure:
            return ()
        best = max(fit.values(), default=0)
        return [item for item in fit if fit[item] == best > 0]


def _share(names: _Named, rest: Sequence[frozenset[str]]) -> float:
    """Say how far words name an instrument: the share that does, and more if they say a whole name.

    A whole name is enough, whatever is said beside it; with nothing beside it, it is *all named*.
    """
    if not rest:
        return 0.0
    said = frozenset[str]().union(*rest)
    share = sum(not unit.isdisjoint(names.every) for unit in rest) / len(rest)
    whole = any(all(not unit.isdisjoint(said) for unit in name) for name in names.each)
    return _WHOLE_NAME + share if whole else share


def _fitting(known: Sequence[Provision], reference: _Reference) -> tuple[int, list[Provision]]:
    """Find the very provision, else what is within it, else the one that it is within.

    With them comes how well they fit: best if they are called as in the question, 0 if none does.
    """
    called = [each for each in known if each.part == reference.part]
    steps = reference.steps
    among = called or known
    exact = [each for each in among if each.steps == steps]
    within = [each for each in among if each.steps[: len(steps)] == steps]
    around = [each for each in among if each.steps == steps[: len(each.steps)]]
    for fit, found in ((3, exact), (2, within), (1, around[-1:])):
        if found:
            return fit + 3 * bool(called), found
    return 0, []


def _answered(said: frozenset[str], asked: Sequence[Unit]) -> float:
    return sum(
        unit.weight
        * max((share for term, share in unit.terms.items() if term in said), default=0.0)
        for unit in asked
    )


def _said(provision: Provision, concepts: Concepts) -> frozenset[str]:
    """List the words of its lines and the concepts that they name."""
    found = [tokens(line, language) for language, line in provision.says.items()]
    words = {form for line in found for unit in terms(line) for form in unit}
    named = Counter(
        term for line in found for term in {each.concept.term for each in concepts.mentions(line)}
    )
    # What one language alone seems to name is a word with another meaning, too.
    sure = min(_LANGUAGES, len(found))
    return frozenset(words).union(term for term, lines in named.items() if lines >= sure)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"


def _plain(text: str) -> str:
    """Write *text* so that numbers look the same in all scripts."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in unaccented(text))
    plain = _IN_BRACKETS.sub(lambda match: match[0].translate(_LETTERS), plain.casefold())
    plain = _CHINESE_NUMBER.sub(lambda match: str(_counted(match[0])), simplified(plain))
    plain = _CHINESE_PARAGRAPH.sub(r"(\1)", _CHINESE_ARTICLE.sub(r" 条 \1 ", plain))
    return " ".join(_CHINESE_SIGNS.sub(" ", plain).split())


def _counted(signs: str) -> int:
    """Read a Chinese number below a thousand."""
    whole = last = 0
    for sign in signs:
        if unit := _CHINESE_UNITS.get(sign):
            whole, last = whole + (last or 1) * unit, 0
        else:
            last = _CHINESE_DIGITS[sign]
    return whole + last
