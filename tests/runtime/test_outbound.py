"""Addresses that people configure for bots, callbacks and a CRM's webhook: the hub calls only permitted ones."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import ValidationError

from bot.app import http_client
from bot.config.hub import HubSettings
from bot.config.plugins import Secret
from bot.crm.webhook.crm import WebhookCrm
from bot.crm.webhook.settings import WebhookSettings
from bot.ports import Unavailable
from bot.runtime import outbound
from bot.runtime.outbound import Guard, GuardedConnector, NotPublic
from bridges.api.callback import Callback
from tests.fakes.callback import FakeCallback
from tests.fakes.webhook import FakeReceiver
from tests.scenarios.process import hub
from tests.tools import tools
from tests.waiting import ANSWER


class Names(AbstractResolver):
    """The test's name server: every name resolves to this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None: ...


@pytest.fixture
async def receiver() -> AsyncIterator[FakeReceiver]:
    """A neighbouring server on this machine, which nobody may reach."""
    async with FakeReceiver() as fake:
        yield fake


def client(*private: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=GuardedConnector(Guard(private), Names()))


def at(host: str, url: str) -> str:
    return url.replace("127.0.0.1", host)


@pytest.mark.parametrize(
    ("private", "host", "reached"),
    [
        ((), "127.0.0.1", False),
        ((), "bot.internal", False),
        ((), "[::ffff:127.0.0.1]", False),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.0/8",), "bot.internal", True),
        (("bot.internal",), "bot.internal", True),
        (("Bot.Internal.",), "bot.internal", True),
        (("bot.internal",), "other.internal", False),
        (("bot.internal",), "127.0.0.1", False),
        (("10.0.0.0/8",), "127.0.0.1", False),
    ],
)
async def test_only_what_is_named_is_reached_in_a_private_network(
    private: tuple[str, ...], host: str, reached: bool, receiver: FakeReceiver
) -> None:
    async with client(*private) as http:
        call = http_client.caller(http)
        if reached:
            assert (await call(at(host, receiver.url), b"{}", {}, seconds=ANSWER, most=10_000)).status in (
                400,
                401,
                403,
            )
        else:
            with pytest.raises(NotPublic):
                await call(at(host, receiver.url), b"{}", {}, seconds=ANSWER, most=10_000)
            assert receiver.requests == 0


async def test_a_callback_in_a_private_network_pauses_its_account_with_advice(receiver: FakeReceiver) -> None:
    async with client() as http:
        with pytest.raises(Unavailable) as refused:
            await Callback(receiver.url, "secret", http, ANSWER).deliver({"id": "1"})
    assert refused.value.advice == outbound.ADVICE
    assert receiver.requests == 0


async def test_a_crm_in_a_private_network_is_a_finding(receiver: FakeReceiver, tmp_path: Path) -> None:
    settings = WebhookSettings(kind="webhook", url=Secret(receiver.url), secret=Secret(receiver.secret), timeout=ANSWER)
    async with client() as http:
        [finding] = await WebhookCrm(settings, tools(tmp_path, http)).check()
    assert not finding.ok
    assert "private_addresses" in finding.advice
    assert receiver.requests == 0


CONFIG = """
[hub]
private_addresses = [PRIVATE]
[desks.local]
kind = "web"
operators = { anna = "the key of anna, of enough letters" }
[accounts.program]
kind = "api"
desk = "local"
token = "the token of the program"
callback_url = "CALLBACK_URL"
callback_secret = "CALLBACK_SECRET"
[crm]
kind = "webhook"
url = "CRM_URL"
secret = "CRM_SECRET"
"""


@pytest.mark.parametrize(("private", "pings"), [("", 0), ('"127.0.0.1"', 1)])
async def test_a_hub_calls_programs_and_a_crm_in_its_own_network_only_where_hub_toml_says_so(
    private: str, pings: int, receiver: FakeReceiver, tmp_path: Path
) -> None:
    """The hub as a process. For a first-line bot see tests/scenarios/test_automatic.py."""
    async with FakeCallback() as callback:
        written = CONFIG.replace("PRIVATE", private).replace("CRM_URL", receiver.url)
        written = written.replace("CRM_SECRET", receiver.secret).replace("CALLBACK_SECRET", callback.secret)
        (tmp_path / "hub.toml").write_text(written.replace("CALLBACK_URL", callback.url))
        async with hub(tmp_path, "check") as checking:
            said, _ = await checking.inner.communicate()
    assert (callback.requests, receiver.requests) == (pings, pings)
    assert (callback.pings, receiver.pings) == (pings, pings)
    assert said.decode().count("private_addresses") == (0 if pings else 2), said.decode()


def test_entries_of_hub_toml() -> None:
    given = ("bot.internal", "10.0.0.0/8", "fd00::/8", "192.168.1.7")
    assert HubSettings(private_addresses=given).private_addresses == given
    for wrong in ("http://bot.internal", "a b", "", "10.0.0.0/8/8"):
        with pytest.raises(ValidationError):
            HubSettings(private_addresses=(wrong,))
