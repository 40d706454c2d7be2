"""Let moderators act on somebody everywhere and undo it

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.types.UTCDateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "measure",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("undone_by_id", BIG, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("room", BIG, nullable=True),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_measure_person_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_measure_by_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name="fk_measure_undone_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_measure_room", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_measure"),
        sqlite_autoincrement=True,
    )
    for column in ("person_id", "by_id", "undone_by_id", "state"):
        op.create_index(f"ix_measure_{column}", "measure", [column])
    op.create_table(
        "place",
        sa.Column("measure_id", BIG, nullable=False),
        sa.Column("room", BIG, nullable=False),
        sa.Column("presence", sa.String(), nullable=True),
        sa.Column("level", BIG, nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("txn_id", sa.String(), nullable=True),
        sa.Column("undo_txn_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name="fk_place_measure_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name="fk_place_room", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("measure_id", "room", name="pk_place"),
    )
