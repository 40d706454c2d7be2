"""Experts, and the requests that are put to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NEVER_AGAIN, Base, BigKey, key, person, sealed


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
