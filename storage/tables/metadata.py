"""The `MetaData` of all tables, with naming rules for keys and indexes, and a text column shared by many tables."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, text

from storage.engine.types import SafeText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def words(name: str, *, default: str | None = "") -> Column[str]:
    """Text column, "" by default; with `default` None it is nullable instead."""
    return Column(
        name, SafeText, nullable=default is None, server_default=None if default is None else text(f"'{default}'")
    )
