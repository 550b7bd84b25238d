"""A hub that has worked for years: a million messages in a hundred thousand dialogs, put into an empty database at
once. Ids, texts and times are the same for the same seed.

python -m tests.bench.history postgresql+asyncpg://…          # migrates it first
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import Table

import storage
from bot.domain import Content
from bot.domain.text import Text
from storage.engine import codec
from storage.engine.types import Moment
from storage.search.normalize import fold
from storage.tables import tables as schema
from tests.bench.vocabulary import Vocabulary

END = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNTS = ("shop", "shop", "shop", "site", "site", "vk", "whatsapp", "max")
"""Accounts of the dialogs; repeated ones get more."""
DESK, CHANNEL = "main", "C1"
OPERATORS = 50
OPEN_SHARE, WAITING_SHARE = 0.2, 0.4
"""Shares: open ones of all dialogs, waiting ones of the open."""


@dataclass(frozen=True)
class Size:
    dialogs: int = 100_000
    messages: int = 10
    """Number in each dialog."""
    contacts: int = 60_000


class History:
    """Rows of the tables, in an order in which they can be inserted."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self._size, self._random, self._words = size, random.Random(seed), Vocabulary(seed)

    def tables(self) -> Iterator[tuple[Table, tuple[str, ...], Iterator[tuple[Any, ...]]]]:
        yield (
            schema.operators,
            ("id", "desk", "user", "name", "title", "name_folded", "title_folded"),
            ((n, DESK, f"user{n}", f"name{n}", f"Name {n}", f"name{n}", f"name {n}") for n in range(1, OPERATORS + 1)),
        )
        yield schema.contacts, ("id", "name", "phone", "folded", "dialogs"), self._contacts()
        dialogs = list(self._dialogs())
        messages = list(self._messages(dialogs))
        last = {row[1]: row for row in messages}
        yield (
            schema.identities,
            ("account", "chat", "contact_id"),
            iter(sorted({(dialog.account, dialog.chat, dialog.contact) for dialog in dialogs})),
        )
        yield schema.dialogs, _DIALOG, (self._dialog_row(one, last[one.id]) for one in dialogs)
        yield schema.messages, _MESSAGE, iter(messages)
        yield (
            schema.posts,
            ("desk", "channel", "post", "message_id"),
            ((DESK, CHANNEL, f"p{row[0]}", row[0]) for row in messages),
        )

    def _contacts(self) -> Iterator[tuple[Any, ...]]:
        for number in range(1, self._size.contacts + 1):
            name, phone = self._words.name(), self._words.phone()
            yield number, name, phone, fold(name, phone), 1

    def _dialogs(self) -> Iterator[_Dialog]:
        opened: set[tuple[str, int]] = set()
        for number in range(1, self._size.dialogs + 1):
            contact = number if number <= self._size.contacts else self._random.randint(1, self._size.contacts)
            account = ACCOUNTS[contact % len(ACCOUNTS)]
            is_open = self._random.random() < OPEN_SHARE and (account, contact) not in opened
            if is_open:
                opened.add((account, contact))
            status = self._random.choice(("new", "in_progress", "in_progress")) if is_open else "closed"
            waits = is_open and self._random.random() < WAITING_SHARE
            responsible = None if status == "new" else self._random.randint(1, OPERATORS)
            began = END - timedelta(minutes=5 * (self._size.dialogs - number))
            yield _Dialog(number, account, str(contact), contact, status, waits, responsible, began)

    def _messages(self, dialogs: Sequence[_Dialog]) -> Iterator[tuple[Any, ...]]:
        """Messages of two hundred dialogs at a time, in turn, as in a team that answers many."""
        number = 0
        for start in range(0, len(dialogs), 200):
            for turn in range(self._size.messages):
                for dialog in dialogs[start : start + 200]:
                    number += 1
                    text = self._words.message()
                    asks = turn % 2 == 0 or dialog.responsible is None
                    yield (
                        number,
                        dialog.id,
                        "customer" if asks else "operator",
                        dialog.began + timedelta(seconds=10 * turn),
                        codec.content.dump(Content(Text.plain(text))),
                        None if asks else dialog.responsible,
                        "none" if asks else "read",
                        number,
                        fold(text),
                    )

    def _dialog_row(self, dialog: _Dialog, last: tuple[Any, ...]) -> tuple[Any, ...]:
        at, words = last[3], codec.content.load(last[4]).text.characters[:120]
        return (
            *(dialog.id, dialog.account, dialog.chat, dialog.contact, DESK, CHANNEL, dialog.began, dialog.status, 1),
            *(dialog.responsible, f"t{dialog.id}", dialog.began if dialog.waits else None, at, words),
            *(at if dialog.status == "closed" else None, dialog.began, dialog.waits, at, fold(words)),
        )


@dataclass(frozen=True)
class _Dialog:
    id: int
    account: str
    chat: str
    contact: int
    status: str
    waits: bool
    responsible: int | None
    began: datetime


_DIALOG = (
    *("id", "account", "chat", "contact_id", "desk", "channel", "opened_at", "status", "ordinal", "responsible"),
    *("thread", "waiting_since", "last_at", "last_words", "closed_at", "heard_at", "waits", "active_at"),
    "words_folded",
)
_MESSAGE = ("id", "dialog_id", "author", "at", "content", "operator_id", "delivery", "revision", "words")


async def fill(url: str, size: Size | None = None) -> None:
    """Puts the history into a migrated, empty database, and indexes it as the hub would have done meanwhile."""
    tables = History(size or Size()).tables()
    if url.startswith("sqlite"):
        await asyncio.to_thread(_fill_sqlite, url.removeprefix("sqlite+aiosqlite:///"), tables)
    else:
        await _fill_postgres(url.replace("+asyncpg", ""), tables)


def _fill_sqlite(path: str, tables: Any) -> None:
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table, columns, rows in tables:
            moments = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Moment)]
            quoted = ", ".join(f'"{name}"' for name in columns)
            sql = f"INSERT INTO {table.name} ({quoted}) VALUES ({', '.join('?' * len(columns))})"
            connection.executemany(sql, (_in_microseconds(row, moments) for row in rows))
        connection.execute("COMMIT")
    connection.close()


def _in_microseconds(row: tuple[Any, ...], moments: Sequence[int]) -> list[Any]:
    values = list(row)
    for place in moments:
        if values[place] is not None:
            values[place] = int(values[place].timestamp()) * 1_000_000
    return values


async def _fill_postgres(dsn: str, tables: Any) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for table, columns, rows in tables:
            await connection.copy_records_to_table(table.name, records=rows, columns=list(columns))
            if "id" in columns:
                last = f"(SELECT max(id) FROM {table.name})"
                await connection.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
        await connection.execute("VACUUM ANALYZE")  # as autovacuum would have
    finally:
        await connection.close()


async def _main(url: str) -> None:
    await storage.migrate(url)
    await fill(url)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
