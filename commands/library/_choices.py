"""Where a search ends in a choice: a name of several things, or nothing found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.command import Call
from kit.errors import NotFound
from kit.listing import Listing, ListKind
from kit.text import Code, Label, Node, Numbered, Paragraphs, Reply, Say, _
from kit.words import number, quote
from search.concepts import Concept
from search.index import Found
from storage.listings import Listings, entry
from storage.unmet import Unmet


@dataclass(frozen=True, slots=True)
class Choices:
    """Further searches to choose from, by their words or by their number."""

    listings: Listings
    unmet: Unmet

    async def chosen(self, call: Call, said: str) -> str:
        """Give the words behind a number of the last choice; anything else is what it is."""
        if (index := number(said)) is None:
            return said
        row = await self.listings.last(call.person_id, ListKind.MEANINGS, ListKind.FOUND)
        offered = row is not None and row.kind == ListKind.MEANINGS
        return (entry(row, index) if row is not None and offered else None) or said

    async def meanings(self, call: Call, said: str, found: Found) -> Reply:
        """Ask which of several things is meant."""
        heading = _("{said} can mean different things:", said=quote(said))
        words, blocks = _offer(call, found.meanings)
        slugs = [each.slug for each in found.meanings]
        return Reply("find.meanings", Paragraphs([heading, *blocks]), slugs, listing=words)

    async def nothing(self, call: Call, said: str, found: Found) -> Reply:
        """Say that nothing was found and offer what comes near; remember what is wanting."""
        blocks: list[Node] = []
        words: Listing | None = None
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
        if found.concepts:
            blocks.append(_("Related topics:"))
            words, offered = _offer(call, found.concepts)
            blocks += offered
        if not found.outside:
            suggest = Say("suggest", "…")
            blocks.append(
                _("If you know a text that belongs here, offer it: {suggest}.", suggest=suggest)
            )
        slugs = [concept.slug for concept in found.concepts]
        return Reply(f"error.{NotFound.code}", Paragraphs(blocks), slugs, listing=words)


def _offer(call: Call, concepts: Sequence[Concept]) -> tuple[Listing, list[Node]]:
    words = [concept.label(call.language) for concept in concepts]
    lines = Numbered([Say("find", each) for each in words])
    first = _("Say {find} to choose the first.", find=Say("find", "1"))
    return Listing(ListKind.MEANINGS, words), [lines, first]
