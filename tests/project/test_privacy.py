"""docs/PRIVACY.md says of every column what is true of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table

from storage import retention
from storage.base import Base
from storage.types import Blind, Sealed
from tests.project.catalogs import ROOT

TEXT = (ROOT / "docs/PRIVACY.md").read_text("utf-8")
ROW = re.compile(
    r"^\| ([a-z]+) \| ([a-z_, ]+) \|.*\| (yes|no) \| (deleted|emptied|stays) \|$", re.MULTILINE
)
# Withdrawn when somebody is forgotten, as tests/bot/test_forgetting.py shows.
WITHDRAWN = {("outbox", "content")}


def said(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Read, for each table and column, whether it is sealed and how it is erased."""
    return {
        (table, column): (sealed, erased)
        for table, columns, sealed, erased in ROW.findall(text)
        for column in columns.split(", ")
    }


def true(metadata: MetaData) -> dict[tuple[str, str], tuple[str, str]]:
    """Find the same in the tables."""
    return {
        (table.name, column.name): (
            "yes" if isinstance(column.type, Blind | Sealed) else "no",
            erased(table, column),
        )
        for table in metadata.sorted_tables
        for column in table.columns
    }


def erased(table: Table, column: Column[object]) -> str:
    ends = {
        each.name: key.ondelete
        for each in table.columns
        for key in each.foreign_keys
        if key.target_fullname == "person.id"
    }
    hashed = any(isinstance(each.type, Blind) for each in table.columns)
    if hashed or "CASCADE" in ends.values():
        return "deleted"
    let_go = column.name in ends or (table.name, column.name) in WITHDRAWN
    return "emptied" if let_go else "stays"


def test_the_page_says_of_every_column_what_is_true():
    assert said(TEXT) == true(Base.metadata)


def test_no_column_is_said_twice():
    assert len(said(TEXT)) == sum(len(row[1].split(", ")) for row in ROW.findall(TEXT))


def test_the_page_names_the_periods_of_the_sweep():
    periods = {retention.KEPT, retention.FAILED_KEPT, retention.REQUESTS_KEPT}
    assert {int(n) for n in re.findall(r"(\d+) days", TEXT)} == {each.days for each in periods}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("| user_id, user_key |", "| user_id |"),
        ("what you said | until it is handled or given up | yes", "what you said | ever | no"),
        ("who may change it | until `forget me` | no | emptied", "who | ever | no | stays"),
    ],
)
def test_a_page_that_says_something_else_is_noticed(before, after):
    assert said(TEXT.replace(before, after)) != true(Base.metadata)


def test_a_new_table_is_noticed():
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table("fake", metadata, Column("who", ForeignKey("person.id", ondelete="CASCADE")))
    assert {*true(metadata)} - {*said(TEXT)} == {("fake", "who")}
