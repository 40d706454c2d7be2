"""Say of what kind an event is"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("series", sa.Column("kind", sa.String(), nullable=True))
