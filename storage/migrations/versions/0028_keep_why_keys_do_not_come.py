"""Keep why keys do not come"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withheld_key",
        sa.Column(
            "correspondent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("received_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["correspondent_id"],
            ["correspondent.id"],
            name=op.f("fk_withheld_key_correspondent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "correspondent_id", "session_id", name=op.f("pk_withheld_key")
        ),
    )
