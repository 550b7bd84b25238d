"""Customers whom operators have blocked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("identities", "dialogs")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("barred", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "barred")
