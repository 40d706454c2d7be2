"""Alembic's entry: runs on the connection that storage.migrate opened."""

from alembic import context

from storage.models import PersonRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=PersonRow.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
