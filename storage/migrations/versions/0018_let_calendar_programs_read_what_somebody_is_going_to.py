"""Let calendar programs read what somebody is going to"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("token_key", name=op.f("uq_calendar_token_key")),
    )
    op.create_index(op.f("ix_calendar_person_id"), "calendar", ["person_id"])
    op.add_column("event", sa.Column("revised_at", storage.types.UTCDateTime(), nullable=True))
