"""Cost of one customer's message in the storage, beside one bare INSERT with commit through the same connection.

python -m tests.bench.bench_storage [sqlite] [postgres]

It asserts nothing; numbers are transactions per second.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bot.domain import Account, AccountName, Author, ChatId, Content, DeskName, ForeignId, Key, Profile
from bot.domain.text import Text
from bot.ports.storage import NewMessage, Settlement, Unit, Urgency
from storage import SqlStore, connect, migrate
from storage.engine.statements import Statement, insert_into
from storage.engine.unit import SqlUnit
from storage.signals.local import Waker
from storage.tables.tables import cursors
from tests import servers
from tests.clock import SystemClock

SECONDS = 2.0
ACCOUNT = Account(AccountName("shop"), "telegram", "Shop", DeskName("main"), "support")
CLOCK = SystemClock()
numbers = itertools.count()
_insert = Statement(insert_into(cursors, "name", "value"))


async def floor(store: SqlStore) -> None:
    async def work(unit: SqlUnit) -> None:
        unit.session.later(_insert, name=str(next(numbers)), value="x" * 300)

    await store.transact_sql(work)


async def message(store: SqlStore) -> None:
    """The hot path of an incoming customer message."""
    number = next(numbers)
    chat, now = ChatId(str(number % 200)), CLOCK.now()

    async def work(unit: Unit) -> None:
        assert await unit.inbox.mark_seen("account:shop", Key(f"m{number}"), now)
        identity, _ = await unit.contacts.lock_identity(ACCOUNT.name, chat, Profile(name="Anna"))
        dialog = identity.open or await unit.dialogs.add(ACCOUNT, chat, identity.contact.id, now)
        words = "How much does it cost, and when will it be here?"
        await unit.dialogs.touch(dialog.id, waiting_since=now, last_at=now, last_words=words)
        added = await unit.messages.add(NewMessage(dialog.id, Author.CUSTOMER, now, Content(Text.plain(words))))
        await unit.messages.link_foreign(added.id, ACCOUNT.name, chat, [ForeignId(str(number))])
        payload = {"dialog": dialog.id, "message": added.id, "channel": "support"}
        await unit.outbox.enqueue("desk:main", f"dialog:{dialog.id}", Urgency.MESSAGE, "post", payload, due=now)

    await store.transact(work)


async def courier(store: SqlStore, stop: asyncio.Event) -> int:
    """Claims and settles the parcels that the messages enqueue."""
    settlements: list[Settlement] = []
    carried = 0
    while not stop.is_set():

        async def work(unit: Unit, settlements: Sequence[Settlement] = settlements) -> list[Settlement]:
            now = CLOCK.now()
            await unit.outbox.settle_many(settlements, now)
            claims = await unit.outbox.claim("desk:main", "me", now, lanes=256, depth=10, lease=10)
            return [Settlement(claim, done=tuple(parcel.id for parcel in claim.parcels)) for claim in claims]

        settlements = await store.transact(work)
        carried += sum(len(each.done) for each in settlements)
        if not settlements:
            await asyncio.sleep(0.005)
    return carried


async def rate(once: Callable[[], Awaitable[None]], at_once: int, seconds: float = SECONDS) -> float:
    until, done = time.perf_counter() + seconds, 0

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await once()
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return done / (time.perf_counter() - began)


async def measure(url: str) -> None:
    await migrate(url)
    store = await connect(url, wake=Waker(), clock=CLOCK)
    await rate(lambda: message(store), 20, 1)  # warm: dialogs, prepared statements
    print(f"{'at once':>8} {'INSERT+commit':>14} {'message':>9} {'ratio':>6}")
    for at_once in (1, 20, 100):
        bare = await rate(lambda: floor(store), at_once)
        whole = await rate(lambda: message(store), at_once)
        print(f"{at_once:>8} {bare:>14.0f} {whole:>9.0f} {whole / bare:>6.2f}")
    stop = asyncio.Event()
    carrying = asyncio.create_task(courier(store, stop))
    whole = await rate(lambda: message(store), 20)
    stop.set()
    print(f"with a courier at work, 20 at once: {whole:.0f} messages/s taken, {await carrying} carried in all")
    await store.close()


def main() -> None:
    import uvloop

    wanted = sys.argv[1:] or ["sqlite", "postgres"]
    with ExitStack() as stack:
        for database in wanted:
            print(f"\n{database}")
            if database == "sqlite":
                directory = stack.enter_context(tempfile.TemporaryDirectory())
                uvloop.run(measure(f"sqlite+aiosqlite:///{Path(directory)}/hub.db"))
            else:
                uvloop.run(measure(f"postgresql+asyncpg:{stack.enter_context(servers.postgres())}"))


if __name__ == "__main__":
    main()
