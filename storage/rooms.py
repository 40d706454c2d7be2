"""The rooms the hub owns or is in, by a stable key and by Matrix room id."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, String, bindparam, exists, or_, select, type_coerce, update

from kit.roomkey import Declined, Direct, Former, Private, RoomKey, SpaceRoom, Visit
from kit.stored import Unreadable
from storage.repository import Repository, padded
from storage.rows import insert_new
from storage.tables.rooms import OccupantRow, RoomRow

# Made once: building a statement takes longer than running it.
_BY_KEY = select(RoomRow).where(RoomRow.key == bindparam("key"))
_BY_ROOM_ID = select(RoomRow).where(RoomRow.room_id == bindparam("room_id"))
_THESE = RoomRow.room_id.in_(bindparam("room_ids", expanding=True))
_KEYS = select(RoomRow.room_id, RoomRow.key).where(_THESE)

# In these it matters who reads along.
CHATS = (Direct, Private, Visit)
_IS_CHAT = or_(*(type_coerce(RoomRow.key, String).startswith(kind.prefix) for kind in CHATS))
_CHATS = select(RoomRow.room_id).where(_THESE, ~RoomRow.left, _IS_CHAT)
_UNCOUNTED = _CHATS.where(~exists().where(OccupantRow.room_id == RoomRow.room_id))


def is_over(room: RoomRow) -> bool:
    """Tell whether a room was somebody's chat: the hub is out, or they were forgotten."""
    return isinstance(room.key, Direct) and (room.left or room.person_id is None)


class Rooms(Repository):
    """Every room has a key, and a Matrix room id once it is made."""

    async def get(self, key: RoomKey) -> RoomRow | None:
        """Look a room up by key."""
        # Mostly the room of the event that is being handled, which was read a moment ago.
        if room := self._read_before(RoomRow, lambda row: row.key == key):
            return room
        return (await self._session.scalars(_BY_KEY, {"key": key})).one_or_none()

    async def known(self, keys: Collection[RoomKey]) -> Sequence[RoomRow]:
        """List those of these rooms that there are, in the order in which they are named."""
        place: dict[RoomKey | Unreadable, int] = {key: n for n, key in enumerate(keys)}
        found = await self._session.scalars(select(RoomRow).where(RoomRow.key.in_(padded(keys))))
        return sorted(found, key=lambda room: place[room.key])

    async def of_space(self) -> dict[str, str]:
        """Return the Matrix rooms of the Space by slug, those that are declared no more too."""
        written = type_coerce(RoomRow.key, String)
        here = written.startswith(SpaceRoom.prefix), ~RoomRow.left, RoomRow.room_id.is_not(None)
        found = await self._session.execute(select(RoomRow.key, RoomRow.room_id).where(*here))
        return {key.slug: room_id or "" for key, room_id in found if isinstance(key, SpaceRoom)}

    async def at(self, room_id: str) -> RoomRow | None:
        """Look a room up by Matrix room id (opaque: room version 12 has no server part)."""
        if room := self._read_before(RoomRow, lambda row: row.room_id == room_id):
            return room
        return (await self._session.scalars(_BY_ROOM_ID, {"room_id": room_id})).one_or_none()

    async def ensure(
        self, key: RoomKey, language: str, *, encrypted: bool = False, person_id: int | None = None
    ) -> tuple[RoomRow, bool]:
        """Return the room and whether it was new; a new one has no Matrix room yet."""
        if found := await self.get(key):
            return found, False
        new = {"key": key, "language": language, "encrypted": encrypted, "left": False}
        await insert_new(self._session, RoomRow, [{**new, "person_id": person_id}])
        room = await self.get(key)
        assert room is not None
        return room, True

    async def made(self, row_id: int, room_id: str) -> None:
        """Remember the Matrix room behind a key."""
        await self._session.execute(
            update(RoomRow).where(RoomRow.id == row_id).values(room_id=room_id, left=False)
        )

    async def hand_over(self, room: RoomRow, person_id: int) -> None:
        """Let a direct chat go on as that of another number for the same person."""
        room.key, room.person_id = Direct(person_id), person_id

    async def space_key(self, row_id: int) -> SpaceRoom | None:
        """Return the key of a room of the Space; None for any other."""
        room = await self._session.get(RoomRow, row_id)
        return room.key if room is not None and isinstance(room.key, SpaceRoom) else None

    async def read_ahead(self, ids: Collection[int]) -> None:
        """Read rooms of which the keys are about to be asked."""
        if ids:
            these = RoomRow.id.in_(padded(ids))
            self._keep(await self._session.scalars(select(RoomRow).where(these)))

    async def network_rooms(self) -> Sequence[RoomRow]:
        """List the rooms and Spaces of the network that the hub has not left, as they were made."""
        ours = type_coerce(RoomRow.key, String).startswith(SpaceRoom.prefix), ~RoomRow.left
        return (
            await self._session.scalars(select(RoomRow).where(*ours).order_by(RoomRow.id))
        ).all()

    async def keys_of(self, room_ids: Collection[str]) -> dict[str | None, RoomKey | Unreadable]:
        """Return the keys of those of these Matrix rooms that have one."""
        if not room_ids:
            return {}
        return dict((await self._session.execute(_KEYS, {"room_ids": padded(room_ids)})).all())

    async def lock(self, row_id: int) -> None:
        """Remember that a room is encrypted, for good."""
        await self._session.execute(
            update(RoomRow).where(RoomRow.id == row_id).values(encrypted=True)
        )

    async def lock_all(self, room_ids: Collection[str]) -> None:
        """Remember that these Matrix rooms are encrypted, whatever their state says later."""
        if room_ids:
            known = RoomRow.room_id.in_(room_ids)
            await self._session.execute(update(RoomRow).where(known).values(encrypted=True))

    async def still_in(self, room_ids: Collection[str]) -> set[str | None]:
        """Return those of these Matrix rooms that the hub has not left."""
        here = RoomRow.room_id.in_(room_ids), ~RoomRow.left
        return set(await self._session.scalars(select(RoomRow.room_id).where(*here)))

    async def outside(self, room_ids: Collection[str]) -> Sequence[RoomRow]:
        """List those whose Matrix room is none of these, and that the hub has not left."""
        made = ~RoomRow.left, RoomRow.room_id.is_not(None)
        found = await self._session.scalars(select(RoomRow).where(*made).order_by(RoomRow.id))
        return [row for row in found if row.room_id not in room_ids]

    async def lost(self, row_id: int) -> RoomRow:
        """Remember that there is no Matrix room behind a key: the next need makes another."""
        room = await self._session.get_one(RoomRow, row_id)
        self.leave(room)
        return room

    async def follow(self, row_id: int, to: str, *, encrypted: bool) -> RoomRow:
        """Let a key stand for the room that its own became; returns the row of the one before."""
        room = await self._session.get_one(RoomRow, row_id)
        before, other = room.room_id, await self.at(to)
        if other is not None and other.id != row_id:  # it was looked into as a stranger's
            other.room_id, other.left = None, True
        room.room_id = None
        await self._session.flush()
        self.move(room, to)
        room.encrypted = encrypted
        former, _new = await self.ensure(
            Former(before or ""), room.language, encrypted=True, person_id=room.person_id
        )
        former.room_id = before
        return former

    async def former(self, person_id: int) -> Sequence[RoomRow]:
        """List the rooms that somebody's chat was before it went on in another."""
        owned = RoomRow.person_id == person_id, ~RoomRow.left
        rows = (await self._session.scalars(select(RoomRow).where(*owned))).all()
        return [row for row in rows if isinstance(row.key, Former)]

    async def visit(self, room_id: str) -> RoomRow | None:
        """Return the room of an invitation, which is nobody's chat yet; None if it is ours."""
        before = await self.at(room_id)
        if before is not None and is_over(before):
            before.room_id = None  # the hub left or was taken out: who asks it back is not known
        elif before is not None:
            if not isinstance(before.key, Visit | Declined):
                return None
            before.key, before.left = Visit(room_id), False
            return before
        await self._session.flush()
        room, _new = await self.ensure(Visit(room_id), "en")
        self.move(room, room_id)
        return room

    async def settle(self, visited: RoomRow, chat: RoomRow) -> str | None:
        """Let a room that the hub was invited to be somebody's *chat*; returns the one before."""
        before, here = None if chat.left else chat.room_id, visited.room_id
        encrypted = visited.encrypted
        chat.room_id = visited.room_id = None
        visited.key, visited.left = Declined(str(visited.id)), True
        await self._session.flush()
        self.move(chat, here, encrypted=encrypted)
        return before

    async def refuse(self, room_id: str) -> RoomRow:
        """Return the row under which the hub leaves a room that is nobody's chat."""
        await self._session.flush()
        room = await self.at(room_id)
        if room is None:
            room, _new = await self.ensure(Declined(room_id), "en")
            self.move(room, room_id)
        elif isinstance(room.key, Visit):
            room.key = Declined(room_id)
        return room

    async def direct(self) -> Sequence[str]:
        """List the Matrix rooms in which the hub talks with one person."""
        written = type_coerce(RoomRow.key, String)
        here = written.startswith(Direct.prefix), ~RoomRow.left, RoomRow.room_id.is_not(None)
        query = select(RoomRow.room_id).where(*here).order_by(RoomRow.id)
        return [room_id for room_id in await self._session.scalars(query) if room_id is not None]

    async def chats(self, room_ids: Collection[str]) -> set[str]:
        """Return those of these Matrix rooms in which it matters who reads along."""
        return await self._chosen(_CHATS, room_ids)

    async def uncounted(self, room_ids: Collection[str]) -> set[str]:
        """Return those of these chats of which it is not known who is in them."""
        return await self._chosen(_UNCOUNTED, room_ids)

    async def _chosen(self, query: Select[str | None], room_ids: Collection[str]) -> set[str]:
        if not room_ids:
            return set()
        found = await self._session.scalars(query, {"room_ids": padded(room_ids)})
        return {room_id for room_id in found if room_id is not None}

    def leave(self, room: RoomRow) -> None:
        """Remember that nobody is met in a room any more: the hub left it, or who it is for."""
        room.left = True

    def move(self, room: RoomRow, room_id: str | None, *, encrypted: bool = False) -> None:
        """Let a key stand for another Matrix room; None until it is made."""
        room.room_id, room.left, room.encrypted = room_id, False, encrypted
