"""The desk: moderators look after requests that get no expert, without reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from actions.cases.letters import languages, topic, usual
from actions.cases.offers import Offers
from actions.cases.outcomes import OUTCOMES
from actions.cases.triage import CaseFile, Triage
from actions.cases.vouching import Vouching
from actions.cases.vouching_letters import waiting_interpreters
from commands.desk import reports
from commands.desk._feature import feature
from kit.authority import Act
from kit.codes import code, read_code
from kit.command import Call, Word
from kit.counts import count, largest
from kit.dialogue import Dialogue, Open
from kit.listing import Listing, ListKind
from kit.network import Network
from kit.question import About, Question
from kit.steps import take_sure
from kit.text import Bullets, Label, Message, Name, Node, Paragraphs, Pill, Reply, Say, Series, _
from kit.times import Ahead, When
from kit.trait import Trait
from storage.figures import Figures
from storage.tables.cases import CaseOutcome, RequestState

__all__ = ["feature", "reports"]

MOST = 5
Number = Annotated[int, Word(_("number"), read=read_code, lists=(ListKind.CASES,))]
STATES: Mapping[RequestState, Message] = {
    RequestState.OPEN: _("waiting"),
    RequestState.UNMATCHED: _("nobody is free yet"),
    RequestState.OFFERED: _("experts are asked"),
    RequestState.AWAITS_INTERPRETER: _("interpreters are asked"),
    RequestState.AWAITS_EXPERT: _("an expert is asked about who interprets"),
    RequestState.ACCEPTED: _("the asker decides"),
    RequestState.INTRODUCED: _("they were introduced"),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """A request that a moderator wants to end, and whether they are sure."""

    number: int = 0
    sure: bool = False


def _ask_sure(draft: Closing, _about: About) -> Node:
    return _(
        "Request {number} ends without an expert, and I tell its asker. That cannot be undone. "
        "Shall I close it? Please answer yes or no.",
        number=code(draft.number),
    )


closing = Dialogue(
    name="desk",
    version=1,
    draft=Closing,
    steps=(Question("sure", _ask_sure, take_sure, closed=True, plain=True),),
    lapses=_(
        "I drop my question, and the request stays open. To be asked once more, say {command}.",
        command=Say("case close"),
    ),
)


@feature.command(
    "cases", summary=_("open requests for experts"), act=Act.TRIAGE, private=True, shows=True
)
async def cases(
    call: Call, triage: Triage, vouching: Vouching, counts: Figures, network: Network
) -> Reply:
    """List the oldest requests that nobody takes, then others, and count all by state.

    Below stands who waits for a moderator's word to interpret.
    """
    rows = await triage.open(call.by, MOST)
    waiting = await vouching.waiting(call.by)
    who_waits = waiting_interpreters(waiting) if waiting else []
    if not rows:
        return Reply("desk.cases", Paragraphs([_("No request is open."), *who_waits]))
    lines = [
        _(
            "{number}. {topic}, {languages}, {age}: {state}",
            number=code(row.id),
            topic=topic(network, row),
            languages=languages(row),
            age=Ahead(row.created_at - call.now),
            state=STATES[row.state],
        )
        for row in rows
    ]
    states = await counts.requests()
    there = [each for each in STATES if states[each]]
    counted = [_("{what}: {n}", what=STATES[each], n=states[each]) for each in there]
    ids = [code(row.id) for row in rows]
    ways = _("{case} with a number shows one.", case=Say("case"))
    body = Paragraphs([Bullets(lines), Series(counted), ways, *who_waits])
    return Reply("desk.cases", body, ids, listing=Listing(ListKind.CASES, ids))


@feature.command(
    "case", summary=_("one request for experts"), act=Act.TRIAGE, private=True, opens=ListKind.CASES
)
async def case(call: Call, triage: Triage, network: Network, number: Number) -> Reply:
    """Show what a moderator may see of a request, and what can be done."""
    found = await triage.look(call.by, number, call.now)
    said = code(number)
    facts: list[Node] = [
        _("Topic: {topic}", topic=topic(network, found.request)),
        _("Languages: {languages}", languages=languages(found.request)),
        _("Region: {region}", region=_region(found)),
        _("Asked: {when}", when=When(found.request.created_at)),
        _("State: {state}", state=STATES[found.request.state]),
    ]
    if found.owner is not None:
        facts.append(_("Looked after by {user}", user=Pill(found.owner)))
    if found.due is not None:
        facts.append(_("The hub goes on by itself: {when}", when=When(found.due)))
    paths = ["case take"]
    if found.request.state is RequestState.UNMATCHED:
        paths += ["case widen", "case close"]
    ways = _("You can say {ways}.", ways=Series([Say(path, said) for path in paths]))
    return Reply("desk.case", Paragraphs([Bullets(facts), ways]), (said,))


def _region(found: CaseFile) -> Node:
    return Label(found.region.names) if found.region else _("a region not given")


@feature.command(
    "case take",
    summary=_("look after a request"),
    act=Act.TRIAGE,
    private=True,
    traits=(Trait.TAKES_ON,),
)
async def take(call: Call, triage: Triage, number: Number) -> Reply:
    """Let a moderator be the one who looks after a request."""
    await triage.take(call.by, number)
    text = _("You look after request {number} from now on.", number=code(number))
    return Reply("desk.taken", text, ids=(code(number),))


@feature.command(
    "case widen",
    summary=_("ask those again who did not answer"),
    act=Act.TRIAGE,
    private=True,
    weighty=True,
)
async def widen(call: Call, triage: Triage, number: Number) -> Reply:
    """Put a request once more to those who did not answer."""
    await triage.widen(call.by, number, call.now)
    text = _(
        "I ask those once more who did not answer request {number}, as far as they can be asked.",
        number=code(number),
    )
    return Reply("desk.widened", text, ids=(code(number),))


@feature.command(
    "case close",
    summary=_("end a request that gets no expert"),
    act=Act.TRIAGE,
    private=True,
)
async def close(call: Call, triage: Triage, number: Number) -> Open[Closing]:
    """Ask whether a request is to end for which nobody is found."""
    await triage.may_close(call.by, number)
    return Open(closing, Closing(number))


@feature.dialogue(closing, act=Act.TRIAGE)
async def closed(call: Call, draft: Closing, triage: Triage) -> Reply:
    """End it; its asker is told."""
    said = code(draft.number)
    if not draft.sure:
        return Reply("desk.kept", _("Then request {number} stays open.", number=said), ids=(said,))
    await triage.close(call.by, draft.number, call.now)
    text = _("Request {number} is closed, and its asker knows.", number=said)
    return Reply("desk.closed", text, ids=(said,))


@feature.command(
    "case figures", summary=_("what came of requests"), act=Act.TRIAGE, private=True, shows=True
)
async def figures(call: Call, counts: Figures, offers: Offers, network: Network) -> Reply:
    """Show what came of requests, how long they wait, and which needs are not met."""
    outcomes = await counts.outcomes()
    topics, spoken = await counts.unmet()
    ended = {**OUTCOMES, CaseOutcome.UNMET: _("Nobody was found.")}
    lines = [_("{what} {n}", what=said, n=count(outcomes[each])) for each, said in ended.items()]
    rooms = {slug: room.names for slug, room in network.rooms.items()}
    body = Paragraphs(
        [
            *usual(await offers.usual_days(call.now)),
            Bullets(lines),
            _("Nobody was found, by topic:"),
            _groups([(Label(rooms[each]), n) for each, n in largest(topics)[0] if each in rooms]),
            _("Nobody was found, by language:"),
            _groups([(Name("language", each), n) for each, n in largest(spoken)[0]]),
        ]
    )
    return Reply("desk.figures", body)


def _groups(shown: list[tuple[Node, int]]) -> Node:
    """Count groups that are large enough to be told."""
    lines = [_("{what}: {n}", what=what, n=n) for what, n in shown]
    return Bullets(lines) if lines else _("Too few to say.")
