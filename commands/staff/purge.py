"""Erase everybody of a region in an emergency, when two stewards say so."""

from __future__ import annotations

from typing import Annotated

from actions.letters import decided
from actions.purge import Gather, Purge, second_needed
from commands.staff._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.due import Due
from kit.errors import NotFound
from kit.network import Network, Region
from kit.text import Label, Reply, Series, _
from kit.words import fold


@feature.command(
    "purge region",
    summary=_("in an emergency, erase everybody in a region"),
    act=Act.PURGE,
    private=True,
    weighty=True,
)
async def purge(
    call: Call, stewards: Purge, network: Network, name: Annotated[str, Rest(_("region"))]
) -> Reply:
    """Take one steward's word; the second one's does it."""
    region = _region(name, network)
    erased = await stewards.wish(call.by, region, call.now)
    if erased is None:
        return Reply("purge.asked", second_needed(region), ids=(region.slug,))
    return decided(region, erased)


@feature.due(Gather)
async def gather(due: Due[Gather], stewards: Purge) -> None:
    """Plan to erase some of the people of a region."""
    await stewards.gather(due.what, due.now)


def _region(name: str, network: Network) -> Region:
    # No guessing here: what is erased does not come back.
    for region in network.regions.values():
        if fold(name) in {fold(each) for each in (region.slug, *region.names.values())}:
            return region
    names = Series([Label(region.names) for region in network.regions.values()])
    raise NotFound(_("The regions are: {regions}", regions=names))
