"""What moderators decide about somebody, and where it is carried out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, blind, key, person, sealed
from storage.privacy import After, Privacy, With
from storage.types import Closed


class Measure(StrEnum):
    """What can be done about somebody, or about what they said."""

    WARN = "warn"
    MUTE = "mute"
    REMOVE = "remove"
    BAN = "ban"
    UNBAN = "unban"
    REDACT = "redact"

    @property
    def severity(self) -> int:
        """How hard it is on whom it is about; 0 for what is no step of that scale."""
        return _HARDER.index(self) + 1 if self in _HARDER else 0

    @property
    def lasts(self) -> bool:
        """Whether it can be taken back, or ends by itself."""
        return self not in {Measure.WARN, Measure.REDACT}

    @property
    def revocable(self) -> bool:
        """Whether it can be taken back, if only in words."""
        return self is not Measure.REDACT


_HARDER = (Measure.WARN, Measure.MUTE, Measure.REMOVE, Measure.BAN)


class MeasureState(StrEnum):
    """How far a measure has come."""

    LOOKING = "looking"
    SHOWN = "shown"
    AGREED = "agreed"
    DOING = "doing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"

    @property
    def proposed(self) -> bool:
        """Whether it is not decided: who began it may, and nobody else learns of it."""
        return self in {MeasureState.LOOKING, MeasureState.SHOWN}

    @property
    def under_way(self) -> bool:
        """Whether it is decided and not carried out to the end."""
        return self in {MeasureState.AGREED, MeasureState.DOING, MeasureState.UNDOING}


class Presence(StrEnum):
    """Somebody's membership of a room (Matrix specification, ``m.room.member``)."""

    JOIN = "join"
    INVITE = "invite"
    KNOCK = "knock"
    LEAVE = "leave"
    BAN = "ban"


class MeasureRow(Base):
    """What a moderator wants done about somebody, why, and until when.

    It is about a person, or about an event whose author the homeserver is asked for first. One
    about a person that names a room holds in that room alone. One *of the hub* nobody decided: its
    reason is a word for what there was too much of.
    """

    __tablename__ = "measure"
    privacy = Privacy(
        why="what moderators did about somebody, why, and how it is undone",
        ends=(After(365, "at"), With("person_id")),
        said=lambda n: _(
            "Measures of moderators about you or by you: {n}, so that they can be undone", n=n
        ),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    kind: Mapped[Measure] = mapped_column(Closed(Measure))
    state: Mapped[MeasureState] = mapped_column(Closed(MeasureState), index=True)
    person_id: Mapped[int | None] = person("CASCADE", why="whom it is about")
    by_id: Mapped[int | None] = person("SET NULL", why="who decided it")
    by_key: Mapped[str | None] = blind(
        "person.user_id",
        why="so that stewards can undo what somebody did who asked to be forgotten",
        kept="as long as the measure, and only from `forget me` on",
    )
    undone_by_id: Mapped[int | None] = person("SET NULL", why="who took it back")
    reason: Mapped[str] = sealed("measure.reason", why="what the person is told")
    room: Mapped[int | None] = mapped_column(BigKey, ForeignKey("room.id", ondelete="SET NULL"))
    event_id: Mapped[str | None]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    appeal_declined_at: Mapped[datetime | None]
    of_hub: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime]

    @property
    def in_one_room(self) -> bool:
        """Whether it holds in one room, and not in all of the Space."""
        return self.room is not None and self.event_id is None

    @property
    def shuts_out(self) -> bool:
        """Whether who it is about is no longer in the Space."""
        return self.kind in {Measure.REMOVE, Measure.BAN} and not self.in_one_room

    def bars(self, kind: Measure, room: int | None) -> bool:
        """Tell whether another about the same person is not begun while this is under way or holds.

        What is deleted is in nobody's way, nor what holds in another room, nor what is less hard.
        """
        if Measure.REDACT in {kind, self.kind} or (self.in_one_room and self.room != room):
            return False
        if self.state.under_way:
            return not 0 < self.kind.severity < kind.severity
        return kind.lasts and self.kind in {kind, _OPPOSITE.get(kind)}

    def gives_way_to(self, other: MeasureRow) -> bool:
        """Tell whether another that is decided takes the place of this one, which is less hard.

        A warning goes with what else the same moderator decides: both are done.
        """
        decided = other.state in {MeasureState.AGREED, MeasureState.DOING}
        if not decided or other.in_one_room or other.of_hub:
            return False
        if self.kind is Measure.WARN and self.by_id == other.by_id:
            return False
        return 0 < self.kind.severity < other.kind.severity


# A ban by a measure is lifted by taking that measure back, and one by hand by a measure.
_OPPOSITE = {Measure.UNBAN: Measure.BAN}


class LockdownRow(Base):
    """A while in which who wants to join the Space has to knock."""

    __tablename__ = "lockdown"
    privacy = Privacy(
        why="so that no flood of newcomers comes in",
        ends=(After(30, "at"),),
        said=lambda n: _("Times you let newcomers knock: {n}", n=n),
    )
    id: Mapped[int] = key()
    by_id: Mapped[int | None] = person("SET NULL", why="who decided it; nobody where the hub did")
    at: Mapped[datetime]
    until: Mapped[datetime]
    over: Mapped[bool]


class PlaceRow(Base):
    """A room of the Space as it was before a measure, and which errands changed it and back."""

    __tablename__ = "place"
    privacy = Privacy(
        why="where somebody was before a measure, so that it can be undone",
        ends=(With("measure_id", "with the measure"),),
    )
    measure_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("measure.id", ondelete="CASCADE"), primary_key=True
    )
    room: Mapped[int] = mapped_column(
        BigKey, ForeignKey("room.id", ondelete="CASCADE"), primary_key=True
    )
    presence: Mapped[Presence | None] = mapped_column(Closed(Presence))
    level: Mapped[int | None] = mapped_column(BigKey)
    messages: Mapped[int]
    txn_id: Mapped[str | None]
    undo_txn_id: Mapped[str | None]


class ReportState(StrEnum):
    """How far a report has come."""

    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class ReportRow(Base):
    """What a member told the moderators of a message, a person or a room."""

    __tablename__ = "report"
    privacy = Privacy(
        why="what you told the moderators, and what comes of it; only they learn that it was you",
        ends=(After(90, "at"), With("reporter_id")),
        said=lambda n: _(
            "Reports to the moderators by you or in your hands: {n}, to tell what comes of them",
            n=n,
        ),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    state: Mapped[ReportState] = mapped_column(Closed(ReportState))
    reporter_id: Mapped[int] = person("CASCADE", why="to tell you what came of it")
    claimed_by_id: Mapped[int | None] = person("SET NULL", why="which moderator looks into it")
    room: Mapped[int | None] = mapped_column(BigKey, ForeignKey("room.id", ondelete="SET NULL"))
    event_id: Mapped[str | None]
    about: Mapped[str] = sealed(
        "report.about",
        of=("reporter_id",),
        why="whom it is about",
        kept="as long as the report, or until they ask to be forgotten",
    )
    text: Mapped[str] = sealed("report.text", of=("reporter_id",), why="what you said")
    outcome: Mapped[str | None] = sealed(
        "report.outcome", of=("reporter_id",), why="what you were told came of it"
    )
    at: Mapped[datetime]

    @property
    def untaken(self) -> bool:
        """Whether nobody looks into it; who did may have been forgotten since."""
        return self.state is not ReportState.CLOSED and self.claimed_by_id is None
