from __future__ import annotations

from bot.model import *  # noqa: F403
from bot.model import Account, AccountName, Author, ChatId, Content, DeskName, ForeignId, Key, Profile
from bot.store import NewMessage, Settlement, Unit, Urgency
from bot.text import Text
from storage import SqlStore
from tests.clock import ManualClock


async def test_hot_path(store: SqlStore, clock: ManualClock) -> None:
    account = Account(AccountName("shop"), "telegram", "Shop", DeskName("main"), "support")
    now = clock.now()

    async def first(unit: Unit) -> object:
        assert await unit.inbox.admit("account:shop", Key("1"), now)
        assert not await unit.inbox.admit("account:shop", Key("1"), now)
        identity, changed = await unit.contacts.lock_identity(account.name, ChatId("7"), Profile(name="Ann\0a\ud800"))
        dialog = await unit.dialogs.add(account, ChatId("7"), identity.contact.id, now)
        message = await unit.messages.add(
            NewMessage(dialog.id, Author.CUSTOMER, now, Content(Text.plain("Привет \ud800")))
        )
        await unit.messages.link_foreign(message.id, account.name, ChatId("7"), [ForeignId("x")])
        await unit.dialogs.touch(dialog.id, waiting_since=now, last_at=now, last_words="hi")
        await unit.outbox.enqueue("desk:main", "d1", Urgency.MESSAGE, "post", {"a": 1}, due=now)
        await unit.outbox.enqueue("desk:main", "d1", Urgency.MESSAGE, "post", {"a": 2}, due=now)
        return dialog

    await store.transact(first)

    async def second(unit: Unit) -> None:
        identity, changed = await unit.contacts.lock_identity(account.name, ChatId("7"), Profile(name="Anna"))
        assert identity.open is not None
        assert identity.open.waiting_since == now
        [m], rev = await unit.messages.changed(identity.open.id, 0)
        assert await unit.messages.by_foreign(account.name, ChatId("7"), ForeignId("x")) == m

    await store.transact(second)

    async def claim(unit: Unit) -> None:
        [c] = await unit.outbox.claim("desk:main", "me", now, lanes=10, depth=5, lease=30)
        assert [p.payload["a"] for p in c.parcels] == [1, 2]
        assert await unit.outbox.settle(Settlement(c, done=(c.parcels[0].id,)), now)
        [c] = await unit.outbox.claim("desk:main", "me", now, lanes=10, depth=5, lease=30)
        assert [p.payload["a"] for p in c.parcels] == [2]
        assert await unit.outbox.settle(Settlement(c, done=(c.parcels[0].id,)), now)
        assert await unit.outbox.waiting() == {}

    await store.transact(claim)
