"""What members attend."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import NEVER_AGAIN, Base, BigKey, key, person


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
