"""Know who needs a moderator's word, and who gave roles and words"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("person", "gone"):
        held: sa.Column[bool] = sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, held)
    op.create_table(
        "decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("about_id", BIG, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name="fk_decision_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["person.id"], name="fk_decision_about_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_by_id", "decision", ["by_id"])
    op.create_index("ix_decision_about_id", "decision", ["about_id"])
