"""What members do for the library."""

from __future__ import annotations

from typing import Annotated

from actions.curation.collection import Collection, Shared, Suggested
from actions.curation.letters import known, listed
from commands.curation import _words as words
from commands.curation._feature import feature
from commands.curation._finder import LISTS, Finder
from commands.curation._steps import (
    LONGEST,
    LONGEST_TITLE,
    SHORTEST_TITLE,
    Practice,
    Suggestion,
    Translating,
    describing,
    naming,
    sharing,
    translating,
)
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.errors import BadArgument, Conflict
from kit.network import Network
from kit.steps import read_text
from kit.text import Code, Label, Lines, Reply, Say, _
from kit.trait import Slot
from kit.understanding import Understanding
from kit.words import quote
from storage.addresses import read_address
from storage.links import Links


@feature.command(
    "suggest", summary=_("offer something to the library"), act=Act.CONTRIBUTE, private=True
)
async def suggest(
    call: Call,
    finder: Finder,
    collection: Collection,
    what: Annotated[str, Rest(_("address or title"), free=True, slot=Slot.ADDRESS)],
) -> Open[Suggestion] | Reply:
    """Look whether it is there already; if not, ask what it is."""
    await collection.allow_more(call.by)
    return await begin(call, finder, what, listed=False)


async def begin(call: Call, finder: Finder, what: str, *, listed: bool) -> Open[Suggestion] | Reply:
    """Take an address, a title, or an address followed by a title."""
    url, title = _read(what)
    if url and (row := await finder.curation.at(url)) is not None:
        if row.shown:
            return known(row.titles, row.id)
        raise Conflict(_("Somebody has suggested that already. A curator will look at it."))
    draft = Suggestion(url=url, title=title, listed=listed)
    if not title:
        return Open(naming, draft)
    read_text(title, SHORTEST_TITLE, LONGEST_TITLE)
    return await _compared(call, finder, draft)


def _read(what: str) -> tuple[str | None, str]:
    words = what.split()
    said = next((word for word in words if word.casefold().startswith(("http", "www."))), None)
    if said is None:
        return None, what
    try:
        return read_address(said), " ".join(word for word in words if word != said)
    except ValueError as error:
        example = Code("https://undocs.org/A/RES/67/187")
        text = _("I cannot follow that address. It should look like {example}.", example=example)
        raise BadArgument(text) from error


async def _compared(call: Call, finder: Finder, draft: Suggestion) -> Open[Suggestion]:
    similar = await finder.similar(draft.title, call.language)
    titles = {row.id: dict(row.titles) for row in similar}
    return Open(describing, Suggestion(draft.url, draft.title, draft.listed, titles))


@feature.dialogue(naming, lambda draft: draft.act)
async def named(call: Call, draft: Suggestion, finder: Finder) -> Open[Suggestion]:
    """Compare the title with those in the library."""
    return await _compared(call, finder, draft)


@feature.dialogue(describing, lambda draft: draft.act)
async def suggested(call: Call, draft: Suggestion, collection: Collection) -> Reply:
    """Keep what was suggested until a curator decides; what a curator adds is decided."""
    if draft.same:
        return known(draft.similar[draft.same], draft.same)
    given = Suggested(draft.title, draft.url, draft.kind, draft.languages, draft.topics, draft.why)
    row = await collection.suggest(call.by, given, call.language, call.now, listed=draft.listed)
    return listed(row.titles, row.id) if draft.listed else words.thanks(row.id)


@feature.command(
    "practice", summary=_("share what worked for you"), act=Act.CONTRIBUTE, private=True
)
async def practice(call: Call, collection: Collection) -> Open[Practice]:
    """Ask what was done, what changed and how to copy it."""
    await collection.allow_more(call.by)
    return Open(sharing)


@feature.dialogue(sharing, Act.CONTRIBUTE)
async def shared(call: Call, draft: Practice, collection: Collection) -> Reply:
    """Keep the card until a curator decides."""
    given = Shared(draft.title, draft.summary, draft.topics, draft.credit or None)
    row = await collection.share(call.by, given, call.language, call.now)
    return words.thanks(row.id)


Item = Annotated[str, Word(_("number or id"), lists=LISTS)]


@feature.command(
    "stale",
    summary=_("say that something is out of date or its link is broken"),
    act=Act.CONTRIBUTE,
    private=True,
)
async def stale(
    call: Call,
    finder: Finder,
    collection: Collection,
    links: Links,
    item: Item,
    why: Annotated[str, Rest(_("reason"), free=True, slot=Slot.REASON)] = "",
) -> Reply:
    """Keep the report for the curators, and say so if its address does not answer the hub."""
    row = await finder.shown(call, item)
    await collection.report(call.by, row, read_text(why, 0, LONGEST), call.now)
    thanks = _("Thank you. A curator will look at {title}.", title=Label(row.titles))
    failing = await links.failing(row.id)
    body = Lines([thanks, words.unanswered(failing)]) if failing else thanks
    return Reply("curation.reported", body, ids=(row.id,))


@feature.command(
    "resource translate",
    summary=_("translate a title and a summary"),
    act=Act.CONTRIBUTE,
    private=True,
)
async def translate(
    call: Call,
    finder: Finder,
    collection: Collection,
    network: Network,
    understanding: Understanding,
    item: Item,
    language: Annotated[str, Rest(_("language"))],
) -> Open[Translating]:
    """Ask for title and summary, unless a translation waits already."""
    await collection.allow_more(call.by)
    row = await finder.shown(call, item)
    spoken = [*network.languages, *network.content_languages]
    code = language if language in spoken else understanding.language(language, call.language)
    if code not in spoken:
        raise BadArgument(_("I do not know the language {said}.", said=quote(language)))
    await collection.untranslated(row, str(code))
    draft = Translating(row.id, str(code), dict(row.titles), dict(row.summaries))
    return Open(translating, draft)


@feature.dialogue(translating, Act.CONTRIBUTE)
async def translated(call: Call, draft: Translating, collection: Collection) -> Reply:
    """Keep the translation until a curator decides; the first one to come is kept."""
    if not draft.resource_id:  # a new release began the dialogue again
        help_ = Say("help")
        raise Conflict(_("No question is open. Say {help} to see what you can do.", help=help_))
    await collection.propose(
        call.by, draft.resource_id, draft.language, draft.title, draft.summary, call.now
    )
    return words.thanks(draft.resource_id)
