"""Each destination has its own connections to the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.runtime import http_pools
from bot.runtime.http_pools import HttpPool, HttpPools
from bot.runtime.outbound import Guard, GuardedConnector


@pytest.fixture
async def pools() -> AsyncIterator[HttpPools]:
    made = HttpPools(Guard())
    yield made
    await made.close()


def clients(pool: HttpPool) -> list[aiohttp.ClientSession]:
    return [pool.http, pool.guarded_http, pool.lasting_http]


async def test_destinations_share_no_connection(pools: HttpPools) -> None:
    shop, desk = pools.of("account:shop"), pools.of("desk:main")
    connectors = {id(client.connector) for pool in (shop, desk) for client in clients(pool)}
    assert len(connectors) == 6
    assert pools.of("account:shop") is shop


async def test_a_destination_has_more_connections_than_lanes(pools: HttpPools) -> None:
    shop = pools.of("account:shop")
    for client in (shop.http, shop.guarded_http):
        assert client.connector is not None
        assert client.connector.limit > http_pools.LANES
    assert isinstance(shop.guarded_http.connector, GuardedConnector)


async def test_long_polls_never_wait_for_a_connection(pools: HttpPools) -> None:
    connector = pools.of("account:shop").lasting_http.connector
    assert connector is not None
    assert connector.limit == http_pools.UNLIMITED


async def test_closing_closes_them_all() -> None:
    pools = HttpPools(Guard())
    pool = pools.of("account:shop")
    await pools.close()
    assert all(client.closed for client in clients(pool))
