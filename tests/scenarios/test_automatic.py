"""The hub's own actions, in every desk: greeting, out-of-hours answer, keywords, first-line bot, reply deadlines, and
the default responsible."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.automation.deadlines import DeadlineWatch
from bot.automation.signing import key_of
from bot.domain import AccountName, DialogId, OperatorId, Status
from bot.domain.account_rules import AccountRules, DaySpan, Deadlines, FirstLine, Hours, Keyword
from bot.ports.storage import Unit
from tests.conftest import Database
from tests.fakes.faults import Fault
from tests.fakes.first_line import FakeBot
from tests.scenarios.hubs import TelegramHub, telegram_hub
from tests.waiting import ANSWER

SHOP = AccountName("shop")


@pytest.fixture(params=["slack", "mattermost", "web"])
async def hub(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    async with telegram_hub(request.param, database, tmp_path, roles={"sales": ["boris"]}) as running:
        await running.operators.commands("anna", "help")
        await running.operators.commands("boris", "help")
        yield running


@pytest.fixture
async def bot(hub: TelegramHub) -> AsyncIterator[FakeBot]:
    async with FakeBot(key_of(hub.app.hub.secret, SHOP)) as running:
        yield running


async def set_rules(hub: TelegramHub, rules: AccountRules) -> None:
    by_id = await hub.rules_by_id(rules)
    await hub.app.hub.store.transact(lambda unit: unit.accounts.set_rules(SHOP, by_id))


@pytest.mark.shows("greeting", "keywords")
async def test_a_greeting_and_an_answer_to_a_keyword(hub: TelegramHub) -> None:
    prices = Keyword(("price list",), "All prices: https://shop.example")
    await set_rules(hub, AccountRules(greeting="Hello, {name}!", keywords=(prices,)))
    vera = hub.customer("Vera")
    vera.writes("Good morning")
    thread = await hub.thread_of_dialog(1)
    greeting = await hub.post_appears(thread, "Hello, Vera!")
    assert "Automatic reply" in greeting.author + greeting.words
    vera.writes("Where is the PRICE list?")
    await hub.post_appears(thread, "All prices")
    await hub.until(lambda: vera.reads == ["Hello, Vera!", "All prices: https://shop.example"])
    assert (await hub.dialog(1)).waiting_since is not None
    await hub.operators.writes("anna", thread, "Anna here")
    await hub.until(lambda: vera.reads[-1] == "Anna here")
    vera.writes("And your price list?")  # people are talking
    await hub.post_appears(thread, "And your price list?")
    await hub.all_delivered()
    assert vera.reads[-1] == "Anna here"


@pytest.mark.shows("out of hours")
async def test_out_of_hours(hub: TelegramHub) -> None:
    now = datetime.now(UTC)
    another_day = tuple((DaySpan(time(10), time(11)),) if day == (now.weekday() + 3) % 7 else () for day in range(7))
    closed = AccountRules(greeting="Hello!", hours=Hours(days=another_day), out_of_hours="We are back on {opens}.")
    await set_rules(hub, closed)
    vera = hub.customer("Vera")
    vera.writes("Anybody?")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "We are back on")
    vera.writes("Hello?")
    await hub.post_appears(thread, "Hello?")
    await hub.all_delivered()
    assert len(vera.reads) == 1
    assert "10:00" in vera.reads[0]


@pytest.mark.shows("first line", "default responsible")
async def test_a_bot_answers_first(hub: TelegramHub, bot: FakeBot) -> None:
    await set_rules(hub, AccountRules(bot=FirstLine(bot.url, 5), responsible="boris"))
    bot.says({"reply": "Your order's number?"}, {"reply": "A colleague will help.", "hand_over": True, "note": "№ 7"})
    vera = hub.customer("Vera")
    vera.writes("Where is my order?")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Your order's number?")
    await hub.until(lambda: vera.reads == ["Your order's number?"])

    async def says_so() -> bool:
        return "the bot is replying" in (await hub.operators.thread(thread))[0].words

    await hub.until(says_so)
    dialog = await hub.dialog(1)
    assert (dialog.status, dialog.waiting_since) == (Status.NEW, None)
    vera.writes("7")
    await hub.post_appears(thread, "handed the dialog over to operators")
    await hub.post_appears(thread, "№ 7")
    await hub.notified("boris", thread, "assigned to")
    await hub.until(lambda: vera.reads[-1] == "A colleague will help.")
    assert [one["message"]["text"] for one in bot.questions] == ["Where is my order?", "7"]
    assert bot.refused == 0
    dialog = await hub.dialog(1)
    assert dialog.waiting_since is not None
    vera.writes("Thanks")
    await hub.post_appears(thread, "Thanks")
    await hub.all_delivered()
    assert len(bot.questions) == 2


@pytest.mark.shows("first line")
@pytest.mark.parametrize("failure", ["slow", Fault.RESET_BEFORE, "garbage", "takeover"])
async def test_a_bot_that_fails_has_handed_over(hub: TelegramHub, bot: FakeBot, failure: str) -> None:
    seconds = 0.2 if failure == "slow" else ANSWER
    await set_rules(hub, AccountRules(bot=FirstLine(bot.url, seconds)))
    match failure:
        case "slow":
            bot.free.clear()
        case "garbage":
            bot.says("<html>")
        case "takeover":
            bot.free.clear()
            bot.says({"reply": "too late"})
        case _:
            bot.faults.add("ask", Fault(failure))
    vera = hub.customer("Vera")
    vera.writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    if failure == "takeover":
        await hub.operators.mentions_hub("anna", thread, "accept")
        await hub.post_appears(thread, "accepted the dialog")
        bot.free.set()
        await hub.until(lambda: bot.questions)
    else:
        await hub.post_appears(thread, "over to operators")
    await hub.all_delivered()
    dialog = await hub.dialog(1)
    assert not dialog.bot
    assert dialog.waiting_since is not None
    assert vera.reads == []
    assert sum("over to operators" in words for words in await hub.thread_texts(thread)) == (failure != "takeover")


async def test_a_bot_in_the_hub_s_own_network_is_not_called_unless_hub_toml_names_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Administrators of an account write its address, and they need not be those of the machine."""
    async with (
        telegram_hub("web", Database(sqlite_url), tmp_path, hub={"private_addresses": []}) as hub,
        FakeBot(key_of(hub.app.hub.secret, SHOP)) as bot,
    ):
        await set_rules(hub, AccountRules(bot=FirstLine(bot.url, ANSWER)))
        hub.customer("Vera").writes("Hello")
        thread = await hub.thread_of_dialog(1)
        await hub.post_appears(thread, "over to operators")
        await hub.all_delivered()
        assert (bot.questions, bot.refused) == ([], 0)


@pytest.mark.shows("deadlines")
async def test_the_time_to_answer_runs_out(hub: TelegramHub) -> None:
    await set_rules(hub, AccountRules(responsible="anna", deadlines=Deadlines(30, 10, 5, "sales")))
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Hello")
    await hub.all_delivered()

    async def promises() -> bool:
        return "Reply by" in (await hub.operators.thread(thread))[0].words

    await hub.until(promises)
    await waits(hub, 26)
    await hub.post_appears(thread, "reply by")
    await hub.notified("anna", thread, "reply by")
    await waits(hub, 31)
    await hub.post_appears(thread, "overdue since")
    await hub.direct_message_appears("boris", "Reply overdue in 1 dialog")

    async def overdue() -> bool:
        return "overdue" in (await hub.operators.thread(thread))[0].words

    await hub.until(overdue)
    await waits(hub, 90)
    await hub.all_delivered()
    words = await hub.thread_texts(thread)
    assert (sum("reply by" in one for one in words), sum("overdue since" in one for one in words)) == (1, 1)
    await hub.operators.writes("anna", thread, "Good morning")

    async def answered() -> bool:
        dialog = await hub.dialog(1)
        return dialog.answered_at is not None and dialog.waiting_since is None

    await hub.until(answered)


async def waits(hub: TelegramHub, minutes: float) -> None:
    """Lets Vera wait for so long, and the timer run."""

    async def work(unit: Unit) -> None:
        dialog = await unit.dialogs.lock(DialogId(1))
        assert dialog is not None
        await unit.dialogs.save(replace(dialog, waiting_since=datetime.now(UTC) - timedelta(minutes=minutes)))

    await hub.app.hub.store.transact(work)
    await DeadlineWatch(hub.app.hub).tick()


@pytest.mark.shows("default responsible")
@pytest.mark.parametrize("name", ["boris", "role:sales"])
async def test_the_responsible_by_default_is_told(hub: TelegramHub, name: str) -> None:
    await set_rules(hub, AccountRules(responsible=name))
    hub.customer("Vera").writes("Hello")
    thread = await hub.thread_of_dialog(1)
    await hub.post_appears(thread, "Assigned to")
    await hub.notified("boris", thread, "assigned to")
    dialog = await hub.dialog(1)
    if name == "role:sales":
        assert dialog.addressee is not None
        assert dialog.addressee.role == "sales"
        return
    async with hub.app.hub.store.read() as unit:
        operator = await unit.operators.get(OperatorId(dialog.responsible or 0))
    assert operator is not None
    assert operator.name == "boris"
