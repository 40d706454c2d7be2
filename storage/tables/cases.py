"""Experts, and the requests that are put to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, key, person, sealed
from storage.privacy import After, Privacy, With

OPEN_STATES = ("open", "offered", "accepted", "introduced", "unmatched")
KNOWS = "to ask you what you know"


class ExpertRow(Base):
    """A member who answers requests."""

    __tablename__ = "expert"
    privacy = Privacy(
        why="to ask you in turn",
        ends=(With("person_id"),),
        said=lambda n: _("Entries as an expert: {n}, to ask you what you know", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    topics: Mapped[list[str]] = sealed("expert.topics", why=KNOWS)
    languages: Mapped[list[str]] = sealed("expert.languages", why=KNOWS)
    open_limit: Mapped[int]
    away_until: Mapped[datetime | None]
    since: Mapped[datetime]


class RequestRow(Base):
    """A question for an expert. Who asked stays hidden until both sides agree."""

    __tablename__ = "request"
    privacy = Privacy(
        why="to find help, and for yearly figures",
        ends=(After(365, "created_at", "once it is over", besides=OPEN_STATES),),
        said=lambda n: _("Requests you have a part in: {n}, to find help", n=n),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    asker_id: Mapped[int] = person("CASCADE")
    expert_id: Mapped[int | None] = person("SET NULL")
    topic: Mapped[str]
    languages: Mapped[list[str]]
    question: Mapped[str] = sealed(
        "request.question", of=("asker_id",), why="what you asked", kept="until it is over"
    )
    state: Mapped[str]
    created_at: Mapped[datetime]


class OfferRow(Base):
    """A request put to one expert, and why to this one."""

    __tablename__ = "offer"
    privacy = Privacy(
        why="so that nobody is asked twice",
        ends=(With("request_id", "as long as its request"),),
        said=lambda n: _("Requests put to you: {n}, so that I ask you once", n=n),
    )
    request_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("request.id", ondelete="CASCADE"), primary_key=True
    )
    expert_id: Mapped[int] = person("CASCADE", primary_key=True)
    state: Mapped[str]
    offered_at: Mapped[datetime]
    score: Mapped[dict[str, Any]] = sealed("offer.score", why="why you were asked")
