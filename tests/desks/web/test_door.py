"""Who may come in, and what is served to everybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.desks.web.door import HEADER, ZONE
from tests.desks.web.asking import ID, stranger
from tests.desks.web.serving import KEYS, Served, served

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
]


@pytest.mark.parametrize("path", READS)
async def test_nobody_reads_without_signing_in(hub: Served, talk: int, path: str) -> None:
    status, told = await stranger(hub).ask("GET", path)
    assert (status, told["detail"]["code"]) == (401, "signed_out")
    assert hub.board.calls == []


@pytest.mark.parametrize(("method", "path"), DEEDS)
async def test_nobody_does_anything_without_signing_in(hub: Served, talk: int, method: str, path: str) -> None:
    status, _ = await stranger(hub).ask(method, path, json={"id": ID, "text": "x"})
    assert status == 401
    assert hub.office.events == []


async def test_a_key_opens_the_desk_of_its_owner(hub: Served) -> None:
    boris = await hub.sign_in("boris")
    status, told = await boris.ask("GET", "state")
    assert (status, told["user"], told["desk"]) == (200, "boris", "local")
    assert told["operators"] == ["anna", "boris", "clara"]
    assert "boris' own key" not in json.dumps(told)


async def test_a_wrong_key_opens_nothing_and_many_of_them_have_to_wait(hub: Served) -> None:
    guesser = stranger(hub)
    answers = [(await guesser.ask("POST", "session", json={"key": "wrong"}))[0] for _ in range(9)]
    assert answers == [403] * 8 + [429]
    assert (await guesser.ask("POST", "session", json={"key": KEYS["anna"]}))[0] == 429
    assert list(guesser.jar) == []


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


async def test_signing_out_forgets(hub: Served) -> None:
    anna = await hub.sign_in()
    assert (await anna.ask("DELETE", "session"))[0] == 200
    assert (await anna.ask("GET", "state"))[0] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: "1", "Origin": "https://evil.example"},
        {HEADER: "1", "Origin": "null"},
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
        status, told = await anna.ask(method, path, json={"id": ID, "text": "x", "key": KEYS["boris"]})
        assert (status, told["detail"]["code"]) == (403, "foreign_page")
    assert hub.office.events == []


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Asia/Yekaterinburg", "Asia/Yekaterinburg"), ("Mars/Olympus", ""), ("../../etc/passwd", ""), ("", "")],
)
async def test_a_browser_tells_where_its_operator_lives(hub: Served, talk: int, said: str, zone: str) -> None:
    anna = await hub.sign_in()
    await anna.ask("POST", "command", json={"id": ID, "words": "help"}, headers={ZONE: said})
    assert hub.office.events[-1].actor == hub.desk.actor("anna", zone)


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
        told = await response.json()
    assert told["locale"] == "ru"
    assert told["words"]["Mine"] == "Мои"
