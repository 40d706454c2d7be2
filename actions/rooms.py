"""Which rooms are offered to somebody."""

from __future__ import annotations

from kit.network import Network, RoomPlan, WellKnown
from storage.tables.people import PersonRow


def fitting(network: Network, person: PersonRow) -> list[RoomPlan]:
    """Choose rooms that fit somebody: announcements, lobby, region, then their topics."""
    region = network.region_of(person.country) if person.country else None
    fit = [
        network.rooms.get(WellKnown.ANNOUNCEMENTS),
        network.lobby(person.language),
        network.room_of(region) if region else None,
        *(network.rooms.get(topic) for topic in person.topics),
    ]
    return [room for room in fit if room is not None]
