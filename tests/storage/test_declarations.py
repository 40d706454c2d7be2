"""A table says why it is kept, what ends it and what its owner reads, or it does not load."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import Mapped

from kit.text import _
from storage.base import Base, key, person
from storage.privacy import FOR_GOOD, After, Privacy, With, check
from storage.types import Blind


def said(n: int):
    return _("Rows of yours: {n}", n=n)


def table(*columns: Column) -> Table:
    others = MetaData()
    Table("person", others, Column("id", Integer, primary_key=True))
    Table("event", others, Column("id", Integer, primary_key=True))
    return Table("fake", others, Column("id", Integer, primary_key=True), *columns)


def owner(ondelete: str | None = "CASCADE") -> Column:
    return Column("person_id", ForeignKey("person.id", ondelete=ondelete))


def bound() -> Column:
    return Column("by", ForeignKey("person.id", ondelete="SET NULL"), nullable=False)


def moment() -> Column:
    return Column("at", DateTime)


def of_event() -> Column:
    return Column("event_id", ForeignKey("event.id"))


def test_a_table_that_declares_nothing_does_not_load():
    with pytest.raises(TypeError, match="SilentRow does not declare its privacy"):

        class SilentRow(Base):
            __tablename__ = "silent"
            id: Mapped[int] = key()

    assert "silent" not in Base.metadata.tables


def test_a_table_that_declares_too_little_does_not_load():
    with pytest.raises(TypeError, match="`my data` has no sentence"):

        class QuietRow(Base):
            __tablename__ = "quiet"
            metadata = MetaData()
            privacy = Privacy("for the test", (FOR_GOOD,))
            person_id: Mapped[int] = person("CASCADE", primary_key=True)


@pytest.mark.parametrize(
    ("columns", "privacy"),
    [
        ([], Privacy("", (FOR_GOOD,))),
        ([owner()], Privacy("", (With("person_id"),), said)),
        ([owner("SET NULL")], Privacy("", (FOR_GOOD,), said)),
        ([Column("key", Blind("fake.user"))], Privacy("", (FOR_GOOD,), said)),
        ([moment()], Privacy("", (After(1, "at"),))),
        ([moment(), Column("state", Integer)], Privacy("", (After(1, "at", states=("a",)),))),
        ([of_event()], Privacy("", (After(1, "event_id.starts_at"),))),
    ],
)
def test_what_fits_a_table_may_be_declared(columns, privacy):
    check(table(*columns), privacy)


@pytest.mark.parametrize(
    ("columns", "privacy", "why"),
    [
        ([owner(None)], Privacy("", (FOR_GOOD,), said), "what becomes of it"),
        ([owner("RESTRICT")], Privacy("", (FOR_GOOD,), said), "what becomes of it"),
        ([bound()], Privacy("", (FOR_GOOD,), said), "what becomes of it"),
        ([owner()], Privacy("", (FOR_GOOD,)), "no sentence"),
        ([Column("key", Blind("fake.user"))], Privacy("", (FOR_GOOD,)), "no sentence"),
        ([], Privacy("", (FOR_GOOD,), said), "no column that says whose"),
        ([owner("SET NULL")], Privacy("", (With("person_id"),), said), "has not the columns"),
        ([], Privacy("", (With("person_id"),)), "has not the columns"),
        ([], Privacy("", (After(1, "at"),)), "has not the columns"),
        ([moment()], Privacy("", (After(1, "at", states=("a",)),)), "has not the columns"),
        ([moment()], Privacy("", (After(1, "at", besides=("a",)),)), "has not the columns"),
        ([of_event()], Privacy("", (After(1, "event_id"),)), "has not the columns"),
    ],
)
def test_what_contradicts_a_table_is_refused(columns, privacy, why):
    with pytest.raises(TypeError, match=why):
        check(table(*columns), privacy)
