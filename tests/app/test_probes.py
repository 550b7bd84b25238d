"""Probes: what they reveal, and to which clients."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import assembly, http, probes, server
from bot.app.probes import ProbeAccess, Probes
from bot.ports.client_addresses import Proxies
from bot.runtime.clock import SystemClock
from bot.runtime.supervisor import Supervisor
from settings import Faults, embedded
from storage import LocalFiles
from tests.free_ports import free_port

TOKEN = "a-token-of-the-tests"
SECRETS = ("tasks", "paused", "hub_received", "account:shop")
Answers = dict[str, tuple[int, str]]


async def ready() -> Mapping[str, Any]:
    return {"paused": {"account:shop": "the token is refused"}}


@asynccontextmanager
async def served(access: ProbeAccess, *trusted: str) -> AsyncIterator[str]:
    files = LocalFiles("files", "a secret of the tests", "", SystemClock())
    supervisor = Supervisor(SystemClock())
    application = (
        probes.listener(Probes(supervisor, ready, access))
        if access.own
        else http.build({}, {}, files, supervisor, ready, [], access)
    )
    sock = socket.create_server(("127.0.0.1", 0))
    async with server.http(application, sock, Proxies(trusted)):
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


async def asked(url: str, **headers: str) -> Answers:
    found = {}
    async with aiohttp.ClientSession() as http:
        for path in ("healthz", "readyz", "metrics"):
            async with http.get(f"{url}/{path}", headers=headers) as response:
                found[path] = (response.status, await response.text())
    return found


def knows(answers: Answers) -> bool:
    """Tells whether the responses contain the secrets: all of them, or none."""
    text = "".join(text for _, text in answers.values())
    assert [answers[name][0] for name in ("healthz", "readyz")] == [200, 200]
    shown = {secret for secret in SECRETS if secret in text}
    assert shown in (set(SECRETS), set()), shown
    return bool(shown)


async def test_a_scraper_on_this_machine_needs_nothing() -> None:
    async with served(ProbeAccess()) as url:
        assert knows(await asked(url))
        assert knows(await asked(url.replace("127.0.0.1", "localhost")))


PROXIES: dict[str, dict[str, str]] = {
    "that says for whom": {"X-Forwarded-For": "203.0.113.9"},
    "that says so otherwise": {"Forwarded": "for=203.0.113.9"},
    "that says who it is": {"Via": "1.1 proxy"},
    "that passes the host on": {"Host": "hub.example.com"},
    "that passes on what is no host": {"Host": "[::1"},
    "that passes on a port that is none": {"Host": "localhost:x"},
    "asked from this machine": {"X-Forwarded-For": "127.0.0.1"},
}


@pytest.mark.parametrize("trusted", [[], ["127.0.0.1"]], ids=["unnamed", "trusted"])
@pytest.mark.parametrize("headers", PROXIES.values(), ids=PROXIES)
async def test_nobody_reads_it_through_a_proxy(headers: dict[str, str], trusted: list[str]) -> None:
    async with served(ProbeAccess(), *trusted) as url:
        answers = await asked(url, **headers)
    assert not knows(answers)
    assert answers["metrics"][0] == 403
    assert answers["healthz"][1] == '{"status":"ok"}'
    assert answers["readyz"][1] == '{"status":"ready"}'


async def test_nor_through_one_that_says_nothing_at_all() -> None:
    """As with a bare `proxy_pass` of nginx."""
    async with served(ProbeAccess()) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /metrics HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"hub_received" not in answer


async def test_a_token_opens_it_from_anywhere_and_nothing_else_does() -> None:
    async with served(ProbeAccess(TOKEN)) as url:
        assert knows(await asked(url, Authorization=f"Bearer {TOKEN}", Host="hub.example.com"))
        for wrong in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}):
            answers = await asked(url, **wrong)
            assert not knows(answers)
            assert answers["metrics"][0] == 401


async def test_a_listener_of_its_own_takes_it_from_the_other() -> None:
    async with served(ProbeAccess(elsewhere=True)) as url:
        answers = await asked(url)
        assert not knows(answers)
        assert answers["metrics"][0] == 404
    async with served(ProbeAccess(own=True)) as url:
        assert knows(await asked(url, Host="hub.internal"))
    async with served(ProbeAccess(TOKEN, own=True)) as url:
        assert not knows(await asked(url))
        assert knows(await asked(url, Authorization=f"Bearer {TOKEN}"))


async def test_a_hub_listens_where_it_is_told(tmp_path: Path) -> None:
    port = free_port()
    given = {"HUB__HUB__LISTEN": "127.0.0.1:0", "HUB__HUB__METRICS_LISTEN": f"127.0.0.1:{port}"}
    async with assembly.running(embedded(tmp_path, given)) as running, aiohttp.ClientSession() as http:
        async with http.get(f"{running.url}/metrics") as response:
            assert response.status == 404
        async with http.get(f"http://127.0.0.1:{port}/metrics") as response:
            assert "hub_received" in await response.text()
        async with http.get(f"http://127.0.0.1:{port}/desk") as response:
            assert response.status == 404


async def test_a_hub_goes_on_looking_after_names_and_cards_of_before(tmp_path: Path) -> None:
    given = {"HUB__HUB__LISTEN": "127.0.0.1:0"}
    async with assembly.running(embedded(tmp_path, given)) as running:
        _, answer = (await asked(running.url))["healthz"]
    assert {"names", "redrawing"} <= json.loads(answer)["tasks"].keys()


async def test_a_hub_asks_for_the_token_it_is_given(tmp_path: Path) -> None:
    given = {"HUB__HUB__LISTEN": "127.0.0.1:0", "HUB__HUB__METRICS_TOKEN": TOKEN}
    async with assembly.running(embedded(tmp_path, given)) as running, aiohttp.ClientSession() as http:
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {TOKEN}"}, 200)):
            async with http.get(f"{running.url}/metrics", headers=headers) as response:
                assert response.status == status


def test_a_token_that_can_be_guessed_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Faults, match=r"hub\.metrics_token: is too short"):
        embedded(tmp_path, {"HUB__HUB__METRICS_TOKEN": "prometheus"})
