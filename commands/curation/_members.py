"""What members do for the library."""

from __future__ import annotations

from typing import Annotated

from commands.curation import _words as words
from commands.curation._desk import Desk, title_language
from commands.curation._feature import feature
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
from kit.command import Call, Open, Rest, Word
from kit.errors import BadArgument, Conflict
from kit.network import Network
from kit.ports import Understanding
from kit.steps import read_text
from kit.text import Code, Label, Name, Reply, Say, _, n_
from storage.addresses import host, read_address
from storage.curation import Curation
from storage.tables.library import ResourceRow, TranslationRow

MOST_WAITING = 5


@feature.command(
    "suggest", summary=_("offer something to the library"), act=Act.CONTRIBUTE, private=True
)
async def suggest(
    call: Call, desk: Desk, what: Annotated[str, Rest(_("address or title"))]
) -> Open | Reply:
    """Look whether it is there already; if not, ask what it is."""
    await _some_room(call, desk.curation)
    return await begin(call, desk, what, listed=False)


async def _some_room(call: Call, curation: Curation) -> None:
    if (n := await curation.waiting_of(call.person_id)) >= MOST_WAITING:
        raise Conflict(
            n_(
                "{n} contribution of yours waits for a curator. Please wait for the decision.",
                "{n} contributions of yours wait for a curator. Please wait for the decision.",
                n,
            )
        )


async def begin(call: Call, desk: Desk, what: str, *, listed: bool) -> Open | Reply:
    """Take an address, a title, or an address followed by a title."""
    url, title = _read(what)
    if url and (row := await desk.curation.at(url)) is not None:
        if not row.hidden:
            return words.known(row.titles, row.id)
        raise Conflict(_("Somebody has suggested that already. A curator will look at it."))
    draft = Suggestion(url=url, title=title, listed=listed)
    if not title:
        return Open("suggest", draft)
    read_text(title, SHORTEST_TITLE, LONGEST_TITLE)
    return await _compared(call, desk, draft)


def _read(what: str) -> tuple[str | None, str]:
    first, _space, rest = what.partition(" ")
    if not first.casefold().startswith(("http", "www.")):
        return None, what
    try:
        return read_address(first), rest.strip()
    except ValueError as error:
        example = Code("https://undocs.org/A/RES/67/187")
        text = _("I cannot follow that address. It should look like {example}.", example=example)
        raise BadArgument(text) from error


async def _compared(call: Call, desk: Desk, draft: Suggestion) -> Open:
    similar = await desk.similar(draft.title, call.language)
    known = {row.id: dict(row.titles) for row in similar}
    return Open("suggestion", Suggestion(draft.url, draft.title, draft.listed, known))


@feature.dialogue(naming, lambda draft: draft.act)
async def named(call: Call, draft: Suggestion, desk: Desk) -> Open:
    """Compare the title with those in the library."""
    return await _compared(call, desk, draft)


@feature.dialogue(describing, lambda draft: draft.act)
async def suggested(call: Call, draft: Suggestion, desk: Desk) -> Reply:
    """Keep what was suggested until a curator decides; what a curator adds is decided."""
    if draft.same:
        return words.known(draft.similar[draft.same], draft.same)
    language = title_language(draft.title, draft.languages, call.language)
    row = ResourceRow(
        kind=draft.kind,
        year=None,
        organisation=host(draft.url) if draft.url else "",
        symbol=None,
        url=draft.url,
        languages=list(draft.languages),
        regions=["global"],
        subjects=desk.subjects(draft.topics),
        aliases=[],
        titles={language: draft.title},
        summaries={call.language: draft.why},
        verified=False,
        source=words.ADDED if draft.listed else words.SUGGESTED,
        waiting=True,
        added_at=call.now,
    )
    await desk.add(row, draft.title, call.person_id)
    if draft.listed:
        await desk.check(call, row)
        return words.listed(row.titles, row.id)
    await desk.plan_week(call.now)
    return words.thanks(row.id)


@feature.command(
    "practice", summary=_("share what worked for you"), act=Act.CONTRIBUTE, private=True
)
async def practice(call: Call, curation: Curation) -> Open:
    """Ask what was done, what changed and how to copy it."""
    await _some_room(call, curation)
    return Open("practice")


@feature.dialogue(sharing, Act.CONTRIBUTE)
async def shared(call: Call, draft: Practice, desk: Desk) -> Reply:
    """Keep the card until a curator decides."""
    person = await desk.people.get(call.person_id)
    region = desk.network.region_of(person.country) if person.country else None
    row = ResourceRow(
        kind="good_practice",
        year=call.now.year,
        organisation="",
        symbol=None,
        url=None,
        languages=[call.language],
        regions=[region.slug if region else "global"],
        subjects=["good-practice", *desk.subjects(draft.topics)],
        aliases=[],
        titles={call.language: draft.title},
        summaries={call.language: draft.summary},
        verified=False,
        source=words.SHARED,
        waiting=True,
        added_at=call.now,
    )
    await desk.add(row, draft.title, call.person_id, draft.credit or None)
    await desk.plan_week(call.now)
    return words.thanks(row.id)


Item = Annotated[str, Word(_("number or id"))]


@feature.command(
    "stale", summary=_("say that something is out of date"), act=Act.CONTRIBUTE, private=True
)
async def stale(
    call: Call, desk: Desk, item: Item, why: Annotated[str, Rest(_("reason"))] = ""
) -> Reply:
    """Keep the report for the curators."""
    row = await desk.shown(call, item)
    await desk.curation.report(row.id, call.person_id, read_text(why, 0, LONGEST), call.now)
    await desk.plan_week(call.now)
    text = _("Thank you. A curator will look at {title}.", title=Label(row.titles))
    return Reply("curation.reported", text, ids=(row.id,))


@feature.command(
    "resource translate",
    summary=_("translate a title and a summary"),
    act=Act.CONTRIBUTE,
    private=True,
)
async def translate(
    call: Call,
    desk: Desk,
    network: Network,
    understanding: Understanding,
    item: Item,
    language: Annotated[str, Rest(_("language"))],
) -> Open:
    """Ask for title and summary, unless a translation waits already."""
    await _some_room(call, desk.curation)
    row = await desk.shown(call, item)
    spoken = [*network.languages, *network.content_languages]
    code = language if language in spoken else understanding.language(language, call.language)
    if code not in spoken:
        raise BadArgument(_("I do not know the language {said}.", said=language[:60]))
    if await desk.curation.translation(row.id, str(code)) is not None:
        name = Name("language", str(code))
        text = _("A translation into {language} waits for a curator already.", language=name)
        raise Conflict(text)
    draft = Translating(row.id, str(code), dict(row.titles), dict(row.summaries))
    return Open("translation", draft)


@feature.dialogue(translating, Act.CONTRIBUTE)
async def translated(call: Call, draft: Translating, desk: Desk) -> Reply:
    """Keep the translation until a curator decides; the first one to come is kept."""
    if not draft.resource_id:  # a new release began the dialogue again
        help_ = Say("help")
        raise Conflict(_("No question is open. Say {help} to see what you can do.", help=help_))
    if await desk.curation.translation(draft.resource_id, draft.language) is None:
        proposed = TranslationRow(
            resource_id=draft.resource_id,
            language=draft.language,
            title=draft.title,
            summary=draft.summary,
            person_id=call.person_id,
            proposed_at=call.now,
        )
        await desk.curation.propose(proposed)
        await desk.plan_week(call.now)
    return words.thanks(draft.resource_id)
