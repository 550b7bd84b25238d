"""Files that no message refers to, and until when they are kept; what each chat last told of its contact"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TOLD = ("name", "phone", "email")
MOMENT = sa.TIMESTAMP(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "loose_files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loose_files")),
    )
    op.create_index("ix_loose_files_until", "loose_files", ["until"])
    for name in TOLD:
        op.add_column("identities", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in TOLD:
        op.drop_column("identities", name)
    op.drop_table("loose_files")
