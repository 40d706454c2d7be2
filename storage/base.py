"""What all tables share: names, column types, and the columns that many have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import UTCDateTime

BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Naming convention and column types shared by all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it from the class
        datetime: UTCDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        str: String,
    }


def key() -> Mapped[int]:
    """Number the rows."""
    return mapped_column(BigKey, primary_key=True)


def person(ondelete: str, *, primary_key: bool = False) -> Any:
    """Point at a person, and say what happens when the person is erased."""
    return mapped_column(
        BigKey, ForeignKey("person.id", ondelete=ondelete), primary_key=primary_key, index=True
    )


def waiting(name: str, *columns: str) -> Index:
    """Index only the rows that are still to be worked on: finished ones pile up."""
    where = text("state = 'new'")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# SQLite gives the number of a deleted last row to the next one: an erased person's keys
# ("direct:7") must never come to mean somebody else.
NEVER_AGAIN = {"sqlite_autoincrement": True}
