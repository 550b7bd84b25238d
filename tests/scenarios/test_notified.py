"""Notifications of the team chat: a customer's next message reaches those who work in the dialog, whether they have
written in its thread or not, and each event reaches each of them once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import ThreadRef
from tests.conftest import Database
from tests.contracts.rigs.desk_slack import SlackRig
from tests.scenarios.hubs import TelegramHub, telegram_hub


@pytest.fixture(params=["slack", "mattermost"])
async def hub(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[TelegramHub]:
    account = {"initial": {"reasons": ["Spam"], "reason_required": True}}
    roles = {"sales": ["boris"]}
    async with telegram_hub(request.param, Database(sqlite_url), tmp_path, account=account, roles=roles) as running:
        await running.operators.commands("boris", "help")
        yield running


async def hears(hub: TelegramHub, thread: ThreadRef, words: str) -> set[str]:
    """Lets Vera write; returns who of the operators has that as unread."""
    hub.customer("Vera").writes(words)
    await hub.post_appears(thread, words)
    found = {who for who in ("anna", "boris") if any(words in one.words for one in hub.operators.unread(who, thread))}
    for who in ("anna", "boris"):
        hub.operators.reads(who, thread)
    return found


async def accepts(hub: TelegramHub, who: str, thread: ThreadRef) -> None:
    card = (await hub.operators.thread(thread))[0].post
    assert card is not None
    await hub.operators.presses(who, thread, card, "Accept")
    await hub.post_appears(thread, "accepted the dialog")
    await hub.all_delivered()


@pytest.mark.shows("notifications")
async def test_the_customers_next_message_reaches_those_who_work_in_the_dialog(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello, @anna and @boris")
    thread, people = await hub.thread_of_dialog(1), hub.operators
    await hub.post_appears(thread, "Hello")
    await accepts(hub, "anna", thread)
    assert [one.mention for one in people.unread("anna", thread)] == [True]
    assert await hears(hub, thread, "Is it in stock?") == {"anna"}
    await people.commands("anna", "add #1 @boris")
    assert await hub.notified("boris", thread, "as a co-executor")
    assert await hears(hub, thread, "Or will it be soon?") == {"anna", "boris"}
    may = people.follows("boris", thread) and "mm" in vars(people)  # a Mattermost bot that is an administrator
    await people.commands("anna", "remove #1 @boris")
    assert not await hub.notified("boris", thread, "removed you")
    people.reads("boris", thread)
    assert await hears(hub, thread, "I can wait") == ({"anna"} if may else {"anna", "boris"})
    await people.commands("anna", "close #1 spam")
    await hub.post_appears(thread, "closed the dialog")
    await hub.all_delivered()
    assert people.follows("anna", thread) is not may


@pytest.mark.shows("notifications")
async def test_an_event_takes_one_road_to_each_operator(hub: TelegramHub) -> None:
    hub.customer("Vera").writes("Hello")
    thread, people = await hub.thread_of_dialog(1), hub.operators
    await people.commands("anna", "redirect #1 sales prices, please")
    assert await hub.notified("boris", thread, "prices, please"), "he is in the channel"
    assert await hears(hub, thread, "How much is it?") == {"boris"}
    await accepts(hub, "boris", thread)
    assert not any(one.mention for one in people.unread("boris", thread)), "he was called before"


@pytest.mark.shows("notifications")
async def test_who_is_not_in_the_channel_gets_a_direct_message(sqlite_url: str, tmp_path: Path) -> None:
    account = {"channel": "sales"}
    async with telegram_hub("slack", Database(sqlite_url), tmp_path, account=account) as hub:
        assert isinstance(hub.operators, SlackRig)
        hub.operators.person("boris").leaves("sales")
        await hub.operators.commands("boris", "help")
        hub.customer("Vera").writes("Hello")
        thread = await hub.thread_of_dialog(1)
        await hub.operators.commands("anna", "redirect #1 @boris for you")
        assert not await hub.notified("boris", thread, "for you")
        assert not (await hub.post_appears(thread, "for you")).notifies
        await accepts(hub, "anna", thread)
        assert hub.operators.follows("anna", thread)
