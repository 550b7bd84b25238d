"""Connection poolers, which drop what the hub tells its sessions."""

from __future__ import annotations

import pytest

from storage import Unusable, connect, migrate, waker
from storage.engine.postgres import SETTINGS
from tests import servers
from tests.clock import ManualClock

IGNORING = f"ignore_startup_parameters = {','.join([*SETTINGS, 'statement_timeout'])}"


@pytest.mark.parametrize("settings", [(), (IGNORING,), (IGNORING, "pool_mode = session")])
async def test_a_pooler_is_refused_in_words(postgres_url: str, settings: tuple[str, ...], clock: ManualClock) -> None:
    server, _, name = postgres_url.removeprefix("postgresql+asyncpg:").rpartition("/")
    with servers.pgbouncer(server, *settings) as pooler:
        url = f"postgresql+asyncpg:{pooler}/{name}"
        for use in (migrate(url), connect(url, wake=waker(""), clock=clock)):
            with pytest.raises(Unusable, match="PgBouncer") as caught:
                await use
            assert "PostgreSQL itself" in caught.value.advice
