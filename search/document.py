"""A library item as the search sees it, and what of it goes into the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from language.analysis import Token, terms, tokens
from search.concepts import Concepts, Group, Mention, spelt_out
from search.symbols import symbol_keys

_SYMBOL_SIGNS = "/("


@dataclass(frozen=True, slots=True)
class Document:
    """A library item. ``titles`` and ``summaries`` are language -> text; ``regions`` are slugs."""

    id: str
    kind: str
    year: int | None
    organisation: str
    symbol: str | None
    languages: Sequence[str]
    regions: Sequence[str]
    subjects: Sequence[str]
    titles: Mapping[str, str]
    summaries: Mapping[str, str] = field(default_factory=dict)
    aliases: Sequence[str] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index holds of a document: field -> terms, the names as units, the words in it."""

    fields: Mapping[str, set[str]]
    names: Sequence[Sequence[frozenset[str]]]
    words: set[str]


def entry(document: Document, concepts: Concepts) -> IndexEntry:
    """Analyse a document: its own words, the concepts they name, and the broader ones."""
    name_tokens = [tokens(text, language) for language, text in document.titles.items()]
    name_tokens += [tokens(alias) for alias in document.aliases]
    body_tokens = [tokens(text, language) for language, text in document.summaries.items()]
    body_tokens.append(tokens(document.organisation))
    name_mentions = [concepts.mentions(found) for found in name_tokens]
    body_mentions = [concepts.mentions(found) for found in body_tokens]
    topics = [topic for subject in document.subjects if (topic := concepts.of_subject(subject))]
    tags = {topic.term for topic in topics}
    tags |= {f"{Group.KIND}:{document.kind}", f"year:{document.year}"}
    tags |= {f"region:{region}" for region in document.regions}
    mentioned = [mention.concept for found in (*name_mentions, *body_mentions) for mention in found]
    wide = {above.term for concept in (*topics, *mentioned) for above in concepts.upwards(concept)}
    fields = {
        "name": {term for found in name_tokens for forms in terms(found) for term in forms}
        | {mention.concept.term for found in name_mentions for mention in found},
        "body": {term for found in body_tokens for forms in terms(found) for term in forms}
        | {mention.concept.term for found in body_mentions for mention in found},
        "tag": tags,
        "wide": wide,
        "symbol": set(_symbols(document)),
        "filter": {*_filters(document), *_publishers(document, concepts)},
    }
    # Each term stands where it counts most and nowhere else.
    fields["tag"] -= fields["name"]
    fields["body"] -= fields["name"] | fields["tag"]
    names = [
        name_units(found, concepts.best_mentions(found, mentions))
        for found, mentions in zip(name_tokens, name_mentions, strict=True)
    ]
    words = {t.text for found in name_tokens for t in found if not (t.stop or t.chinese)}
    return IndexEntry(fields, names, words)


def name_units(
    found: Sequence[Token], mentions: Sequence[Sequence[Mention]]
) -> list[frozenset[str]]:
    """Cut a name into the concepts it mentions and the words that are left."""
    units = [frozenset(mention.concept.term for mention in group) for group in mentions]
    taken = {place for group in mentions for place in group[0].places}
    return units + list(terms([t for place, t in enumerate(found) if place not in taken]))


def _symbols(document: Document) -> Iterator[str]:
    yield from symbol_keys(document.symbol or "")
    for alias in document.aliases:
        if any(sign in alias for sign in _SYMBOL_SIGNS):
            yield from symbol_keys(alias)


def _filters(document: Document) -> Iterator[str]:
    yield f"kind:{document.kind}"
    yield from (f"language:{language}" for language in {*document.languages, *document.titles})
    yield from (f"region:{region}" for region in document.regions)
    yield from (f"topic:{subject}" for subject in document.subjects)


def _publishers(document: Document, concepts: Concepts) -> Iterator[str]:
    """Name who published it, and of what they are a part."""
    for mention in concepts.mentions(tokens(spelt_out(document.organisation))):
        if mention.concept.group is Group.ORGANISATION:
            for slug in concepts.publishers(mention.concept):
                yield f"organisation:{slug}"
