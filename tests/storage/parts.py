"""Short helpers for the tests of the storage."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select

from bot.domain import Account, AccountName, Author, ChatId, Content, DeskName, Dialog, Message, Profile
from bot.domain.text import Text
from bot.ports.storage import NEVER, Claim, NewMessage, Queue, Settlement, Store, Unit, Urgency
from storage import SqlStore
from storage.engine.statements import Statement
from storage.engine.types import Moment
from storage.tables.tables import lanes

T = TypeVar("T")

SHOP = Account(AccountName("shop"), "telegram", "Shop", DeskName("main"), "support")
ANN, BOB = ChatId("ann"), ChatId("bob")
DESK = "desk:main"


async def dialog_of(store: Store, chat: ChatId, at: datetime, account: Account = SHOP, name: str = "") -> Dialog:
    """The open dialog of a chat; it is opened when there is none."""

    async def work(unit: Unit) -> Dialog:
        identity, _ = await unit.contacts.lock_identity(account.name, chat, Profile(name=name or str(chat).title()))
        return identity.open or await unit.dialogs.add(account, chat, identity.contact.id, at)

    return await store.transact(work)


async def say(store: Store, dialog: Dialog, words: str, at: datetime, author: Author = Author.CUSTOMER) -> Message:
    new = NewMessage(dialog.id, author, at, Content(Text.plain(words)))
    return await store.transact(lambda unit: unit.messages.add(new))


async def put(
    store: Store, lane: str, *values: Any, due: datetime, urgency: Urgency = Urgency.MESSAGE, account: str = ""
) -> None:
    """Puts parcels at the end of a lane of `DESK`."""

    async def work(unit: Unit) -> None:
        for value in values:
            await unit.outbox.enqueue(DESK, lane, urgency, "post", {"value": value}, due=due, account=account)

    await store.transact(work)


_DUE = Statement(select(func.min(lanes.c.due_at, type_=Moment())))


async def next_due(store: SqlStore) -> datetime | None:
    """The time when the next lane, or the next claim's lease, is due."""
    async with store.read() as unit:
        found: datetime | None = (await unit.session.rows(_DUE))[0][0]
    return found


async def claim(
    store: Store,
    now: datetime,
    *,
    owner: str = "me",
    lanes: int = 10,
    depth: int = 10,
    lease: float = 10,
    served: Mapping[Queue, int] = NEVER,
) -> list[Claim]:
    async def work(unit: Unit) -> list[Claim]:
        return list(await unit.outbox.claim(DESK, owner, now, lanes=lanes, depth=depth, lease=lease, served=served))

    return await store.transact(work)


async def settle(store: Store, settlement: Settlement, now: datetime) -> bool:
    return await store.transact(lambda unit: unit.outbox.settle(settlement, now))


def done(claim: Claim) -> Settlement:
    return Settlement(claim, done=tuple(parcel.id for parcel in claim.parcels))


def values(claim: Claim) -> list[Any]:
    return [parcel.payload["value"] for parcel in claim.parcels]


async def read(store: Store, ask: Callable[[Unit], Awaitable[T]]) -> T:
    async with store.read() as unit:
        return await ask(unit)
