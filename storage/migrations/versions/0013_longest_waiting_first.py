"""Lists begin with those who have waited longest"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LONGEST = {
    "ix_dialogs_untaken_longest": sa.text("waiting_since IS NOT NULL AND status IN ('new', 'returned', 'for_review')"),
    "ix_dialogs_taken_longest": sa.text("waiting_since IS NOT NULL AND status = 'in_progress'"),
}


def upgrade() -> None:
    for name, where in LONGEST.items():
        op.create_index(name, "dialogs", ["waiting_since", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in LONGEST:
        op.drop_index(name, "dialogs")
