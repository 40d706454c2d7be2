"""What a measure changes in one room, and what brings back what was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.errand import Ban, Errand, Invite, Redact, RedactSince, Remove, SetLevel, Unban
from kit.network import Access, Network, RoomKind, RoomPlan
from kit.roomkey import SpaceRoom
from storage.tables.moderation import Measure, MeasureRow, PlaceRow, Presence

SILENT = -1  # below what anybody needs to speak
_THERE = frozenset({Presence.JOIN, Presence.INVITE, Presence.KNOCK})


@dataclass(frozen=True, slots=True)
class Effects:
    """What *measure* does to the one with a Matrix ID."""

    network: Network
    measure: MeasureRow
    user_id: str

    def there(self, place: PlaceRow, key: SpaceRoom) -> Errand | None:  # noqa: PLR0911 -- a case for each
        """Say what is done in a room; None where nothing is."""
        measure, user_id = self.measure, self.user_id
        if measure.in_one_room and place.room != measure.room:
            return None
        match measure.kind:
            case Measure.MUTE if not self._is_space(key):
                return SetLevel(user_id, SILENT)
            case Measure.REMOVE if place.presence in _THERE:
                return Remove(user_id)
            case Measure.BAN if place.presence in _THERE or self._keeps_out(key):
                return Ban(user_id)
            case Measure.UNBAN if place.presence is Presence.BAN:
                return Unban(user_id)
            case Measure.REDACT if measure.since is not None and place.messages:
                return RedactSince(user_id, measure.since.isoformat())
            case Measure.REDACT if measure.event_id is not None and place.room == measure.room:
                return Redact(measure.event_id)
        return None

    def back(self, place: PlaceRow, key: SpaceRoom) -> Sequence[Errand]:
        """Say what brings a room back to what it was before.

        Who was there is invited only where no other membership lets them in: each invitation costs
        one of the few that a homeserver allows for one person.
        """
        user_id = self.user_id
        was_in = place.presence in {Presence.JOIN, Presence.INVITE}
        asked_in = [Invite(user_id)] if was_in and self._opens(key) else []
        match self.measure.kind:
            case Measure.MUTE:
                return [SetLevel(user_id, place.level)]
            case Measure.REMOVE:
                return asked_in
            case Measure.BAN:
                return [Unban(user_id), *asked_in]
            case Measure.UNBAN:
                return [Ban(user_id)]
        return []

    def _keeps_out(self, key: SpaceRoom) -> bool:
        """Tell whether a ban counts also where somebody is not.

        Who is banned from the Space cannot come in where its members may.
        """
        return self.measure.in_one_room or self._plan(key) is self.network.root

    def _plan(self, key: SpaceRoom) -> RoomPlan | None:
        return self.network.rooms.get(key.slug)

    def _is_space(self, key: SpaceRoom) -> bool:
        plan = self._plan(key)
        return plan is not None and plan.is_space

    def _opens(self, key: SpaceRoom) -> bool:
        plan = self._plan(key)
        gates = {RoomKind.ROOT, RoomKind.GATE}
        return plan is None or plan.kind in gates or plan.access is Access.INVITE
