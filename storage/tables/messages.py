"""Messages, their ids on channels and desks, and the search index."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata, words

# `revision`: see `storage.repositories.revisions`; `words`: folded text for search; `parts`: numbers of the parts not
# sent yet, between commas; `holds`: `bot.ports.storage.Holds`.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dialog_id", Id, ForeignKey("dialogs.id"), nullable=False),
    Column("author", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", SafeText, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id")),
    Column("delivery", SafeText, nullable=False),
    words("failure"),
    words("detail"),
    Column("important", Flag, nullable=False, server_default=text("false")),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("reply_to", Id),
    Column("line", SafeText),
    words("reactions"),
    Column("revision", Id, nullable=False),
    words("words"),
    words("parts"),
    Column("holds", Integer, nullable=False, server_default=text("0")),
    Column("late", Flag, nullable=False, server_default=text("false")),
    Index("ix_messages_dialog", "dialog_id", "id"),
    Index("ix_messages_revision", "dialog_id", "revision"),
    Index(
        "ix_messages_answers",
        "at",
        sqlite_where=text("author = 'operator'"),
        postgresql_where=text("author = 'operator'"),
    ),
    Index(
        "ix_messages_important",
        "id",
        sqlite_where=text("important"),
        postgresql_where=text("important"),
    ),
    Index(
        "ix_messages_unread",
        "dialog_id",
        "id",
        sqlite_where=text("delivery IN ('sent', 'delivered')"),
        postgresql_where=text("delivery IN ('sent', 'delivered')"),
    ),
    sqlite_autoincrement=True,
)

message_interests = Table(
    "message_interests",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("interest_id", Id, ForeignKey("interests.id"), nullable=False),
    Index("ix_message_interests_interest", "interest_id"),
)

# The mark on a message's post. Not a column of `messages`: the desk's couriers write it while the channel's couriers
# write the delivery state, each for many messages at a time, and they must not wait for each other.
marks = Table(
    "marks",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("mark", SafeText, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("desk", SafeText, nullable=False),
    Column("channel", SafeText, nullable=False),
    Column("post", SafeText, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    PrimaryKeyConstraint("desk", "channel", "post", "message_id"),
    Index("ix_posts_message", "message_id"),
    sqlite_with_rowid=False,
)

foreign_refs = Table(
    "foreign_refs",
    metadata,
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("ref", SafeText, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("account", "chat", "ref"),
    Index("ix_foreign_refs_message", "message_id"),
    sqlite_with_rowid=False,
)

# Receipts that came before the id they refer to; see `storage.repositories.early_receipts`.
early_receipts = Table(
    "early_receipts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("ref", SafeText, nullable=False),
    Column("receipt", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_early_receipts_ref", "account", "chat", "ref", "id"),
    Index("ix_early_receipts_at", "at"),
)

# Edits (`content`: the new words) and withdrawals (NULL) that came before their message; `shown`: the words stand in
# the thread already. See `storage.repositories.early_changes`.
early_changes = Table(
    "early_changes",
    metadata,
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("ref", SafeText, nullable=False),
    Column("content", SafeText),
    Column("at", Moment, nullable=False),
    Column("profile", SafeText, nullable=False),
    Column("shown", Flag, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("account", "chat", "ref"),
    Index("ix_early_changes_at", "at"),
    sqlite_with_rowid=False,
)

# The search index; see `storage.search.ngrams`.
grams = Table(
    "grams",
    metadata,
    Column("gram", Integer, nullable=False),
    Column("block", Integer, nullable=False),
    Column("posting", LargeBinary, nullable=False),
    PrimaryKeyConstraint("gram", "block"),
    sqlite_with_rowid=False,
)

# Messages edited after they may have been indexed.
edits = Table(
    "edits", metadata, Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False)
)
