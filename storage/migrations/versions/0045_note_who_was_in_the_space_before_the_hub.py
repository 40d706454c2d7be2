"""Note who was in the Space before the hub

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that makes the table anew on SQLite, and what hangs on persons goes with it.
    op.add_column(
        "person", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false())
    )
