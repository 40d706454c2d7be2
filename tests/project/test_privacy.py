"""docs/PRIVACY.md says of every column what the tables declare."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import Column, MetaData, String, Table

from storage.base import Base
from storage.privacy import After
from storage.tables.queues import InboxRow
from tests.project.privacy import PAGE, TEMPLATE, page

TEXT = PAGE.read_text("utf-8")
ROW = re.compile(
    r"^\| ([a-z_]+) \| ([a-z_, ]+) \|.*\| (.+) \| (?:yes|no) \| (deleted|emptied|stays) \|$",
    re.MULTILINE,
)


def columns(text: str) -> list[str]:
    return sorted(f"{row[0]}.{name}" for row in ROW.findall(text) for name in row[1].split(", "))


def every_column(metadata: MetaData) -> list[str]:
    return sorted(str(column) for table in metadata.sorted_tables for column in table.columns)


def contradictions(text: str) -> list[str]:
    """List the tables of which something is said to end with its person, and to stay."""
    return [
        table
        for table, _columns, kept, erased in ROW.findall(text)
        if "`forget me`" in kept and erased == "stays"
    ]


def test_the_page_is_current():
    assert page(TEMPLATE.read_text("utf-8")) == TEXT, "run: make docs"


def test_a_page_that_says_another_period_is_noticed(monkeypatch):
    longer = replace(InboxRow.privacy, ends=(After(31, "sent_at", states=("done",)),))
    monkeypatch.setattr(InboxRow, "privacy", longer)
    assert page(TEMPLATE.read_text("utf-8")) != TEXT


def test_every_column_of_the_database_is_said_once():
    assert columns(TEXT) == every_column(Base.metadata)


def test_a_table_outside_the_groups_is_noticed():
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table("fake", metadata, Column("who", String))
    assert {*every_column(metadata)} - {*columns(TEXT)} == {"fake.who"}


def test_what_is_kept_until_somebody_is_forgotten_does_not_stay():
    assert contradictions(TEXT) == []


@pytest.mark.parametrize(("erased", "found"), [("deleted", []), ("stays", ["event"])])
def test_what_would_stay_is_noticed(erased, found):
    line = f"| event | host_id | who may change it | until `forget me` | no | {erased} |"
    assert contradictions(line) == found
