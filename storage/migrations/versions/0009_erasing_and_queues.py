"""Indexes for erasing, fewer entries for each change of a dialog; queues are vacuumed early and updated in place"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FILLED = {
    "ix_dialogs_interest": ["interest_id"],
    "ix_dialogs_continues": ["continues_id", "id"],
    "ix_dialogs_ended": ["closed_at"],
}
# Rows that come, change and go with every message: vacuumed after a thousand of them, however large the table was once.
QUEUES = ("inbox", "lanes", "parcels", "marks", "leases", "cursors", "sequences")
EARLY = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0"
# Tables with columns that change and are in no index: with room on its page, a row changes without touching indexes.
ROOM = {"parcels": 80, "marks": 80, "contacts": 90, "identities": 90, "leases": 50, "cursors": 50, "sequences": 50}


def upgrade() -> None:
    op.create_index("ix_choices_message", "choices", ["message_id"])
    _partial("ix_dialogs_source", ["source_id"])
    for name, columns in FILLED.items():
        op.drop_index(name, "dialogs")
        _partial(name, columns)
    if op.get_bind().dialect.name == "postgresql":
        for table in QUEUES:
            op.execute(f"ALTER TABLE {table} SET ({EARLY})")
        for table, percent in ROOM.items():
            op.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def _partial(name: str, columns: list[str]) -> None:
    where = sa.text(f"{columns[0]} IS NOT NULL")
    op.create_index(name, "dialogs", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ROOM:
            op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
        for table in QUEUES:
            op.execute(f"ALTER TABLE {table} RESET ({', '.join(one.split(' = ')[0] for one in EARLY.split(', '))})")
    for name, columns in FILLED.items():
        op.drop_index(name, "dialogs")
        op.create_index(name, "dialogs", columns)
    op.drop_index("ix_dialogs_source", "dialogs")
    op.drop_index("ix_choices_message", "choices")
