"""A hub goes on after its database was restored from a backup: what it has forgotten is neither repeated nor mixed up.

Two ways lead there: `hub restore`, and a copy of the database put back by other tools.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app.assembly import running
from bot.domain import ThreadRef
from bot.ports.traces import RESTORED
from settings import load
from storage import NotesFile
from storage.backups import Belongings, backup, restore
from tests.conftest import Database
from tests.contracts.desks import DeskRig
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.server import TOKEN
from tests.free_ports import free_port
from tests.scenarios.desks import DESKS
from tests.scenarios.hubs import TelegramHub
from tests.toml import toml

OLD, NEW = 3, 3
"""Customers with a dialog before the backup, and after it."""
ANSWERS = 30


@dataclass
class Office:
    """A team chat and Telegram that outlive the hub."""

    desk: str
    operators: DeskRig
    telegram: FakeTelegram
    url: str
    config: Path
    database: Database
    folder: Path

    @asynccontextmanager
    async def hub(self) -> AsyncIterator[TelegramHub]:
        async with running(load(self.config, {})) as app:
            yield TelegramHub(app, self.operators, self.url, self.telegram)

    @property
    def ours(self) -> Belongings:
        return Belongings(self.database.url, self.folder / "files", {}, "x" * 40)

    @property
    def note(self) -> NotesFile:
        """The note of the numbers reached, where the hub keeps it."""
        beside = self.folder / "hub.db.reached"
        return NotesFile(beside if self.database.url.startswith("sqlite") else self.folder / "files" / "reached")

    async def backup(self) -> None:
        await backup(self.ours, self.folder / "backup.zip", datetime.now(UTC), "1")

    async def restore(self, how: str) -> None:
        await restore(self.ours, self.folder / "backup.zip", replace=True)
        if how == "by other tools":
            engine = create_async_engine(self.database.url)
            async with engine.begin() as connection:
                await connection.execute(text(f"DELETE FROM cursors WHERE name = '{RESTORED}'"))
            await engine.dispose()


@pytest.fixture(params=["slack", "mattermost", "web"])
async def office(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "rig").mkdir()
    async with DESKS[request.param](tmp_path / "rig", url) as (operators, table), FakeTelegram() as telegram:
        config = tmp_path / "hub.toml"
        config.write_text(
            toml(
                {
                    "hub": {
                        "public_url": url,
                        "listen": f"127.0.0.1:{port}",
                        "database_url": database.url,
                        "redis_url": database.redis_url,
                        "files": str(tmp_path / "files"),
                        "secret": "x" * 40,
                        "private_addresses": ["127.0.0.1"],
                        "admins": ["anna"],
                    },
                    "desks": {"main": table},
                    "accounts": {"shop": {"kind": "telegram", "token": TOKEN, "api_url": telegram.url}},
                }
            )
        )
        yield Office(request.param, operators, telegram, url, config, database, tmp_path)


async def opens(hub: TelegramHub, name: str, number: int) -> ThreadRef:
    """A customer writes, and anna answers."""
    hub.customer(name).writes(f"Hello from {name}")
    thread = await hub.thread_of_dialog(number)
    await hub.post_appears(thread, f"Hello from {name}")
    await answers(hub, thread, name, f"Hello, {name}")
    return thread


async def answers(hub: TelegramHub, thread: ThreadRef, name: str, words: str) -> None:
    await hub.operators.writes("anna", thread, words)
    await hub.until(lambda: words in hub.customer(name).reads)


@pytest.mark.parametrize("how", ["by hub restore", "by other tools"])
async def test_nothing_is_sent_twice_and_no_number_is_given_twice(office: Office, how: str) -> None:
    old, new = [f"Old{n}" for n in range(OLD)], [f"New{n}" for n in range(NEW)]
    where: dict[str, ThreadRef] = {}
    async with office.hub() as hub:
        for number, name in enumerate(old, 1):
            where[name] = await opens(hub, name, number)
        await hub.all_delivered()
        await office.backup()
        for number in range(ANSWERS):
            name = old[number % OLD]
            await answers(hub, where[name], name, f"Answer {number}")
        for number, name in enumerate(new, OLD + 1):
            where[name] = await opens(hub, name, number)
        await hub.all_delivered()
        await hub.until(lambda: office.note.read().dialogs == OLD + NEW)
        customers = dict(hub.customers)
    before = {name: list(one.reads) for name, one in customers.items()}
    assert sum(map(len, before.values())) == ANSWERS + OLD + NEW
    if office.desk != "web":
        await office.operators.writes("anna", where[old[0]], "Written while it was down")
    await office.restore(how)

    async with office.hub() as hub:
        hub.customers = customers
        hub.customer("Later").writes("Hello from Later")
        last = await newest(hub, "Hello from Later")
        assert last > OLD + NEW, "no number is given twice"
        if office.desk != "web":
            await asked_once(hub, where[old[0]])
            await hub.all_delivered()
        assert {name: list(one.reads) for name, one in customers.items() if name in before} == before, "sent again"
        await goes_on(hub, office, where, old[0], new[0])
        await hub.direct_message_appears("anna", "restored from a backup")


async def newest(hub: TelegramHub, words: str) -> int:
    """The number of the dialog that these words opened."""
    found: list[int] = []

    async def there() -> bool:
        async with hub.app.hub.store.read() as unit:
            reached = await unit.counters.reached()
        for number in range(reached.dialogs, max(reached.dialogs - 3, 0), -1):
            dialog = await hub.find_dialog(number)
            if dialog is not None and dialog.last_words == words:
                found.append(number)
        return bool(found)

    await hub.until(there)
    return found[0]


async def asked_once(hub: TelegramHub, thread: ThreadRef) -> None:
    """The thread asks about the one reply that has no mark of the hub's."""
    seen = await hub.post_appears(thread, "Perhaps sent already: “Written while it was down”")
    assert list(seen.buttons) == ["Send", "It was sent"]
    asked = [one for one in await hub.operators.thread(thread) if "Perhaps sent already" in one.words]
    assert len(asked) == 1, "the hub's own marks say what became of the others"


async def goes_on(hub: TelegramHub, office: Office, where: dict[str, ThreadRef], known: str, lost: str) -> None:
    """Dialogs go on in their threads, also those that the database has forgotten."""
    if office.desk == "web":
        await answers(hub, where[known], known, "Back again")
        return
    asked = await hub.post_appears(where[known], "Perhaps sent already")
    assert asked.post is not None
    await hub.operators.presses("anna", where[known], asked.post, "Send")
    await hub.until(lambda: hub.customer(known).reads.count("Written while it was down") == 1)
    await hub.post_appears(where[lost], "It goes on here")
    await answers(hub, where[lost], lost, "Back again")
    hub.customer(lost).writes("One more question")
    await hub.post_appears(where[lost], "One more question")
