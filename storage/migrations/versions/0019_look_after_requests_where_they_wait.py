"""Look after requests where they wait

Whoever has to do the next thing for a request has a deadline. Requests that are under way get the
one that they would have had from the beginning; those of single experts are replaced by it.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DAY = timedelta(days=1)
FIRST = {
    "open": DAY,
    "offered": 2 * DAY,
    "accepted": 7 * DAY,
    "unmatched": 7 * DAY,
    "introduced": 7 * DAY,
}


def upgrade() -> None:
    moment = storage.types.UTCDateTime(timezone=True)
    long_ago = "1970-01-01 00:00:00+00"
    op.add_column("offer", sa.Column("outcome", sa.String(), nullable=True))
    op.add_column("request", sa.Column("widened_at", moment, nullable=True))
    op.add_column(
        "request", sa.Column("since", moment, server_default=long_ago, nullable=False)
    )
    op.add_column("request", sa.Column("taken_at", moment, nullable=True))
    op.add_column("request", sa.Column("outcome", sa.String(), nullable=True))
    request = sa.table(
        "request", sa.column("id"), sa.column("state"), sa.column("since", moment),
        sa.column("created_at", moment),
    )
    op.execute(request.update().values(since=request.c.created_at))
    due = sa.table(
        "due",
        sa.column("key"),
        sa.column("kind"),
        sa.column("payload", storage.types.Sealed("due.payload")),
        sa.column("due_at", moment),
        sa.column("state"),
        sa.column("tries"),
    )
    op.execute(due.delete().where(due.c.kind == "experts.deadline", due.c.state == "new"))
    connection = op.get_bind()
    for number, state, since in connection.execute(
        sa.select(request.c.id, request.c.state, request.c.since)
    ).all():
        if state in FIRST:
            at = since + FIRST[state]
            watch = {
                "key": f"experts.watch:{number}:0:{at.isoformat()}",
                "kind": "experts.watch",
                "payload": {"request": number, "step": 0},
                "due_at": at,
                "state": "new",
                "tries": 0,
            }
            connection.execute(due.insert().values(watch))
