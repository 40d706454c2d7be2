"""Know of each message that waits who may read it

What an earlier release queued is for the person whose chat it is in, for the people it names in a
private room, or for everybody in a room of the network.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MESSAGES = "SELECT outbox.id, outbox.txn_id, room.key FROM outbox JOIN room ON room.id = outbox.room WHERE outbox.state = 'new' AND outbox.action IN ('send', 'file')"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("audience", sa.String(), nullable=True))
    connection = op.get_bind()
    change = sa.text("UPDATE outbox SET audience = :audience WHERE id = :id")
    for row_id, txn_id, key in connection.execute(sa.text(MESSAGES)).all():
        kind, _colon, rest = key.partition(":")
        audience: str | None = "everybody"
        if kind == "direct":
            audience = f"only:{rest}"
        elif kind == "private":
            named = sa.text("SELECT person_id FROM about WHERE txn_id = :txn ORDER BY person_id")
            people = connection.execute(named, {"txn": txn_id}).scalars().all()
            audience = f"only:{','.join(map(str, people))}" if people else None
        connection.execute(change, {"audience": audience, "id": row_id})
