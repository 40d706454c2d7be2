"""Keep how often and against whom an expert may be asked"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

WEEKLY = "3"


def upgrade() -> None:
    op.add_column(
        "expert", sa.Column("weekly", sa.Integer(), server_default=WEEKLY, nullable=False)
    )
    op.add_column(
        "expert", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("expert", sa.Column("never", sa.LargeBinary(), nullable=True))
