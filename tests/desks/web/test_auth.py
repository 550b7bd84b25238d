"""Sign-in, and everything that is served without it."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.desks.web.auth import HEADER, ZONE
from bot.desks.web.session import Sessions, _sign
from bot.runtime.clock import SystemClock
from tests.desks.web.asking import ID, stranger
from tests.desks.web.serving import KEYS, Served, Session, served
from tests.waiting import FACT

SOON = 0.5
"""Seconds after which a client gives up."""

# ------------------------------------------------------------------------------------- coming in

READS = ["state", "emoji", "live", "dialogs", "dialogs/7"]
DEEDS = [
    ("POST", "dialogs/7/posts"),
    ("PATCH", "dialogs/7/posts/p1?message=1"),
    ("DELETE", "dialogs/7/posts/p1?message=1"),
    ("POST", "dialogs/7/posts/p1/reactions"),
    ("POST", "press"),
    ("POST", "submit"),
    ("POST", "command"),
    ("DELETE", "sessions"),
]


@pytest.mark.parametrize("path", READS)
async def test_nobody_reads_without_signing_in(hub: Served, talk: int, path: str) -> None:
    status, answer = await stranger(hub).ask("GET", path)
    assert (status, answer["detail"]["code"]) == (401, "signed_out")
    assert hub.backend.calls == []


@pytest.mark.parametrize(("method", "path"), DEEDS)
async def test_nobody_does_anything_without_signing_in(hub: Served, talk: int, method: str, path: str) -> None:
    status, _ = await stranger(hub).ask(method, path, json={"id": ID, "text": "x"})
    assert status == 401
    assert hub.core.events == []


async def test_a_key_opens_the_desk_of_its_owner(hub: Served) -> None:
    boris = await hub.sign_in("boris")
    status, answer = await boris.ask("GET", "state")
    assert (status, answer["user"], answer["desk"]) == (200, "boris", "local")
    assert answer["operators"] == ["anna", "boris", "clara"]
    assert "boris' own key" not in json.dumps(answer)


async def try_key(browser: Session, key: str) -> int:
    return (await browser.ask("POST", "session", json={"key": key}))[0]


async def test_a_wrong_key_opens_nothing_and_the_right_one_is_never_refused(hub: Served) -> None:
    """Whoever tries wrong ones may share an address with the key's holder: an office, or an undeclared proxy."""
    guesser = stranger(hub)
    assert [await try_key(guesser, "wrong") for _ in range(9)] == [403] * 8 + [429]
    assert list(guesser.jar) == []
    assert await try_key(stranger(hub), KEYS["anna"]) == 200
    assert await try_key(guesser, "wrong") == 429


async def test_a_guesser_with_a_key_of_their_own_is_slowed_down_all_the_same(hub: Served) -> None:
    guesser = stranger(hub)
    for _ in range(4):
        assert [await try_key(guesser, "wrong") for _ in range(2)] == [403] * 2
        assert await try_key(guesser, KEYS["boris"]) == 200
    assert await try_key(guesser, "wrong") == 429


async def test_past_the_first_tries_the_right_key_is_no_faster_than_a_wrong_one(hub: Served) -> None:
    guesser = stranger(hub)
    slept = list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    hub.tools.clock.sleep = sleep  # type: ignore[method-assign]
    for _ in range(40):
        await try_key(guesser, "wrong")
    before = slept[-1]
    slept.clear()
    assert await try_key(guesser, KEYS["anna"]) == 200
    assert slept == [before]
    assert before == 5


async def test_who_leaves_before_the_answer_to_a_wrong_key_is_not_waited_for(hub: Served) -> None:
    woken = asyncio.Event()

    async def sleep(seconds: float) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            woken.set()

    hub.tools.clock.sleep = sleep  # type: ignore[method-assign]
    asked = asyncio.ensure_future(try_key(stranger(hub), "wrong"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asked, SOON)
    async with asyncio.timeout(FACT):
        await woken.wait()


async def test_wrong_keys_are_logged_with_their_address_and_never_themselves(hub: Served) -> None:
    with structlog.testing.capture_logs() as logs:
        await try_key(stranger(hub), "wrong-4711")
        await try_key(stranger(hub), KEYS["anna"])
    assert [(line["log_level"], line["address"]) for line in logs] == [("warning", "127.0.0.1"), ("info", "127.0.0.1")]
    assert "wrong-4711" not in str(logs)
    assert KEYS["anna"] not in str(logs)


async def test_what_nobody_has_proved_is_not_read_whole(hub: Served) -> None:
    assert await try_key(stranger(hub), "x" * 10_000) == 413


async def test_the_cookie_is_for_the_browser_alone(hub: Served) -> None:
    async with stranger(hub).request("POST", "session", json={"key": KEYS["anna"]}) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/desk" in cookie
    assert "Secure" not in cookie
    assert KEYS["anna"] not in cookie


async def test_over_https_the_cookie_stays_there(tmp_path: Path) -> None:
    async with (
        served(tmp_path, public_url="https://hub.example.com") as hub,
        stranger(hub).request("POST", "session", json={"key": KEYS["anna"]}) as response,
    ):
        assert "Secure" in response.headers["Set-Cookie"]


async def test_a_forged_cookie_is_nobody(hub: Served) -> None:
    anna = await hub.sign_in()
    genuine = next(iter(anna.jar)).value
    body, _, signature = genuine.partition(".")
    for forged in (f"{body}.", f"{body}.{signature[:-2]}AA", f".{signature}", "x", ""):
        status, _ = await stranger(hub, Cookie=f"hub_desk={forged}").ask("GET", "state")
        assert status == 401, forged
    assert (await stranger(hub, Cookie=f"hub_desk={genuine}").ask("GET", "state"))[0] == 200


# ------------------------------------------------------------------------------------- going out


def copied(session: Session) -> Session:
    """A client with a copied cookie."""
    return stranger(session.served, Cookie=f"hub_desk={next(iter(session.jar)).value}")


async def state(session: Session) -> int:
    return (await session.ask("GET", "state"))[0]


async def test_signing_out_ends_the_session_on_the_server(hub: Served) -> None:
    anna, elsewhere = await hub.sign_in(), await hub.sign_in()
    copy = copied(anna)
    assert await state(copy) == 200
    assert (await anna.ask("DELETE", "session"))[0] == 200
    assert [await state(one) for one in (anna, copy, elsewhere)] == [401, 401, 200]


async def test_signing_out_everywhere_ends_all_of_ones_own(hub: Served) -> None:
    anna, elsewhere, boris = await hub.sign_in(), await hub.sign_in(), await hub.sign_in("boris")
    copy = copied(elsewhere)
    assert (await anna.ask("DELETE", "sessions"))[0] == 200
    assert [await state(one) for one in (anna, elsewhere, copy, boris)] == [401, 401, 401, 200]
    assert (await anna.ask("DELETE", "sessions"))[0] == 401


async def test_whoever_signs_in_anew_leaves_no_session_behind(hub: Served) -> None:
    browser = await hub.sign_in()
    before = copied(browser)
    assert await try_key(browser, KEYS["boris"]) == 200
    assert [await state(before), await state(browser)] == [401, 200]


class Tomorrow(SystemClock):
    """The real time, some days ahead."""

    days = 0

    def now(self) -> datetime:
        return super().now() + timedelta(days=self.days)


async def test_a_session_lasts_a_month_however_much_it_is_used(tmp_path: Path) -> None:
    clock = Tomorrow()
    async with served(tmp_path, clock=clock) as hub:
        anna, idle = await hub.sign_in(), await hub.sign_in()
        for clock.days in range(30):
            assert await state(anna) == 200, clock.days
            anna.jar.update_cookies({"hub_desk": next(iter(anna.jar)).value})  # the jar has a clock of its own
        copies = [copied(one) for one in (anna, idle)]
        assert await state(copies[1]) == 401
        clock.days = 30
        assert await state(copies[0]) == 401


async def test_a_cookie_of_before_sessions_were_kept_is_nobody(hub: Served) -> None:
    body = base64.urlsafe_b64encode(b'["local","anna",4102444800]').rstrip(b"=").decode()
    cookie = f"{body}.{_sign(Sessions(hub.tools.secret)._keys[0], body, KEYS['anna'])}"
    assert await state(stranger(hub, Cookie=f"hub_desk={cookie}")) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: "1", "Origin": "https://evil.example"},
        {HEADER: "1", "Origin": "null"},
        {HEADER: "1", "Origin": "http://[x"},
        {HEADER: "1", "Sec-Fetch-Site": "cross-site"},
        {HEADER: "1", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_sites_can_make_the_browser_ask_but_nothing_happens(
    hub: Served, talk: int, headers: dict[str, str]
) -> None:
    anna = await hub.sign_in()
    anna.headers = headers
    for method, path in [*DEEDS, ("POST", "session"), ("DELETE", "session")]:
        status, answer = await anna.ask(method, path, json={"id": ID, "text": "x", "key": KEYS["boris"]})
        assert (status, answer["detail"]["code"]) == (403, "foreign_page")
    assert hub.core.events == []


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Asia/Yekaterinburg", "Asia/Yekaterinburg"), ("Mars/Olympus", ""), ("../../etc/passwd", ""), ("", "")],
)
async def test_a_browser_tells_where_its_operator_lives(hub: Served, talk: int, said: str, zone: str) -> None:
    anna = await hub.sign_in()
    await anna.ask("POST", "command", json={"id": ID, "words": "help"}, headers={ZONE: said})
    assert hub.core.events[-1].actor == hub.desk.actor("anna", zone)


async def test_our_own_page_may_say_where_it_is_from(hub: Served, talk: int) -> None:
    anna = await hub.sign_in()
    anna.headers = {HEADER: "1", "Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    assert (await anna.ask("POST", "command", json={"id": ID, "words": "help"}))[0] == 200


# ------------------------------------------------------------------------------------- the page


async def test_the_page_allows_no_script_but_its_own(hub: Served) -> None:
    async with hub.http.get(f"{hub.url}/desk") as response:
        policy = response.headers["Content-Security-Policy"]
        page = await response.text()
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "main.js" in page


async def test_files_of_the_page_are_cached_until_they_change(hub: Served) -> None:
    page = await (await hub.http.get(f"{hub.url}/desk")).text()
    address = page.split('type="module" src="')[1].split('"')[0]
    async with hub.http.get(hub.url + address) as response:
        assert response.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in response.headers["Cache-Control"]
    async with hub.http.get(f"{hub.url}/desk/assets/another-version/main.js") as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ["nothing.js", "__init__.py", "..%2f__init__.py", "..%2f..%2fsettings.py", "index.html"]
)
async def test_nothing_else_is_served(hub: Served, name: str) -> None:
    async with hub.http.get(f"{hub.url}/desk/assets/x/{name}") as response:
        assert response.status == 404


async def test_the_page_speaks_the_hubs_language(tmp_path: Path) -> None:
    async with served(tmp_path, locale="ru") as hub, hub.http.get(f"{hub.url}/desk/api/words") as response:
        answer = await response.json()
    assert answer["locale"] == "ru"
    assert answer["words"]["Mine"] == "Мои"
