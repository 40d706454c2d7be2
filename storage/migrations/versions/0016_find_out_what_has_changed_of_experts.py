"""Find out what has changed of experts"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = storage.types.UTCDateTime(timezone=True)
    long_ago = "1970-01-01 00:00:00+00"
    op.add_column(
        "expert", sa.Column("changed_at", moment, server_default=long_ago, nullable=False)
    )
    op.create_index("ix_expert_changed_at", "expert", ["changed_at"])
    expert = sa.table("expert", sa.column("changed_at"), sa.column("since"))
    op.execute(expert.update().values(changed_at=expert.c.since))
