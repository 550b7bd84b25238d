"""Names in `cursors` by which a restored database is recognized."""

from __future__ import annotations

RESTORED = "restored"
"""Cursor that `hub restore` leaves: when the backup was made."""
BOOKKEEPING = frozenset({"alembic_version", "cursors", "leases", "sequences"})
"""Tables whose rows nobody would miss."""
