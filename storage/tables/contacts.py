"""Contacts, their chats (identities) and their Interests."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata, words


def _index_of_filled(column: str) -> Index:
    """Index over the contacts that have this column filled in."""
    filled = text(f"{column} <> ''")
    return Index(f"ix_contacts_{column}", column, sqlite_where=filled, postgresql_where=filled)


# `dialogs`: the number of dialogs ever opened; `folded`: text that lists are searched by; `phone_key`, `email_key`:
# keys for matching contacts, `…_proven`: the channel vouched for the value; `merged_into`: the contact that this one
# was merged into.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    words("name"),
    words("phone"),
    words("email"),
    Column("picture", SafeText),
    words("folded"),
    Column("dialogs", Integer, nullable=False, server_default=text("0")),
    Column("kind", SafeText, nullable=False, server_default=text("'potential'")),
    words("phone_key"),
    words("email_key"),
    Column("phone_proven", Flag, nullable=False, server_default=text("false")),
    Column("email_proven", Flag, nullable=False, server_default=text("false")),
    Column("merged_into", Id),
    _index_of_filled("phone_key"),
    _index_of_filled("email_key"),
    sqlite_autoincrement=True,
)

# `name`, `phone`, `email`: what this chat last reported of the contact, who may since be known under other values. NULL
# for chats that have reported nothing since these columns exist; their contact has what its chat reported before.
identities = Table(
    "identities",
    metadata,
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    words("username"),
    Column("blocked", Flag, nullable=False, server_default=text("false")),
    Column("name", SafeText),
    Column("phone", SafeText),
    Column("email", SafeText),
    Column("barred", Flag, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("account", "chat"),
    Index("ix_identities_contact", "contact_id"),
    sqlite_with_rowid=False,
)

# Contacts merged as one person. `moved`: what was moved beside the chats (JSON), so that the merge can be undone.
merges = Table(
    "merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kept", Id, ForeignKey("contacts.id"), nullable=False),
    Column("merged", Id, ForeignKey("contacts.id"), nullable=False),
    Column("moved", SafeText, nullable=False),
    Column("why", SafeText, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id")),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
    Index("ix_merges_kept", "kept"),
    Index("ix_merges_merged", "merged"),
    sqlite_autoincrement=True,
)

# Identities moved by a merge.
merged_chats = Table(
    "merged_chats",
    metadata,
    Column("merge_id", Id, ForeignKey("merges.id"), nullable=False),
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    PrimaryKeyConstraint("account", "chat", "merge_id"),
    Index("ix_merged_chats_merge", "merge_id"),
    sqlite_with_rowid=False,
)

# The id of a contact in an external CRM, and when the CRM last reported the contact's Interests.
crm_contacts = Table(
    "crm_contacts",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True, autoincrement=False),
    words("ref"),
    Column("answered_at", Moment),
    Index("ix_crm_contacts_ref", "ref", sqlite_where=text("ref <> ''"), postgresql_where=text("ref <> ''")),
)

# `ref`, `version`: the object in an external CRM, and the version of it last seen.
interests = Table(
    "interests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("title", SafeText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("author", Id, ForeignKey("operators.id")),
    Column("open", Flag, nullable=False, server_default=text("true")),
    words("stage"),
    words("comment"),
    words("url"),
    words("ref"),
    words("version"),
    Index("ix_interests_contact", "contact_id", "id"),
    Index("uq_interests_ref", "ref", unique=True, sqlite_where=text("ref <> ''"), postgresql_where=text("ref <> ''")),
    sqlite_autoincrement=True,
)
