"""Addresses of PostgreSQL: `hub run` and `hub migrate` read them in one way, over TLS and without."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.config.hub import HubSettings
from storage import Unusable, connect, head, migrate, waker
from storage.engine.address import postgres_dsn
from tests import servers
from tests.clock import ManualClock


@pytest.mark.parametrize(
    ("query", "dsn"),
    [
        ("", ""),
        ("?sslmode=require", "?sslmode=require"),
        ("?ssl=require", "?sslmode=require"),
        ("?ssl=true", "?sslmode=require"),
        ("?ssl=disable", "?sslmode=disable"),
        ("?sslmode=disable&ssl=require", "?sslmode=disable"),
    ],
)
def test_both_ways_to_ask_for_tls_mean_the_same(query: str, dsn: str) -> None:
    url = make_url(f"postgresql+asyncpg://hub:p%40ss@db:5433/hub{query}")
    assert postgres_dsn(url) == f"postgresql://hub:p%40ss@db:5433/hub{dsn}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_addresses_of_providers_are_taken(scheme: str) -> None:
    given = HubSettings(database_url=f"{scheme}://hub@db/hub?sslmode=require")
    assert given.database_url == "postgresql+asyncpg://hub@db/hub?sslmode=require"


@pytest.fixture(scope="module")
def encrypted() -> Iterator[str]:
    """A PostgreSQL that speaks TLS."""
    with servers.own_directory() as folder:
        servers.certify(folder)
        files = f"ssl_cert_file={folder}/cert.pem", f"ssl_key_file={folder}/key.pem"
        with servers.postgres("ssl=on", *files) as address:
            yield address


@pytest.mark.parametrize("query", ["sslmode=require", "ssl=require", "ssl=true"])
async def test_run_and_migrate_connect_over_tls(encrypted: str, query: str, clock: ManualClock) -> None:
    url = f"postgresql+asyncpg:{encrypted}?{query}"
    await migrate(url)
    store = await connect(url, wake=waker(""), clock=clock)
    await store.close()
    connection = await asyncpg.connect(postgres_dsn(make_url(url)))
    assert await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == head()
    await connection.close()


@pytest.mark.parametrize("query", ["sslmode=require", "ssl=require", "sslmode=perhaps"])
async def test_a_server_without_tls_is_refused_in_words(postgres_url: str, query: str, clock: ManualClock) -> None:
    url = f"{postgres_url}?{query}"
    with pytest.raises(Unusable) as caught:
        await migrate(url)
    assert caught.value.advice
    with pytest.raises(Unusable) as caught:
        await connect(url, wake=waker(""), clock=clock)
    assert caught.value.advice
