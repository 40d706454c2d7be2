"""Ask experts once a year whether they go on"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

YEAR = timedelta(days=365)


def upgrade() -> None:
    moment = storage.types.UTCDateTime(timezone=True)
    expert = sa.table(
        "expert", sa.column("person_id"), sa.column("away"), sa.column("since", moment)
    )
    due = sa.table(
        "due",
        sa.column("key"),
        sa.column("kind"),
        sa.column("payload", storage.types.Sealed("due.payload")),
        sa.column("person_id"),
        sa.column("due_at", moment),
        sa.column("state"),
        sa.column("tries"),
    )
    connection = op.get_bind()
    query = sa.select(expert.c.person_id, expert.c.since).where(expert.c.away == sa.false())
    for person, since in connection.execute(query).all():
        at = since + YEAR
        row = {
            "key": f"experts.goes_on:{person}:0:{at.isoformat()}",
            "kind": "experts.goes_on",
            "payload": {"person": person, "stage": 0},
            "person_id": person,
            "due_at": at,
            "state": "new",
            "tries": 0,
        }
        connection.execute(due.insert().values(row))
