"""Checks of a PostgreSQL database before the hub uses it: each fault is said in words, with what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg

from bot.locale import N_
from storage.engine.errors import Unusable
from storage.tables import schema, versions

_CREATE = N_("Create it with: CREATE DATABASE hub ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0")
_POOLER = N_("a connection pooler such as PgBouncer does not pass on the hub's session settings")
_DIRECTLY = N_("Enter the address of PostgreSQL itself: the hub has a pool of its own, see hub.database_connections.")
_FACTS = "SELECT current_setting('server_encoding'), current_setting('lock_timeout')"
_RIGHTS = """
    SELECT current_user, coalesce(current_schema(), 'public'),
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
        (SELECT pg_get_userbyid(relowner) FROM pg_class
         WHERE oid = to_regclass('alembic_version') AND NOT pg_has_role(relowner, 'USAGE'))
"""


@contextmanager
def faults() -> Iterator[None]:
    """Turns a failure to connect, or to read what every user may read, into `Unusable`."""
    try:
        yield
    except asyncpg.ProtocolViolationError as error:
        if "startup parameter" in str(error):
            raise Unusable(_POOLER, _DIRECTLY) from error
        raise _unusable(error) from error
    except asyncpg.InsufficientPrivilegeError as error:
        what, advice = (
            N_("the database refuses the hub's user: {reason}"),
            N_("Run hub migrate as the same database user as the hub."),
        )
        raise Unusable(what, advice, reason=str(error)) from error
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> Unusable:
    what, advice = N_("PostgreSQL cannot be used: {reason}"), N_("Check its address, user and password.")
    return Unusable(what, advice, reason=str(error) or type(error).__name__)


async def for_work(connection: Any, settings: Mapping[str, str]) -> None:
    """Checks that the hub can work on this database as it is. `settings`: those that the connection was opened with."""
    await _suits(connection, settings)
    migrated = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    versions.check(await connection.fetchval("SELECT version_num FROM alembic_version") if migrated else None)
    await schema.check_postgres(connection)


async def _suits(connection: Any, settings: Mapping[str, str]) -> None:
    """Checks what no migration can change: that the session's settings have arrived, the encoding, the letters."""
    encoding, patience = await connection.fetchrow(_FACTS)
    if patience != settings["lock_timeout"]:
        raise Unusable(_POOLER, _DIRECTLY)
    if encoding != "UTF8":
        what = N_("the database encoding {encoding} cannot store all characters")
        raise Unusable(what, _CREATE, encoding=str(encoding))
    if await connection.fetchval("SELECT upper('ж')") != "Ж":
        what = N_("the database's LC_CTYPE supports only ASCII letters: search would not find Russian words")
        raise Unusable(what, _CREATE)


async def for_migration(connection: Any, settings: Mapping[str, str]) -> None:
    """Checks that the tables can be created and changed here."""
    await _suits(connection, settings)
    user, space, may_create, owner = await connection.fetchrow(_RIGHTS)
    if owner is not None:
        what = N_("the database tables belong to {owner}: {user} may not change them")
        advice = N_("Run hub migrate as their owner, or give them to the hub's user: ALTER TABLE … OWNER TO …")
        raise Unusable(what, advice, owner=str(owner), user=str(user))
    if not may_create:
        what = N_("the database user {user} may not create tables in the schema {schema}")
        advice = N_(
            "Allow it as an administrator: GRANT CREATE ON SCHEMA … TO … (or make the user the database's owner)."
        )
        raise Unusable(what, advice, user=str(user), schema=str(space))
