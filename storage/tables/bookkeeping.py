"""Tables for the hub's own bookkeeping: unreferenced files, sequences, leases, cursors."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from storage.engine.types import Id, Moment, SafeText
from storage.tables.metadata import metadata

# See `storage.files.unreferenced`.
loose_files = Table(
    "loose_files",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("until", Moment, nullable=False),
    Index("ix_loose_files_until", "until"),
)

# Counters behind readers' cursors. Numbers are drawn under a lock held until the commit, so a smaller one is never
# committed after a greater one: a reader that has read up to N has missed nothing below it.
sequences = Table("sequences", metadata, Column("name", SafeText, primary_key=True), Column("last", Id, nullable=False))

leases = Table(
    "leases",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False),
    Column("until", Moment, nullable=False),
)

cursors = Table(
    "cursors", metadata, Column("name", SafeText, primary_key=True), Column("value", SafeText, nullable=False)
)
