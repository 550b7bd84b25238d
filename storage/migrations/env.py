"""Alembic's environment; `storage.migrate` passes the connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from storage.engine.types import Moment, SafeText
from storage.tables.tables import metadata


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Writes plain types into revisions: they must keep their meaning when `storage.engine.types` changes."""
    if kind == "type" and isinstance(item, SafeText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Moment):
        return "MOMENT"
    if kind == "type" and str(item) == "BIGINT":
        return "NUMBER"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
