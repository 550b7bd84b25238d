"""When customers last wrote; receipts that come before the id they are about; co-executors new to a dialog"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.TIMESTAMP(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.add_column("dialogs", sa.Column("heard_at", MOMENT, nullable=True))
    op.add_column("coexecutors", sa.Column("fresh", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
    op.create_table(
        "early_receipts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_receipts")),
    )
    op.create_index("ix_early_receipts_ref", "early_receipts", ["account", "chat", "ref", "id"])
    op.create_index("ix_early_receipts_at", "early_receipts", ["at"])


def downgrade() -> None:
    op.drop_table("early_receipts")
    op.drop_column("coexecutors", "fresh")
    op.drop_column("dialogs", "heard_at")
