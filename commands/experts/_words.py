"""What members read of the requests they have a part in."""

from __future__ import annotations

from collections.abc import Mapping

from actions.cases.letters import topic
from actions.cases.matching import REMEMBERED, TOPIC
from kit.codes import code
from kit.network import Network
from kit.text import Message, Node, Paragraphs, Reply, Say, _, n_
from storage.tables.cases import OfferRow, OfferState, RequestRow, RequestState

STATES: Mapping[RequestState, Message] = {
    RequestState.OPEN: _("waiting"),
    RequestState.OFFERED: _("an expert is asked"),
    RequestState.ACCEPTED: _("an expert can help: your turn"),
    RequestState.INTRODUCED: _("you were introduced"),
    RequestState.UNMATCHED: _("nobody is free yet"),
}


def held(request: RequestRow, offer: OfferRow) -> Node:
    """Say where a request stands for the expert it was put to."""
    if request.state is RequestState.INTRODUCED:
        return STATES[request.state]
    if offer.state is OfferState.ACCEPTED:
        return _("you agreed to help: the member decides")
    number = code(request.id)
    return _(
        "you are asked: {accept} or {decline}",
        accept=Say("accept", number),
        decline=Say("decline", number),
    )


def reasons(offered: OfferRow, network: Network, request: RequestRow) -> Reply:
    """Explain to an expert why they were asked."""
    about = topic(network, request)
    facts: list[Node] = [
        _("You offered to help with {topic}.", topic=about)
        if offered.score.get("topic", TOPIC) == TOPIC
        else _("You offered to help with something close to {topic}.", topic=about),
        _("You share a language with the member who asks."),
    ]
    if offered.score.get("near", 0) > 0:
        facts.append(_("You work in the same region."))
    if offered.score.get("recent", 0) == 0:
        facts.append(
            n_(
                "I had not asked you in the last {n} day.",
                "I had not asked you in the last {n} days.",
                REMEMBERED.days,
            )
        )
    return Reply("experts.why", Paragraphs(facts), ids=(code(request.id),))
