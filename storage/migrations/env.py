"""Alembic's entry: runs on the connection that storage.migrate opened."""

from typing import Any, Literal

from alembic import context

from storage import tables  # noqa: F401 -- their tables are compared with the database
from storage.base import Base
from storage.types import Blind, Closed, Sealed


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write columns as what the database sees: a migration must need no key and know no word."""
    match item:
        case Blind() | Sealed() if kind == "type":
            return "sa.LargeBinary()"
        case Closed() if kind == "type":
            return "sa.String()"
        case _:
            return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
