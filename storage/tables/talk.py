"""What is open between a person and the hub: questions, lists, wishes, held notices."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kit.notices import Notice
from kit.subject import Subject
from kit.text import _
from storage.base import Base, BigKey, key, person, sealed
from storage.privacy import After, Privacy, Until, With
from storage.types import Closed, Matter


class DialogueRow(Base):
    """The one open conversation of a person."""

    __tablename__ = "dialogue"
    privacy = Privacy(
        why="to go on where you stopped",
        ends=(Until("until answered or cancelled"),),
        said=lambda n: _("Questions waiting for your answer: {n}", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    step: Mapped[str]
    draft: Mapped[dict[str, Any]] = sealed("dialogue.draft", why="your answers so far")
    paused: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[str | None]
    asked: Mapped[str | None]
    updated_at: Mapped[datetime]


class ListingRow(Base):
    """The last list of each kind that a person saw, so that "show 2" and "more" mean something."""

    __tablename__ = "listing"
    privacy = Privacy(
        why="so that a number means what you saw",
        ends=(Until("until the next list of its kind"), After(30, "met_at")),
        said=lambda n: _("Lists you saw last: {n}, so that a number means something", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    ids: Mapped[list[str]] = sealed("listing.ids", why="what you saw")
    shown: Mapped[int]
    said: Mapped[str | None]
    met_at: Mapped[datetime | None] = mapped_column(index=True)


class AttentionRow(Base):
    """What a person wishes about being written to. Without hours the hub's own hold."""

    __tablename__ = "attention"
    privacy = Privacy(
        why="when to write to you, and about what",
        ends=(With("person_id"),),
        said=lambda n: _("Wishes about when I write: {n}, to keep to them", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest: Mapped[bool] = mapped_column(default=True)
    muted: Mapped[bool] = mapped_column(default=False)
    switched_off: Mapped[list[str]] = mapped_column(default=list)


class NoticeState(StrEnum):
    """Where a notice stands."""

    HELD = "held"  # until quiet hours or silence are over
    GATHERED = "gathered"  # for the digest
    VEILED = "veiled"  # until asked for: the chat is in clear and it is nothing for a lock screen
    SAID = "said"  # and counted for a week

    @property
    def waits(self) -> bool:
        """Whether it is still to be said."""
        return self is not NoticeState.SAID


class NoticeRow(Base):
    """What nobody just asked for: held, gathered for the digest, or said and counted for a week."""

    __tablename__ = "notice"
    privacy = Privacy(
        why="to write rarely and not at night",
        ends=(Until("until it is said and a week after"), After(30, "since", "at most")),
        said=lambda n: _(
            "News and reminders that wait or were sent lately: {n}, to write rarely", n=n
        ),
    )
    id: Mapped[int] = key()
    person_id: Mapped[int] = person("CASCADE")
    # What nobody knows is the least pressing: one such row must not stop the others.
    notice: Mapped[Notice] = mapped_column(Closed(Notice, unknown=Notice.TIPS))
    subject: Mapped[Subject | None] = mapped_column(Matter, nullable=False)
    text: Mapped[dict[str, Any]] = sealed(
        "notice.text", why="what waits to be said to you", kept="until it is said, 30 days at most"
    )
    until: Mapped[datetime | None]
    state: Mapped[NoticeState] = mapped_column(Closed(NoticeState))
    since: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (Index("ix_notice_subject", "subject", "person_id"),)


class ConcernRow(Base):
    """Of whom a notice that waits tells beside its reader: it goes when they are forgotten."""

    __tablename__ = "concern"
    privacy = Privacy(
        why="of whom a waiting notice tells others, so that it is taken back with you",
        ends=(With("notice_id", "until it is said, 30 days at most"),),
        said=lambda n: _(
            "News and requests that wait for others and tell of you: {n}, so that I can take them "
            "back",
            n=n,
        ),
    )
    notice_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
