"""Remember the last list of each kind, and in which message it was said"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("listing", sa.Column("said", sa.String(), nullable=True))
    with op.batch_alter_table("listing", recreate="auto") as listing:
        listing.drop_constraint("pk_listing", type_="primary")
        listing.create_primary_key("pk_listing", ["person_id", "kind"])
