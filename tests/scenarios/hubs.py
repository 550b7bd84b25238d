"""A whole hub between customers and a team chat, over real HTTP and websockets.

`running_hub` has any accounts it is given, `telegram_hub` one account with a fake Telegram behind it:

    async with telegram_hub("slack", database, tmp_path) as hub:
        vera = hub.customer("Vera")
        vera.writes("Hello")
        thread = await hub.thread_of_dialog(1)
        await hub.operators.writes("anna", thread, "Good morning")
        await hub.until(lambda: vera.reads == ["Good morning"])

Operators act and look through the rigs of the desks' contract, with the same methods for every desk. Methods named
after something that appears wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.app.assembly import App, running
from bot.domain import AccountName, Belonging, DeskName, Dialog, DialogId, Message, Operator, ThreadRef
from bot.domain.access import person
from bot.domain.account_rules import AccountRules
from bot.ports import Registering
from settings import load
from tests.conftest import Database
from tests.contracts.desks import DeskRig, SeenForm, SeenPost
from tests.fakes.telegram import FakeCustomer, FakeTelegram
from tests.fakes.telegram.server import TOKEN as TELEGRAM_TOKEN
from tests.free_ports import free_port
from tests.scenarios.desks import DESKS, Table
from tests.toml import toml
from tests.tools import called
from tests.waiting import FACT


@dataclass
class RunningHub:
    """A hub at work. `operators`: anna and boris at their keyboards; `url`: the hub's address."""

    app: App
    operators: DeskRig
    url: str

    # ------------------------------------------------------------------------------------- waiting

    async def until(self, holds: Callable[[], object | Awaitable[object]]) -> None:
        """Waits for a fact. A fact that does not come fails the test with what the hub has instead."""
        try:
            async with asyncio.timeout(FACT):
                while True:
                    found = holds()
                    if await found if isinstance(found, Awaitable) else found:
                        return
                    await asyncio.sleep(0.02)
        except TimeoutError as late:
            raise AssertionError(f"not within {FACT} s; {await self._state()}") from late

    async def _state(self) -> str:
        async with self.app.hub.store.read() as unit:
            dialogs = [await unit.dialogs.get(DialogId(number)) for number in range(1, 11)]
            waiting, paused = await unit.outbox.waiting(), await unit.outbox.pauses()
        known = ", ".join(f"#{one.id} {one.status.value} in {one.thread}" for one in dialogs if one is not None)
        working = sorted(name for task in asyncio.all_tasks() if not (name := task.get_name()).startswith("Task-"))
        return f"dialogs: {known or 'none'}; waiting: {dict(waiting)}; paused: {dict(paused)}; tasks: {working}"

    async def thread_of_dialog(self, number: int) -> ThreadRef:
        """The thread of dialog `number`, once it exists."""

        async def there() -> bool:
            dialog = await self.find_dialog(number)
            return dialog is not None and dialog.thread is not None

        await self.until(there)
        return (await self.dialog(number)).ref  # type: ignore[return-value]

    async def post_appears(self, thread: ThreadRef, words: str) -> SeenPost:
        """The thread's post with these words, once it exists below the card, which may quote them."""
        found: list[SeenPost] = []

        async def there() -> bool:
            found[:] = [seen for seen in (await self.operators.thread(thread))[1:] if words in readable(seen)]
            return bool(found)

        await self.until(there)
        return found[-1]

    async def card_says(self, thread: ThreadRef, words: str) -> None:
        async def said() -> bool:
            return words in readable((await self.operators.thread(thread))[0])

        await self.until(said)

    async def whisper_appears(self, who: str, words: str) -> SeenPost:
        found: list[SeenPost] = []

        async def there() -> bool:
            found[:] = [seen for seen in await self.operators.whispers_to(who) if words in seen.words]
            return bool(found)

        await self.until(there)
        return found[-1]

    async def presses_when_whispered(self, who: str, thread: ThreadRef, label: str) -> None:
        """Presses the whispered button whose label starts so, once it exists."""
        labels: list[str] = []

        async def there() -> bool:
            whispers = await self.operators.whispers_to(who)
            labels[:] = [one for seen in whispers for one in seen.buttons if one.startswith(label)]
            return bool(labels)

        await self.until(there)
        await self.operators.presses_in_whisper(who, thread, labels[-1])

    async def form_appears(self, who: str) -> SeenForm:
        """The form on their screen, once it exists."""

        async def there() -> bool:
            return await self.operators.form(who) is not None

        await self.until(there)
        form = await self.operators.form(who)
        assert form is not None
        return form

    async def direct_message_appears(self, who: str, words: str) -> None:
        async def there() -> bool:
            return any(words in seen.words for seen in await self.operators.direct_messages(who))

        await self.until(there)

    async def notified(self, who: str, thread: ThreadRef, words: str) -> bool:
        """Waits until they are notified in the thread or by direct message, never both; tells whether in the thread."""

        async def told() -> tuple[int, int]:
            lines = [one for one in self.operators.unread(who, thread) if one.mention]
            messages = await self.operators.direct_messages(who)
            folded = words.casefold()
            return sum(folded in one.words.casefold() for one in lines), sum(
                folded in one.words.casefold() for one in messages
            )

        async def once() -> bool:
            return sum(await told()) == 1

        await self.until(once)
        await self.all_delivered()
        by_line, by_message = await told()
        assert by_line + by_message == 1, "one event, one notification"
        return by_line == 1

    async def all_delivered(self) -> None:
        """Tells whether nothing is waiting to be delivered."""

        async def empty() -> bool:
            async with self.app.hub.store.read() as unit:
                return not sum((await unit.outbox.waiting()).values())

        await self.until(empty)

    async def webhook_registered(self, account: AccountName) -> None:
        """Gives the platform the account's address, if it takes one. A second time is no error."""
        bridge = self.app.bridges[account]
        if isinstance(bridge, Registering):
            await bridge.register(f"{self.url}/hooks/{account}")

    # ------------------------------------------------------------------------------------- looking

    async def find_dialog(self, number: int) -> Dialog | None:
        async with self.app.hub.store.read() as unit:
            return await unit.dialogs.get(DialogId(number))

    async def dialog(self, number: int) -> Dialog:
        found = await self.find_dialog(number)
        assert found is not None
        return found

    async def dialog_at(self, thread: ThreadRef) -> Dialog:
        async with self.app.hub.store.read() as unit:
            found = await unit.dialogs.lock_by_thread(thread)
        assert found is not None
        return found

    async def option(self, form: SeenForm, name: str, said: str) -> str:
        """The value of the option that a person would choose for `said`; without options, `said` itself."""
        if said in form.people.get(name, ()):
            return form.people[name][said]
        labels = form.options.get(name)
        if labels is None:
            return said
        assert any(said.casefold() in label.casefold() for label in labels), (said, labels)
        async with self.app.hub.store.read() as unit:
            if name == "message":
                messages = await self.messages(1)
                return str(next(one.id for one in messages if said in one.content.text.characters))
            if name == "who" and said in await unit.operators.roles():
                return f"role:{said}"
            operator = await called(unit, DeskName("main"), said) if name == "who" else None
        return f"operator:{operator.id}" if operator is not None else said

    async def subject(self, said: str) -> str:
        """The operator as rules name them, once it is known who they are; a text that is no operator's user name is
        left unchanged."""
        found: list[Operator] = []

        async def known() -> bool:
            async with self.app.hub.store.read() as unit:
                operator = await called(unit, DeskName("main"), said)
            found[:] = [operator] if operator is not None else []
            return bool(found) and found[0].belongs is not Belonging.UNKNOWN

        if not said.startswith("role:") and said:
            await self.until(known)
        return person(found[0].id) if found else said

    async def rules_by_id(self, rules: AccountRules) -> AccountRules:
        """The same rules, in which tests name people by user names."""
        grants = [replace(one, subject=await self.subject(one.subject)) for one in rules.grants]
        return replace(rules, grants=tuple(grants), responsible=await self.subject(rules.responsible))

    async def messages(self, number: int) -> Sequence[Message]:
        async with self.app.hub.store.read() as unit:
            return await unit.messages.latest(DialogId(number))

    async def thread_texts(self, thread: ThreadRef) -> list[str]:
        """Texts of the thread below its card."""
        return [seen.words for seen in (await self.operators.thread(thread))[1:]]


@dataclass
class TelegramHub(RunningHub):
    telegram: FakeTelegram
    customers: dict[str, FakeCustomer] = field(default_factory=dict)

    def customer(self, name: str) -> FakeCustomer:
        if name not in self.customers:
            self.customers[name] = self.telegram.customer(1000 + len(self.customers), name)
        return self.customers[name]

    async def all_delivered(self) -> None:
        await self.telegram.settled()
        await super().all_delivered()


def readable(seen: SeenPost) -> str:
    """The text as a person sees it: without the joiners that keep names from notifying."""
    return seen.words.replace("\u2060", "")


@asynccontextmanager
async def running_hub(
    desk: str, database: Database, folder: Path, accounts: Mapping[str, Table], **tables: Table
) -> AsyncIterator[RunningHub]:
    """Runs a hub. `accounts`: their tables of hub.toml; `tables`: further ones, further keys of `hub`, and further
    desks."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "rig").mkdir(exist_ok=True)
    async with DESKS[desk](folder / "rig", url) as (operators, table):
        configured: Table = {
            "hub": {
                "public_url": url,
                "listen": f"127.0.0.1:{port}",
                "database_url": database.url,
                "redis_url": database.redis_url,
                "files": str(folder / "files"),
                "secret": "x" * 40,
                "private_addresses": ["127.0.0.1"],
                **tables.pop("hub", {}),
            },
            "desks": {"main": table, **tables.pop("desks", {})},
            "accounts": dict(accounts),
            **tables,
        }
        path = folder / "hub.toml"
        path.write_text(toml(configured))
        async with running(load(path, {})) as app:
            yield RunningHub(app, operators, url)


@asynccontextmanager
async def telegram_hub(
    desk: str, database: Database, folder: Path, *, account: Table | None = None, **tables: Table
) -> AsyncIterator[TelegramHub]:
    """Runs a hub with a fake Telegram. `account`: further keys of the Telegram account's table; `tables`: further
    tables of hub.toml."""
    async with FakeTelegram() as telegram:
        shop = {"kind": "telegram", "title": "Shop bot", "token": TELEGRAM_TOKEN, "api_url": telegram.url}
        async with running_hub(desk, database, folder, {"shop": {**shop, **(account or {})}}, **tables) as hub:
            yield TelegramHub(hub.app, hub.operators, hub.url, telegram)
