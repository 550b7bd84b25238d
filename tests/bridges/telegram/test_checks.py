"""Reports of `check` in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridges.telegram.receiving import PollingTelegram, WebhookTelegram
from tests.bridges.telegram.conftest import SHOP, Shop, settings
from tests.contracts.bridges import Accepts, hooked

OURS = "http://127.0.0.1:1/hooks/shop"


async def said(bridge: PollingTelegram | WebhookTelegram) -> list[tuple[bool, str, bool]]:
    return [(finding.ok, finding.what, bool(finding.advice)) for finding in await bridge.check()]


async def test_polled_and_well(shop: Shop) -> None:
    shop.nick.writes("hello")
    assert await said(shop.polled) == [
        (True, "The bot is @shop_bot", False),
        (True, "Polling; 1 updates pending", False),
    ]


async def test_polled_though_another_program_is_called(shop: Shop) -> None:
    await shop.called.register("http://127.0.0.1:1/elsewhere")
    assert (await said(shop.polled))[1] == (
        False,
        "Another program has set a webhook for this bot: http://127.0.0.1:1/elsewhere",
        True,
    )


async def test_called_before_and_after_the_start(shop: Shop) -> None:
    assert (await said(shop.called))[1] == (True, "The hub sets the webhook on start", False)
    await shop.called.register(OURS)
    assert (await said(shop.called))[1] == (True, "Telegram sends updates to the hub; 0 pending", False)


async def test_called_elsewhere(shop: Shop) -> None:
    await shop.called.register("http://127.0.0.1:1/elsewhere")
    fresh = WebhookTelegram(SHOP, settings(shop.telegram, "webhook"), shop.tools)
    assert (await said(fresh))[1] == (
        False,
        "Telegram sends updates to another address: http://127.0.0.1:1/elsewhere",
        True,
    )


async def test_called_in_vain(shop: Shop) -> None:
    accepts = Accepts()
    accepts.fail_next(1)
    async with hooked(shop.called, accepts) as url:
        await shop.called.register(url)
        shop.nick.writes("hello")
        await accepts.wait(lambda updates: len(updates) == 1)
        assert (await said(shop.called))[1] == (
            False,
            "Telegram could not reach the hub: Wrong response from the webhook: 500 Internal Server Error",
            True,
        )


async def test_nowhere_to_be_called(shop: Shop) -> None:
    homeless = WebhookTelegram(SHOP, settings(shop.telegram, "webhook"), replace(shop.tools, public_url=""))
    assert (await said(homeless))[1] == (False, "Telegram has no webhook address", True)


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "Telegram rejects the bot's token"), ("ru", "Telegram не принимает токен бота")]
)
async def test_a_refused_token_in_the_readers_language(shop: Shop, locale: str, words: str) -> None:
    bridge = PollingTelegram(SHOP, settings(shop.telegram), replace(shop.tools, locale=locale))
    shop.telegram.revoke()
    [finding] = await bridge.check()
    assert (finding.ok, finding.what) == (False, words)
    assert "@BotFather" in finding.advice


async def test_telegram_away(shop: Shop) -> None:
    await shop.telegram.stop()
    [(ok, what, advised)] = await said(shop.polled)
    assert (ok, advised) == (False, True)
    assert what.startswith("Telegram does not respond")
