"""A look-up in free words: the best of the library, and what else there is on the subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from actions.events.letters import line
from commands.library._card import found_entries
from kit.command import Call
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Network
from kit.text import Label, Name, Node, Numbered, Paragraphs, Reply, _
from kit.understanding import Understanding
from language.analysis import tokens
from search.provisions import Provision
from storage.events import Events
from storage.tables.library import ResourceRow

_LINES, _ITEMS = 5, 3  # that are read, and at least so many of the library among them


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is on a subject beside the library."""

    network: Network
    understanding: Understanding
    events: Events

    async def of(self, call: Call, words: str) -> list[tuple[str, str, Node]]:
        """Find what *words* name: a command, what it takes, and how to show it."""
        found = [*self._rooms(call, words), *self._countries(call, words)]
        said = [token for token in tokens(words) if not token.stop]
        for event in await self.events.upcoming(call.now):
            title = [token for token in tokens(event.title) if not token.stop]
            if any(word.meets(token) for word in title for token in said):
                found.append(("event", str(event.id), _("Event {event}", event=line(event))))
                break
        return found

    def _countries(self, call: Call, words: str) -> Iterator[tuple[str, str, Node]]:
        if (code := self.understanding.country(words, call.language)) is not None:
            yield "country", code, _("Country: {country}", country=Name("territory", code))

    def _rooms(self, call: Call, words: str) -> Iterator[tuple[str, str, Node]]:
        if (slug := self.understanding.room(words, call.language)) is not None:
            yield "join", slug, _("Room: {room}", room=Label(self.network.rooms[slug].names))


def together(
    items: list[ResourceRow],
    provisions: Mapping[str, Sequence[Provision]],
    beside: list[tuple[str, str, Node]],
    language: str,
) -> Reply:
    """Show the best items and what is beside them in one list, to choose from by number."""
    beside = beside[: _LINES - min(_ITEMS, len(items))]
    shown = items[: _LINES - len(beside)]
    entries = [wish_entry("show", row.id) for row in shown]
    entries += [wish_entry(path, rest) for path, rest, _node in beside]
    lines = found_entries(shown, provisions, language)
    lines += [*(node for _path, _rest, node in beside)]
    how = _("Answer with a number to open one.")
    ids = [*(row.id for row in shown), *(rest for _path, rest, _node in beside)]
    body = Paragraphs([Numbered(lines), how])
    return Reply("find.everywhere", body, ids, listing=Listing(ListKind.WISHES, entries))
