"""What members read of the requests they have a part in."""

from __future__ import annotations

from collections.abc import Mapping

from actions.cases.letters import topic
from actions.cases.matching import HOURS, RELIABLE, REMEMBERED, TOPIC
from kit.codes import code
from kit.network import Network
from kit.text import Bullets, Message, Node, Paragraphs, Reply, Say, Verbatim, _, n_
from storage.tables.cases import OfferKind, OfferRow, OfferState, RequestRow, RequestState

STATES: Mapping[RequestState, Message] = {
    RequestState.OPEN: _("waiting"),
    RequestState.OFFERED: _("an expert is asked"),
    RequestState.AWAITS_INTERPRETER: _("an expert can help; somebody to interpret is sought"),
    RequestState.AWAITS_EXPERT: _("somebody can interpret; the expert is asked about them"),
    RequestState.ACCEPTED: _("an expert can help: your turn"),
    RequestState.INTRODUCED: _("you have been introduced"),
    RequestState.UNMATCHED: _("nobody is free yet"),
}


def held(request: RequestRow, offer: OfferRow) -> Node:
    """Say where a request stands for the expert it was put to."""
    if request.state is RequestState.INTRODUCED:
        return STATES[request.state]
    number = code(request.id)
    approves = offer.expert_id == request.expert_id
    if offer.state is OfferState.ACCEPTED:
        match request.state:
            case RequestState.AWAITS_INTERPRETER:
                return _("you agreed to help; somebody to interpret is sought")
            case RequestState.AWAITS_EXPERT if approves:
                return _(
                    "somebody can interpret: {accept} or {decline}",
                    accept=Say("accept", number),
                    decline=Say("decline", number),
                )
            case RequestState.AWAITS_EXPERT:
                return _("you agreed to interpret: the expert decides, then the member")
        return _("you agreed to help: the member decides")
    return _(
        "you are asked: {accept} or {decline}",
        accept=Say("accept", number),
        decline=Say("decline", number),
    )


def reasons(offered: OfferRow, network: Network, request: RequestRow, *, told: bool) -> Reply:
    """Explain to somebody why they were asked; where the asker is only if they are *told* it."""
    about, score = topic(network, request), offered.score
    own = score.get("topic", TOPIC) == TOPIC
    offers = (
        _("You offered to help with {topic}.", topic=about)
        if own
        else _("You offered to help with something close to {topic}.", topic=about)
    )
    facts: list[tuple[str, Node]] = [("topic", offers)]
    match offered.kind:
        case OfferKind.EXPERT:
            facts.append(("language", _("You share a language with the member who asks.")))
        case OfferKind.INTERPRETED:
            facts.append(("language", _("Somebody can interpret between you and the member.")))
        case OfferKind.INTERPRETER:
            facts = [("topic", _("You offered to interpret between these languages."))]
    if told and score.get("near", 0) > 0:
        facts.append(("near", _("You work in the same region.")))
    if score.get("awake", 0) > HOURS / 2:
        facts.append(("awake", _("It is day where you are, most of the next hours.")))
    if score.get("reliable", 0) > RELIABLE / 2:
        facts.append(("reliable", _("You mostly answer when I ask.")))
    if score.get("load", 0) == 0:
        facts.append(("load", _("You have no other request at hand.")))
    if score.get("recent", 0) == 0:
        rested = n_(
            "I had not asked you in the last {n} day.",
            "I had not asked you in the last {n} days.",
            REMEMBERED.days,
        )
        facts.append(("recent", rested))
    lines = [_counted(fact, score.get(part, 0)) for part, fact in facts]
    chance = _("Among equals, chance decides. Nobody else sees this.")
    return Reply("experts.why", Paragraphs([Bullets(lines), chance]), ids=(code(request.id),))


def _counted(fact: Node, points: float) -> Node:
    """Add what a fact counted for, if that is anything."""
    return _("{fact} (+{points})", fact=fact, points=Verbatim(f"{points:.1f}")) if points else fact
