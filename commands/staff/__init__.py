"""What those do who look after the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from actions.authority import ROLE_NAMES
from actions.cases.crowds import Crowds
from actions.cases.letters import languages, topic
from commands.staff import announcing, audit, purge, roles
from commands.staff._feature import feature
from kit.authority import Act, Role
from kit.codes import fours
from kit.command import Call
from kit.counts import count, largest
from kit.network import Network
from kit.ports import SpaceWatch
from kit.text import (
    Bullets,
    Code,
    Label,
    Message,
    Names,
    Node,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Series,
    _,
)
from kit.times import Ahead, When
from storage.decisions import Decisions
from storage.dues import OVERDUE, Dues
from storage.encryption.correspondents import Correspondents
from storage.figures import Figures
from storage.identities import Identities
from storage.inbox import Inbox
from storage.outbox import LIMITED, NO_DEVICE, NOT_DONE, Outbox
from storage.people import People
from storage.queue import State
from storage.requests import Requests
from storage.tables.cases import RequestState
from storage.tables.people import Decided

__all__ = ["announcing", "audit", "feature", "purge", "roles"]

MOST_DECISIONS = 5
MOST_UNTAKEN = 4
# Why messages wait that are to be sent; behind the first of a room wait the others.
HELD_UP: Mapping[str, Callable[[int], Message]] = {
    LIMITED: lambda n: _("Messages held up by limits of the homeserver: {n}", n=n),
    NO_DEVICE: lambda n: _("Messages waiting for a device that can read them: {n}", n=n),
    NOT_DONE: lambda n: _("Messages held up by what the homeserver has not done yet: {n}", n=n),
}


@feature.command("decisions", summary=_("who gave roles and words"), act=Act.OVERSEE, private=True)
async def decided(call: Call, decisions: Decisions, people: People) -> Reply:
    """List the latest decisions about roles and practitioners."""
    rows = await decisions.latest(MOST_DECISIONS)
    if not rows:
        return Reply("moderation.decisions", _("Nobody decided anything yet."))
    ids = [each for row in rows for each in (row.by_id, row.about_id) if each is not None]
    named = {person.id: Pill(person.user_id) for person in await people.named(ids)}
    lines = []
    for row in rows:
        by = named[row.by_id] if row.by_id is not None else _("somebody who was erased")
        facts = {"when": When(row.at), "by": by, "user": named[row.about_id]}
        match row.what:
            case Decided.VOUCH:
                lines.append(_("{when}: {by} gave their word for {user}", **facts))
            case Decided.WITHDRAW:
                lines.append(_("{when}: {by} took back the word for {user}", **facts))
            case role:
                lines.append(
                    _("{when}: {by} made {user} {role}", role=ROLE_NAMES[Role(role)], **facts)
                )
    return Reply("moderation.decisions", Bullets(lines))


@feature.command(
    "health", summary=_("how the hub is doing"), act=Act.OVERSEE, private=True, shows=True
)
async def health(
    call: Call,
    inbox: Inbox,
    outbox: Outbox,
    dues: Dues,
    requests: Requests,
    *,
    identities: Identities,
    correspondents: Correspondents,
    network: Network,
    watch: SpaceWatch,
) -> Reply:
    """Count what waits and what failed, and say by what people know the hub."""
    events, errands, late = await inbox.counts(), await outbox.counts(), await dues.counts()
    events[State.NEW] -= 1  # the one that asks
    held_up, since = await outbox.held_up(), await outbox.oldest()
    oldest = (
        [_("The oldest of these was said: {age}", age=Ahead(since - call.now))]
        if since and call.now - since > OVERDUE
        else []
    )
    overdue = await dues.overdue(call.now - OVERDUE)
    master_key = await identities.master_key()
    new = await correspondents.count_replaced()
    changed = _("New identities for encryption that wait for a moderator: {n}", n=new)
    left = watch.left or ()
    rooms = _("Rooms that need a hand: {n}; {space} shows them", n=len(left), space=Say("space"))
    known = [_("My fingerprint: {key}", key=Code(fours(master_key)))] if master_key else []
    body = Bullets(
        [
            *known,
            _("Messages waiting to be handled: {n}", n=events[State.NEW]),
            _("Messages I failed to handle: {n}", n=events[State.DEAD]),
            _("Messages waiting to be sent: {n}", n=errands[State.NEW]),
            *oldest,
            *(says(held_up[why]) for why, says in HELD_UP.items() if held_up[why]),
            _("Messages the homeserver refused: {n}", n=errands[State.PARKED]),
            _("Messages that may or may not have been sent: {n}", n=errands[State.UNKNOWN]),
            _("Reminders and deadlines that are late: {n}", n=overdue),
            _("Reminders and deadlines that failed: {n}", n=late[State.DEAD]),
            _("Open requests for experts: {n}", n=await requests.open_count()),
            *([changed] if new else []),
            *([rooms] if left else []),
        ]
    )
    mend = _(
        "If much waits or anything failed: the operator runs {doctor}, which says what mends it.",
        doctor=Code("ilan-hub doctor"),
    )
    return Reply(
        "moderation.health", Paragraphs([body, *await _untaken(call, requests, network), mend])
    )


async def _untaken(call: Call, requests: Requests, network: Network) -> list[Node]:
    """List the requests that wait the longest for somebody to take them."""
    rows = await requests.oldest_unmatched(MOST_UNTAKEN)
    lines = [
        _(
            "{topic}, {languages}: {age}",
            topic=topic(network, row),
            languages=languages(row),
            age=Ahead(row.created_at - call.now),
        )
        for row in rows
    ]
    heading = _("Requests that nobody takes: {n}", n=len(await requests.unmatched()))
    return [heading, Bullets(lines)] if rows else []


STEPS = {
    "language": _("language"),
    "consent": _("consent"),
    "country": _("country"),
    "zone": _("time zone"),
    "category": _("category"),
    "topics": _("topics"),
}


@feature.command(
    "stats", summary=_("figures of the network"), act=Act.OVERSEE, private=True, shows=True
)
async def stats(call: Call, figures: Figures, crowds: Crowds, network: Network) -> Reply:
    """Show the way to membership, where members are, and what became of requests."""
    funnel, standing = await figures.funnel(), await figures.standing("onboarding")
    regions, categories = Counter[str | None](), Counter[str | None]()
    for (country, category), n in (await crowds.members(call.now)).items():
        region = network.region_of(country) if country else None
        regions[region.slug if region else None] += n
        categories[category] += n
    requests = await figures.requests()
    waiting = sum(n for state, n in requests.items() if state.waits)
    way = [
        _("People I have met: {n}", n=count(funnel.met)),
        _("Wrote to me: {n}", n=count(funnel.spoke)),
        _("Became members: {n}", n=count(funnel.members)),
    ]
    stops = [
        _("{what}: {n}", what=what, n=count(standing[step]))
        for step, what in STEPS.items()
        if standing[step]
    ]
    body = Paragraphs(
        [
            Bullets(way),
            *(
                [_("Questions where newcomers stopped: {steps}.", steps=Series(stops))]
                * bool(stops)
            ),
            _("Members by region:"),
            _groups(regions, {slug: region.names for slug, region in network.regions.items()}),
            _("Members by category:"),
            _groups(categories, {slug: c.names for slug, c in network.categories.items()}),
            _(
                "Requests for experts: {answered} led to an introduction, {waiting} have no answer "
                "yet, {back} were taken back.",
                answered=count(requests[RequestState.INTRODUCED] + requests[RequestState.DONE]),
                waiting=count(waiting),
                back=count(requests[RequestState.WITHDRAWN]),
            ),
        ]
    )
    return Reply("moderation.stats", body)


def _groups(counts: Mapping[str | None, int], names: Mapping[str, Names]) -> Node:
    shown, others = largest(counts)
    lines = [_("{what}: {n}", what=Label(names[key]), n=count(n)) for key, n in shown]
    return Bullets([*lines, _("Others, or not given: {n}", n=count(others))])
