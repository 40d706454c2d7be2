"""What lawyers call things in seven languages, and finding those things in any text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial

from language.analysis import Token, tokens

_LOOSEST_GAP = 2  # "access of women to justice" is still access to justice
_UN = re.compile(r"\bUN\b")
_LONGEST_ENDING = 3  # stemmers take "accessibility" for "access"


class Group(StrEnum):
    """What sort of thing a name stands for. OUTSIDE looks like legal aid and is not."""

    TOPIC = "topic"
    KIND = "kind"
    ORGANISATION = "organisation"
    PLACE = "place"
    WORD = "word"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing with names: language -> its label, then what people also say."""

    slug: str
    group: Group
    names: Mapping[str, Sequence[str]]
    broader: Sequence[str] = ()
    related: Sequence[str] = ()
    subjects: Sequence[str] = ()
    regions: Sequence[str] = ()

    @property
    def term(self) -> str:
        """How it stands in the index."""
        return f"{self.group}:{self.slug}"

    def label(self, language: str) -> str:
        """Name it in a language, else in English, else in any."""
        names = self.names.get(language) or self.names.get("en") or next(iter(self.names.values()))
        return names[0]


@dataclass(frozen=True, slots=True)
class _Name:
    """One name, as tokens.

    Function words are dropped unless a single word would be left: "who pays" is not "pays".
    """

    concept: Concept
    tokens: tuple[Token, ...]
    whole: bool

    @property
    def rigid(self) -> bool:
        """Whether the words must stand together: always in Chinese, and for what is outside."""
        return self.whole or self.tokens[0].chinese or self.concept.group is Group.OUTSIDE

    def allows(self, token: Token) -> bool:
        """Whether an inflected word may stand for it: "ganar" is no form of "Gana"."""
        first = self.tokens[0].text
        if self.concept.group is Group.PLACE and first.isascii():
            return False
        longer = abs(len(first) - len(token.text))
        return len(self.tokens) > 1 or longer <= _LONGEST_ENDING


@dataclass(frozen=True, slots=True)
class Mention:
    """Where in a text a concept is named; ``exact`` if just as in the file, accents aside."""

    places: tuple[int, ...]
    concept: Concept
    exact: bool

    @property
    def rank(self) -> tuple[int, bool, bool, int]:
        """Longer names first, then exact ones ("loi" is no form of "loyer"), then outside ones."""
        span = self.places[-1] - self.places[0]
        return len(self.places), self.exact, self.concept.group is Group.OUTSIDE, -span


class _Names:
    """All names, each under its rarest word: a quarter of a second for 12 000."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        listed = (name for concept in concepts for name in _named(concept))
        names = list({(n.concept.term, n.tokens): n for n in listed}.values())
        usage = Counter(form for name in names for token in name.tokens for form in token.forms)
        self.by_form: dict[str, list[tuple[_Name, int]]] = {}
        self.partly: dict[str, dict[str, Concept]] = {}
        for name in names:
            rarest = min(range(len(name.tokens)), key=lambda i: _rank(usage, name.tokens[i]))
            for form in name.tokens[rarest].forms:
                self.by_form.setdefault(form, []).append((name, rarest))
            for form in {form for part in name.tokens if not part.stop for form in part.forms}:
                self.partly.setdefault(form, {})[name.concept.term] = name.concept
        self.vocabulary = sorted({t.text for n in names for t in n.tokens if not t.chinese})


def _named(concept: Concept) -> Iterator[_Name]:
    for language, names in concept.names.items():
        for name in names:
            written = tuple(tokens(name, language))
            kept = tuple(token for token in written if not token.stop)
            # What is outside is meant only if said in full: "assistance between States".
            strict = len(kept) == 1 or concept.group is Group.OUTSIDE
            whole = strict and len(kept) < len(written)
            if kept:
                yield _Name(concept, written if whole else kept, whole)


class Concepts:
    """Finds concepts in text: names as written, then their inflections.

    The names are learnt when they are first looked for, or by ``learn``.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Know *concepts*; links lead to topics that are there."""
        self.all = tuple(concepts)
        self.topics = {c.slug: c for c in self.all if c.group is Group.TOPIC}
        self._of_subject: dict[str, Concept] = {}
        self._publishers: dict[str, frozenset[str]] = {}
        for concept in self.topics.values():
            for subject in concept.subjects:
                self._of_subject.setdefault(subject, concept)
        self.learn = cache(partial(_Names, self.all))

    @property
    def vocabulary(self) -> Iterable[str]:
        """The words of all names."""
        return self.learn().vocabulary

    def knows(self, token: Token) -> bool:
        """Whether some name contains the word."""
        return any(form in self.learn().partly for form in token.forms)

    def mentions(self, found: Sequence[Token]) -> list[Mention]:
        """Find every name in a text, overlapping ones too, best first."""
        mentions: dict[tuple[tuple[int, ...], str], Mention] = {}
        content = [place for place, token in enumerate(found) if not token.stop]
        for whole, view in ((False, content), (True, list(range(len(found))))):
            seen = [found[place] for place in view]
            for at, token in enumerate(seen):
                for name, anchor in self._named_with(token):
                    where = _align(name, anchor, seen, at) if name.whole == whole else None
                    if where:
                        pairs = zip(where, name.tokens, strict=True)
                        exact = all(seen[i].text == part.text for i, part in pairs)
                        if not (exact or name.allows(token)):
                            continue
                        places = tuple(sorted(view[i] for i in where))
                        key = (places, name.concept.term)
                        if exact or key not in mentions:
                            mentions[key] = Mention(places, name.concept, exact)
        return sorted(mentions.values(), key=lambda mention: mention.rank, reverse=True)

    def _named_with(self, token: Token) -> Iterator[tuple[_Name, int]]:
        for form in token.forms:
            yield from self.learn().by_form.get(form, ())

    def best_mentions(
        self, found: Sequence[Token], mentions: Sequence[Mention] | None = None
    ) -> list[list[Mention]]:
        """Choose the longest names, then those that explain a word left over by them.

        Each list is one place with its meanings. Pass *mentions* if they are known already.
        """
        known = self.mentions(found) if mentions is None else mentions
        chosen: list[list[Mention]] = []
        taken: set[int] = set()
        for mention in known:
            same = next((group for group in chosen if group[0].places == mention.places), None)
            # Inflections count only where nothing is called exactly that.
            if same and mention.exact == same[0].exact:
                same.append(mention)
            elif not same and taken.isdisjoint(mention.places):
                chosen.append([mention])
                taken.update(mention.places)
        for mention in known:
            if not taken.issuperset(mention.places) and mention.concept.group is not Group.OUTSIDE:
                chosen.append([mention])
                taken.update(mention.places)
        return chosen

    def of_subject(self, subject: str) -> Concept | None:
        """Find the topic a library subject stands for."""
        return self._of_subject.get(subject)

    def upwards(self, concept: Concept) -> list[Concept]:
        """List the broader topics, and theirs, nearest first."""
        above: dict[str, Concept] = {}
        todo = list(concept.broader)
        while todo:
            slug = todo.pop(0)
            if slug not in above and slug != concept.slug:
                above[slug] = self.topics[slug]
                todo += above[slug].broader
        return list(above.values())

    def publishers(self, named: Concept) -> frozenset[str]:
        """Give the slugs of an organisation and of those that its English names name, too.

        So the UN Office on Drugs and Crime is of the UN.
        """
        if named.slug not in self._publishers:
            names = (tokens(spelt_out(name), "en") for name in named.names.get("en", ()))
            within = (mention.concept for name in names for mention in self.mentions(name))
            slugs = {each.slug for each in within if each.group is Group.ORGANISATION}
            self._publishers[named.slug] = frozenset({named.slug, *slugs})
        return self._publishers[named.slug]

    def neighbours(self, subjects: Iterable[str]) -> set[str]:
        """Give the subjects that are broader, narrower or related, one step away."""
        own = {concept.slug for each in subjects if (concept := self._of_subject.get(each))}
        near = {
            slug
            for slug in own
            for slug in (*self.topics[slug].broader, *self.topics[slug].related)
        }
        near |= {c.slug for c in self.topics.values() if own & {*c.broader, *c.related}}
        return {subject for slug in near - own for subject in self.topics[slug].subjects}

    def nearest(self, found: Sequence[Token], most: int = 5) -> list[Concept]:
        """List topics that share words with a text, those sharing rarer words first."""
        scores: dict[str, float] = {}
        for token in found:
            for form in token.forms:
                sharing = self.learn().partly.get(form, {})
                for slug, concept in sharing.items():
                    if concept.group is Group.TOPIC:
                        scores[slug] = scores.get(slug, 0.0) + 1 / len(sharing)
        best = sorted(scores, key=lambda slug: -scores[slug])[:most]
        return [self.topics[term.removeprefix(f"{Group.TOPIC}:")] for term in best]


def spelt_out(text: str) -> str:
    """Write the UN in full: in small letters its short name is an article, which is passed over."""
    return _UN.sub("United Nations", text)


def _rank(usage: Mapping[str, int], token: Token) -> tuple[bool, int]:
    return token.stop, max(usage[form] for form in token.forms)


def _align(name: _Name, anchor: int, found: Sequence[Token], place: int) -> tuple[int, ...] | None:
    """Find the other words of *name* around the one at *place*; gives places in its order."""
    if len(name.tokens) == 1:
        return (place,)
    size = len(name.tokens)
    start = place - anchor
    if 0 <= start <= len(found) - size and all(
        token.meets(found[start + i]) for i, token in enumerate(name.tokens)
    ):
        return tuple(range(start, start + size))
    if name.rigid:
        return None
    reach = range(
        max(0, place - size - _LOOSEST_GAP + 1), min(len(found), place + size + _LOOSEST_GAP)
    )
    places: list[int] = []
    for i, token in enumerate(name.tokens):
        options = (
            [place]
            if i == anchor
            else [at for at in reach if at != place and at not in places and token.meets(found[at])]
        )
        if not options:
            return None
        places.append(min(options, key=lambda at: abs(at - place)))
    loose = max(places) - min(places) >= size + _LOOSEST_GAP
    return None if loose else tuple(places)
