"""Who decided what about whom, so that nobody changes it unnoticed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kit.text import _
from storage.base import Base, BigKey, key, person
from storage.privacy import FOR_GOOD, Privacy, Until, With
from storage.tables.moderation import Measure
from storage.tables.people import Decided
from storage.types import Closed


class Audited(StrEnum):
    """What is put down: what happens to somebody, or to everybody. The words are stored."""

    WARN = Measure.WARN.value
    MUTE = Measure.MUTE.value
    REMOVE = Measure.REMOVE.value
    BAN = Measure.BAN.value
    UNBAN = Measure.UNBAN.value
    REDACT = Measure.REDACT.value
    UNDO = "undo"
    END = "end"
    ANYONE = Decided.ANYONE.value
    MEMBER = Decided.MEMBER.value
    CURATOR = Decided.CURATOR.value
    ORGANISER = Decided.ORGANISER.value
    MODERATOR = Decided.MODERATOR.value
    STEWARD = Decided.STEWARD.value
    VOUCH = Decided.VOUCH.value
    WITHDRAW = Decided.WITHDRAW.value
    LOCKDOWN = "lockdown"
    LOCKDOWN_OFF = "lockdown off"
    ANNOUNCE = "announce"
    ANNOUNCE_STOP = "announce stop"
    REPORT_CLOSE = "report close"
    REPORT_LAPSE = "report lapse"
    CASE_CLOSE = "case close"
    EVENT_CANCEL = "event cancel"
    KNOCK_ACCEPT = "knock accept"
    KNOCK_DECLINE = "knock decline"
    APPEAL_DECLINE = "appeal decline"
    IDENTITY_ACCEPT = "identity accept"
    IDENTITY_BACK = "identity back"


class AuditPart(StrEnum):
    """Whose part in an entry is meant."""

    BY = "by"
    ABOUT = "about"


class AuditRow(Base):
    """One entry. Its digest, keyed, covers the digest of the entry before it.

    People stand in it by marks, which say nothing without the row that knows whose they are. The
    numbers have no gaps: the sweep only ever takes the oldest, which its seal (``AuditSealRow``)
    tells.
    """

    __tablename__ = "audit"
    privacy = Privacy(
        why="that something was decided, so that nobody changes it unnoticed",
        ends=(Until("365 days"),),
    )
    id: Mapped[int] = key()
    what: Mapped[Audited] = mapped_column(Closed(Audited))
    number: Mapped[int | None] = mapped_column(BigKey)
    by_mark: Mapped[str]
    about_mark: Mapped[str]
    before: Mapped[str]
    digest: Mapped[str]
    at: Mapped[datetime]


class AuditNameRow(Base):
    """Who is meant by a mark of an entry. When they are erased the mark means nobody."""

    __tablename__ = "audit_name"
    privacy = Privacy(
        why="who decided something, and about whom",
        ends=(With("audit_id", "with the entry"), With("person_id")),
        said=lambda n: _(
            "Decisions by you or about you on the audit trail: {n}, so that nobody changes them "
            "unnoticed",
            n=n,
        ),
    )
    audit_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[AuditPart] = mapped_column(Closed(AuditPart), primary_key=True)
    person_id: Mapped[int] = person("CASCADE", why="who it is")
    salt: Mapped[str]


class AuditSealRow(Base):
    """What should be there of the trail: the one row, which is keyed.

    The entry that was taken last by the sweep and the last one, each with its digest, and how many
    names stand.
    """

    __tablename__ = "audit_seal"
    privacy = Privacy(
        why="so that nobody shortens the audit trail unnoticed",
        ends=(FOR_GOOD,),
    )
    id: Mapped[int] = key()
    taken: Mapped[int] = mapped_column(BigKey)
    before: Mapped[str]
    last: Mapped[int] = mapped_column(BigKey)
    head: Mapped[str]
    names: Mapped[int] = mapped_column(BigKey)
    mark: Mapped[str]
