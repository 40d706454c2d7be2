"""End a request whose asker cannot be invited twice"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "request",
        sa.Column("asker_missed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
