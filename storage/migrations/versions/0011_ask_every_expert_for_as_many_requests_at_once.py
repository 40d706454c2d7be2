"""Ask every expert for as many requests at once: the number is a rule, not a wish"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("expert", "open_limit")
