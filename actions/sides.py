"""Who is kept apart: the defence, and those who may stand against it in a case."""

from __future__ import annotations

from kit.network import Network, Side
from storage.tables.people import PersonRow

OPPOSED = frozenset({Side.STATE, Side.ADVERSE})


def side(network: Network, person: PersonRow) -> Side | None:
    """Tell where a person stands by their own answer; None where it is none of the network's."""
    return side_of(network, person.category)


def side_of(network: Network, category: str | None) -> Side | None:
    """Tell where people of a category stand; None where it is none of the network's."""
    found = network.categories.get(category or "")
    return found.side if found else None


def may_interpret(one: Side | None) -> bool:
    """Tell whether somebody of a side may interpret: for nobody those the defence is apart from."""
    return not kept_apart(Side.DEFENCE, one)


def apart(network: Network, one: PersonRow, other: PersonRow) -> bool:
    """Tell whether two people must neither find nor meet each other through the hub."""
    return kept_apart(side(network, one), side(network, other))


def kept_apart(one: Side | None, other: Side | None) -> bool:
    """Tell whether two sides are kept apart.

    Beside the defence may stand who defends or is neutral: an answer unknown here is neither.
    """
    sides = {one, other}
    return Side.DEFENCE in sides and not sides <= {Side.DEFENCE, Side.NEUTRAL}
