"""Reports of `check` in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Finding
from bridges.whatsapp.receiving import CalledTemplatingWhatsApp, CalledWhatsApp
from tests.bridges.whatsapp.conftest import PUBLIC, SHOP, Shop, settings
from tests.fakes.faults import Fault

OURS = f"{PUBLIC}/hooks/shop"
NUMBER = Finding(True, "The number is +1 555-078-3881, Shop")
CALLED = Finding(True, "Meta sends updates to the hub")


async def said(bridge: CalledWhatsApp) -> list[tuple[bool, str, bool]]:
    return [(finding.ok, finding.what, bool(finding.advice)) for finding in await bridge.check()]


async def test_all_is_well(shop: Shop) -> None:
    shop.whatsapp.address = OURS
    shop.whatsapp.add_template("hello", "Hello!")
    assert await shop.bridge.check() == [NUMBER, CALLED, Finding(True, "Approved templates: 1")]


async def test_without_the_business_account(shop: Shop) -> None:
    shop.whatsapp.address = OURS
    without = Finding(True, "waba_id is not set: templates are unavailable")
    assert await shop.without_account.check() == [NUMBER, CALLED, without]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://elsewhere/", "Meta sends updates to another address: https://elsewhere/"),
        ("", "Meta does not know the hub's address"),
    ],
)
async def test_the_address_is_not_ours(shop: Shop, address: str, words: str) -> None:
    shop.whatsapp.address = address
    found = (await shop.bridge.check())[1]
    assert (found.ok, found.what) == (False, words)
    assert OURS in found.advice


async def test_nowhere_to_be_called(shop: Shop) -> None:
    homeless = CalledTemplatingWhatsApp(SHOP, settings(shop.whatsapp), replace(shop.tools, public_url=""))
    assert (await said(homeless))[1] == (False, "Meta has no webhook address", True)


async def test_no_app_is_subscribed(shop: Shop) -> None:
    shop.whatsapp.address, shop.whatsapp.subscribed = OURS, False
    assert (await said(shop.bridge))[2:] == [
        (False, "No app is subscribed to the WhatsApp account: no messages will arrive", True),
        (True, "Approved templates: 0", False),
    ]


async def test_another_business_account(shop: Shop) -> None:
    shop.whatsapp.address, shop.whatsapp.waba_id = OURS, "999999"
    [_, _, (ok, what, advised)] = await said(shop.bridge)
    assert (ok, advised) == (False, True)
    assert what.startswith("Could not get the templates")


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "WhatsApp rejects the account"), ("ru", "WhatsApp не принимает аккаунт")]
)
async def test_a_refused_token_in_the_readers_language(shop: Shop, locale: str, words: str) -> None:
    bridge = CalledTemplatingWhatsApp(SHOP, settings(shop.whatsapp), replace(shop.tools, locale=locale))
    shop.whatsapp.revoke()
    [finding] = await bridge.check()
    assert not finding.ok
    assert finding.what.startswith(words)
    assert "hub.toml" in finding.advice


async def test_a_number_that_is_none_of_ours(shop: Shop) -> None:
    shop.whatsapp.phone_id = "999999"
    [(ok, what, advised)] = await said(shop.bridge)
    assert (ok, advised) == (False, True)
    assert what.startswith("WhatsApp rejects the account")


async def test_whatsapp_away(shop: Shop) -> None:
    shop.whatsapp.faults.add("number", Fault.SERVER_ERROR)
    assert (await said(shop.bridge))[0][0] is False
    await shop.whatsapp.stop()
    [(ok, what, advised)] = await said(shop.bridge)
    assert (ok, advised) == (False, True)
    assert what.startswith("WhatsApp does not respond")
