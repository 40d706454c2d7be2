"""Count again who reads along: a chat may be in a room that others can read or come into"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of whom nothing is known it is asked with the first answer of /sync.
    op.execute("DELETE FROM occupant")
