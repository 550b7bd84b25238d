"""Where operators belong: their desk's audience, guests, people of other teams"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BELONGING = ("belongs", "belonged")


def upgrade() -> None:
    for name in BELONGING:
        op.add_column("operators", sa.Column(name, sa.Text(), server_default=sa.text("'unknown'"), nullable=False))
    # Whoever left before the desks could be asked: what they wrote until then is a member's.
    op.execute("UPDATE operators SET belonged = 'member'")


def downgrade() -> None:
    for name in BELONGING:
        op.drop_column("operators", name)
