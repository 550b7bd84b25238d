"""The hub's own routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from fastapi import FastAPI

from bot.app import http
from bot.domain import AccountName
from bot.ports import Accept, Forged, Hook, HookReply, IntakeClosed
from bot.runtime.clock import SystemClock
from bot.runtime.supervisor import Supervisor
from storage import LocalFiles
from tests.serving import serving


async def chunks(*data: bytes) -> AsyncIterator[bytes]:
    for chunk in data:
        yield chunk


async def ready() -> Mapping[str, Any]:
    return {}


@pytest.mark.parametrize("name", ["", "/picture.jpeg", "/anything"])
async def test_a_link_to_a_file_may_be_followed_by_a_name(tmp_path: Path, name: str) -> None:
    """Viber relies on the extension at an address's end."""
    clock = SystemClock()
    files = LocalFiles(tmp_path, "a secret of the tests", "", clock)
    file, _ = await files.save(chunks(b"one ", b"two"), "a cat.jpg", "image/jpeg", 100)
    app = http.build({}, {}, files, Supervisor(clock), ready, [])
    async with serving(app) as server, aiohttp.ClientSession() as session:
        link = server.url + files.link(file, "a cat.jpg", "image/jpeg")
        async with session.get(link + name) as response:
            assert (response.status, await response.read()) == (200, b"one two")
            assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20cat.jpg"
            assert (response.content_type, response.content_length) == ("image/jpeg", 7)
        async with session.head(link + name) as response:
            assert (response.status, response.content_length) == (200, 7)
        async with session.get(link.replace("/files/", "/files/x") + name) as response:
            assert response.status == 403


class Accepting:
    """Passes on whatever comes."""

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        await accept([])
        return HookReply()


async def test_a_webhook_is_refused_with_a_word_while_nothing_can_be_stored(tmp_path: Path) -> None:
    clock, shop = SystemClock(), AccountName("shop")

    async def accept(_: object) -> Any:
        raise IntakeClosed("the hub's disk is full")

    files = LocalFiles(tmp_path, "a secret of the tests", "", clock)
    bridges: Any = {shop: Accepting()}
    app = http.build(bridges, {shop: accept}, files, Supervisor(clock), ready, [])
    async with (
        serving(app) as server,
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/hooks/shop", data=b"{}") as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert await answer.json() == {"detail": {"code": "closed", "words": "the hub's disk is full"}}


async def test_webhooks_are_answered_in_front_of_fastapi_and_what_is_none_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, shop, asked = SystemClock(), AccountName("shop"), list[tuple[str, str]]()
    whole = FastAPI.__call__

    async def noted(self: FastAPI, scope: Any, receive: Any, send: Any) -> None:
        asked.append((scope["method"], scope["path"]))
        await whole(self, scope, receive, send)

    monkeypatch.setattr(FastAPI, "__call__", noted)

    async def accept(_: object) -> Any:
        return []

    files = LocalFiles(tmp_path, "a secret of the tests", "", clock)
    bridges: Any = {shop: Accepting()}
    app = http.build(bridges, {shop: accept}, files, Supervisor(clock), ready, [])
    answers = []
    async with serving(app) as server, aiohttp.ClientSession() as session:
        for method, path in (
            ("POST", "/hooks/shop"),
            ("GET", "/hooks/shop?challenge=1"),
            ("POST", "/hooks/other"),
            ("DELETE", "/hooks/shop"),
            ("POST", "/hooks/shop/more"),
            ("POST", "/hooks/"),
        ):
            async with session.request(method, server.url + path) as answer:
                answers.append(answer.status)
    assert answers == [200, 200, 404, 405, 404, 404]
    assert asked == [("DELETE", "/hooks/shop"), ("POST", "/hooks/shop/more"), ("POST", "/hooks/")]


class Doubting:
    """Takes every request for a forgery."""

    async def receive(self, hook: Hook, accept: Accept) -> HookReply:
        raise Forged("nobody knows the secret")


async def test_a_forged_request_is_logged_with_its_address(tmp_path: Path) -> None:
    clock, shop = SystemClock(), AccountName("shop")
    files = LocalFiles(tmp_path, "a secret of the tests", "", clock)
    bridges: Any = {shop: Doubting()}
    app = http.build(bridges, {}, files, Supervisor(clock), ready, [])
    with structlog.testing.capture_logs() as logs:
        async with (
            serving(app) as server,
            aiohttp.ClientSession() as session,
            session.post(f"{server.url}/hooks/shop", data=b"{}") as response,
        ):
            assert response.status == 401
    assert [(line["account"], line["address"]) for line in logs] == [("shop", "127.0.0.1")]
