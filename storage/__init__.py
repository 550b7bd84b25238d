"""Storage: implements `bot.ports.storage` and related ports on SQLite or PostgreSQL, optionally with Redis.

    wake = waker(redis_url)                 # run `wake.run` in a task
    store = await connect(url, wake=wake, clock=clock)
    mailbox = StoredMailbox(store)
    budgets = SharedBudgets(redis_url)
    files = LocalFiles(directory, secret, public_url, clock, store)

Close them in reverse order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.ports import Clock, Wake
from bot.ports.storage import StoreObserver
from storage.backups.notes import NotesFile
from storage.engine.errors import Unusable
from storage.engine.store import SqlStore
from storage.files.space import free
from storage.files.store import FLOOR, LocalFiles
from storage.repositories.mailbox import StoredMailbox
from storage.repositories.renames import AccountMove
from storage.repositories.sign_ins import StoredSignIns
from storage.signals.local import Waker
from storage.signals.rate_limits import SharedBudgets
from storage.tables.versions import head

__all__ = [
    "FLOOR",
    "AccountMove",
    "LocalFiles",
    "NotesFile",
    "SharedBudgets",
    "SqlStore",
    "StoredMailbox",
    "StoredSignIns",
    "Unusable",
    "Waker",
    "connect",
    "current",
    "free",
    "head",
    "migrate",
    "waker",
]


def waker(redis_url: str) -> Waker:
    """Returns a waker through Redis; with an empty `redis_url`, one for this process alone."""
    if not redis_url:
        return Waker()
    from storage.signals.redis import RedisWaker

    return RedisWaker(redis_url)


async def connect(
    url: str,
    *,
    wake: Wake,
    clock: Clock,
    connections: int = 10,
    exclusive: bool = False,
    observer: StoreObserver | None = None,
) -> SqlStore:
    """Opens a store: `sqlite+aiosqlite:///path` is migrated to the newest schema, `postgresql+asyncpg://…` must be at
    it already. `connections`: the largest number of PostgreSQL connections for writing; half as many are for reading.
    `exclusive`: takes the lock that keeps a second hub off the same SQLite file. `observer`: listens to
    transactions. Raises `Unusable`."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        from storage.engine.postgres import PostgresEngine

        return SqlStore(await PostgresEngine.open(parsed, connections), wake, clock, embedded=False, observer=observer)
    from storage.engine.sqlite import ProcessLock, SqliteEngine, check_file, revision
    from storage.engine.sqlite_checks import check_log

    path = Path(parsed.database or "")
    only_one = ProcessLock(path) if exclusive else None
    try:
        if exclusive or not ProcessLock.held(path):
            check_log(path)
        if revision(path) != head():
            await migrate(url)
        check_file(path)
        return SqlStore(await SqliteEngine.open(path, only_one), wake, clock, embedded=True, observer=observer)
    except BaseException:
        if only_one is not None:
            only_one.close()
        raise


async def migrate(url: str, tell: Callable[[str, Mapping[str, str]], None] | None = None) -> None:
    """Upgrades the database to the newest revision; does nothing when it is there already. `tell`: takes lines about
    the progress, each a message id and its values. Raises `Unusable`."""
    from storage.tables import migrate as migrating

    if (parsed := make_url(url)).get_backend_name() == "sqlite":
        from storage.engine.sqlite_checks import check_log

        check_log(Path(parsed.database or ""))
    await migrating.migrate(url, tell)


async def current(url: str) -> str | None:
    """Returns the database's revision, or None when it is empty. Raises `Unusable`."""
    from storage.tables import migrate as migrating

    return await migrating.current(url)
