"""Edits and withdrawals that come before their message"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "early_changes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("account", "chat", "ref", name=op.f("pk_early_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_early_changes_at", "early_changes", ["at"])


def downgrade() -> None:
    op.drop_index("ix_early_changes_at", "early_changes")
    op.drop_table("early_changes")
