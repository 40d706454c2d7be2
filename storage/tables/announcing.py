"""What moderators announce to the whole network."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from kit.text import _
from storage.base import NEVER_AGAIN, Base, key, person, sealed
from storage.privacy import After, Privacy
from storage.types import Closed

ANNOUNCED_DAYS = 30


class AnnouncementState(StrEnum):
    """How far an announcement has come."""

    TELLING = "telling"
    DONE = "done"
    STOPPED = "stopped"


class AnnouncementRow(Base):
    """A text for everybody: ``texts`` by language, and the ``usual`` one where a language has none.

    ``told`` counts the members in whose digests it is. One with a ``room``, by its slug, is said in
    that alone.
    """

    __tablename__ = "announcement"
    privacy = Privacy(
        why="to tell an announcement to the end, and to stop it",
        ends=(After(ANNOUNCED_DAYS, "at"),),
        said=lambda n: _("Announcements of yours: {n}, so that they can be stopped", n=n),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    by_id: Mapped[int | None] = person("SET NULL", why="who announced it")
    texts: Mapped[dict[str, str]] = sealed(
        "announcement.texts", of=("by_id",), why="what everybody is told"
    )
    usual: Mapped[str]
    state: Mapped[AnnouncementState] = mapped_column(Closed(AnnouncementState))
    told: Mapped[int]
    room: Mapped[str | None]
    at: Mapped[datetime]
