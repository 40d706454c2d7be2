"""Who the hub knows, and what was agreed and vouched for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from kit.authority import Role
from kit.text import Say, _
from storage.base import NEVER_AGAIN, Base, Notes, blind, key, person, sealed
from storage.privacy import FOR_GOOD, After, Privacy, Until, With
from storage.types import Closed

KNOWN = "to know you again"
PROFILE = Notes(
    why="reminders in your time, rooms that fit, finding experts",
    kept="until changed, or `forget me`",
)
AGREED = {"why": "to show what you agreed to"}


class PersonRow(Base):
    """Somebody the hub has met. Before onboarding nothing is known but their language."""

    __tablename__ = "person"
    privacy = Privacy(
        why="to speak with you, and to know what you may do",
        ends=(Until("until `forget me`"),),
        said=lambda _rows: _(
            "Your profile and when we met: {profile} shows it", profile=Say("profile")
        ),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    user_id: Mapped[str] = sealed("person.user_id", why=KNOWN)
    user_key: Mapped[str] = blind("person.user_id", unique=True, why=KNOWN)
    language: Mapped[str]
    zone: Mapped[str | None] = sealed("person.zone", **PROFILE)
    country: Mapped[str | None] = sealed("person.country", **PROFILE)
    category: Mapped[str | None] = sealed("person.category", **PROFILE)
    topics: Mapped[list[str]] = sealed("person.topics", **PROFILE, default=list)
    # Who has a role that nobody knows has no power, and takes none from others.
    role: Mapped[Role] = mapped_column(Closed(Role, unknown=Role.ANYONE), default=Role.ANYONE)
    in_space: Mapped[bool] = mapped_column(default=False)
    has_spoken: Mapped[bool] = mapped_column(default=False)
    greeted: Mapped[bool] = mapped_column(default=False)
    practitioner: Mapped[bool] = mapped_column(default=False)
    departed: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    suspended: Mapped[bool] = mapped_column(default=False)
    # They were in the Space before the hub was: when it met them says nothing of how new they are.
    settled: Mapped[bool] = mapped_column(default=False, server_default=false())
    misunderstood: Mapped[int] = mapped_column(default=0)
    consent_version: Mapped[str | None] = mapped_column(info=AGREED)
    consent_language: Mapped[str | None] = mapped_column(info=AGREED)
    consent_at: Mapped[datetime | None] = mapped_column(info=AGREED)
    met_at: Mapped[datetime]

    @hybrid_property
    def is_member(self) -> bool:
        """Whether they agreed to the rules, and are not shut out; a condition of queries too."""
        return self.consent_at is not None and not self.suspended

    @is_member.inplace.expression
    @classmethod
    def _is_member(cls) -> ColumnElement[bool]:
        return and_(cls.consent_at.is_not(None), ~cls.suspended)


class GoneRow(Base):
    """Somebody who was erased, or is banned: nothing of them but a keyed hash."""

    __tablename__ = "gone"
    privacy = Privacy(
        why="so that only your own word makes us know you again, and a ban holds",
        ends=(
            Until("until you write to the hub again"),
            After(365, "since", "or at the last start that found a ban in force"),
        ),
        said=lambda n: _(
            "Notes that you were gone: {n}, so that only you bring yourself back", n=n
        ),
    )
    id: Mapped[int] = key()
    user_key: Mapped[str] = blind("person.user_id", unique=True)
    banned: Mapped[bool]
    held: Mapped[bool]
    shut_until: Mapped[datetime | None]
    since: Mapped[datetime]

    def shut_out(self, now: datetime) -> bool:
        """Tell whether a ban or a removal keeps them out."""
        return self.banned or (self.shut_until is not None and now < self.shut_until)


class VouchRow(Base):
    """Somebody's word that a person works for the defence; ``checked`` is a moderator's.

    ``interprets`` is that of a moderator who was asked whether the person may read what others
    write of cases.
    """

    __tablename__ = "vouch"
    privacy = Privacy(
        why="to open the practitioners' rooms, or to let somebody interpret; no evidence is kept",
        ends=(Until("until withdrawn"), With("voucher_id", "`forget me` of either")),
        said=lambda n: _(
            "Words given for you or by you: {n}, to open the practitioners' rooms", n=n
        ),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    voucher_id: Mapped[int] = person("CASCADE", primary_key=True)
    checked: Mapped[bool]
    interprets: Mapped[bool] = mapped_column(default=False, server_default=false())
    given_at: Mapped[datetime]


class Decided(StrEnum):
    """What was decided about somebody: a role, by its name, or a word."""

    ANYONE = Role.ANYONE.value
    MEMBER = Role.MEMBER.value
    CURATOR = Role.CURATOR.value
    ORGANISER = Role.ORGANISER.value
    MODERATOR = Role.MODERATOR.value
    STEWARD = Role.STEWARD.value
    VOUCH = "vouch"
    WITHDRAW = "withdraw"


class DecisionRow(Base):
    """A role given, or a word given or taken back: who decided it, about whom, and when."""

    __tablename__ = "decision"
    privacy = Privacy(
        why="so that moderators see who gave roles and words",
        ends=(After(365, "at"), With("about_id", "`forget me` of whom it is about")),
        said=lambda n: _(
            "Decisions by you or about you: {n}, so that moderators see who gave roles and words",
            n=n,
        ),
    )
    id: Mapped[int] = key()
    by_id: Mapped[int | None] = person("SET NULL")
    about_id: Mapped[int] = person("CASCADE")
    what: Mapped[Decided] = mapped_column(Closed(Decided))
    at: Mapped[datetime]


class DirectoryRow(Base):
    """What a member lets other members find. Without a row nothing is shown."""

    __tablename__ = "directory"
    privacy = Privacy(
        why="what you let other members find",
        ends=(Until("until changed"), With("person_id", "`forget me`")),
        said=lambda n: _("What other members may find of you: {n}", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    shown: Mapped[list[str]]


class PurgeRow(Base):
    """Everybody of a region erased, or the wish for it. Afterwards it is the record, unnamed."""

    __tablename__ = "purge"
    privacy = Privacy(
        why="the record of an emergency, without names",
        ends=(FOR_GOOD,),
        said=lambda n: _("Regions you asked to erase: {n}, until a second steward agrees", n=n),
    )
    id: Mapped[int] = key()
    region: Mapped[str]
    asked_by: Mapped[int | None] = person(
        "SET NULL",
        why="so that another steward has to agree",
        kept="until it is confirmed",
    )
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    erased: Mapped[int | None]
