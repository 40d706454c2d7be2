"""What waits to be handled, done or fallen due, and how far the stream was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, BigKey, blind, key, person, sealed, waiting


class CheckpointRow(Base):
    """How far the homeserver's stream has been taken in, for one device."""

    __tablename__ = "checkpoint"
    id: Mapped[int] = key()
    user_id: Mapped[str] = mapped_column(unique=True)
    next_batch: Mapped[str]


class InboxRow(Base):
    """An event to handle once. What it says is removed as soon as it is handled."""

    __tablename__ = "inbox"
    id: Mapped[int] = key()
    event_id: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[str]
    sender: Mapped[str] = sealed("inbox.sender")
    sender_key: Mapped[str] = blind("inbox.sender")
    kind: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = sealed("inbox.payload")
    sent_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="new")
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (waiting("ix_inbox_waiting", "room_id", "id"),)


class OutboxRow(Base):
    """Something to do on the homeserver, once. ``txn_id`` is the same for every try."""

    __tablename__ = "outbox"
    id: Mapped[int] = key()
    txn_id: Mapped[str] = mapped_column(unique=True)
    room: Mapped[int] = mapped_column(BigKey, ForeignKey("room.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = person("SET NULL")
    action: Mapped[str]
    # In an export it would hold the export before it; it reaches its reader anyway.
    content: Mapped[dict[str, Any] | None] = sealed("outbox.content", of=())
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="new")
    tries: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[str | None]
    reason: Mapped[str | None]

    __table_args__ = (waiting("ix_outbox_waiting", "room", "id"),)


class AboutRow(Base):
    """An errand that names a person to others: a message to delete, an invitation to take back."""

    __tablename__ = "about"
    txn_id: Mapped[str] = mapped_column(
        ForeignKey("outbox.txn_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)


class DueRow(Base):
    """Something that falls due. ``key`` makes planning it twice harmless."""

    __tablename__ = "due"
    id: Mapped[int] = key()
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = sealed("due.payload")
    person_id: Mapped[int | None] = person("CASCADE")
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="new")
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (waiting("ix_due_waiting", "due_at"),)
