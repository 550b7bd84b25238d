"""Indexes on parcels that were given up, which buttons find by their key and accounts by their destination"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_dead_parcels_key", "dead_parcels", ["key"])
    op.create_index("ix_dead_parcels_lane", "dead_parcels", ["destination", "lane"])


def downgrade() -> None:
    op.drop_index("ix_dead_parcels_lane", "dead_parcels")
    op.drop_index("ix_dead_parcels_key", "dead_parcels")
