"""Compare what falls due by bytes

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite never compared otherwise
        op.alter_column("due", "key", type_=sa.String(collation="C"), existing_nullable=False)
