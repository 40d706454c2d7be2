"""Find what waits without reading what is over"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'new'")
UNSETTLED = sa.text("state NOT IN ('done', 'sent', 'withdrawn')")


def upgrade() -> None:
    for table in ("due", "inbox", "outbox"):
        op.create_index(
            f"ix_{table}_unsettled",
            table,
            ["state"],
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        )
    op.create_index(
        "ix_due_kind", "due", ["kind", "key"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_due_due_at", "due", ["due_at"])
    op.create_index("ix_inbox_sender_key", "inbox", ["sender_key"])
    op.create_index("ix_inbox_sent_at", "inbox", ["sent_at"])
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])
    op.create_index("ix_outbox_event_id", "outbox", ["event_id"])
    op.create_index("ix_outbox_room", "outbox", ["room", "id"])
    op.create_index("ix_listing_met_at", "listing", ["met_at"])
    op.drop_index("ix_notice_subject", "notice")
    op.create_index("ix_notice_subject", "notice", ["subject", "person_id"])
    op.create_index("ix_notice_since", "notice", ["since"])
    op.create_index("ix_occupant_user_key", "occupant", ["user_key"])
    op.create_index("ix_request_state", "request", ["state"])
