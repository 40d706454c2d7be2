"""Know who left, and by a keyed hash alone who was erased or is banned"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "person", sa.Column("departed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "gone",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_key", sa.LargeBinary(), nullable=False),
        sa.Column("banned", sa.Boolean(), nullable=False),
        sa.Column("since", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gone"),
        sa.UniqueConstraint("user_key", name="uq_gone_user_key"),
    )
