"""Operators' choices of what they are notified of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notification_choices",
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("off", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("direct", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("morning", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("told", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_notification_choices_operator_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_notification_choices")),
    )


def downgrade() -> None:
    op.drop_table("notification_choices")
