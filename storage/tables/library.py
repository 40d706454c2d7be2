"""The library: its items, and what people said about them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, validates

from kit.text import _
from search.document import Document
from storage.addresses import comparable
from storage.base import Base, key, person, sealed
from storage.privacy import FOR_GOOD, After, Privacy, Until, With


class ResourceRow(Base):
    """An item of the library. It is retired, never deleted.

    ``revision`` grows with each change and tells the index what to read again. Rows get it as
    objects of a session; a statement that updates many at once would not give it.

    ``waiting`` until a curator lists it. ``superseded_by`` names an item that has no successor
    itself. ``address`` is the url as it is compared. A member's practice has a summary of three
    lines: what was done, what changed, how to copy it.
    """

    __tablename__ = "resource"
    privacy = Privacy(
        why="the library, with what members wrote for it",
        ends=(FOR_GOOD,),
        said=lambda n: _("Library items you checked: {n}, to know who did", n=n),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    year: Mapped[int | None]
    organisation: Mapped[str]
    symbol: Mapped[str | None]
    url: Mapped[str | None]
    languages: Mapped[list[str]]
    regions: Mapped[list[str]]
    subjects: Mapped[list[str]]
    aliases: Mapped[list[str]]
    titles: Mapped[dict[str, Any]]
    summaries: Mapped[dict[str, Any]]
    verified: Mapped[bool]
    source: Mapped[str]
    retired: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(BigInteger)
    retired_why: Mapped[str | None]
    waiting: Mapped[bool] = mapped_column(default=False)
    superseded_by: Mapped[str | None] = mapped_column(
        ForeignKey("resource.id", ondelete="SET NULL"), index=True
    )
    address: Mapped[str | None] = mapped_column(index=True)
    added_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    checker_id: Mapped[int | None] = person(
        "SET NULL", why="who checked the item", kept="until `forget me`"
    )
    review_by: Mapped[datetime | None]

    __table_args__ = (Index("ix_resource_revision", "revision", "id"),)

    @hybrid_property
    def shown(self) -> bool:
        """Whether everybody may know of it, and not only curators; also a condition of a query."""
        return not (self.retired or self.waiting)

    @shown.inplace.expression
    @classmethod
    def _shown(cls) -> ColumnElement[bool]:
        return ~cls.retired & ~cls.waiting

    @hybrid_property
    def in_use(self) -> bool:
        """Whether it is shown and stands for itself; also a condition of a query."""
        return self.shown and self.superseded_by is None

    @in_use.inplace.expression
    @classmethod
    def _in_use(cls) -> ColumnElement[bool]:
        return and_(cls.shown, cls.superseded_by.is_(None))

    @validates("url")
    def _compare_by_address(self, _name: str, url: str | None) -> str | None:
        self.address = comparable(url) if url else None
        return url

    def document(self) -> Document:
        """Return what the search needs to know of it."""
        known = {each.name: getattr(self, each.name) for each in fields(Document)}
        return Document(**known | {"retired": not self.shown})


AWAITED_DAYS = 365
"""How long somebody waits for an item."""


def _resource() -> Mapped[str]:
    return mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)


class ContributionRow(Base):
    """Who suggested an item, and how a practice names them. It goes when they are erased."""

    __tablename__ = "contribution"
    privacy = Privacy(
        why="to tell you what became of your suggestion",
        ends=(With("person_id"),),
        said=lambda n: _(
            "Library items you suggested: {n}, to tell you and to name you if you wish", n=n
        ),
    )
    resource_id: Mapped[str] = _resource()
    person_id: Mapped[int] = person("CASCADE")
    credit: Mapped[str | None] = sealed(
        "contribution.credit", why="how a practice names you, if you wish"
    )


class TranslationRow(Base):
    """A title and a summary in another language, until a curator decides about them."""

    __tablename__ = "translation"
    privacy = Privacy(
        why="a proposed translation",
        ends=(Until("until a curator decides"),),
        said=lambda n: _("Translations you proposed: {n}, to ask you about them", n=n),
    )
    resource_id: Mapped[str] = _resource()
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    person_id: Mapped[int | None] = person(
        "SET NULL", why="whom to ask about it", kept="until `forget me`"
    )
    proposed_at: Mapped[datetime]


class StaleRow(Base):
    """A member's word that an item is out of date, until a curator has checked it."""

    __tablename__ = "stale"
    privacy = Privacy(
        why="to check what you called out of date",
        ends=(Until("until it is checked"),),
        said=lambda n: _("Library items you called out of date: {n}, until that is checked", n=n),
    )
    resource_id: Mapped[str] = _resource()
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    why: Mapped[str] = sealed("stale.why", why="what you said about it")
    reported_at: Mapped[datetime]


class UsageRow(Base):
    """How often an item was found and opened in a month ("2027-03"), by nobody in particular."""

    __tablename__ = "usage"
    privacy = Privacy(
        why="which items are of use, by nobody in particular",
        ends=(FOR_GOOD,),
    )
    resource_id: Mapped[str] = _resource()
    month: Mapped[str] = mapped_column(primary_key=True)
    found: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


class LinkRow(Base):
    """How the address of an item answered. ``reason`` says why it failed the last time."""

    __tablename__ = "link"
    privacy = Privacy(
        why="whether the addresses of the library still answer",
        ends=(Until("overwritten by each try"),),
    )
    resource_id: Mapped[str] = _resource()
    url: Mapped[str]
    checked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    reason: Mapped[str | None]


class AwaitedRow(Base):
    """What somebody looked for in vain and wants to be told of as soon as there is something.

    ``known`` are the items that such a search began with when they asked.
    """

    __tablename__ = "awaited"
    privacy = Privacy(
        why="to tell you when the library has what you looked for",
        ends=(Until("until I told you"), After(AWAITED_DAYS, "asked_at")),
        said=lambda n: _("Alerts of yours: {n}, to tell you when the library has something", n=n),
    )
    id: Mapped[int] = key()
    person_id: Mapped[int] = person("CASCADE")
    words: Mapped[str] = sealed("awaited.words", why="what you looked for")
    known: Mapped[list[str]] = sealed("awaited.known", why="what was found then")
    asked_at: Mapped[datetime]


UNMET_DAYS = 90
"""How long what was not found is remembered."""


class UnmetRow(Base):
    """What was looked for and not found. It points at nobody."""

    __tablename__ = "unmet"
    privacy = Privacy(
        why=(
            "what the library lacks: words of searches that found nothing, without addresses and "
            "long numbers and without who; a name typed as plain words stays"
        ),
        ends=(After(UNMET_DAYS, "last_at"),),
    )
    words: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
    last_at: Mapped[datetime]


class ReferralRow(Base):
    """The body of a country that gives people a lawyer, as a source that can be named says it.

    ``reach`` is shown as it is: numbers and addresses. ``dated`` is the day on which the source
    said it, if that is known. One that was *withdrawn* stays, so that the starter file does not
    bring it back.
    """

    __tablename__ = "referral"
    privacy = Privacy(
        why="where people in need of a lawyer can turn, by country",
        ends=(FOR_GOOD,),
    )
    country: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    reach: Mapped[str]
    source: Mapped[str]
    dated: Mapped[date | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
