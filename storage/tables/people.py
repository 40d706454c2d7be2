"""Who the hub knows, and what was agreed and vouched for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NEVER_AGAIN, Base, blind, key, person, sealed


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


class PurgeRow(Base):
    """Everybody of a region erased, or the wish for it. Afterwards it is the record, unnamed."""

    __tablename__ = "purge"
    id: Mapped[int] = key()
    region: Mapped[str]
    asked_by: Mapped[int | None] = person("SET NULL")
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    erased: Mapped[int | None]
