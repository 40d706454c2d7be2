"""Which rooms are offered to somebody."""

from __future__ import annotations

from kit.network import Network, RoomPlan
from storage.tables.people import PersonRow


def fitting(network: Network, person: PersonRow) -> list[RoomPlan]:
    """Choose rooms that fit somebody: announcements, lobby, region, then their topics."""
    region = network.region_of(person.country) if person.country else None
    own = ["announcements", f"lobby-{person.language}", f"region-{region.slug}" if region else ""]
    return [network.rooms[slug] for slug in [*own, *person.topics] if slug in network.rooms]
