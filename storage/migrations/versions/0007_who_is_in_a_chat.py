"""Who is in a chat with the hub, so that nobody else reads what is for one person"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "occupant",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("user_id", storage.types.Sealed("occupant.user_id"), nullable=False),
        sa.Column("user_key", storage.types.Blind("occupant.user_id"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occupant"),
        sa.UniqueConstraint("room_id", "user_key", name="uq_occupant_room_id"),
    )
