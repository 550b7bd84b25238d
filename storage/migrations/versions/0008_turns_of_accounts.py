"""Turns of accounts at a destination: each lane knows whose it is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lanes", sa.Column("account", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_lanes_turn", "lanes", ["destination", "urgency", "account", "due_at"])
    op.drop_index("ix_lanes_due", "lanes")


def downgrade() -> None:
    op.create_index("ix_lanes_due", "lanes", ["destination", "urgency", "due_at"])
    op.drop_index("ix_lanes_turn", "lanes")
    op.drop_column("lanes", "account")
