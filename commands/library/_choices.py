"""Where a search ends in a choice: a name of several things, or nothing found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.command import Call
from kit.errors import NotFound
from kit.listing import Listing, ListKind, read_wish, wish_entry
from kit.text import Code, Label, Node, Numbered, Paragraphs, Reply, Say, _
from kit.words import number, quote
from search.concepts import Concept
from search.index import Found
from storage.listings import Listings, entry
from storage.unmet import Unmet

ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Choices:
    """Further searches to choose from, by their words or by their number."""

    listings: Listings
    unmet: Unmet

    async def chosen(self, call: Call, said: str) -> str:
        """Give the words behind a number of the last choice; anything else is what it is."""
        if (index := number(said)) is None:
            return said
        kinds = ListKind.MEANINGS, ListKind.WISHES, ListKind.FOUND
        row = await self.listings.last(call.person_id, *kinds)
        if row is None or row.kind == ListKind.FOUND:
            return said
        path, words = read_wish(entry(row, index) or "")
        return (path if row.kind == ListKind.MEANINGS else words) or said

    async def meanings(self, call: Call, said: str, found: Found) -> Reply:
        """Ask which of several things is meant."""
        heading = _("{said} can mean different things:", said=quote(said))
        words, blocks = _offer(call, found.meanings)
        slugs = [each.slug for each in found.meanings]
        return Reply("find.meanings", Paragraphs([heading, *blocks]), slugs, listing=words)

    async def nothing(self, call: Call, said: str, found: Found) -> Reply:
        """Say that nothing was found and offer what comes near; remember what is wanting."""
        blocks: list[Node] = []
        offers = [("find", concept.label(call.language)) for concept in found.concepts]
        lines: list[Node] = [Say(path, rest) for path, rest in offers]
        if found.outside:
            names = {language: names[0] for language, names in found.outside.names.items()}
            blocks.append(
                _(
                    "I take this for: {topic}. The library has nothing on that: "
                    "it is about legal aid for people.",
                    topic=Label(names),
                )
            )
        else:
            await self.unmet.note(said, call.language, call.now)
            blocks.append(
                _(
                    "The library has nothing on {said}. Try other words or a symbol such as "
                    "{symbol}, or ask an expert: {ask}.",
                    said=quote(said),
                    symbol=Code("67/187"),
                    ask=Say("ask"),
                )
            )
            offers.append((ALERT, said))
            lines.append(_("Tell me as soon as there is something on this"))
        if lines:
            blocks += [
                _("What you can do:"),
                Numbered(lines),
                _("Answer with a number to choose."),
            ]
        if not found.outside:
            suggest = Say("suggest", "…")
            blocks.append(
                _("If you know a text that belongs here, offer it: {suggest}.", suggest=suggest)
            )
        slugs = [concept.slug for concept in found.concepts]
        entries = [wish_entry(path, rest) for path, rest in offers]
        listing = Listing(ListKind.WISHES, entries) if entries else None
        return Reply(f"error.{NotFound.code}", Paragraphs(blocks), slugs, listing=listing)

    async def missed(self, call: Call) -> str | None:
        """Give the words of the last search, if it is the last choice and found nothing."""
        row = await self.listings.last(call.person_id, ListKind.WISHES)
        offered = (read_wish(str(each)) for each in row.ids) if row else ()
        return next((rest for path, rest in offered if path == ALERT), None)


def _offer(call: Call, concepts: Sequence[Concept]) -> tuple[Listing, list[Node]]:
    words = [concept.label(call.language) for concept in concepts]
    lines = Numbered([Say("find", each) for each in words])
    first = _("Say {find} to choose the first.", find=Say("find", "1"))
    return Listing(ListKind.MEANINGS, words), [lines, first]
