"""Alembic's entry: runs on the connection that storage.migrate opened."""

from typing import Any, Literal

from alembic import context

from storage import tables  # noqa: F401 -- their tables are compared with the database
from storage.base import Base
from storage.types import Blind, Sealed


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write sealed columns as what the database sees: a migration must not need the key."""
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Blind | Sealed) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
