"""Which events a text names: by number, by words of the title, or by what else fits them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kit.words import number, split_and, split_list
from language.analysis import tokens
from storage.tables.events import EventRow


def named(coming: Sequence[EventRow], text: str, fits: Callable[[EventRow], int]) -> Sequence[str]:
    """List the numbers of what *text* names: by number, and by title or what else *fits* it best.

    A number that no event has, with nothing else beside it, is one all the same.
    """
    said = tokens(text)
    numbers = {read for token in said if (read := number(token.text)) is not None}

    def likeness(event: EventRow) -> int:
        title = [word for word in tokens(event.title) if not word.stop]
        return 2 * sum(any(word.meets(token) for token in said) for word in title) + fits(event)

    scores = {event.id: likeness(event) for event in coming}
    best = max(scores.values(), default=0)
    likely = [event_id for event_id, score in scores.items() if score == best > 0]
    found = [event_id for event_id in scores if event_id in numbers]
    if not set(found) & set(likely):
        found += likely
    return list(map(str, found or (numbers if len(numbers) == 1 else ())))


def several(said: str, coming: Sequence[EventRow]) -> str:
    """Take the numbers of several events, if all of these are there."""
    words = [word for part in split_list(said) for each in split_and(part) for word in each.split()]
    numbers = [read for word in words if (read := number(word)) is not None]
    there = {event.id for event in coming}
    several = len(numbers) > 1 and there.issuperset(numbers)
    return " ".join(map(str, dict.fromkeys(numbers))) if several else ""
