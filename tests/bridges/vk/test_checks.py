"""Reports of `check` in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridges.vk.kinds import WANTED
from bridges.vk.receiving import CallbackVk, LongPollVk
from tests.bridges.vk.conftest import SECRET, SHOP, Shop, settings
from tests.contracts.bridges import Accepts, hooked
from tests.fakes.vk.events import CallbackServer

WELL = [(True, "The community is “Acme”", False), (True, "The token has all rights it needs", False)]


async def said(bridge: LongPollVk | CallbackVk) -> list[tuple[bool, str, bool]]:
    return [(finding.ok, finding.what, bool(finding.advice)) for finding in await bridge.check()]


async def test_long_poll_before_and_after_the_start(shop: Shop) -> None:
    assert await said(shop.polled) == [*WELL, (True, "The hub turns on Long Poll on start", False)]
    queue = shop.vk.long_poll
    queue.enabled, queue.events = True, dict.fromkeys(WANTED, 1)
    assert await said(shop.polled) == [*WELL, (True, "Long Poll is in use", False)]


async def test_kinds_of_events_that_are_off(shop: Shop) -> None:
    shop.vk.long_poll.enabled = True
    shop.vk.long_poll.events = {"message_new": 1, "message_allow": 1, "message_deny": 1, "message_read": 1}
    found = await shop.polled.check()
    assert (found[-1].ok, found[-1].what) == (
        False,
        "VK does not send these events: message_reply, message_edit, message_reaction_event",
    )
    assert "Event types" in found[-1].advice


async def test_events_in_a_version_that_is_too_old(shop: Shop) -> None:
    shop.vk.long_poll.enabled, shop.vk.long_poll.version = True, "5.50"
    assert (False, "VK sends events in the old version 5.50", True) in await said(shop.polled)


async def test_the_token_of_another_community(shop: Shop) -> None:
    other = LongPollVk(SHOP, settings(shop.vk, group_id=5), shop.tools)
    found = await said(other)
    assert found == [(False, "The token belongs to another community: Acme", True)]


@pytest.mark.parametrize("right", ["photos", "docs"])
async def test_a_right_that_the_token_lacks(shop: Shop, right: str) -> None:
    shop.vk.rights.discard(right)
    assert (False, f"The token lacks rights: {right}", True) in await said(shop.polled)


async def test_a_token_that_may_not_manage(shop: Shop) -> None:
    shop.vk.rights.discard("manage")
    for bridge in (shop.polled, shop.called):
        assert await said(bridge) == [WELL[0], (False, "The token lacks rights: manage", True)]


# --------------------------------------------------------------------------------------- Callback API


async def test_called_before_and_after_the_start(shop: Shop) -> None:
    assert await said(shop.called) == [*WELL, (True, "The hub sets the Callback API address on start", False)]
    async with hooked(shop.called, Accepts()) as url:
        await shop.called.register(url)
        assert await said(shop.called) == [*WELL, (True, "VK sends events to the hub", False)]


async def test_nowhere_to_be_called(shop: Shop) -> None:
    homeless = CallbackVk(SHOP, settings(shop.vk, "callback"), replace(shop.tools, public_url=""))
    assert (await said(homeless))[2:] == [(False, "VK has no Callback API address", True)]


async def test_everything_about_a_server_that_can_be_wrong(shop: Shop) -> None:
    bridge = CallbackVk(SHOP, settings(shop.vk, "callback", confirmation="0ld"), shop.tools)
    url = "http://127.0.0.1:1/hooks/shop"
    shop.vk.servers[1] = CallbackServer(1, url, "entered", "other_secret", shop.vk.changed)
    shop.vk.servers[1].status = "failed"
    found = (await said(bridge))[2:]
    assert [(ok, advised) for ok, _, advised in found] == [(False, True)] * 4
    assert [what for _, what, _ in found] == [
        "VK's confirmation string differs from hub.toml",
        "VK could not confirm the hub's address: failed",
        "VK's secret key differs from hub.toml",
        "VK does not send these events: message_new, message_reply, message_edit, message_allow, message_deny, "
        "message_read, message_reaction_event",
    ]
    shown = repr(await bridge.check())
    for secret in (SECRET, "other_secret", "0ld", shop.vk.code, shop.vk.token):
        assert secret not in shown


async def test_the_right_confirmation_string_is_no_fault(shop: Shop) -> None:
    bridge = CallbackVk(SHOP, settings(shop.vk, "callback", confirmation=shop.vk.code), shop.tools)
    assert all(finding.ok for finding in await bridge.check())


# ------------------------------------------------------------------------------------------ bad days


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "VK rejects the token: 5:"), ("ru", "VK не принимает ключ доступа: 5:")]
)
async def test_a_refused_token_in_the_readers_language(shop: Shop, locale: str, words: str) -> None:
    bridge = LongPollVk(SHOP, settings(shop.vk), replace(shop.tools, locale=locale))
    shop.vk.revoke()
    [finding] = await bridge.check()
    assert not finding.ok
    assert finding.what.startswith(words)
    assert "hub.toml" in finding.advice


async def test_vk_away(shop: Shop) -> None:
    await shop.vk.stop()
    [(ok, what, advised)] = await said(shop.polled)
    assert (ok, advised) == (False, True)
    assert what.startswith("VK does not respond")
