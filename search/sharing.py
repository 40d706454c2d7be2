"""What two short texts share: words, and what they name in whichever language."""

from __future__ import annotations

from collections.abc import Sequence

from language.analysis import Token
from search.concepts import Concepts, Group


def shared(concepts: Concepts, said: Sequence[Token], title: Sequence[Token]) -> set[int]:
    """Say at which places of *said* stands what *title* has, or names, too."""
    meant = {mention.concept.term for mention in concepts.mentions(title)}
    same = {
        place
        for mention in concepts.mentions(said)
        if mention.concept.term in meant and mention.concept.group is Group.TOPIC
        for place in mention.places
    }
    words = {place for place, word in enumerate(said) if any(word.meets(each) for each in title)}
    return same | words
