"""Note whom a notice that waits speaks of, beside its reader

So it is taken back when one of them is forgotten. Requests for experts that wait already speak of
who asked; the subject of a notice tells which request it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("notice_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name="fk_concern_notice_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_concern_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name="pk_concern"),
    )
    op.create_index("ix_concern_person_id", "concern", ["person_id"])
    op.execute(
        "INSERT INTO concern (notice_id, person_id) "
        "SELECT notice.id, request.asker_id FROM notice "
        "JOIN request ON notice.subject = 'experts:' || CAST(request.id AS VARCHAR) "
        "WHERE notice.state <> 'said' AND notice.person_id <> request.asker_id"
    )
