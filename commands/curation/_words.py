"""What curators and those who help them read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.curation.collection import ADDED, SHARED, SUGGESTED
from actions.curation.letters import PAGE, reason, waiting
from kit.listing import Listing, ListKind
from kit.network import Network
from kit.text import (
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
)
from storage.curation import Task
from storage.tables.library import LinkRow, ResourceRow, StaleRow, TranslationRow
from storage.tables.people import PersonRow

# Where items of the network's own come from, as it is read.
SOURCES: Mapping[str, Node] = {
    SUGGESTED: _("suggested by a member"),
    ADDED: _("added by a curator"),
    SHARED: _("shared by a member"),
}


def thanks(resource_id: str) -> Reply:
    """Thank somebody whose contribution waits for a curator."""
    text = _("Thank you. A curator will look at it, and I will tell you the result.")
    return Reply("curation.thanks", text, ids=(resource_id,))


def unanswered(link: LinkRow) -> Node:
    """Say that an address did not answer."""
    return _("This address did not answer on {date}.", date=f"{link.checked_at:%Y-%m-%d}")


def queue(tasks: Sequence[Task]) -> Reply:
    """List the first of what waits."""
    body = Paragraphs(waiting(tasks, Numbered))
    ids = [task.id for task in tasks[:PAGE]]
    return Reply("curation.queue", body, ids, listing=Listing(ListKind.REVIEW, ids))


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
    failing: LinkRow | None,
) -> Reply:
    """Show a curator everything that is known of an item."""
    facts = _content(row, network)
    facts += [unanswered(failing)] if failing else []
    facts += _history(row, checker)
    facts += [_("Shared by {credit}", credit=credit)] if credit else []
    facts += [_out_of_date(report) for report in reports]
    found, opened = usage
    facts.append(
        _(
            "In the last twelve months: in {found} search results, opened {opened} times",
            found=found,
            opened=opened,
        )
    )
    more = _("{edit} changes it.", edit=Say("resource edit", f"{row.id} …"))
    body = Paragraphs([Strong(Label(row.titles)), Lines(facts), Lines([_ways(row.id), more])])
    return Reply(
        "curation.card", body, ids=(row.id,), listing=Listing.card(ListKind.REVIEW, row.id)
    )


def _out_of_date(report: StaleRow) -> Node:
    if not report.why:
        return _("Out of date, says a member.")
    return _("Out of date, says a member: {why}", why=report.why)


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
        facts.append(_("{title} is hidden: members no longer see it.", title=title))
        facts += reason(row.retired_why)
    return facts
