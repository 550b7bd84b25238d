"""Migrations beside working hubs, unusable databases, and tables that are not what their revision says."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain import Account, AccountName, Author, ChatId, Content, Delivery, DeskName, Key, MessageId, Profile
from bot.domain.text import Text
from bot.ports.storage import Claim, NewMessage, Parcel, Settlement, Unit, Urgency
from storage import SqlStore, Unusable, connect, current, head, migrate, waker
from storage.tables import migrate as migrating
from storage.tables import versions
from tests.clock import ManualClock
from tests.waiting import FACT

SHOP = Account(AccountName("shop"), "telegram", "Shop", DeskName("main"), "support")
CHANGES = {
    "a column that a later revision's author added": ("ALTER TABLE dialogs DROP COLUMN lead", "+ dialogs.lead"),
    "a table": ("DROP TABLE edits", "+ edits.message_id"),
    "an index": ("DROP INDEX ix_posts_message", "+ ix_posts_message: index on posts (message_id)"),
    "an index over other rows": (
        "DROP INDEX uq_dialogs_open; CREATE UNIQUE INDEX uq_dialogs_open ON dialogs (account, chat)"
        " WHERE status <> 'closed'",
        "+ uq_dialogs_open",
    ),
    "an index that forbids": ("CREATE UNIQUE INDEX uq_mine ON messages (dialog_id, at)", "- uq_mine"),
}
HARMLESS = "CREATE INDEX ix_mine ON messages (at); CREATE TABLE mine (a TEXT NOT NULL)"


async def run(url: str, sql: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))) as file:
            file.executescript(sql)
        return
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(sql)
    await connection.close()


@pytest.fixture(params=["sqlite", "new_postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database whose tables may be changed."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.mark.parametrize("change", CHANGES)
async def test_a_database_that_only_claims_its_revision_is_refused(url: str, change: str, clock: ManualClock) -> None:
    sql, said = CHANGES[change]
    await run(url, sql)
    for use in (migrate(url), connect(url, wake=waker(""), clock=clock)):
        with pytest.raises(Unusable) as caught:
            await use
        assert said in str(caught.value)
        assert caught.value.advice
    assert await current(url) == head()


async def test_another_type_and_an_index_left_invalid_are_found(new_postgres_url: str, clock: ManualClock) -> None:
    await run(new_postgres_url, "ALTER TABLE dialogs ALTER ordinal TYPE text")
    await run(
        new_postgres_url, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_posts_message'::regclass"
    )
    with pytest.raises(Unusable) as caught:
        await connect(new_postgres_url, wake=waker(""), clock=clock)
    assert "+ dialogs.ordinal: integer not null" in str(caught.value)
    assert "+ ix_posts_message" in str(caught.value)


async def test_what_others_add_does_no_harm(url: str, clock: ManualClock) -> None:
    await run(url, HARMLESS)
    await migrate(url)
    store = await connect(url, wake=waker(""), clock=clock)
    await store.close()


# ------------------------------------------------------------------------------ databases of no use


@pytest.fixture
async def administrator(postgres_server: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(f"postgresql:{postgres_server}/postgres")
    yield connection
    await connection.execute("DROP DATABASE IF EXISTS useless WITH (FORCE)")
    await connection.execute("DROP ROLE IF EXISTS guest")
    await connection.close()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "encoding LATIN1"),
        ("ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", "LC_CTYPE"),
    ],
)
async def test_migrate_refuses_what_the_hub_would_refuse(
    administrator: asyncpg.Connection, postgres_server: str, how: str, said: str
) -> None:
    await administrator.execute(f"CREATE DATABASE useless {how} TEMPLATE template0")
    url = f"postgresql+asyncpg:{postgres_server}/useless"
    with pytest.raises(Unusable, match=said) as caught:
        await migrate(url)
    assert "CREATE DATABASE" in caught.value.advice
    assert await current(url) is None, "nothing was created"


async def test_a_missing_right_to_create_says_so(administrator: asyncpg.Connection, postgres_server: str) -> None:
    await administrator.execute("CREATE DATABASE useless")
    await administrator.execute("CREATE ROLE guest LOGIN")
    owned = f"postgresql+asyncpg:{postgres_server}/useless"
    await run(owned, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    url = owned.replace("hub@", "guest@")
    with pytest.raises(Unusable, match="guest may not create tables in the schema public") as caught:
        await migrate(url)
    assert "GRANT CREATE" in caught.value.advice
    await migrate(owned)
    with pytest.raises(Unusable, match="refuses the hub's user: permission denied"):
        await connect(url, wake=waker(""), clock=ManualClock())
    with pytest.raises(Unusable, match="belong to hub: guest may not change them"):
        await migrate(url)


# -------------------------------------------------------------------------- beside what is working


@pytest.fixture
async def older_url(administrator: asyncpg.Connection, postgres_server: str) -> str:
    """A database at revision 0002."""
    await administrator.execute("CREATE DATABASE useless")
    url = f"postgresql+asyncpg:{postgres_server}/useless"
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrating.upgrade, "0002")
    await engine.dispose()
    await run(url, ROWS)
    return url


ROWS = """
INSERT INTO contacts (id, name) SELECT n, 'c' || n FROM generate_series(1, 20) n;
INSERT INTO identities (account, chat, contact_id) SELECT 'shop', n, n FROM generate_series(1, 20) n;
INSERT INTO dialogs (id, account, chat, contact_id, desk, channel, opened_at, status, ordinal, active_at)
    SELECT n, 'shop', n, n, 'main', 'c', now(), 'new', 1, now() FROM generate_series(1, 20) n;
INSERT INTO messages (id, dialog_id, author, at, content, delivery, revision)
    SELECT n, n, 'customer', now(), '{}', 'none', n FROM generate_series(1, 20) n;
"""


async def test_a_migration_waits_its_turn_and_says_for_whom(older_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "LONG", 0.0)
    report = await asyncpg.connect(older_url.replace("+asyncpg", ""), server_settings={"application_name": "report"})
    await report.execute("BEGIN; SELECT count(*) FROM messages")
    said, waiting = list[tuple[str, Mapping[str, str]]](), asyncio.Event()

    def tell(line: str, values: Mapping[str, str]) -> None:
        said.append((line, values))
        waiting.set()

    migration = asyncio.create_task(migrate(older_url, tell))
    async with asyncio.timeout(FACT):
        await waiting.wait()
    assert "Waiting" in said[0][0]
    assert "report (pid" in said[0][1]["who"]
    await report.execute("COMMIT")
    await report.close()
    await migration
    assert next(values["revision"] for _, values in said if "revision" in values) == "0003"
    assert await current(older_url) == head()


async def test_a_migration_gives_up_in_words(older_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "PATIENCE", 0.0)
    monkeypatch.setattr(migrating, "LONG", 0.0)
    report = await asyncpg.connect(older_url.replace("+asyncpg", ""), server_settings={"application_name": "report"})
    await report.execute("BEGIN; SELECT count(*) FROM messages")
    with pytest.raises(Unusable, match="in use: report"):
        await migrate(older_url)
    await report.execute("SELECT 1 FROM dialogs")
    await report.close()


WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'dialogs'::regclass"


async def test_a_migration_gives_way_to_whoever_holds_what_it_waits_for(older_url: str) -> None:
    """The hub holds a dialog and wants a contact; the migration holds contacts and wants dialogs."""
    hub = await asyncpg.connect(older_url.replace("+asyncpg", ""))
    await hub.execute("BEGIN; UPDATE dialogs SET last_words = 'a' WHERE id = 1")
    migration = asyncio.create_task(migrate(older_url))
    async with asyncio.timeout(FACT):
        while not await hub.fetchval(WAITING):  # noqa: ASYNC110 - the fact is the server's
            await asyncio.sleep(0.01)
    await hub.execute("UPDATE contacts SET name = 'b' WHERE id = 1")
    await hub.execute("COMMIT")
    await migration
    assert await hub.fetchval("SELECT name FROM contacts WHERE id = 1") == "b"
    await hub.close()


NEXT = '''
"""A revision that changes the tables that every message goes through"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None

def upgrade() -> None:
    for table in ("contacts", "lanes", "messages", "operators", "dialogs", "identities", "inbox"):
        op.add_column(table, sa.Column("mine", sa.Text()))
        op.create_index(f"ix_{{table}}_mine", table, ["mine"])
'''


@pytest.fixture
def pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes databases at today's revision older than the program."""
    now = head()
    folder = Path(shutil.copytree(versions.MIGRATIONS, tmp_path / "migrations"))
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(head=now))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    monkeypatch.setattr(versions, "VERSIONS", folder / "versions")


async def customer(store: SqlStore, chat: ChatId, number: int) -> None:
    now = ManualClock().now()

    async def work(unit: Unit) -> None:
        await unit.inbox.mark_seen("account:shop", Key(f"{chat}-{number}"), now)
        identity, _ = await unit.contacts.lock_identity(SHOP.name, chat, Profile(name=f"C{number}"))
        dialog = identity.open or await unit.dialogs.add(SHOP, chat, identity.contact.id, now)
        content = Content(Text.plain(f"hello {number}"))
        message = await unit.messages.add(NewMessage(dialog.id, Author.CUSTOMER, now, content))
        await unit.dialogs.touch(dialog.id, waiting_since=now, last_at=now, last_words="hello")
        values = {"message": message.id}
        await unit.outbox.enqueue("desk:main", f"thread:{dialog.id}", Urgency.MESSAGE, "post", values, due=now)

    await store.transact(work)


async def courier(store: SqlStore) -> None:
    now = ManualClock().now()
    claims = await store.transact(lambda unit: unit.outbox.claim("desk:main", "me", now, lanes=4, depth=1, lease=10.0))
    for claim in claims:
        [parcel] = claim.parcels

        async def work(unit: Unit, claim: Claim = claim, parcel: Parcel = parcel) -> None:
            message = await unit.messages.lock(MessageId(parcel.payload["message"]))
            assert message is not None
            await unit.messages.save(replace(message, delivery=Delivery.DELIVERED))
            await unit.outbox.settle_many([Settlement(claim, done=(parcel.id,))], now)

        await store.transact(work)


async def test_a_migration_beside_a_working_hub_ends_well(
    new_postgres_url: str, request: pytest.FixtureRequest
) -> None:
    store = await connect(new_postgres_url, wake=waker(""), clock=ManualClock(), connections=8)
    request.getfixturevalue("pending")
    stop, begun, counts = asyncio.Event(), asyncio.Event(), [0] * 6

    async def writes(place: int) -> None:
        while not stop.is_set():
            await customer(store, ChatId(str(place)), counts[place])
            counts[place] += 1
            begun.set()

    async def sends() -> None:
        while not stop.is_set():
            await courier(store)

    async with asyncio.TaskGroup() as group:
        for place in range(6):
            group.create_task(writes(place))
        group.create_task(sends())
        await begun.wait()
        await migrate(new_postgres_url)
        before = sum(counts)
        async with asyncio.timeout(FACT):
            while sum(counts) < before + 20:  # noqa: ASYNC110 - counted by several tasks
                await asyncio.sleep(0.01)
        stop.set()
    await store.close()
    assert await current(new_postgres_url) == "9999"
    connection = await asyncpg.connect(new_postgres_url.replace("+asyncpg", ""))
    assert await connection.fetchval("SELECT count(*) FROM messages") == sum(counts), "each once"
    await connection.close()


async def test_two_migrations_at_once_are_one(older_url: str) -> None:
    await asyncio.gather(*(migrate(older_url) for _ in range(3)))
    assert await current(older_url) == head()
