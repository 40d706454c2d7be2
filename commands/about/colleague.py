"""A colleague is held or threatened: whom to call, and a steward who writes."""

from __future__ import annotations

from actions.moderation.reports import COLLEAGUE
from commands.about._feature import feature
from kit.authority import Role
from kit.command import Call
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Helpline, Network
from kit.text import Bullets, Node, Paragraphs, Reply, _
from kit.times import OnDay
from kit.trait import Purpose
from storage.people import People


@feature.answer(
    "about colleague",
    summary=_("when a colleague is held or threatened"),
    private=True,
    purpose=Purpose.COLLEAGUE,
)
async def seized(call: Call, network: Network, people: People) -> Reply:
    """Say whom to call for a colleague who is held or threatened; no word of the case is needed."""
    country = (await people.get(call.person_id)).country
    body: list[Node] = [
        _(
            "See that a lawyer goes there now, and that the bar association and the family know. "
            "If anybody is in danger, call the emergency number of your country."
        )
    ]
    if lines := network.helplines_in(country):
        body += [_("These help defenders at risk:"), Bullets([_helpline(line) for line in lines])]
        body.append(_("Numbers change: where one does not answer, look at its source."))
    body.append(
        _(
            "Principles 16 to 18 of the Basic Principles on the Role of Lawyers are about this. "
            "Write no names and no facts here."
        )
    )
    if not call.by.role.may(Role.MEMBER):  # who is none could wake the stewards again and again
        return Reply("about.colleague", Paragraphs(body))
    body.append(
        _(
            "Shall I tell the stewards of the network that a colleague is held or threatened, so "
            "that one of them writes to you? They learn that it is you, and nothing else. Please "
            "answer yes or no."
        )
    )
    # Moderators read reports as they were written; this one says no more than its words.
    wish = wish_entry("report", COLLEAGUE)
    listing = Listing(ListKind.WISHES, [wish])
    return Reply("about.colleague", Paragraphs(body), listing=listing)


def _helpline(line: Helpline) -> Node:
    if line.dated is None:
        return _(
            "{body}: {reach} (source, without a date: {source})",
            body=line.body,
            reach=line.reach,
            source=line.source,
        )
    return _(
        "{body}: {reach} (source, {day}: {source})",
        body=line.body,
        reach=line.reach,
        day=OnDay(line.dated),
        source=line.source,
    )
