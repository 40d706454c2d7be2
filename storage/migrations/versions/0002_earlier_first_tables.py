"""Give tables of an earlier 0001 the shape of the last, and seal what they keep in clear

0001 grew while it was developed, so a database at 0001 may lack tables and columns. What it lacks
is seen by looking at it. One that is as 0001 stands is left alone; of any other the rows are read,
the tables made anew and the rows put back, in the one transaction that all of this is.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from alembic.script import ScriptDirectory

from kit.errors import BadConfiguration
from storage.addresses import comparable
from storage.types import Blind, Sealed

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What 0001 makes: "*" is sealed, and "=" finds a row by the sealed column it names.
FIRST = {
    "about": "txn_id person_id",
    "attendance": "event_id person_id",
    "attention": "person_id quiet_from quiet_until digest muted switched_off",
    "checkpoint": "id user_id next_batch",
    "contribution": "resource_id person_id credit*",
    "dialogue": "person_id name version step draft* paused answered asked updated_at",
    "directory": "person_id shown",
    "due": "id key kind payload* person_id due_at state tries not_before reason",
    "event": "id title starts_at zone host_id cancelled",
    "expert": "person_id topics* languages* open_limit away_until since",
    "inbox": "id event_id room_id sender* sender_key=sender kind payload* sent_at state tries not_before"
    " reason",
    "link": "resource_id url checked_at due_at failures failing_since reason",
    "listing": "person_id kind ids* shown met_at",
    "notice": "id person_id notice subject text* until state since",
    "offer": "request_id expert_id state offered_at score*",
    "outbox": "id txn_id room person_id action content* created_at not_before state tries event_id"
    " reason",
    "person": "id user_id* user_key=user_id language zone* country* category* topics* role in_space"
    " has_spoken greeted practitioner misunderstood consent_version consent_language consent_at"
    " met_at",
    "purge": "id region asked_by asked_at confirmed_at erased",
    "request": "id asker_id expert_id topic languages question* state created_at",
    "resource": "id kind year organisation symbol url languages regions subjects aliases titles"
    " summaries verified source retired revision retired_why waiting superseded_by address"
    " added_at checked_at checker_id review_by",
    "room": "id key room_id person_id language encrypted left",
    "stale": "resource_id person_id why* reported_at",
    "translation": "resource_id language title summary person_id proposed_at",
    "unmet": "words language times last_at",
    "usage": "resource_id month found opened",
    "vouch": "person_id voucher_id checked given_at",
}
# What added columns hold, where that is not nothing.
ADDED = {"person.practitioner": False, "resource.waiting": False, "resource.revision": 1}


def upgrade() -> None:
    bind = op.get_bind()
    before = _reflected(bind)
    found = {table.name: {_marked(column) for column in table.columns} for table in before}
    if found == {table: set(_marks(table).values()) for table in FIRST}:
        return
    for table, columns in found.items():
        for column in columns:
            name, known = column.rstrip("*"), _marks(table)
            if name not in known or len(column) > len(known[name]):
                raise BadConfiguration(
                    f"the database has a column {table}.{name} that no release of the hub made:"
                    " give the hub an empty database, or a backup of its own"
                )
    numbers = _numbers(bind)
    rows = {table.name: _read(bind, table) for table in before}
    sa.MetaData().drop_all(bind, tables=before)
    script = ScriptDirectory.from_config(context.config)
    script.get_revision(down_revision).module.upgrade()
    for made in _reflected(bind):
        _write(bind, made, rows.get(made.name, []))
    _go_on_counting(bind, numbers)


def downgrade() -> None:
    raise BadConfiguration("a database does not go back to an earlier release: restore a backup")


def _reflected(bind: sa.Connection) -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(bind, only=lambda name, _metadata: name in FIRST)
    return found.sorted_tables


def _marked(column: sa.Column[Any]) -> str:
    return f"{column.name}*" if isinstance(column.type, sa.LargeBinary) else column.name


def _marks(table: str) -> dict[str, str]:
    """Give each column of 0001 with "*" behind it where the database holds bytes."""
    names = [column.partition("=") for column in FIRST[table].split()]
    return {name.rstrip("*"): f"{name}*" if source else name for name, _, source in names}


def _secrets(table: str) -> tuple[dict[str, Sealed], dict[str, str]]:
    """Give the sealed columns, and those that find a row by one of them."""
    columns = FIRST[table].split()
    sealed = [column[:-1] for column in columns if column.endswith("*")]
    finds = dict(column.split("=") for column in columns if "=" in column)
    return {name: Sealed(f"{table}.{name}") for name in sealed}, finds


def _read(bind: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    """Read all rows of a table; what another key has sealed raises WrongKey."""
    sealed, finds = _secrets(table.name)
    chosen = [
        sa.type_coerce(column, sealed[column.name]).label(column.name)
        if _marked(column).endswith("*")
        else column
        for column in table.columns
        if column.name not in finds
    ]
    return [dict(row) for row in bind.execute(sa.select(*chosen)).mappings()]


def _write(bind: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Put rows into a table of 0001: sealed, with what was added since they were written."""
    sealed, finds = _secrets(table.name)
    types: dict[str, Any] = {column.name: column.type for column in table.columns}
    types |= sealed
    types |= {name: Blind(f"{table.name}.{source}") for name, source in finds.items()}
    added = {name: ADDED.get(f"{table.name}.{name}") for name in types}
    filled = [added | row | {name: row[finds[name]] for name in finds} for row in rows]
    if table.name == "resource":
        for row in filled:
            row["address"] = row["address"] or (row["url"] and comparable(row["url"]))
        # One that is superseded names one that is not.
        filled.sort(key=lambda row: row["superseded_by"] is not None)
    if filled:
        target = sa.table(table.name, *(sa.column(name, kind) for name, kind in types.items()))
        bind.execute(sa.insert(target), filled)


def _numbers(bind: sa.Connection) -> list[tuple[str, int]]:
    """Read the last number each table gave: those of rows that were erased never come again."""
    if bind.dialect.name == "sqlite":
        query = "SELECT name, seq FROM sqlite_sequence"
    else:
        query = (
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        )
    numbers = bind.execute(sa.text(query)).all()
    return [(name, last) for name, last in numbers if name.removesuffix("_id_seq") in FIRST]


def _go_on_counting(bind: sa.Connection, numbers: list[tuple[str, int]]) -> None:
    for name, last in numbers:
        given = {"name": name, "last": last}
        if bind.dialect.name == "sqlite":
            bind.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), given)
            query = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
        else:
            query = "SELECT setval(CAST(:name AS text)::regclass, :last)"
        bind.execute(sa.text(query), given)
