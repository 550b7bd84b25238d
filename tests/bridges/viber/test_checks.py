"""Reports of `check` in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridges.viber.bridge import ViberBridge
from tests.bridges.viber.conftest import SHOP, Shop, settings
from tests.contracts.bridges import Accepts, hooked


async def said(bridge: ViberBridge) -> list[tuple[bool, str, bool]]:
    return [(finding.ok, finding.what, bool(finding.advice)) for finding in await bridge.check()]


async def test_before_and_after_the_start(shop: Shop) -> None:
    assert await said(shop.bridge) == [
        (True, "The bot is “Shop”; subscribers: 1", False),
        (True, "The hub sets the webhook on start", False),
    ]
    async with hooked(shop.bridge, Accepts()) as url:
        await shop.bridge.register(url)
    assert (await said(shop.bridge))[1] == (True, "Viber sends updates to the hub", False)


async def test_called_elsewhere(shop: Shop) -> None:
    async with hooked(shop.bridge, Accepts()) as url:
        await shop.bridge.register(url)
    fresh = ViberBridge(SHOP, settings(shop.viber), shop.tools)
    assert (await said(fresh))[1] == (False, f"Viber sends updates to another address: {url}", True)
    shop.viber.webhook.url = "https://hub.example.com/hooks/shop"
    assert (await said(fresh))[1] == (True, "Viber sends updates to the hub", False)


async def test_nowhere_to_be_called(shop: Shop) -> None:
    homeless = ViberBridge(SHOP, settings(shop.viber), replace(shop.tools, public_url=""))
    assert (await said(homeless))[1] == (False, "Viber has no webhook address", True)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Viber rejects the bot: invalidAuthToken (status 2)"),
        ("ru", "Viber не принимает бота: invalidAuthToken (status 2)"),
    ],
)
async def test_a_refused_token_in_the_readers_language(shop: Shop, locale: str, words: str) -> None:
    bridge = ViberBridge(SHOP, settings(shop.viber), replace(shop.tools, locale=locale))
    shop.viber.revoke()
    [finding] = await bridge.check()
    assert (finding.ok, finding.what) == (False, words)
    assert "partners.viber.com" in finding.advice


async def test_viber_away(shop: Shop) -> None:
    await shop.viber.stop()
    [(ok, what, advised)] = await said(shop.bridge)
    assert (ok, advised) == (False, True)
    assert what.startswith("Viber does not respond")
