"""Migrations create exactly the tables that the program knows, and queries that must stay cheap use indexes."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.ports.storage import Section
from storage import Unusable, connect, current, head, migrate
from storage.engine.postgres import SETTINGS
from storage.engine.statements import Compiled, Statement
from storage.repositories import (
    archive,
    contacts,
    dialog_statements,
    interests,
    messages,
    outbox_turns,
    revisions,
    section_counters,
    sections,
    tasks,
)
from storage.repositories import (
    message_ids as links,
)
from storage.repositories import outbox_statements as outbox
from storage.search import query
from storage.signals.local import Waker
from storage.tables.tables import metadata
from tests.clock import ManualClock


async def test_migrations_and_tables_are_the_same(database_url: str) -> None:
    def difference(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()


async def test_migrating_twice_is_no_error_and_both_know_where_they_are(database_url: str) -> None:
    assert await current(database_url) == head()
    await migrate(database_url)
    assert await current(database_url) == head()


async def test_an_embedded_database_is_made_when_it_is_first_used(tmp_path: Path, clock: ManualClock) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    assert await current(url) is None
    store = await connect(url, wake=Waker(), clock=clock)
    await store.transact(lambda unit: unit.cursors.set("a", "x"))
    await store.close()
    assert await current(url) == head()


async def test_a_newer_database_is_refused(sqlite_url: str, clock: ManualClock) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unusable, match="newer"):
        await connect(sqlite_url, wake=Waker(), clock=clock)


# ------------------------------------------------------------------------------------------ plans


def walk(section: Section, group: int = -1) -> Statement:
    """A statement of a section's list, for a page in its middle; the last one unless another group is named."""
    [found] = sections._WALKS[section][group]
    return sections._along(found, of_account=False, after=True, with_text=False)


FLAT: dict[str, tuple[Statement, str]] = {
    "which lanes are due": (outbox_turns.DUE, "ix_lanes_turn"),
    "the first parcels of a lane": (outbox.FIRST, "ix_parcels_lane"),
    "closing empty lanes": (outbox.CLOSED, "pk_lanes"),
    "freeing lanes": (outbox.FREE, "pk_lanes"),
    "what a dead claim had begun": (outbox.DOUBT, "ix_parcels_lane"),
    "a customer's identity with the open dialog": (contacts._LOCK, "uq_dialogs_open"),
    "people with the same phone or e-mail": (contacts._ALIKE, "ix_contacts_email_key"),
    "Interests of a contact": (interests._OF_CONTACT[True], "ix_interests_contact"),
    "which Interests messages belong to": (interests._OF_MESSAGES, "pk_message_interests"),
    "a contact by what a CRM calls it": (interests._CONTACT_BY_REF, "ix_crm_contacts_ref"),
    "an Interest by what a CRM calls it": (interests._BY_REF, "uq_interests_ref"),
    "a message by its id on the channel": (links._BY_FOREIGN, "pk_foreign_refs"),
    "the dialogs of a chat": (links._DIALOGS, "ix_dialogs_contact"),
    "messages sent up to one": (links._SENT_THROUGH, "ix_messages_"),
    "a message by its post": (links._BY_POST, "pk_posts"),
    "the latest messages": (messages._LATEST, "ix_messages_dialog"),
    "what changed in a dialog": (revisions.CHANGED, "ix_messages_revision"),
    "dialogs nobody has accepted": (walk(Section.NEW), "ix_dialogs_untaken"),
    "dialogs in progress": (walk(Section.WORK), "ix_dialogs_taken"),
    "who waits longest, not accepted": (walk(Section.NEW, 2), "ix_dialogs_untaken_longest"),
    "who waits longest, in progress": (walk(Section.WORK, 0), "ix_dialogs_taken_longest"),
    "closed dialogs": (walk(Section.CLOSED), "ix_dialogs_closed"),
    "what may have been found": (query._POSTINGS, "pk_grams"),
    "what was found": (query._CANDIDATES, "pk_messages"),
    "what is not indexed yet": (query._READ, "pk_messages"),
    "what was said with a contact": (archive._page(), "ix_messages_"),
    "whose first answer is late": (dialog_statements.LATE[True], "ix_dialogs_late_first"),
    "whose next answer is late": (dialog_statements.LATE[False], "ix_dialogs_late_next"),
    "what was written last": (messages._WRITTEN_BY, "ix_messages_dialog"),
    "counters": (section_counters._COUNT, "ix_dialogs_waiting"),
    "who is to be reminded": (tasks._DUE, "ix_assignees_remind"),
    "whose assignments are overdue": (tasks._DUE, "ix_tasks_remind"),
    "an operator's open tasks": (tasks._MINE[False], "pk_assignees"),
    "what an operator gave": (tasks._GIVEN[False], "ix_tasks_author"),
    "a dialog's tasks": (tasks._OF_DIALOG[False], "ix_tasks_dialog"),
}
ON_POSTGRES = {"locking lanes by number and name": (outbox.LOCK, "pk_lanes")}
SORTED = (
    "dialogs nobody has accepted",
    "dialogs in progress",
    "who waits longest, not accepted",
    "who waits longest, in progress",
    "closed dialogs",
    "the latest messages",
)
FULL_SCAN = re.compile(
    r"Seq Scan on (?!pauses)|\bSCAN (?!json|anon|heads|for_me|CONSTANT|\d|\(|.*(VIRTUAL TABLE|USING))"
)


def _complaints(name: str, steps: str, index: str, sorting: str) -> list[str]:
    found = [] if index in steps else [f"{name}: does not use {index}\n{steps}"]
    if FULL_SCAN.search(steps):
        found.append(f"{name}: reads a whole table\n{steps}")
    if name in SORTED and sorting in steps:
        found.append(f"{name}: sorts\n{steps}")
    return found


async def test_sqlite_finds_by_index(sqlite_url: str) -> None:
    complaints: list[str] = []
    with sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///")) as connection:
        for name, (statement, index) in FLAT.items():
            compiled = statement.sqlite()[-1]
            plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", _some_values(compiled)).fetchall()
            steps = "\n".join(step[3] for step in plan)
            wanted = "PRIMARY KEY" if index.startswith("pk_") else index
            complaints += _complaints(name, steps, wanted, "TEMP B-TREE FOR ORDER BY")
    connection.close()
    assert not complaints, "\n".join(complaints)


async def test_postgres_finds_by_index(new_postgres_url: str) -> None:
    """Statistics of the tables make no difference: none, before they grew, or current ones."""
    connection = await asyncpg.connect(new_postgres_url.replace("+asyncpg", ""), server_settings=SETTINGS)
    complaints: list[str] = []
    for change in ("SELECT 1", MANY_ROWS, "ANALYZE"):
        await connection.execute(change)
        for name, (statement, index) in (FLAT | ON_POSTGRES).items():
            compiled = statement.postgres()[-1]
            plan = await connection.fetch(f"EXPLAIN {compiled.sql}", *_some_values(compiled))
            complaints += _complaints(name, "\n".join(step[0] for step in plan), index, "Sort")
    await connection.close()
    assert not complaints, "\n".join(complaints)


MANY_ROWS = """
INSERT INTO contacts (name, folded) SELECT 'c' || n, 'c' || n FROM generate_series(1, 3000) n;
INSERT INTO identities (account, chat, contact_id)
    SELECT 'shop', n, n FROM generate_series(1, 3000) n;
INSERT INTO dialogs (account, chat, contact_id, desk, channel, opened_at, status, ordinal, waits,
    waiting_since, active_at)
    SELECT 'shop', n / 10, 1 + n / 10, 'main', 'c', now(), CASE WHEN n % 10 = 0 THEN 'new' ELSE 'closed' END, 1,
        n % 100 = 0, CASE WHEN n % 100 = 0 THEN now() - n * interval '1 second' END, now() - n * interval '1 second'
    FROM generate_series(1, 29999) n;
INSERT INTO messages (dialog_id, author, at, content, delivery, revision)
    SELECT 1 + n / 2, 'operator', now(), '{}', CASE WHEN n % 9 = 0 THEN 'sent' ELSE 'read' END, n
    FROM generate_series(1, 50000) n;
INSERT INTO foreign_refs SELECT 'shop', d.chat, m.id, m.id, 0 FROM messages m JOIN dialogs d ON d.id = dialog_id;
INSERT INTO operators (desk, "user", name, title, name_folded, title_folded)
    SELECT 'main', n, n, n, n, n FROM generate_series(1, 300) n;
INSERT INTO coexecutors SELECT 1 + n % 300, n FROM generate_series(1, 3000) n;
INSERT INTO posts SELECT 'main', 'c', id, id FROM messages;
INSERT INTO tasks (text, author, created_at, remind_at, dialog_id)
    SELECT 't', 1 + n % 300, now(), CASE WHEN n % 50 = 0 THEN now() + n * interval '1 second' END, n
    FROM generate_series(1, 3000) n;
INSERT INTO assignees (operator_id, task_id, done_at, remind_at)
    SELECT 1 + n % 300, n, CASE WHEN n % 50 > 0 THEN now() END, CASE WHEN n % 50 = 0 THEN now() + interval '1 day' END
    FROM generate_series(1, 3000) n;
INSERT INTO interests (contact_id, title, created_at, ref)
    SELECT n, 'Tea', now(), 'r' || n FROM generate_series(1, 3000) n;
INSERT INTO message_interests SELECT n, n FROM generate_series(1, 3000) n;
INSERT INTO crm_contacts (contact_id, ref) SELECT n, 'c' || n FROM generate_series(1, 3000) n;
INSERT INTO lanes (destination, name, urgency, due_at, begun)
    SELECT 'desk:main', 'lane' || n, n % 4, now() + n * interval '1 second', 0 FROM generate_series(1, 20000) n;
INSERT INTO parcels (lane_id, key, kind, payload, created_at)
    SELECT 1 + n / 2, 'k' || n, 'post', '{}', now() FROM generate_series(1, 39999) n;
"""


def _some_values(compiled: Compiled) -> list[Any]:
    """Arguments of the right types for every parameter."""
    wanted = set(compiled.names)
    return compiled.arguments({name: _some_value(name, wanted) for name in wanted})


def _some_value(name: str, among: set[str]) -> Any:
    if name.startswith("after_"):
        return 5 if name == "after_id" else ManualClock().now()
    known = {
        "now": ManualClock().now(),
        "until": ManualClock().now(),
        "since": ManualClock().now() if "most" in among else 5,
        "ids": [1],
        "dialogs": [1],
        "messages": [1],
        "grams": [1],
        "accounts": ["shop"],
        "roles": ["sales"],
        "destinations": ["desk:main"],
        "names": ["lane7"],
        "served": ["1 shop"],
        "due_at": ManualClock().now(),
        "destination": "desk:main",
    }
    numbers = {"viewer", "contact", "first", "last", "before", "begun", "depth", "dialog", "lane", "lanes", "limit"}
    numbers |= {"message", "most", "operator", "skip", "alarm"}
    return known.get(name, 5 if name in numbers else "x")
