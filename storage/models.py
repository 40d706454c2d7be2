"""The tables but those of the library. A column that points at a person cascades or empties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NEVER_AGAIN, Base, BigKey, blind, key, person, sealed, waiting


class PersonRow(Base):
    """Somebody the hub has met. Before onboarding nothing is known but their language."""

    __tablename__ = "person"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    user_id: Mapped[str] = sealed("person.user_id")
    user_key: Mapped[str] = blind("person.user_id", unique=True)
    language: Mapped[str]
    zone: Mapped[str | None] = sealed("person.zone")
    country: Mapped[str | None] = sealed("person.country")
    category: Mapped[str | None] = sealed("person.category")
    topics: Mapped[list[str]] = sealed("person.topics", default=list)
    role: Mapped[str] = mapped_column(default="anyone")
    in_space: Mapped[bool] = mapped_column(default=False)
    has_spoken: Mapped[bool] = mapped_column(default=False)
    greeted: Mapped[bool] = mapped_column(default=False)
    practitioner: Mapped[bool] = mapped_column(default=False)
    misunderstood: Mapped[int] = mapped_column(default=0)
    consent_version: Mapped[str | None]
    consent_language: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    met_at: Mapped[datetime]


class VouchRow(Base):
    """Somebody's word that a person works for the defence; ``checked`` is a moderator's."""

    __tablename__ = "vouch"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    voucher_id: Mapped[int] = person("CASCADE", primary_key=True)
    checked: Mapped[bool]
    given_at: Mapped[datetime]


class DirectoryRow(Base):
    """What a member lets other members find. Without a row nothing is shown."""

    __tablename__ = "directory"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    shown: Mapped[list[str]]


class RoomRow(Base):
    """A room the hub owns or is in. ``room_id`` is empty until the homeserver made it."""

    __tablename__ = "room"
    id: Mapped[int] = key()
    key: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[str | None] = mapped_column(unique=True)
    person_id: Mapped[int | None] = person("SET NULL")
    language: Mapped[str]
    encrypted: Mapped[bool] = mapped_column(default=False)
    left: Mapped[bool] = mapped_column(default=False)


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


class DialogueRow(Base):
    """The one open conversation of a person."""

    __tablename__ = "dialogue"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    step: Mapped[str]
    draft: Mapped[dict[str, Any]] = sealed("dialogue.draft")
    paused: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[str | None]
    asked: Mapped[str | None]
    updated_at: Mapped[datetime]


class AttentionRow(Base):
    """What a person wishes about being written to. Without hours the hub's own hold."""

    __tablename__ = "attention"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest: Mapped[bool] = mapped_column(default=True)
    muted: Mapped[bool] = mapped_column(default=False)
    switched_off: Mapped[list[str]] = mapped_column(default=list)


class NoticeRow(Base):
    """What nobody just asked for: held, gathered for the digest, or said and counted for a week."""

    __tablename__ = "notice"
    id: Mapped[int] = key()
    person_id: Mapped[int] = person("CASCADE")
    notice: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    text: Mapped[dict[str, Any]] = sealed("notice.text")
    until: Mapped[datetime | None]
    state: Mapped[str]
    since: Mapped[datetime]


class ListingRow(Base):
    """The numbered list a person saw last, so that "show 2" and "more" mean something."""

    __tablename__ = "listing"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    kind: Mapped[str]
    ids: Mapped[list[str]] = sealed("listing.ids")
    shown: Mapped[int]
    met_at: Mapped[datetime | None]


class PurgeRow(Base):
    """Everybody of a region erased, or the wish for it. Afterwards it is the record, unnamed."""

    __tablename__ = "purge"
    id: Mapped[int] = key()
    region: Mapped[str]
    asked_by: Mapped[int | None] = person("SET NULL")
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    erased: Mapped[int | None]


class UnmetRow(Base):
    """What was looked for and not found. It points at nobody."""

    __tablename__ = "unmet"
    words: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
    last_at: Mapped[datetime]


class ExpertRow(Base):
    """A member who answers requests."""

    __tablename__ = "expert"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    topics: Mapped[list[str]] = sealed("expert.topics")
    languages: Mapped[list[str]] = sealed("expert.languages")
    open_limit: Mapped[int]
    away_until: Mapped[datetime | None]
    since: Mapped[datetime]


class RequestRow(Base):
    """A question for an expert. Who asked stays hidden until both sides agree."""

    __tablename__ = "request"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    asker_id: Mapped[int] = person("CASCADE")
    expert_id: Mapped[int | None] = person("SET NULL")
    topic: Mapped[str]
    languages: Mapped[list[str]]
    question: Mapped[str] = sealed("request.question", of=("asker_id",))
    state: Mapped[str]
    created_at: Mapped[datetime]


class OfferRow(Base):
    """A request put to one expert, and why to this one."""

    __tablename__ = "offer"
    request_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("request.id", ondelete="CASCADE"), primary_key=True
    )
    expert_id: Mapped[int] = person("CASCADE", primary_key=True)
    state: Mapped[str]
    offered_at: Mapped[datetime]
    score: Mapped[dict[str, Any]] = sealed("offer.score")


class EventRow(Base):
    """Something members attend. ``starts_at`` is the instant, ``zone`` where it is at home."""

    __tablename__ = "event"
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    title: Mapped[str]
    starts_at: Mapped[datetime]
    zone: Mapped[str]
    host_id: Mapped[int | None] = person("SET NULL")
    cancelled: Mapped[bool] = mapped_column(default=False)


class AttendanceRow(Base):
    """A member who said they are going."""

    __tablename__ = "attendance"
    event_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
