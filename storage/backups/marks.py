"""Tables that a database may be full of and still be empty."""

from __future__ import annotations

BOOKKEEPING = frozenset({"alembic_version", "cursors", "leases", "sequences"})
"""Tables whose rows nobody would miss."""
