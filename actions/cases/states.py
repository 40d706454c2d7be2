"""The life of a request: what may happen to it, who does that, and what time does where it waits.

Nothing else changes a state, and no state that is not over is without an owner and a deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from kit.codes import code
from kit.errors import Conflict
from kit.text import _
from storage.tables.cases import OPEN, AnyOffer, OfferRow, OfferState, RequestRow, RequestState

DAY = timedelta(days=1)
REPLY_WITHIN = timedelta(hours=48)  # in which an expert answers
SOON = timedelta(hours=24)  # in which one answers what is urgent
REOPENED_WITHIN = 90 * DAY  # after its end


class Party(Enum):
    """Who does something, or has to do the next thing."""

    HUB = auto()
    ASKER = auto()
    EXPERT = auto()
    INTERPRETER = auto()
    BOTH = auto()
    DESK = auto()


class Event(Enum):
    """What happens to a request."""

    PUT = auto()  # to experts, several at a time
    RUN_OUT = auto()  # nobody is left to ask
    TAKE = auto()  # an expert takes it on
    NEED_INTERPRETER = auto()  # an expert took it on who shares no language with its asker
    INTERPRET = auto()  # somebody is ready to interpret
    APPROVE = auto()  # the expert wants to meet who interprets
    AGREE = auto()  # its asker agrees to meet
    MISS = auto()  # its asker could not be invited
    FINISH = auto()
    WITHDRAW = auto()
    LAPSE = auto()  # its asker did not say whether to meet
    GIVE_UP = auto()  # nobody was found
    REOPEN = auto()  # its asker asks once more, in words of their own: the question was deleted


@dataclass(frozen=True, slots=True)
class Way:
    """Who lets an event happen, in which states it can, and where it leads."""

    by: Party
    begins: frozenset[RequestState]
    ends: RequestState


_UNDER_WAY = frozenset(OPEN)
_TAKEN = frozenset(
    {
        RequestState.AWAITS_INTERPRETER,
        RequestState.AWAITS_EXPERT,
        RequestState.ACCEPTED,
        RequestState.INTRODUCED,
    }
)
_ASKED = _TAKEN | {RequestState.OPEN, RequestState.OFFERED}
WAYS: Mapping[Event, Way] = {
    Event.PUT: Way(Party.HUB, _UNDER_WAY, RequestState.OFFERED),
    Event.RUN_OUT: Way(Party.HUB, _ASKED, RequestState.UNMATCHED),
    Event.TAKE: Way(Party.EXPERT, frozenset({RequestState.OFFERED}), RequestState.ACCEPTED),
    Event.NEED_INTERPRETER: Way(
        Party.HUB, _TAKEN | {RequestState.OFFERED}, RequestState.AWAITS_INTERPRETER
    ),
    Event.INTERPRET: Way(
        Party.INTERPRETER, frozenset({RequestState.AWAITS_INTERPRETER}), RequestState.AWAITS_EXPERT
    ),
    Event.APPROVE: Way(
        Party.EXPERT, frozenset({RequestState.AWAITS_EXPERT}), RequestState.ACCEPTED
    ),
    Event.AGREE: Way(Party.ASKER, frozenset({RequestState.ACCEPTED}), RequestState.INTRODUCED),
    Event.MISS: Way(Party.HUB, frozenset({RequestState.INTRODUCED}), RequestState.ACCEPTED),
    Event.FINISH: Way(Party.BOTH, frozenset({RequestState.INTRODUCED}), RequestState.DONE),
    Event.WITHDRAW: Way(Party.ASKER, _UNDER_WAY, RequestState.WITHDRAWN),
    Event.LAPSE: Way(Party.HUB, frozenset({RequestState.ACCEPTED}), RequestState.CLOSED),
    Event.GIVE_UP: Way(Party.DESK, frozenset({RequestState.UNMATCHED}), RequestState.CLOSED),
    Event.REOPEN: Way(Party.ASKER, frozenset(RequestState) - _UNDER_WAY, RequestState.OPEN),
}


class Care(Enum):
    """What is done about a request that stays where it is."""

    ASK_OTHERS = auto()
    ASK_INTERPRETERS = auto()
    REMIND_ASKER = auto()
    LAPSE = auto()
    WIDEN = auto()  # ask those again who did not answer
    REMIND_DESK = auto()
    GIVE_UP = auto()
    FOLLOW_UP = auto()  # ask both what came of it
    FINISH = auto()


@dataclass(frozen=True, slots=True)
class Patience:
    """Who has to do the next thing, and what is done so long after they had to."""

    owner: Party
    steps: Sequence[tuple[timedelta, Care]]


PATIENCE: Mapping[RequestState, Patience] = {
    RequestState.OPEN: Patience(Party.HUB, [(DAY, Care.ASK_OTHERS)]),
    RequestState.OFFERED: Patience(Party.EXPERT, [(REPLY_WITHIN, Care.ASK_OTHERS)]),
    RequestState.AWAITS_INTERPRETER: Patience(
        Party.INTERPRETER, [(REPLY_WITHIN, Care.ASK_INTERPRETERS)]
    ),
    RequestState.AWAITS_EXPERT: Patience(Party.EXPERT, [(REPLY_WITHIN, Care.ASK_OTHERS)]),
    RequestState.ACCEPTED: Patience(
        Party.ASKER, [(7 * DAY, Care.REMIND_ASKER), (14 * DAY, Care.LAPSE)]
    ),
    RequestState.UNMATCHED: Patience(
        Party.DESK,
        [
            (7 * DAY, Care.WIDEN),
            (14 * DAY, Care.REMIND_DESK),
            (28 * DAY, Care.REMIND_DESK),
            (60 * DAY, Care.GIVE_UP),
        ],
    ),
    RequestState.INTRODUCED: Patience(
        Party.BOTH, [(7 * DAY, Care.FOLLOW_UP), (30 * DAY, Care.FOLLOW_UP), (60 * DAY, Care.FINISH)]
    ),
}

URGENT: Mapping[RequestState, Patience] = {
    RequestState.OFFERED: Patience(Party.EXPERT, [(SOON, Care.ASK_OTHERS)]),
    RequestState.AWAITS_INTERPRETER: Patience(Party.INTERPRETER, [(SOON, Care.ASK_INTERPRETERS)]),
    RequestState.AWAITS_EXPERT: Patience(Party.EXPERT, [(SOON, Care.ASK_OTHERS)]),
    RequestState.UNMATCHED: Patience(
        Party.DESK,
        [
            (DAY, Care.WIDEN),
            (3 * DAY, Care.REMIND_DESK),
            (14 * DAY, Care.REMIND_DESK),
            (60 * DAY, Care.GIVE_UP),
        ],
    ),
}

OFFER: Mapping[OfferState, frozenset[OfferState]] = {
    OfferState.OFFERED: frozenset(
        {
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.CONFLICT,
            OfferState.EXPIRED,
            OfferState.WITHDRAWN,
        }
    ),
    OfferState.ACCEPTED: frozenset(
        {OfferState.DECLINED, OfferState.CONFLICT, OfferState.WITHDRAWN, OfferState.DONE}
    ),
    OfferState.WITHDRAWN: frozenset({OfferState.OFFERED}),  # who had taken it on stepped back
    OfferState.EXPIRED: frozenset({OfferState.OFFERED}),  # where it is put to all again
    OfferState.DECLINED: frozenset(),
    OfferState.CONFLICT: frozenset(),
    OfferState.DONE: frozenset({OfferState.OFFERED}),  # its asker asks once more
}


def patience(request: RequestRow) -> Patience | None:
    """Say who has to do the next thing for a request, and until when; None if it is over."""
    urgent = URGENT.get(request.state) if request.urgent else None
    return urgent or PATIENCE.get(request.state)


def answer_by(request: RequestRow, now: datetime) -> datetime:
    """Say until when who is asked at a moment is waited for."""
    return now + (SOON if request.urgent else REPLY_WITHIN)


def may(event: Event, request: RequestRow) -> bool:
    """Tell whether something can happen to a request now."""
    return request.state in WAYS[event].begins


def may_agree(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether it waits for a yes: of its asker if there is no *offer*, else of who helps."""
    if offer is None:
        return may(Event.AGREE, request)
    return offer.state is OfferState.OFFERED or (
        request.state is RequestState.AWAITS_EXPERT and offer.expert_id == request.expert_id
    )


def may_decline(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether who was asked may still pass."""
    return offer is not None and request.state.waits


def may_withdraw(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether its asker may take it back."""
    return offer is None and may(Event.WITHDRAW, request)


def may_finish(request: RequestRow, _offer: OfferRow | None) -> bool:
    """Tell whether they were introduced."""
    return may(Event.FINISH, request)


def may_avoid(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether there is somebody at the other end: for an expert there always is."""
    return offer is not None or request.expert_id is not None


def was_put(_request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether somebody was asked to help."""
    return offer is not None


def move(request: RequestRow, event: Event) -> None:
    """Let something happen to a request; raises Conflict where it cannot."""
    if not may(event, request):
        raise out_of_turn(request.id)
    request.state = WAYS[event].ends


def move_offer(offer: AnyOffer, to: OfferState) -> None:
    """Take an offer to another state; raises Conflict if no way leads there."""
    if to not in OFFER[offer.state]:
        raise out_of_turn(offer.request_id)
    offer.state = to


def out_of_turn(number: int) -> Conflict:
    """Say that it is too late, or too early, for what was said."""
    return Conflict(_("That is no longer possible for request {number}.", number=code(number)))
