"""Let a moderator's word be for interpreting

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "vouch", sa.Column("interprets", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    # For who interprets today a moderator's word was given where it counted for that.
    vouch = sa.table(
        "vouch", sa.column("person_id"), sa.column("checked"), sa.column("interprets")
    )
    expert = sa.table("expert", sa.column("person_id"), sa.column("interprets"))
    interpret = sa.select(expert.c.person_id).where(expert.c.interprets.is_not(None))
    counted = vouch.update().where(
        vouch.c.checked == sa.true(), vouch.c.person_id.in_(interpret)
    )
    op.execute(counted.values(interprets=sa.true()))
