"""Alembic's entry: runs on the connection that storage.migrate opened."""

from alembic import context

from storage import resources  # noqa: F401 -- its tables are compared with the database too
from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
