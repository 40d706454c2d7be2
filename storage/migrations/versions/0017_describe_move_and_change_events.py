"""Describe, move and change events"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("before", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("event", sa.Column("ends_at", storage.types.UTCDateTime(), nullable=True))
    for name in ("place", "link", "about"):
        column = sa.Column(name, sa.String(), server_default="", nullable=False)
        op.add_column("event", column)
    revision = sa.Column("revision", sa.Integer(), server_default="0", nullable=False)
    op.add_column("event", revision)
