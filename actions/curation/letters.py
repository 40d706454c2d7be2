"""What contributors are told of their items, and curators once a week."""

from __future__ import annotations

from collections.abc import Sequence

from kit.listing import Listing, ListKind
from kit.text import (
    Bullets,
    Code,
    Label,
    Lines,
    Message,
    Name,
    Names,
    Node,
    Numbered,
    Paragraphs,
    Reply,
    Say,
    _,
    n_,
)
from kit.times import OnDay
from kit.words import quote
from storage.curation import Task
from storage.tables.library import ReferralRow

PAGE = 5


def listed(titles: Names, resource_id: str) -> Reply:
    """Tell that an item can be found now."""
    text = _(
        "{title} is now in the library. Say {show} to see it.",
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
    text = _("{title} was not added to the library. Thank you all the same.", title=Label(titles))
    return Reply("curation.refused", Lines([text, *reason(why)]))


def arrived(words: str, titles: Names, resource_id: str) -> Reply:
    """Tell who looked for something in vain that the library has something by now."""
    text = _(
        "You asked me to tell you when the library has something on {said}. It now has {title}. "
        "Say {show} to see it.",
        said=quote(words),
        title=Label(titles),
        show=Say("show", resource_id),
    )
    this = Listing.card(ListKind.FOUND, resource_id)
    return Reply("library.arrived", text, ids=(resource_id,), listing=this)


def confirmed(titles: Names, resource_id: str) -> Reply:
    """Say to a curator that an item stays as it was."""
    text = _("{title} stays in the library as it stands.", title=Label(titles))
    return Reply("curation.confirmed", text, ids=(resource_id,))


def stands(titles: Names, resource_id: str) -> Reply:
    """Tell who reported an item that a curator looked at it, and it stays."""
    text = _(
        "A curator looked at what you called out of date. It is right as it stands now: {title}",
        title=Label(titles),
    )
    return Reply("curation.stands", text, ids=(resource_id,))


def gone(titles: Names, resource_id: str) -> Reply:
    """Tell who reported an item that it is shown no longer."""
    text = _(
        "A curator looked at what you called out of date. It is shown no longer: {title}",
        title=Label(titles),
    )
    return Reply("curation.gone", text, ids=(resource_id,))


def reason(why: str | None) -> list[Node]:
    """Say why, if that is known."""
    return [_("Reason: {why}", why=why)] if why else []


def week(tasks: Sequence[Task], dead: int) -> Reply:
    """List the first of what waits, if anything does, and count the addresses that are dead."""
    blocks = waiting(tasks, Bullets) if tasks else []
    if dead:
        text = n_(
            "{n} address no longer answers. Say {links} for details.",
            "{n} addresses no longer answer. Say {links} for details.",
            dead,
            links=Say("links"),
        )
        blocks.append(text)
    return Reply("curation.week", Paragraphs(blocks), ids=[task.id for task in tasks[:PAGE]])


def waiting(tasks: Sequence[Task], shape: type[Numbered | Bullets]) -> list[Node]:
    """Name the first of what waits."""
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


def referred(row: ReferralRow) -> Node:
    """Name the body of a country, how it is reached, and who says so."""
    body = _(
        "{country}: {body}. How to reach it: {reach}",
        country=Name("territory", row.country),
        body=row.body,
        reach=row.reach,
    )
    if row.dated is None:
        said = _(
            "The source bears no date: {source}. Numbers change, so check it there.",
            source=row.source,
        )
    else:
        said = _(
            "So said this source on {day}: {source}. Numbers change, so check it there.",
            day=OnDay(row.dated),
            source=row.source,
        )
    return Lines([body, said])


def unknown_there(country: str) -> Message:
    """Say honestly that none is known."""
    return _(
        "I know no such body for {country} with a source that I could name.",
        country=Name("territory", country),
    )
