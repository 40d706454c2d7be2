"""What holds for whatever is asked, whatever the library holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lookup import starter_documents, starter_index
from search.document import Document
from search.index import LibraryIndex
from search.query import Query

LANGUAGES = st.sampled_from(["en", "es", "fr", "pt", "ar", "ru", "zh", "sw", ""])
LIBRARY = {document.id: document for document in starter_documents()}
TITLES = sorted({title for document in LIBRARY.values() for title in document.titles.values()})
WORDS = sorted({word for title in TITLES for word in title.split()})


@pytest.fixture(scope="module")
def changing() -> LibraryIndex:
    return starter_index()


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        " ",
        "*",
        '+-&|!(){}[]^"~*?:\\/',
        'title:"x" OR id:* AND NOT (a~2)',
        "name:[a TO z] ^9999",
        "' OR 1=1; DROP TABLE resource; --",
        "\x00\x01\x02\x7f\u202e\u2066legal aid\u2069",
        "a" * 4096,
        "أ" * 4096,
        "法" * 4096,
        "1/" * 2048,
        "kind:" * 800,
        "year:99999999999999999999..",
        "\ud800",
        "é" * 100 + "́" * 1000,
        "filter:kind:treaty topic:legal-aid symbol:*",
        "9" * 4000,
        "٩" * 4000,
        "²³½",
    ],
)
def test_hostile_input_is_harmless(index: LibraryIndex, hostile: str) -> None:
    index.search(hostile, "en")
    assert index.search("67/187", "en").ids[0] == "unpg-2012"


def one_of(name: str) -> st.SearchStrategy[frozenset[str]]:
    values = {value for each in LIBRARY.values() for value in _values(each, name)}
    return st.frozensets(st.sampled_from(sorted({*values, "nothing"})), max_size=3)


def _values(document: Document, name: str) -> list[str]:
    value = getattr(document, name)
    return [value] if isinstance(value, str) else list(value)


asked = st.one_of(
    st.text(max_size=80),
    st.text(alphabet='kind:ylangre0123456789./" +-*~()مساعدة法律援助правоèç', max_size=60),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    st.sampled_from(TITLES),
)
queries = st.builds(
    Query,
    words=asked,
    kinds=one_of("kind"),
    languages=one_of("languages"),
    regions=one_of("regions"),
    topics=one_of("subjects"),
    years=st.none() | st.tuples(st.integers(1, 2100), st.integers(1, 2100)),
)


def passes(document: Document, query: Query) -> bool:
    first, last = query.years or (0, 9999)
    languages = {*document.languages, *document.titles}
    return (
        (not query.kinds or document.kind in query.kinds)
        and (not query.languages or not query.languages.isdisjoint(languages))
        and (not query.regions or not query.regions.isdisjoint(document.regions))
        and (not query.topics or not query.topics.isdisjoint(document.subjects))
        and first <= (document.year or 0) <= last
    )


@given(asked=asked, language=LANGUAGES)
def test_whatever_is_asked_is_answered_once(index: LibraryIndex, asked: str, language: str) -> None:
    ids = index.search(asked, language).ids
    assert len(ids) == len({*ids}) <= len(LIBRARY)


@given(query=queries, language=LANGUAGES)
def test_filters_always_hold(index: LibraryIndex, query: Query, language: str) -> None:
    found = index.search(query, language).ids
    assert [each for each in found if not passes(LIBRARY[each], query)] == []


@given(query=queries.filter(lambda query: query.filtered))
def test_filters_alone_find_all_that_passes(index: LibraryIndex, query: Query) -> None:
    found = index.search(replace(query, words=""), "en").ids
    assert {*found} == {each.id for each in LIBRARY.values() if passes(each, query)}


@given(hidden=st.sets(st.sampled_from(sorted(LIBRARY)), min_size=1, max_size=4), asked=asked)
def test_what_is_retired_is_never_found(
    changing: LibraryIndex, hidden: set[str], asked: str
) -> None:
    """The control: the same questions find them again once they are back."""
    documents = [LIBRARY[each] for each in hidden]
    titles = [document.titles["en"] for document in documents]
    changing.update(replace(document, retired=True) for document in documents)
    found = {each for said in [asked, *titles] for each in changing.search(said, "en").ids}
    assert found & hidden == set()
    changing.update(documents)
    again = {each for said in titles for each in changing.search(said, "en").ids}
    assert again & hidden == hidden
