"""Let events come again"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", KEY, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("rule", "begins", "zone", "title", "place", "link", "about")
        ),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "occurrence",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("series_id", KEY, nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}.id"],
                name=op.f(f"fk_occurrence_{name}_id"),
                ondelete="CASCADE",
            )
            for name in ("event", "series")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("series_id", "slot", name=op.f("uq_occurrence_series_id")),
    )
