"""Let nobody who is shut out come back by being forgotten"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = storage.types.UTCDateTime(timezone=True)
    with op.batch_alter_table("gone") as batch_op:
        batch_op.add_column(sa.Column("shut_until", moment, nullable=True))
