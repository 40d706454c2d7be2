"""The rooms the hub owns or is in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, mapped_column

from kit.network import Access
from kit.roomkey import Declined, Direct, Former, RoomKey, Visit
from kit.stored import Unreadable
from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, blind, key, person, sealed
from storage.privacy import FOR_GOOD, Once, Privacy, Until, With
from storage.queue import State
from storage.tables.queues import OutboxRow
from storage.types import Closed, Key


def _abandoned() -> ColumnElement[bool]:
    """Choose chats of nobody that nothing is left to be done in."""
    written = type_coerce(RoomRow.key, String)
    nobodys = or_(
        and_(
            or_(written.startswith(Direct.prefix), written.startswith(Former.prefix)),
            RoomRow.person_id.is_(None),
        ),
        written.startswith(Declined.prefix),
        and_(written.startswith(Visit.prefix), RoomRow.left),
    )
    busy = select(OutboxRow.room).where(OutboxRow.state == State.NEW)
    return and_(nobodys, RoomRow.id.not_in(busy))


class RoomRow(Base):
    """A room the hub owns or is in. ``room_id`` is empty until the homeserver made it."""

    __tablename__ = "room"
    privacy = Privacy(
        why="to know the rooms of the network and your chat",
        ends=(
            FOR_GOOD,
            Once(_abandoned, "until the hub has left the chat of somebody forgotten"),
        ),
        said=lambda n: _("Chats of yours with me: {n}, to know where to answer you", n=n),
    )
    id: Mapped[int] = key()
    key: Mapped[RoomKey | Unreadable] = mapped_column(Key, unique=True)
    room_id: Mapped[str | None] = mapped_column(unique=True)
    person_id: Mapped[int | None] = person(
        "SET NULL", why="whose chat it is", kept="until `forget me`"
    )
    language: Mapped[str]
    encrypted: Mapped[bool] = mapped_column(default=False)
    left: Mapped[bool] = mapped_column(default=False)


class OccupantRow(Base):
    """Somebody who is in a chat with the hub or in a private room, the hub itself too."""

    __tablename__ = "occupant"
    privacy = Privacy(
        why="who is in your chat with me, so that nobody else reads what is for you",
        ends=(Until("until they or the hub leave the chat"),),
        said=lambda n: _(
            "Chats with me in which you are: {n}, so that nobody else reads what is for you", n=n
        ),
    )
    id: Mapped[int] = key()
    room_id: Mapped[str]
    user_id: Mapped[str] = sealed("occupant.user_id", why="to know who it is")
    user_key: Mapped[str] = blind("occupant.user_id", index=True, why="to know who it is")

    __table_args__ = (UniqueConstraint("room_id", "user_key"),)


class KnockRow(Base):
    """Somebody asks to be let into a room, until moderators answer."""

    __tablename__ = "knock"
    privacy = Privacy(
        why="so that moderators decide whom to let into a room",
        ends=(Until("until it is answered, after a week at the latest"), With("person_id")),
        said=lambda n: _("Rooms you ask to be let into: {n}, until that is decided", n=n),
    )
    id: Mapped[int] = key()
    person_id: Mapped[int] = person("CASCADE", why="whom to tell what is decided")
    room: Mapped[int] = mapped_column(BigKey, ForeignKey("room.id", ondelete="CASCADE"))
    reason: Mapped[str] = sealed("knock.reason", of=("person_id",), why="what you said of it")
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("person_id", "room"), NEVER_AGAIN)


class RoomState(StrEnum):
    """What became of a room that somebody wants."""

    ASKED = "asked"
    OPEN = "open"
    ARCHIVED = "archived"


class FoundedRow(Base):
    """A room that was declared in chat, or that a member asks for."""

    __tablename__ = "founded"
    privacy = Privacy(
        why="to build the rooms that members ask for and moderators add",
        ends=(Until("when it is declined; one that was built, for good"),),
        said=lambda n: _("Rooms you asked for or added: {n}, to build them", n=n),
    )
    id: Mapped[int] = key()
    slug: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]] = sealed("founded.names", of=("asked_by_id",), why="its name")
    topics: Mapped[dict[str, str]] = sealed("founded.topics", of=("asked_by_id",), why="what for")
    parent: Mapped[str]
    access: Mapped[Access] = mapped_column(Closed(Access, unknown=Access.STAFF))
    encrypted: Mapped[bool]
    state: Mapped[RoomState] = mapped_column(Closed(RoomState, unknown=RoomState.ARCHIVED))
    asked_by_id: Mapped[int | None] = person("SET NULL", why="to tell them what became of it")
    asked_at: Mapped[datetime]
    until: Mapped[datetime | None]
