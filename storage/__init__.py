"""Storage: `bot.ports.storage` and the ports that keep things, on SQLite or PostgreSQL, alone or with Redis.

    wake = waker(redis_url)                 # its `run` wants to be somebody's task
    store = await connect(url, wake=wake, clock=clock)
    mailbox = StoredMailbox(store)
    budgets = SharedBudgets(redis_url)
    files = LocalFiles(directory, secret, public_url, clock, store)

Close in the opposite order.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from bot.ports import Clock, Wake
from storage.engine.errors import Unusable
from storage.engine.store import SqlStore
from storage.files.store import LocalFiles
from storage.repositories.mailbox import StoredMailbox
from storage.repositories.sign_ins import StoredSignIns
from storage.signals.local import Waker
from storage.signals.rate_limits import SharedBudgets
from storage.tables.versions import head

__all__ = [
    "LocalFiles",
    "SharedBudgets",
    "SqlStore",
    "StoredMailbox",
    "StoredSignIns",
    "Unusable",
    "Waker",
    "connect",
    "current",
    "head",
    "migrate",
    "waker",
]


def waker(redis_url: str) -> Waker:
    """`redis_url` "": there is one process."""
    if not redis_url:
        return Waker()
    from storage.signals.redis import RedisWaker

    return RedisWaker(redis_url)


async def connect(url: str, *, wake: Wake, clock: Clock, connections: int = 10, exclusive: bool = False) -> SqlStore:
    """A store on `sqlite+aiosqlite:///path`, which is brought to the newest schema, or on `postgresql+asyncpg://…`,
    which must have it. `connections`: at most so many for writing, and so many for reading, on PostgreSQL.
    `exclusive`: for a running hub, which must be the only one on an embedded database. Raises `Unusable`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        from storage.engine.postgres import Shared

        return SqlStore(await Shared.open(parsed, connections), wake, clock, embedded=False)
    from storage.engine.sqlite import Embedded, OnlyOne, revision

    path = Path(parsed.database or "")
    only_one = OnlyOne(path) if exclusive else None
    try:
        if revision(path) != head():
            await migrate(url)
        return SqlStore(await Embedded.open(path, only_one), wake, clock, embedded=True)
    except BaseException:
        if only_one is not None:
            only_one.close()
        raise


async def migrate(url: str) -> None:
    """To the newest revision; does nothing when it is there already. Raises `Unusable`."""
    from storage.tables import migrate as migrating

    await migrating.migrate(url)


async def current(url: str) -> str | None:
    """The revision that the database has; None: it is empty. Raises `Unusable`."""
    from storage.tables import migrate as migrating

    return await migrating.current(url)
