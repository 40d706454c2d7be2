"""What all tables share: names of keys, types of columns, what is declared, frequent columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, TypedDict, Unpack, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.privacy import Privacy, check
from storage.types import Blind, Sealed, UTCDateTime

BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Naming convention and column types shared by all tables, and what each has to declare."""

    privacy: ClassVar[Privacy]
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

    def __init_subclass__(cls, **options: Any) -> None:
        """Map a table; raises TypeError if its ``privacy`` is missing or does not fit."""
        if not isinstance(vars(cls).get("privacy"), Privacy):
            message = f"{cls.__name__} does not declare its privacy: why, until when, what is said"
            raise TypeError(message)
        super().__init_subclass__(**options)
        check(cls.table(), cls.privacy)

    @classmethod
    def table(cls) -> Table:
        """Give the table that rows of this class stand in."""
        return cast("Table", cls.__table__)


class Notes(TypedDict, total=False):
    """Why a column is kept and what ends it, where that is not said by its table."""

    why: str
    kept: str
    unseen: bool


def key() -> Mapped[int]:
    """Number the rows of a table."""
    return mapped_column(BigKey, primary_key=True)


def person(ondelete: str, *, primary_key: bool = False, **notes: Unpack[Notes]) -> Any:
    """Point at a person, with what *ondelete* says to do when they are erased.

    *notes* are what the column says of itself. Whom an *unseen* one points at is not shown the row.
    """
    return mapped_column(
        BigKey,
        ForeignKey("person.id", ondelete=ondelete),
        primary_key=primary_key,
        index=True,
        info={**notes},
    )


def sealed(
    place: str,
    *,
    of: tuple[str, ...] | None = None,
    withdrawn: bool = False,
    default: Any = None,
    **notes: Unpack[Notes],
) -> Any:
    """Seal a column.

    *of* names the columns that say whose words it holds, if not everybody's; *withdrawn* that it is
    emptied when somebody is erased whom the row concerns.
    """
    whose = {} if of is None else {"of": of}
    options = {} if default is None else {"default": default}
    info = {**notes, **whose, "withdrawn": withdrawn}
    return mapped_column(Sealed(place), info=info, **options)


def blind(place: str, *, unique: bool = False, index: bool = False, **notes: Unpack[Notes]) -> Any:
    """Index a sealed column by equality; beside that column its value is filled in from it."""
    source = place.partition(".")[2]
    return mapped_column(
        Blind(place),
        unique=unique,
        index=index,
        default=lambda row: row.get_current_parameters().get(source),
        info={**notes},
    )


def waiting(name: str, *columns: str) -> Index:
    """Index only the rows that are still to be worked on: finished ones pile up."""
    where = text("state = 'new'")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# What waits or failed, written alike in an index and in the statements that it is for.
UNSETTLED = "state NOT IN ('done', 'sent', 'withdrawn')"


def unsettled(name: str) -> Index:
    """Index the rows that wait or failed, by state: what is well over is nearly everything."""
    where = text(UNSETTLED)
    return Index(name, "state", sqlite_where=where, postgresql_where=where)


# SQLite gives the number of a deleted last row to the next one: an erased person's keys
# ("direct:7"), or what is planned for a measure, must never come to mean another.
NEVER_AGAIN = {"sqlite_autoincrement": True}
