"""Addresses of PostgreSQL: read in one way by `run` and `migrate`, by asyncpg's own rules."""

from __future__ import annotations

from sqlalchemy.engine import URL

_ON = frozenset({"true", "yes", "on", "1"})


def postgres_dsn(url: URL) -> str:
    """DSN for asyncpg. `ssl=…`, as SQLAlchemy's documentation writes it, means `sslmode=…`; "true" means "require"."""
    query = dict(url.query)
    if "ssl" in query:
        given = str(query.pop("ssl"))
        query.setdefault("sslmode", "require" if given.casefold() in _ON else given)
    return url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)
