"""Erase everybody of a region in an emergency, when two stewards say so.

Who is erased is erased by the feature of membership, as by "forget me".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from commands.moderation._feature import feature
from kit.command import Call, Rest, Role
from kit.errors import Conflict, NotFound
from kit.network import Network, Region
from kit.ports import Post
from kit.text import Label, Message, Reply, Say, Series, _, n_
from kit.words import fold
from storage.dues import Dues
from storage.people import People
from storage.purges import Purges

WITHIN = timedelta(hours=24)


@feature.command(
    "purge region",
    summary=_("in an emergency, erase everybody of a region"),
    requires=Role.STEWARD,
    private=True,
)
async def purge(
    call: Call,
    people: People,
    purges: Purges,
    dues: Dues,
    network: Network,
    post: Post,
    name: Annotated[str, Rest(_("region"))],
) -> Reply:
    """Note the wish of one steward; do it when another wishes the same within a day."""
    region = _region(name, network)
    asked = await purges.pending(region.slug, call.now - WITHIN)
    if asked is None:
        purges.ask(region.slug, call.person_id, call.now)
        return Reply("purge.asked", _second(region), ids=(region.slug,))
    if (first := asked.asked_by) == call.person_id or first is None:
        raise Conflict(_second(region))
    there = [each for each in await people.all() if each.country in region.countries]
    for person in there:  # one transaction each: nobody waits for two thousand
        key = f"purge:{asked.id}:{person.id}"
        await dues.plan("membership.erase", key, call.now, {"person": person.id}, person.id)
    purges.confirm(asked, len(there), call.now)
    text = n_(
        "Two stewards decided it: I erase everything about {n} person of {region}.",
        "Two stewards decided it: I erase everything about {n} people of {region}.",
        len(there),
        region=Label(region.names),
    )
    done = Reply("purge.confirmed", text, ids=(region.slug,))
    await post.direct(first, done)
    return done


def _region(name: str, network: Network) -> Region:
    # No guessing here: what is erased does not come back.
    for region in network.regions.values():
        if fold(name) in {fold(each) for each in (region.slug, *region.names.values())}:
            return region
    names = Series([Label(region.names) for region in network.regions.values()])
    raise NotFound(_("The regions are: {regions}", regions=names))


def _second(region: Region) -> Message:
    return _(
        "Nothing is erased yet. If another steward says {purge} within 24 hours, I erase everybody "
        "of {region}, as if they had said {forget}.",
        region=Label(region.names),
        purge=Say("purge region", region.slug),
        forget=Say("forget me"),
    )
