"""Let somebody say that they may come, and keep how long events take"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    response = sa.Column("response", sa.String(), server_default="going", nullable=False)
    op.add_column("attendance", response)
    op.execute("UPDATE attendance SET response = 'waits' WHERE waits")
    op.drop_column("attendance", "waits")
    op.add_column("event", sa.Column("length", storage.types.Seconds(), nullable=True))
    moment = storage.types.UTCDateTime(timezone=True)
    event = sa.table(
        "event",
        sa.column("id"),
        sa.column("starts_at", moment),
        sa.column("ends_at", moment),
        sa.column("length", storage.types.Seconds()),
    )
    connection = op.get_bind()
    query = sa.select(event.c.id, event.c.starts_at, event.c.ends_at)
    for number, starts_at, ends_at in connection.execute(
        query.where(event.c.ends_at.is_not(None))
    ).all():
        connection.execute(
            event.update().where(event.c.id == number).values(length=ends_at - starts_at)
        )
    op.drop_column("event", "ends_at")
