"""Let the identity of each correspondent be the first one

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.
"""

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None


# Until this revision whatever identity was shown last counted. Of whom another one than the first is
# shown, no device is known to be vouched for by the first: they are asked for again, and told.
OTHERS = """
    first_master_key IS NOT NULL AND master_key IS NOT NULL AND master_key <> first_master_key
"""


def upgrade() -> None:
    theirs = f"SELECT id FROM correspondent WHERE {OTHERS}"
    op.execute(sa.text(f"UPDATE device SET signed = false WHERE correspondent_id IN ({theirs})"))
    op.execute(
        sa.text(
            "UPDATE correspondent SET master_key = NULL, self_signing_key = NULL, "
            f"changes = changes + 1 WHERE {OTHERS}"
        )
    )
