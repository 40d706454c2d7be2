"""Keep two people apart who do not want to meet again"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "avoidance",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.Column("since", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name="fk_avoidance_other_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_avoidance_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "other_id", name="pk_avoidance"),
    )
    op.create_index("ix_avoidance_other_id", "avoidance", ["other_id"])
    op.create_index("ix_avoidance_person_id", "avoidance", ["person_id"])
