"""What the library says of a sentence: whether it is a look-up."""

from __future__ import annotations

from search.index import LibraryIndex
from search.query import Query

# What the library says of a sentence, in units of log odds that it is a look-up.
_FOUND, _TOPIC, _TOPICS, _NEITHER = 2.0, 1.2, 0.7, -2.0
_TITLE = 4.5  # beside these, that an item is named
_FILTERS = 4.5  # or nothing but what a search is narrowed to, and not only by a language
_TOLD = 6.0  # or that it tells of what happens to somebody accused or held


def likelihood(index: LibraryIndex, text: str, language: str) -> float:
    """Say how much speaks for it that *text* looks something up, in units of log odds."""
    found, asked = index.search(text, language), index.asked(text)
    if found.outside:  # it is named, though there is nothing on it
        return _FOUND + _TITLE
    filters = asked.filtered and not asked.words and asked != Query("", languages=asked.languages)
    if not (found.ids or found.topics or filters):
        return _NEITHER
    return (
        _FOUND * bool(found.ids)
        + _TOPIC * bool(found.topics)
        + _TOPICS * (len(found.topics) > 1)
        + _TITLE * index.names_item(text)
        + _FILTERS * filters
        + _TOLD * index.tells(text)
    )
