"""Let members tell moderators of what breaks the rules

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reporter_id", BIG, nullable=False),
        sa.Column("claimed_by_id", BIG, nullable=True),
        sa.Column("room", BIG, nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["person.id"], name="fk_report_claimed_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name="fk_report_reporter_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_report_room", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_claimed_by_id", "report", ["claimed_by_id"])
    op.create_index("ix_report_reporter_id", "report", ["reporter_id"])
