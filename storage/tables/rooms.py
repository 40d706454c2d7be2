"""The rooms the hub owns or is in."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, key, person


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
