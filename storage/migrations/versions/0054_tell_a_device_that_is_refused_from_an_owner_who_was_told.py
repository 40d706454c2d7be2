"""Tell a device that is refused from an owner who was told

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("device") as batch_op:
        for name in ("contested", "refused"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    device = sa.table("device", sa.column("told", sa.Boolean()), sa.column("refused", sa.Boolean()))
    op.execute(device.update().where(device.c.told).values(refused=sa.true()))
