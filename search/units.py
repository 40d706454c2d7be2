"""Read a question as units: words, names and symbols, with every term that would answer."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kit.words import is_han
from language.analysis import Token, terms, tokens
from search.concepts import Concept, Concepts, Group, Mention
from search.spelling import Spelling
from search.symbols import symbol_windows

_LONGEST_QUESTION = 400  # characters
_MOST_TOKENS = 60

_SYMBOL_WEIGHT = 3.0
_YEAR_WEIGHT = 0.5
_STRANGE_WEIGHT = 0.8  # a word the library has never seen
_STRANGE_WEIGHT_ON_TOPIC = 0.2
_LEAST_WEIGHT = 0.12
_GROUP_WEIGHT = {Group.KIND: 0.5, Group.WORD: 0.6, Group.PLACE: 0.9, Group.ORGANISATION: 0.8}
_GUESSED = 0.7  # what a match counts for a word that was misspelt, or so it seems
_CHINESE_WEIGHT = 0.5  # two overlapping pairs make about one word

_BROADER, _NARROWER, _RELATED, _REGION = 0.45, 0.6, 0.25, 0.8


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a question. ``terms`` says how well (0 to 1) each term of the index answers it."""

    weight: float
    terms: Mapping[str, float]
    symbols: Sequence[str] = ()
    narrower: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A question as units, the topics it names, and what it names that is not legal aid.

    ``meanings`` are there if it is one name that stands for different things, some of them outside.
    ``on_topic`` is true if it names topics in several places, or one in several words: then it is
    about legal aid for sure, and words that nobody knows are chatter.
    """

    units: Sequence[Unit]
    topics: Sequence[Concept]
    on_topic: bool
    outside: Concept | None
    meanings: Sequence[Concept]
    tokens: Sequence[Token]

    @property
    def weight(self) -> float:
        """What a document has that answers all of it."""
        return sum(unit.weight for unit in self.units)


@dataclass(frozen=True, slots=True)
class QueryParser:
    """Reads questions.

    ``rarity`` of a term is 0 if it is in every document, 1 if in one, None if in none.
    """

    concepts: Concepts
    spelling: Spelling
    rarity: Callable[[str], float | None]
    has_symbol: Callable[[str], bool]

    def read(self, text: str) -> ParsedQuery:
        """Read symbols, then years, names and the words that are left."""
        found = tokens(text[:_LONGEST_QUESTION])[:_MOST_TOKENS]
        units, rest = self._symbols(found)
        rest = [self._known(token) for token in rest]
        mentions = self.concepts.best_mentions(rest)
        meanings = [[mention.concept for mention in group] for group in mentions]
        topics = [[c for c in group if c.group is Group.TOPIC] for group in meanings]
        on_topic = sum(map(bool, topics)) > 1 or any(
            named and _words_in(group[0], rest) > 1
            for named, group in zip(topics, mentions, strict=True)
        )
        strange = _STRANGE_WEIGHT_ON_TOPIC if on_topic else _STRANGE_WEIGHT
        units += [self._unit_of_mentions(group, rest) for group in mentions]
        named = {place for group in mentions for place in group[0].places}
        for run in _runs(rest, named):
            units += self._words(run, strange)
        known = [c for group in topics for c in group]
        outside = self._outside(meanings, known)
        one = meanings[0] if len(units) == 1 == len(meanings) else []
        strangers = [concept for concept in one if concept.group is Group.OUTSIDE]
        clash = [c for c in one if c not in strangers] + strangers if len(one) > 1 else []
        return ParsedQuery(units, known, on_topic, outside, clash if strangers else [], rest)

    def _outside(
        self, meanings: Sequence[Sequence[Concept]], topics: Sequence[Concept]
    ) -> Concept | None:
        """Find what is not legal aid; where legal aid may be given in it, only if none is named."""
        for group in meanings:
            if all(concept.group is Group.OUTSIDE for concept in group) and not any(
                topic in self.concepts.upwards(group[0]) for topic in topics
            ):
                return group[0]
        return None

    def _symbols(self, found: Sequence[Token]) -> tuple[list[Unit], list[Token]]:
        units: list[Unit] = []
        taken: set[int] = set()
        for where, keys in symbol_windows(found):
            if taken.isdisjoint(where):
                known = [key for key in keys if self.has_symbol(key)]
                if known and len(where) == 1:
                    # "100" may number a resolution or be a word of a name: both are meant.
                    units.append(Unit(1.0, {found[where[0]].text: 1.0}, symbols=known))
                elif known:
                    units.append(Unit(_SYMBOL_WEIGHT, {}, symbols=known))
                if known:
                    taken.update(where)
        return units, [token for place, token in enumerate(found) if place not in taken]

    def _known(self, token: Token) -> Token:
        """Give the word, or the nearest one the library knows."""
        if token.stop or token.chinese or token.text.isdecimal() or self.concepts.knows(token):
            return token
        if any(self.rarity(form) is not None for form in token.forms):
            return token
        nearest = self.spelling.nearest(token.text)
        return replace(tokens(nearest)[0], guessed=True) if nearest else token

    def _unit_of_mentions(self, mentions: Sequence[Mention], rest: Sequence[Token]) -> Unit:
        answers: dict[str, float] = {}
        narrower: dict[str, float] = {}
        for mention in mentions:
            for term, share in self._answers(mention.concept):
                answers[term] = max(share, answers.get(term, 0.0))
            narrower[mention.concept.term] = _NARROWER
        places = mentions[0].places
        if len(places) == 1:
            answers |= dict.fromkeys(rest[places[0]].forms, 1.0)
        if any(rest[place].guessed for place in places):
            answers = {term: share * _GUESSED for term, share in answers.items()}
        groups = [_GROUP_WEIGHT.get(mention.concept.group, 1.0) for mention in mentions]
        return Unit(self._weight(mentions) * max(groups), answers, narrower=narrower)

    def _answers(self, concept: Concept) -> Iterator[tuple[str, float]]:
        yield concept.term, 1.0
        for region in concept.regions:
            yield f"region:{region}", _REGION if len(concept.regions) > 1 else _BROADER
        for parent in self.concepts.upwards(concept):
            yield parent.term, _BROADER
        for slug in concept.related:
            yield f"{Group.TOPIC}:{slug}", _RELATED

    def _weight(self, mentions: Sequence[Mention]) -> float:
        rarities = [self.rarity(mention.concept.term) for mention in mentions]
        known = [rarity for rarity in rarities if rarity is not None]
        return max(_LEAST_WEIGHT, min(known, default=_STRANGE_WEIGHT))

    def _words(self, run: Sequence[Token], strange: float) -> Iterator[Unit]:
        for token in run:
            if token.year:
                yield Unit(_YEAR_WEIGHT, {f"year:{token.year}": 1.0, token.text: 1.0})
        guessed = {form for token in run if token.guessed for form in token.forms}
        for forms in terms([token for token in run if not token.year]):
            rarities = [rarity for rarity in map(self.rarity, forms) if rarity is not None]
            weight = max(_LEAST_WEIGHT, min(rarities, default=strange))
            chinese = any(map(is_han, forms))
            share = 1.0 if guessed.isdisjoint(forms) else _GUESSED
            yield Unit(weight * (_CHINESE_WEIGHT if chinese else 1.0), dict.fromkeys(forms, share))


def _words_in(mention: Mention, found: Sequence[Token]) -> float:
    """Count the words of a name; two Chinese characters make one."""
    return sum(
        _CHINESE_WEIGHT if found[place].chinese else 1.0
        for place in mention.places
        if not found[place].stop
    )


def _runs(found: Sequence[Token], named: Container[int]) -> Iterator[list[Token]]:
    """Give the stretches between names, so that no Chinese pair is made across one."""
    run: list[Token] = []
    for place, token in enumerate(found):
        if place in named:
            yield run
            run = []
        else:
            run.append(token)
    yield run
