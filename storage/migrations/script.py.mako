"""${message}

Rules: add before you remove; the release before this one must run on the result; a column that
points at a person says what happens when the person is erased.
"""

import sqlalchemy as sa
from alembic import op

import storage.types
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
