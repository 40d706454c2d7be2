"""What differs between the Space as it should be and as it is: one function of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.matrix.space.declared import INVITE, NO_GUESTS, Declared
from bot.matrix.space.power import needed
from bot.matrix.space.survey import Observed, ObservedSpace, OutOfSight, marks
from kit.errand import (
    ENCRYPTION,
    Address,
    Content,
    Errand,
    Follow,
    Invite,
    Join,
    Pin,
    Remove,
    SetLevel,
    SetLevels,
    SetPicture,
    SetState,
    SpaceChild,
)
from kit.roomkey import SpaceRoom
from kit.space import Difference, Drift

SILENT = {"events_default": 100, "invite": 100}
_SETTINGS = (
    ("m.room.name", Difference.NAME),
    ("m.room.topic", Difference.TOPIC),
    ("m.room.join_rules", Difference.JOIN_RULE),
    ("m.room.guest_access", Difference.GUESTS),
    ("m.room.history_visibility", Difference.HISTORY),
)


def differences(
    declared: Mapping[str, Declared],
    there: ObservedSpace,
    server_name: str,
    room_version: str | None,
    *,
    archived: Collection[str] = (),
) -> list[Drift]:
    """List what has to change for *there* to be as *declared*, each with what changes it.

    Those *archived* are declared no more, and may be closed without being asked for.
    """
    return list(_Comparison(declared, there, server_name, room_version, archived).drifts())


class _Comparison:
    def __init__(
        self,
        declared: Mapping[str, Declared],
        there: ObservedSpace,
        server_name: str,
        room_version: str | None,
        archived: Collection[str],
    ) -> None:
        self._archived = archived
        self._declared = declared
        self._there = there
        self._server_name = server_name
        self._room_version = room_version

    def drifts(self) -> Iterator[Drift]:
        for room in self._declared.values():
            alias = f"#{room.localpart}:{self._server_name}"
            holder, known = self._there.holders.get(room.slug), self._there.id_of(room.slug)
            if holder is not None and holder != known:
                yield Drift(Difference.TAKEN, room.slug, about=alias)
            match self._there.rooms.get(room.slug):
                case None:
                    yield from self._missing(room)
                case OutOfSight(room_id, code):
                    about = f"{code} {room_id}"
                    yield Drift(Difference.UNREADABLE, room.slug, (Join(),), about)
                case Observed() as seen:
                    yield from self._room(room, seen)
                    if holder is None:
                        yield Drift(
                            Difference.ADDRESS, room.slug, (Address(room.localpart),), alias
                        )
        for slug, other in self._there.rooms.items():
            if slug not in self._declared and isinstance(other, Observed):
                yield from self._undeclared(slug, other)
        yield from self._strays()

    def _missing(self, room: Declared) -> Iterator[Drift]:
        yield Drift(Difference.MISSING, room.slug, (room.creation(self._room_version),))
        yield self._picture(room)
        yield from self._to_pin(room, None)
        yield from self._listings(room, None)

    def _room(self, room: Declared, seen: Observed) -> Iterator[Drift]:
        if (closed := seen.state.get("m.room.tombstone")) is not None:
            yield _closed(room.slug, closed)
            return
        if seen.power < (enough := _needed(seen)):
            yield Drift(Difference.POWERLESS, room.slug, about=f"{enough}")
        else:
            yield from self._settings(room, seen)
            yield from self._to_pin(room, seen)
            yield from _keepers(room, seen)
            if seen.outsiders:
                removals = tuple(Remove(each) for each in sorted(seen.outsiders))
                people = len(removals)
                yield Drift(Difference.OUTSIDERS, room.slug, removals, people=people)
        yield from self._listings(room, seen)

    def _settings(self, room: Declared, seen: Observed) -> Iterator[Drift]:
        encrypted = "m.room.encryption" in seen.state
        if room.encrypted and not encrypted:
            yield Drift(Difference.ENCRYPTION, room.slug, (_set(ENCRYPTION),))
        if encrypted and not room.encrypted:
            yield Drift(Difference.STAYS_ENCRYPTED, room.slug)
        wanted: dict[str, Content] = {
            "m.room.name": {"name": room.name},
            # What is said of it is what it is, whatever it is meant to become.
            "m.room.topic": {"topic": room.topic_encrypted if encrypted else room.topic},
            "m.room.guest_access": NO_GUESTS,
            "m.room.history_visibility": room.history,
        }
        if (rule := self._join_rule(room)) is not None:
            wanted["m.room.join_rules"] = rule
        for event_type, kind in _SETTINGS:
            if event_type in wanted and not _has(seen.state.get(event_type), wanted[event_type]):
                yield Drift(kind, room.slug, (SetState(event_type, "", wanted[event_type]),))
        if not _has(seen.state.get("m.room.power_levels"), room.levels):
            yield Drift(Difference.LEVELS, room.slug, (SetLevels(room.levels),))
        # One that somebody chose by hand stays.
        url, ours = seen.state.get("m.room.avatar", {}).get("url"), self._there.pictures
        drawn = ours.get(room.drawing.fingerprint)
        if url is None or (url in ours.values() and url != drawn):
            yield self._picture(room)

    def _picture(self, room: Declared) -> Drift:
        drawing = room.drawing
        errand = SetPicture(drawing.lines, drawing.ink, drawing.paper)
        return Drift(Difference.PICTURE, room.slug, (errand,))

    def _join_rule(self, room: Declared) -> Content | None:
        """Say who may enter; None while the Space whose members may is not made."""
        if room.gate is None:
            return {"join_rule": room.join_rule}
        gate = self._there.id_of(room.gate)
        if gate is None:
            return None
        allow = {"type": "m.room_membership", "room_id": gate}
        rule = "knock_restricted" if room.knock else "restricted"
        return {"join_rule": rule, "allow": [allow]}

    def _to_pin(self, room: Declared, seen: Observed | None) -> Iterator[Drift]:
        pinned = seen.pinned if seen else ()
        for each in room.pinned:
            if marks(each) not in pinned:
                yield Drift(Difference.PIN, room.slug, (Pin(each),), str(marks(each)[1]))

    def _listings(self, room: Declared, seen: Observed | None) -> Iterator[Drift]:
        room_id = seen.room_id if seen else None
        for space, listing in room.spaces.items():
            parent = self._there.room(space)
            listed = parent.children.get(room_id or "") if parent else None
            if not _has(listed, listing):
                link = SpaceChild(SpaceRoom(space), listing)
                yield Drift(Difference.LISTED, room.slug, (link,), space)
        for space, parent in self._spaces():
            if room_id in parent.children and space not in room.spaces:
                errands: list[Errand] = [SpaceChild(SpaceRoom(space), {})]
                if space != room.parent:  # it was, perhaps
                    errands.append(SetState("m.space.parent", parent.room_id, {}))
                yield Drift(Difference.UNLISTED, room.slug, tuple(errands), space)
        parent_id = self._there.id_of(room.parent)
        if seen is not None and parent_id is not None and not seen.parent.get("via"):
            belongs = {"via": [self._server_name], "canonical": True}
            errand = SetState("m.space.parent", parent_id, belongs)
            yield Drift(Difference.PARENT, room.slug, (errand,), str(room.parent))

    def _spaces(self) -> Iterator[tuple[str, Observed]]:
        for slug, room in self._declared.items():
            if room.is_space and (seen := self._there.room(slug)) is not None:
                yield slug, seen

    def _undeclared(self, slug: str, seen: Observed) -> Iterator[Drift]:
        """Close what is no longer declared: nobody enters, nobody writes, who is in it reads on."""
        errands: list[Errand] = [
            SpaceChild(SpaceRoom(space), {})
            for space, parent in self._spaces()
            if seen.room_id in parent.children
        ]
        if not _has(seen.state.get("m.room.join_rules"), INVITE):
            errands.append(SetState("m.room.join_rules", "", INVITE))
        if not _has(seen.state.get("m.room.power_levels"), SILENT):
            errands.append(SetLevels(SILENT))
        if errands and "m.room.tombstone" not in seen.state and seen.power >= _needed(seen):
            archived = slug in self._archived
            kind = Difference.ARCHIVED if archived else Difference.UNDECLARED
            yield Drift(kind, slug, tuple(errands))

    def _strays(self) -> Iterator[Drift]:
        """Find what our Spaces list that is none of ours; what went on in another room goes."""
        ours = {room.room_id for room in self._there.rooms.values()}
        for slug, seen in self._spaces():
            for child in seen.children.keys() - ours:
                gone = child in self._there.former
                kind = Difference.FORMER if gone else Difference.STRAY
                yield Drift(kind, slug, (SetState("m.space.child", child, {}),), child)


def _closed(slug: str, tombstone: Content) -> Drift:
    to = tombstone.get("replacement_room")
    if isinstance(to, str) and to.startswith("!"):
        return Drift(Difference.CLOSED, slug, (Follow(to),))
    return Drift(Difference.ENDED, slug)


def _has(there: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    """Whether it is as wanted: the server adds fields of its own, such as a topic's rich form."""
    return there is not None and {name: there.get(name) for name in wanted} == wanted


def _set(event: Mapping[str, Any]) -> SetState:
    return SetState(event["type"], event["state_key"], event["content"])


def _needed(seen: Observed) -> int:
    return needed(seen.state.get("m.room.power_levels"))


def _keepers(room: Declared, seen: Observed) -> Iterator[Drift]:
    """Let who keeps the Space hand each room on, and come in where no membership lets them."""
    for user_id, keeper in seen.keepers.items():
        errands: list[Errand] = []
        if keeper.power < (enough := _needed(seen)):
            errands.append(SetLevel(user_id, enough))
        if keeper.membership is None and room.gate is None:
            errands.append(Invite(user_id))
        if errands:
            yield Drift(Difference.KEEPER, room.slug, tuple(errands), user_id)
