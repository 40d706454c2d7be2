"""What waits to be handled, done or fallen due, and how far the stream was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from kit.audience import Audience
from kit.stored import Unreadable
from kit.text import _
from storage.base import Base, BigKey, blind, key, person, sealed, unsettled, waiting
from storage.privacy import After, Privacy, Until, With
from storage.queue import Queued, State
from storage.types import Readers

SENDER = "to answer, and to find what is to be forgotten"


class CheckpointRow(Base):
    """How far the homeserver's stream has been taken in, for one device."""

    __tablename__ = "checkpoint"
    privacy = Privacy(
        why="how far the hub has read; the account is its own",
        ends=(Until("overwritten by each step"),),
    )
    id: Mapped[int] = key()
    user_id: Mapped[str] = mapped_column(unique=True)
    next_batch: Mapped[str]


class InboxRow(Queued, Base):
    """An event to handle once. What it says is removed as soon as it is handled.

    One that came again after it was deleted would be handled again: homeservers do not go back
    so far. What failed waits longer, for an operator to look.
    """

    __tablename__ = "inbox"
    privacy = Privacy(
        why="to handle each message once",
        ends=(
            After(30, "sent_at", states=(State.DONE, State.WITHDRAWN)),
            After(90, "sent_at", "if it failed", besides=(State.NEW,)),
        ),
        said=lambda n: _(
            "Messages from you: {n}, without their text once answered, so that I answer once", n=n
        ),
    )
    id: Mapped[int] = key()
    event_id: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[str]
    sender: Mapped[str] = sealed("inbox.sender", why=SENDER)
    sender_key: Mapped[str] = blind("inbox.sender", index=True, why=SENDER)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = sealed(
        "inbox.payload", why="what you said", kept="until it is handled or given up"
    )
    sent_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        waiting("ix_inbox_waiting", "room_id", "id"),
        unsettled("ix_inbox_unsettled"),
    )


SENT_DAYS = 30
"""How long the hub remembers what it said: so long it can take it back."""


class OutboxRow(Queued, Base):
    """Something to do on the homeserver, once. ``txn_id`` is the same for every try."""

    __tablename__ = "outbox"
    privacy = Privacy(
        why="to say each thing once, and to delete it when you leave",
        ends=(
            After(SENT_DAYS, "created_at", states=(State.SENT, State.WITHDRAWN)),
            After(90, "created_at", "if it failed", besides=(State.NEW,)),
        ),
        said=lambda n: _(
            "Messages to you: {n}, without their text once sent, so that I can delete them", n=n
        ),
    )
    id: Mapped[int] = key()
    txn_id: Mapped[str] = mapped_column(unique=True)
    room: Mapped[int] = mapped_column(BigKey, ForeignKey("room.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = person("SET NULL", why="whom it is for")
    action: Mapped[str]
    # In an export it would hold the export before it; it reaches its reader anyway.
    content: Mapped[dict[str, Any] | None] = sealed(
        "outbox.content",
        of=(),
        withdrawn=True,
        why="what is said",
        kept="until it is sent or given up; what is asked of a room of the Space, with the row",
    )
    audience: Mapped[Audience | Unreadable | None] = mapped_column(
        Readers, info={"why": "who may read it", "kept": "until it is sent or given up"}
    )
    created_at: Mapped[datetime] = mapped_column(index=True)
    claimed_until: Mapped[datetime | None]
    event_id: Mapped[str | None] = mapped_column(index=True)
    # Said of the hub's own accord, and asking nothing: a yes is no answer to it.
    unasked: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        waiting("ix_outbox_waiting", "room", "id"),
        unsettled("ix_outbox_unsettled"),
        Index("ix_outbox_room", "room", "id"),
    )


class AboutRow(Base):
    """An errand that names a person to others: a message to delete, an invitation to take back."""

    __tablename__ = "about"
    privacy = Privacy(
        why="messages to others that speak of you, so that they can be deleted",
        ends=(With("txn_id", "as long as the message is remembered"),),
        said=lambda n: _(
            "Messages to others that speak of you: {n}, so that I can delete them", n=n
        ),
    )
    txn_id: Mapped[str] = mapped_column(
        ForeignKey("outbox.txn_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)


class DueRow(Queued, Base):
    """Something that falls due. ``key`` makes planning it twice harmless."""

    __tablename__ = "due"
    privacy = Privacy(
        why="reminders and deadlines",
        ends=(
            After(30, "due_at", "after it happened", states=(State.DONE,)),
            After(90, "due_at", "if it failed", besides=(State.NEW,)),
        ),
        said=lambda n: _("Reminders and deadlines: {n}, to write to you in time", n=n),
    )
    id: Mapped[int] = key()
    # Compared by bytes on both databases: what begins alike stands together.
    key: Mapped[str] = mapped_column(
        String().with_variant(String(collation="C"), "postgresql"), unique=True
    )
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = sealed(
        "due.payload", why="what it is about", kept="until it happened"
    )
    person_id: Mapped[int | None] = person("CASCADE")
    due_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        waiting("ix_due_waiting", "due_at"),
        waiting("ix_due_kind", "kind", "key"),
        unsettled("ix_due_unsettled"),
    )
