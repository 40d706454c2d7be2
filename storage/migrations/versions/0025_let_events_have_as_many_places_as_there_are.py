"""Let events have as many places as there are"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("series", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column(
        "attendance", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("attendance", sa.Column("since", storage.types.UTCDateTime(), nullable=True))
