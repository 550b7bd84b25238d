"""Inbox of facts taken in, outbox of parcels, and the mailbox of our own channels."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("source", SafeText, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("source", "key"),
    sqlite_with_rowid=False,
)

unreadable = Table(
    "unreadable",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", SafeText, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("raw", SafeText, nullable=False),
    Column("why", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    Index("uq_unreadable_source_key", "source", "key", unique=True),
)

# A lane exists while it has parcels. `account`: whose turn its parcels take at the destination, "" for none; `owner`,
# `fence`: its present claim; `begun`: how many of its first parcels that claim has handed out; `due_at` of a claimed
# lane is the end of its lease.
lanes = Table(
    "lanes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination", SafeText, nullable=False),
    Column("name", SafeText, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("fence", SafeText),
    Column("owner", SafeText),
    Column("begun", Integer, nullable=False, server_default=text("0")),
    Column("account", SafeText, nullable=False, server_default=text("''")),
    Index("uq_lanes_destination_name", "destination", "name", unique=True),
    Index("ix_lanes_turn", "destination", "urgency", "account", "due_at"),
)

parcels = Table(
    "parcels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lane_id", Id, ForeignKey("lanes.id"), nullable=False),
    Column("key", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("payload", SafeText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("doubtful", Flag, nullable=False, server_default=text("false")),
    Index("uq_parcels_key", "key", unique=True),
    Index("ix_parcels_lane", "lane_id", "id"),
)

dead_parcels = Table(
    "dead_parcels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination", SafeText, nullable=False),
    Column("lane", SafeText, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("payload", SafeText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("died_at", Moment, nullable=False),
    Column("error", SafeText, nullable=False),
    Index("ix_dead_parcels_key", "key"),
    Index("ix_dead_parcels_lane", "destination", "lane"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("destination", SafeText, primary_key=True),
    Column("why", SafeText, nullable=False),
    Column("advice", SafeText, nullable=False),
    Column("since", Moment, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("account", SafeText, nullable=False),
    Column("sequence", Id, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("key", SafeText, nullable=False),
    Column("body", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("account", "sequence"),
    Index("uq_letters_key", "account", "key", unique=True),
    Index("ix_letters_chat", "account", "chat", "sequence"),
    sqlite_with_rowid=False,
)
