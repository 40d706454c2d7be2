"""What curators and those who help them read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit.network import Network
from kit.text import (
    Bullets,
    Code,
    Label,
    Lines,
    Link,
    Name,
    Names,
    Node,
    Numbered,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Series,
    Strong,
    Verbatim,
    _,
    n_,
)
from storage.curation import Task
from storage.tables.library import ResourceRow, StaleRow, TranslationRow
from storage.tables.people import PersonRow

PAGE = 5
# Where items of the network's own come from, as it is stored and as it is read.
SUGGESTED, ADDED, SHARED = "suggested by a member", "added by a curator", "shared by a member"
SOURCES: Mapping[str, Node] = {
    SUGGESTED: _("suggested by a member"),
    ADDED: _("added by a curator"),
    SHARED: _("shared by a member"),
}


def listed(titles: Names, resource_id: str) -> Reply:
    """Tell that an item can be found now."""
    text = _(
        "{title} is in the library now. See it with {show}.",
        title=Label(titles),
        show=Say("show", resource_id),
    )
    return Reply("curation.listed", text, ids=(resource_id,))


def known(titles: Names, resource_id: str) -> Reply:
    """Tell that an item is there already."""
    text = _(
        "{title} is in the library already. See it with {show}.",
        title=Label(titles),
        show=Say("show", resource_id),
    )
    return Reply("curation.known", text, ids=(resource_id,))


def refused(titles: Names, why: str) -> Reply:
    """Tell that a suggestion was not taken."""
    text = _("{title} was not taken into the library. Thank you all the same.", title=Label(titles))
    return Reply("curation.refused", Lines([text, *_reason(why)]))


def thanks(resource_id: str) -> Reply:
    """Thank somebody whose contribution waits for a curator."""
    text = _("Thank you. A curator looks at it, and I tell you what comes of it.")
    return Reply("curation.thanks", text, ids=(resource_id,))


def _reason(why: str | None) -> list[Node]:
    return [_("Reason: {why}", why=why)] if why else []


def queue(tasks: Sequence[Task]) -> Reply:
    """List the first of what waits."""
    body = Paragraphs(_queue(tasks, Numbered))
    return Reply("curation.queue", body, ids=[task.id for task in tasks[:PAGE]])


def week(tasks: Sequence[Task], dead: int) -> Reply:
    """List the first of what waits, if anything does, and count the addresses that are dead."""
    blocks = _queue(tasks, Bullets) if tasks else []
    if dead:
        text = n_(
            "{n} address no longer answers. Say {links} for details.",
            "{n} addresses no longer answer. Say {links} for details.",
            dead,
            links=Say("links"),
        )
        blocks.append(text)
    return Reply("curation.week", Paragraphs(blocks), ids=[task.id for task in tasks[:PAGE]])


def _queue(tasks: Sequence[Task], shape: type[Numbered | Bullets]) -> list[Node]:
    n = len(tasks)
    heading = n_("{n} thing waits for a curator:", "{n} things wait for a curator:", n)
    footer = _("Say {review} for details.", review=Say("review", tasks[0].id))
    return [heading, shape([_task(task) for task in tasks[:PAGE]]), footer]


def _task(task: Task) -> Node:
    title, said = Label(task.row.titles), Code(task.id)
    match task.reason:
        case "suggested":
            return _("{title}, suggested: {id}", title=title, id=said)
        case "translated":
            return _("{title}, translated: {id}", title=title, id=said)
        case "stale":
            return _("{title}, reported as out of date: {id}", title=title, id=said)
        case _:
            return _("{title}, due for a check: {id}", title=title, id=said)


def proposal(row: TranslationRow, titles: Names) -> Reply:
    """Show a translation to a curator."""
    said = f"{row.resource_id}/{row.language}"
    facts: list[Node] = [
        Strong(Verbatim(row.title)),
        Verbatim(row.summary),
        _(
            "A translation of {title} into {language}",
            title=Label(titles),
            language=Name("language", row.language),
        ),
    ]
    return Reply("curation.proposal", Paragraphs([Lines(facts), _ways(said)]), ids=(said,))


def _ways(said: str) -> Node:
    return _(
        "Say {approve} when it is right, {retire} when it is not.",
        approve=Say("approve", said),
        retire=Say("resource retire", said),
    )


def card(
    row: ResourceRow,
    network: Network,
    checker: PersonRow | None,
    credit: str | None,
    reports: Sequence[StaleRow],
    usage: tuple[int, int],
) -> Reply:
    """Show a curator everything that is known of an item."""
    facts = [*_content(row, network), *_history(row, checker)]
    facts += [_("Shared by {credit}", credit=credit)] if credit else []
    facts += [_("Out of date, says a member: {why}", why=report.why) for report in reports]
    found, opened = usage
    facts.append(_("In twelve months: found {found}, opened {opened}", found=found, opened=opened))
    more = _("{edit} changes it.", edit=Say("resource edit", f"{row.id} …"))
    body = Paragraphs([Strong(Label(row.titles)), Lines(facts), Lines([_ways(row.id), more])])
    return Reply("curation.card", body, ids=(row.id,))


def _content(row: ResourceRow, network: Network) -> list[Node]:
    kind = network.kinds.get(row.kind, {"en": row.kind})
    languages = Series([Name("language", code) for code in row.languages])
    reference = (row.organisation, row.symbol or "", str(row.year or ""))
    facts: list[Node] = [
        Label(row.summaries),
        Verbatim(", ".join(filter(None, reference))),
        _("Kind: {kind}", kind=Label(kind)),
        _("Languages: {languages}", languages=languages),
    ]
    if row.subjects:
        facts.append(_("Topics: {topics}", topics=Code(", ".join(row.subjects))))
    if row.url:
        facts.append(Link(row.url, _("Read it here")))
    return facts


def _history(row: ResourceRow, checker: PersonRow | None) -> list[Node]:
    facts: list[Node] = [_("Source: {source}", source=SOURCES.get(row.source, row.source))]
    if row.checked_at is None:
        facts += (
            [] if row.verified else [_("Nobody has checked this entry against its source yet.")]
        )
    elif checker is None:
        date = f"{row.checked_at:%Y-%m-%d}"
        facts.append(_("Checked by a curator on {date}", date=date))
    else:
        date, who = f"{row.checked_at:%Y-%m-%d}", Pill(checker.user_id)
        facts.append(_("Checked on {date} by {who}", date=date, who=who))
    if row.review_by is not None:
        facts.append(_("To be checked again by {date}", date=f"{row.review_by:%Y-%m-%d}"))
    title = Label(row.titles)
    if row.superseded_by is not None:
        other = Code(row.superseded_by)
        facts.append(_("{title} leads to {other} now.", title=title, other=other))
    if row.retired:
        facts.append(_("{title} is put away: members do not see it.", title=title))
        facts += _reason(row.retired_why)
    return facts
