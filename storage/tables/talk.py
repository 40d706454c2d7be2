"""What is open between a person and the hub: questions, lists, wishes, held notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, key, person, sealed


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


class ListingRow(Base):
    """The numbered list a person saw last, so that "show 2" and "more" mean something."""

    __tablename__ = "listing"
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    kind: Mapped[str]
    ids: Mapped[list[str]] = sealed("listing.ids")
    shown: Mapped[int]
    met_at: Mapped[datetime | None]


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
