"""Let somebody interpret between an asker and an expert

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # None in a batch: that makes tables anew on SQLite, and what hangs on their rows goes with it.
    op.add_column("expert", sa.Column("interprets", sa.LargeBinary(), nullable=True))
    op.add_column(
        "expert", sa.Column("trained", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    for table in ("offer", "withheld"):
        op.add_column(
            table, sa.Column("kind", sa.String(), server_default="expert", nullable=False)
        )
    op.add_column(
        "request", sa.Column("interpreted", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
