"""Give no number of a measure again

Rules: add before you remove; a column that points at a person says what happens when the person is
erased. What has landed is never edited, and nothing goes back: a backup does.

When 0041 made the table anew for SQLite, the numbers of deleted measures were given again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    # To drop the old table would empty what belongs to its rows.
    op.execute("CREATE TEMPORARY TABLE kept_place AS SELECT * FROM place")
    with op.batch_alter_table(
        "measure", recreate="always", table_kwargs={"sqlite_autoincrement": True}
    ):
        pass
    op.execute("DELETE FROM place")
    op.execute("INSERT INTO place SELECT * FROM kept_place")
    op.execute("DROP TABLE kept_place")
    kinds = "'warn', 'mute', 'remove', 'ban', 'unban', 'redact', 'undo', 'end'"
    query = f"SELECT max(number) FROM audit WHERE what IN ({kinds})"
    given = max(
        bind.scalar(sa.text(query)) or 0, bind.scalar(sa.text("SELECT max(id) FROM measure")) or 0
    )
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'measure'")
    bind.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('measure', :given)"),
        {"given": given},
    )
