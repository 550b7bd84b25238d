"""Reports of `check` in both languages, and the certificates by which the bridge recognizes MAX."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.domain import ChatId, Content, FileRef, Key, Media, MediaKind
from bot.domain.text import Text
from bot.ports import Outgoing, Unavailable
from bridges.max.receiving import PollingMax, WebhookMax
from tests.bridges.max.conftest import OURS, PNG, SHOP, TWICE, Shop, settings
from tests.fakes.faults import Fault
from tests.fakes.max import FakeMax
from tests.tools import folder, tools

TLS = Path(__file__).parent / "tls"
SHOP_CHAT = ChatId("7")
HELLO = Outgoing(Content(Text.plain("hello")))
ELSEWHERE = "http://127.0.0.1:1/elsewhere"


async def said(bridge: PollingMax | WebhookMax) -> list[tuple[bool, str, bool]]:
    return [(finding.ok, finding.what, bool(finding.advice)) for finding in await bridge.check()]


async def subscribe(shop: Shop, url: str) -> None:
    await shop.called._client.call("POST", "/subscriptions", json={"url": url})


async def test_polled_and_well(shop: Shop) -> None:
    assert await said(shop.polled) == [(True, "The bot is @shop_bot", False), (True, "Polling", False)]


async def test_polled_though_another_program_is_called(shop: Shop) -> None:
    await subscribe(shop, ELSEWHERE)
    assert (await said(shop.polled))[1] == (
        False,
        f"Another program has set a webhook for this bot: {ELSEWHERE}",
        True,
    )


async def test_called_before_and_after_the_start(shop: Shop) -> None:
    words = "MAX sends no updates yet: the hub sets the webhook on start"
    assert (await said(shop.called))[1] == (True, words, False)
    await shop.called.register(OURS)
    assert (await said(shop.called))[1] == (True, "MAX sends updates to the hub", False)


async def test_called_and_forgotten(shop: Shop) -> None:
    """MAX drops a webhook after 8 hours without a response."""
    await shop.called.register(OURS)
    await shop.max.unsubscribe(OURS)
    words = "MAX has stopped sending updates: the hub did not respond for 8 hours"
    assert (await said(shop.called))[1] == (False, words, True)
    await shop.called.register(OURS)
    assert (await said(shop.called))[1][0]


async def test_called_beside_another_program(shop: Shop) -> None:
    await shop.called.register(OURS)
    await subscribe(shop, ELSEWHERE)
    assert (await said(shop.called))[1] == (False, f"MAX also sends updates to {ELSEWHERE}", True)


async def test_called_without_an_address(shop: Shop) -> None:
    bridge = WebhookMax(SHOP, settings(shop.max, "webhook"), replace(shop.tools, public_url=""))
    assert (await said(bridge))[1] == (False, "MAX has no webhook address", True)


async def test_a_refused_token(shop: Shop) -> None:
    shop.max.revoke()
    assert await said(shop.polled) == [(False, "MAX rejects the bot: verify.token: Invalid access_token", True)]


async def test_nobody_there(shop: Shop) -> None:
    shop.max.faults.add("GET /me", Fault.RESET_BEFORE, times=TWICE)
    [(ok, what, advised)] = await said(shop.polled)
    assert (ok, advised) == (False, True)
    assert what.startswith("MAX does not respond: no connection")


async def test_in_russian(shop: Shop) -> None:
    bridge = PollingMax(SHOP, settings(shop.max), replace(shop.tools, locale="ru"))
    assert (await said(bridge))[1] == (True, "Опрос", False)


# ---------------------------------------------------------------------------------------- certificates


@pytest.fixture
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem")
    return context


async def test_a_certificate_that_the_system_does_not_know(tmp_path: Path, tls: ssl.SSLContext) -> None:
    async with FakeMax(tls=tls) as server, aiohttp.ClientSession() as http:
        bridge = PollingMax(SHOP, settings(server), tools(tmp_path, http))
        [finding] = await bridge.check()
        assert not finding.ok
        assert "ca_file" in finding.advice
        with pytest.raises(Unavailable) as failed:
            await bridge.send(SHOP_CHAT, HELLO, Key("k"))
        assert "ca_file" in failed.value.advice


async def test_every_request_believes_the_file(tmp_path: Path, tls: ssl.SSLContext) -> None:
    async with FakeMax(tls=tls) as server, aiohttp.ClientSession() as http:
        given = tools(tmp_path, http)
        bridge = PollingMax(SHOP, settings(server, ca_file=str(TLS / "ca.pem")), given)
        nick = server.customer(7)
        assert all(finding.ok for finding in await bridge.check())
        picture = Media(MediaKind.PHOTO, folder(given).add(PNG, "a.png"), "a.png")
        await bridge.send(SHOP_CHAT, Outgoing(Content(Text.plain("look"), (picture,))), Key("k"))
        assert nick.sees[0].files[0].data == PNG
        url = server.shelf.given_away("image", b"cat", "")["payload"]["url"]
        async with bridge.download(FileRef("account:shop", url)) as download:
            assert b"".join([chunk async for chunk in download.chunks]) == b"cat"
