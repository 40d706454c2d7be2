"""Say that an expert is away, instead of naming a day ten years ahead"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "expert", sa.Column("away", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    expert = sa.table("expert", sa.column("away", sa.Boolean()), sa.column("away_until"))
    op.execute(expert.update().where(expert.c.away_until.is_not(None)).values(away=sa.true()))
    op.drop_column("expert", "away_until")
