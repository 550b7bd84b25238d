"""Files that no message refers to, and until when they are kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "loose_files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loose_files")),
    )
    op.create_index("ix_loose_files_until", "loose_files", ["until"])


def downgrade() -> None:
    op.drop_table("loose_files")
