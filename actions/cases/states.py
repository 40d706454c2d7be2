"""The states of requests and offers, and the only ways from one to another."""

from __future__ import annotations

from collections.abc import Mapping

from kit.codes import code
from kit.errors import Conflict
from kit.text import _
from storage.tables.cases import OfferRow, OfferState, RequestRow, RequestState

REQUEST: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.OPEN: frozenset(
        {RequestState.OFFERED, RequestState.UNMATCHED, RequestState.WITHDRAWN}
    ),
    RequestState.OFFERED: frozenset(
        {
            RequestState.OFFERED,  # to the next expert
            RequestState.ACCEPTED,
            RequestState.UNMATCHED,
            RequestState.WITHDRAWN,
        }
    ),
    RequestState.UNMATCHED: frozenset({RequestState.OFFERED, RequestState.WITHDRAWN}),
    RequestState.ACCEPTED: frozenset(
        {
            RequestState.OFFERED,  # the expert changed their mind, or left
            RequestState.UNMATCHED,
            RequestState.INTRODUCED,
            RequestState.WITHDRAWN,
        }
    ),
    RequestState.INTRODUCED: frozenset(
        {
            RequestState.ACCEPTED,  # the asker could not be invited
            RequestState.OFFERED,  # the expert could not
            RequestState.UNMATCHED,
            RequestState.DONE,
            RequestState.WITHDRAWN,
        }
    ),
    RequestState.WITHDRAWN: frozenset(),
    RequestState.DONE: frozenset(),
}
OFFER: Mapping[OfferState, frozenset[OfferState]] = {
    OfferState.OFFERED: frozenset(
        {OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN}
    ),
    OfferState.ACCEPTED: frozenset({OfferState.DECLINED, OfferState.WITHDRAWN, OfferState.DONE}),
    OfferState.DECLINED: frozenset(),
    OfferState.EXPIRED: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
    OfferState.DONE: frozenset(),
}


def may_agree(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether it waits for a yes: of its asker if there is no *offer*, else of the expert."""
    if offer is None:
        return request.state is RequestState.ACCEPTED
    return offer.state is OfferState.OFFERED


def may_decline(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether an expert may still pass."""
    return offer is not None and request.state.waits


def may_withdraw(request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether its asker may take it back."""
    return offer is None and RequestState.WITHDRAWN in REQUEST[request.state]


def may_finish(request: RequestRow, _offer: OfferRow | None) -> bool:
    """Tell whether the two were introduced."""
    return request.state is RequestState.INTRODUCED


def was_put(_request: RequestRow, offer: OfferRow | None) -> bool:
    """Tell whether somebody was asked as an expert."""
    return offer is not None


def move(request: RequestRow, to: RequestState) -> None:
    """Take a request to another state; raises Conflict if no way leads there."""
    if to not in REQUEST[request.state]:
        raise out_of_turn(request.id)
    request.state = to


def move_offer(offer: OfferRow, to: OfferState) -> None:
    """Take an offer to another state; raises Conflict if no way leads there."""
    if to not in OFFER[offer.state]:
        raise out_of_turn(offer.request_id)
    offer.state = to


def out_of_turn(number: int) -> Conflict:
    """Say that it is too late, or too early, for what was said."""
    return Conflict(_("Request {number} no longer waits for that.", number=code(number)))
