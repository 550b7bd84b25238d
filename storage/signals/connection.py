"""Connections to Redis. Imported only when Redis is configured."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from storage.engine.keepalive import OPTIONS

ERRORS = (RedisError, OSError, TimeoutError)
"""Errors that a command may raise while Redis is away or silent."""


def redis_at(url: str, connecting: float) -> Redis:
    """Returns a client; `connecting`: seconds for a new connection.

    Replies have one form under both protocols of Redis (`?protocol=3` in the address): the driver's own default nests
    them differently. Commands have no limit of their own: with `socket_timeout`, redis-py sends through
    asyncio.wait_for, which may swallow a cancellation (Python 3.11), so that a cancelled task would go on. Whoever
    sends a command limits its time.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        legacy_responses=False,
        socket_connect_timeout=connecting,
        socket_timeout=None,
        socket_keepalive=True,
        socket_keepalive_options=dict(OPTIONS),
        retry=Retry(NoBackoff(), 0),
    )
