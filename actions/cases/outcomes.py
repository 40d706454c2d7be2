"""What came of a request: what each of those who met may say, and how they are asked."""

from __future__ import annotations

from collections.abc import Mapping

from actions.cases.letters import topic
from kit.codes import code
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Network
from kit.text import Message, Numbered, Paragraphs, Reply, _
from storage.tables.cases import CaseOutcome, RequestRow

# What each of them is asked afterwards, in the order of the numbers they may answer with.
OUTCOMES: Mapping[CaseOutcome, Message] = {
    CaseOutcome.HELPED: _("It helped."),
    CaseOutcome.PARTLY: _("It helped a little."),
    CaseOutcome.NOT_HELPED: _("It did not help."),
    CaseOutcome.NEVER_MET: _("We did not get to talk."),
}


def follow_up(network: Network, request: RequestRow) -> Reply:
    """Ask one of them what came of it."""
    number = code(request.id)
    question = _(
        "You were introduced over request {number}, about {topic}. What came of it? "
        "A number is enough; nobody you met learns what you say.",
        number=number,
        topic=topic(network, request),
    )
    body = Paragraphs([question, Numbered(list(OUTCOMES.values()))])
    return Reply("experts.follow_up", body, (number,), listing=_outcomes(request))


def _outcomes(request: RequestRow) -> Listing:
    """Let a number say what came of a request."""
    number = code(request.id)
    entries = [wish_entry("outcome", f"{number} {place + 1}") for place in range(len(OUTCOMES))]
    return Listing(ListKind.WISHES, entries)


def closed(request: RequestRow, outcome: CaseOutcome | None) -> Reply:
    """Tell one of them that it is over, and ask for the *outcome* unless they said it."""
    number = code(request.id)
    return _asking(request, _("Request {number} is closed. Thank you.", number=number), outcome)


def part_over(request: RequestRow, outcome: CaseOutcome | None) -> Reply:
    """Tell who interpreted that their part is over, though the others go on."""
    text = _(
        "Your part in request {number} is over. Thank you. The others go on without you, and you "
        "can leave the room.",
        number=code(request.id),
    )
    return _asking(request, text, outcome)


def _asking(request: RequestRow, text: Message, outcome: CaseOutcome | None) -> Reply:
    number = code(request.id)
    if outcome is not None:
        return Reply("experts.done", text, (number,))
    question = _("What came of it? A number is enough; nobody you met learns what you say.")
    body = Paragraphs([text, question, Numbered(list(OUTCOMES.values()))])
    return Reply("experts.done", body, (number,), listing=_outcomes(request))
