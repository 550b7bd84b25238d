"""Roles and account rules, and the history of their changes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata

# `gone`: removed from the chat, so that hub.toml does not bring the role back.
roles = Table(
    "roles",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("members", SafeText, nullable=False),
    Column("gone", Flag, nullable=False, server_default=text("false")),
)

accounts = Table(
    "accounts", metadata, Column("name", SafeText, primary_key=True), Column("rules", SafeText, nullable=False)
)

# Changes of an account's settings; `account` "": settings of the whole hub.
account_changes = Table(
    "account_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", SafeText, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", SafeText, nullable=False),
    Column("before", SafeText, nullable=False),
    Column("after", SafeText, nullable=False),
    Index("ix_account_changes_account", "account", "id"),
)
