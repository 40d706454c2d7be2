"""Until when a process has claimed an errand for itself

Rules: add before you remove; the release before this one must run on the result; a column that
points at a person says what happens when the person is erased.
"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outbox', sa.Column('claimed_until', storage.types.UTCDateTime(timezone=True), nullable=True))
