"""Alembic's entry: runs on the connection that storage.migrate opened."""

from alembic import context

from storage.base import Base
from storage.models import PersonRow
from storage.resources import ResourceRow

# Each module of tables adds its own to what the database is compared with.
assert {PersonRow, ResourceRow}

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
