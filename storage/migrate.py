"""Brings a database to the newest schema; says which one it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import revisions

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).with_name("migrations")
_VERSIONS = _MIGRATIONS / "versions"


def head() -> str:
    """The revision that this program wants. Revisions are numbered, so their files tell."""
    return max(path.name.split("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


async def current(url: str) -> str | None:
    """The revision that the database has; None: it is empty."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_current)
    finally:
        await engine.dispose()


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


async def migrate(url: str) -> None:
    """To the newest revision, in one transaction; does nothing when it is there already."""
    if make_url(url).get_backend_name() == "sqlite":
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
            if engine.dialect.name == "postgresql":
                await connection.execute(revisions.FORGET_FOREIGN)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


async def revise(url: str, message: str) -> None:
    """For developers: writes the next revision out of the difference between `storage.schema` and the database."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_revise, message)
    finally:
        await engine.dispose()


def _revise(connection: Connection, message: str) -> None:
    from alembic import command

    number = 1 + max((int(path.name.split("_")[0]) for path in _VERSIONS.glob("[0-9]*.py")), default=0)
    command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # 0.2 s, needed only when there is something to migrate

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
