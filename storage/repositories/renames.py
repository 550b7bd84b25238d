"""Moves everything of an account to its new name, in portions; whatever is there under both names stays as it is.

A portion is a transaction. Chats are moved last: as long as any is left under the old name, there is something to do.
So moving may be interrupted at any moment, and several processes may do it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, delete, exists, func, literal_column, or_, select, tuple_, update

from bot.domain import AccountName
from storage.engine.statements import Statement, insert_into, param
from storage.engine.store import SqlStore
from storage.engine.unit import SqlUnit
from storage.search import ngrams
from storage.tables.tables import (
    account_changes,
    accounts,
    dead_parcels,
    dialogs,
    early_changes,
    early_receipts,
    foreign_refs,
    grams,
    identities,
    inbox,
    lanes,
    letters,
    merged_chats,
    sequences,
    unreadable,
)

PORTION = 2000


def _moved(column: Column[Any], *others: str) -> Statement:
    """Renames a portion of rows, except those whose `others` are the same as of a row under the new name."""
    table: Table = column.table
    there, key = table.alias("there"), [*table.primary_key.columns]
    taken = exists(
        select(literal_column("1")).where(there.c[column.name] == param("new", column), *_same(there, table, others))
    )
    picked = select(*key).where(column == param("old", column), *([~taken] if others else [])).limit(param("most"))
    return Statement(
        update(table).where(tuple_(*key).in_(picked)).values({column.name: param("new", column)}).returning(column)
    )


def _same(one: Any, other: Any, columns: Sequence[str]) -> list[Any]:
    return [one.c[name] == other.c[name] for name in columns]


OF_ACCOUNT = (
    _moved(foreign_refs.c.account, "chat", "ref"),
    _moved(early_receipts.c.account),
    _moved(early_changes.c.account, "chat", "ref"),
    _moved(letters.c.account, "sequence"),
    _moved(merged_chats.c.account, "chat", "merge_id"),
    _moved(account_changes.c.account),
)
IDENTITIES = _moved(identities.c.account, "chat")
OF_DESTINATION = (
    _moved(lanes.c.destination, "name"),
    _moved(inbox.c.source, "key"),
    _moved(unreadable.c.source, "key"),
    _moved(dead_parcels.c.destination),
)

_ENDED: Sequence[Any] = [literal_column("'closed'"), literal_column("'for_review'")]
_others = dialogs.alias("others")
_both_open = exists(
    select(literal_column("1")).where(
        _others.c.account == param("new", dialogs.c.account),
        _others.c.chat == dialogs.c.chat,
        _others.c.status.not_in(_ENDED),
        dialogs.c.status.not_in(_ENDED),
    )
)
DIALOGS = Statement(
    update(dialogs)
    .where(
        dialogs.c.id.between(param("first"), param("last")),
        dialogs.c.account == param("old", dialogs.c.account),
        ~_both_open,
    )
    .values(account=param("new", dialogs.c.account))
    .returning(dialogs.c.id)
)
LAST_DIALOG = Statement(select(func.coalesce(func.max(dialogs.c.id), 0)))
LANES_OF = Statement(
    update(lanes).where(lanes.c.account == param("old", lanes.c.account)).values(account=param("new", lanes.c.account))
)
LEFT = Statement(
    select(literal_column("1")).where(
        or_(
            exists(select(literal_column("1")).where(identities.c.account == param("old", identities.c.account))),
            exists(select(literal_column("1")).where(lanes.c.destination == param("destination", lanes.c.destination))),
        )
    )
)
_newer = identities.alias("newer")
TWICE = Statement(
    select(identities.c.contact_id, _newer.c.contact_id)
    .join(_newer, _newer.c.chat == identities.c.chat)
    .where(
        identities.c.account == param("old", identities.c.account),
        _newer.c.account == param("new", identities.c.account),
        identities.c.contact_id != _newer.c.contact_id,
    )
    .limit(param("most"))
)
"""Contacts of chats that there are under both names."""
SETTLED = Statement(select(account_changes.c.id).where(account_changes.c.account == param("new")).limit(1))
FORGET_RULES = Statement(delete(accounts).where(accounts.c.name == param("old")))
NUMBER = Statement(select(sequences.c.last).where(sequences.c.name == param("name")))
GO_ON = Statement(
    insert_into(sequences, "name", "last").on_conflict_do_update(
        index_elements=["name"], set_={"last": param("last", sequences.c.last)}
    )
)
POSTINGS = Statement(
    select(grams.c.block, grams.c.posting).where(grams.c.gram == param("gram")).order_by(grams.c.block)
)
SET_POSTING = Statement(
    insert_into(grams, "gram", "block", "posting").on_conflict_do_update(
        index_elements=["gram", "block"], set_={"posting": param("posting", grams.c.posting)}
    )
)


@dataclass(frozen=True)
class AccountMove:
    """`destinations`: names of the account's queues and sources, as they were and as they are."""

    store: SqlStore
    old: AccountName
    new: AccountName
    destinations: Mapping[str, str]

    async def run(self) -> bool:
        """Moves everything. Returns False when there was nothing to move."""
        if not await self.store.transact_sql(self._is_left):
            return False
        await self.store.transact_sql(self._settings)
        async with self.store.read() as unit:
            [(last,)] = await unit.session.rows(LAST_DIALOG)
        for first in range(1, last + 1, PORTION):
            await self._portion(DIALOGS, first=first, last=first + PORTION - 1, **self._names)
        for statement in OF_ACCOUNT:
            await self._all(statement, self._names)
        for old, new in self.destinations.items():
            for statement in OF_DESTINATION:
                await self._all(statement, {"old": old, "new": new})
        await self.store.transact_sql(self._search)
        while await self.store.transact_sql(self._contacts):
            pass  # there may be more
        await self._all(IDENTITIES, self._names)
        return True

    @property
    def _names(self) -> dict[str, str]:
        return {"old": self.old, "new": self.new}

    async def _is_left(self, unit: SqlUnit) -> bool:
        for destination in self.destinations:
            if await unit.session.rows(LEFT, old=self.old, destination=destination):
                return True
        return False

    async def _all(self, statement: Statement, names: Mapping[str, str]) -> None:
        while await self._portion(statement, most=PORTION, **names) == PORTION:
            pass

    async def _portion(self, statement: Statement, **values: Any) -> int:
        async def work(unit: SqlUnit) -> int:
            return len(await unit.session.rows(statement, **values))

        return await self.store.transact_sql(work)

    async def _settings(self, unit: SqlUnit) -> None:
        """Settings that were changed under the new name are kept; otherwise it has only its initial ones."""
        rules = await unit.accounts.lock_rules(self.old)
        if rules is not None and not await unit.session.rows(SETTLED, new=self.new):
            await unit.accounts.set_rules(self.new, rules)
        unit.session.later(FORGET_RULES, old=self.old)
        unit.session.later(LANES_OF, **self._names)
        before, now = [await unit.session.rows(NUMBER, name=f"mailbox:{name}") for name in (self.old, self.new)]
        if before and (not now or now[0][0] < before[0][0]):
            unit.session.later(GO_ON, name=f"mailbox:{self.new}", last=before[0][0])

    async def _search(self, unit: SqlUnit) -> None:
        """Adds the messages to the index under the new name; entries under the old one do no harm."""
        old, new = ngrams.of_account(self.old), ngrams.of_account(self.new)
        there = dict(map(tuple, await unit.session.rows(POSTINGS, gram=new)))
        for block, posting in await unit.session.rows(POSTINGS, gram=old):
            both = ngrams.united(posting, there.get(block, b""))
            unit.session.later(SET_POSTING, gram=new, block=block, posting=both)

    async def _contacts(self, unit: SqlUnit) -> bool:
        """Makes one contact of those whose chat came under both names."""
        merged = False
        for kept, other in await unit.session.rows(TWICE, most=PORTION, **self._names):
            merged |= await unit.merges.merge(kept, other, unit.work.clock.now()) is not None
        return merged
