"""The pages, their headers, and the settings behind them."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from bot.domain import AccountName
from bridges.webchat import WebchatSettings
from bridges.webchat.bridge import WebchatBridge
from bridges.webchat.pages import ASSETS, VERSION, WidgetPages, chat_policy
from tests.bridges.webchat.conftest import Site
from tests.tools import tools

ASSETS_FOLDER = Path(__file__).parents[3] / "bridges/webchat/assets"


async def test_the_loader_may_be_used_by_any_page(site: Site) -> None:
    async with site.http.get(f"{site.chat_url}/widget.js") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "max-age" in response.headers["Cache-Control"]
        tag = response.headers["ETag"]
    async with site.http.get(f"{site.chat_url}/widget.js", headers={"If-None-Match": tag}) as response:
        assert response.status == 304


async def test_the_chat_loads_nothing_but_its_own_and_only_known_sites_show_it(site: Site) -> None:
    async with site.http.get(site.chat_url) as response:
        policy = dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))
        page = await response.text()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self' https://shop.example.com"
    assert "Hillside Tea" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


async def test_every_asset_that_a_page_names_is_there_for_ever(site: Site) -> None:
    named = set()
    for path in ("", "/sample"):
        async with site.http.get(site.chat_url + path) as response:
            named |= set(re.findall(r'(?:src|href)="(/chat/[^"]+)"', await response.text()))
    named |= {f"/chat/shop/assets/{VERSION}/{name}" for name in ASSETS if name.endswith((".js", ".css"))}
    for path in named:
        async with site.http.get(site.url + path) as response:
            assert response.status == 200, path
            if "/assets/" in path:
                assert "immutable" in response.headers["Cache-Control"]
    async with site.http.get(f"{site.chat_url}/assets/older/chat.js") as response:
        assert response.headers["Cache-Control"] == "no-cache"
    async with site.http.get(f"{site.chat_url}/assets/{VERSION}/..%2F__init__.py") as response:
        assert response.status == 404


async def test_names_cannot_break_out_of_the_page(tmp_path: Path, site: Site) -> None:
    evil = '"><script>alert(1)</script>$version'
    site.bridge.settings = WebchatSettings(kind="webchat", title=evil, greeting=evil)
    async with site.http.get(f"{site.chat_url}?lang=%22><script>") as response:
        page = await response.text()
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;$version") == 3


@pytest.mark.parametrize(
    ("theme", "media"), [("dark", "all"), ("light", "not all"), ("x", "(prefers-color-scheme: dark)")]
)
async def test_a_site_may_choose_the_theme(site: Site, theme: str, media: str) -> None:
    async with site.http.get(f"{site.chat_url}?theme={theme}") as response:
        assert f'media="{media}"' in await response.text()


def test_the_policy_allows_files_from_the_public_address() -> None:
    assert "img-src 'self' https://hub.example.com blob:" in chat_policy(["*"], "https://hub.example.com/base")
    assert "frame-ancestors 'self' *" in chat_policy(["*"], "")


@pytest.mark.parametrize(
    "origin", ["https://shop.example.com", "http://localhost:*", "http://[::1]:80", "https://*.example.com", "*"]
)
def test_origins(origin: str) -> None:
    assert WebchatSettings(kind="webchat", origins=(origin,)).origins == (origin,)


@pytest.mark.parametrize(
    "origin", ["shop.example.com", "https://a.b/path", "https://a.b; script-src *", "https://a b", ""]
)
def test_wrong_origins_are_told(origin: str) -> None:
    with pytest.raises(ValidationError, match=r"https://shop\.example\.com"):
        WebchatSettings(kind="webchat", origins=(origin,))


async def test_the_sample_is_in_the_hubs_language(tmp_path: Path) -> None:
    given = tools(tmp_path, SimpleNamespace(), locale="ru")  # type: ignore[arg-type]
    name = AccountName("shop")
    bridge = WebchatBridge(name, WebchatSettings(kind="webchat"), given)
    page = bytes((await WidgetPages({name: bridge}, given).sample(name)).body).decode()
    assert "Доставка" in page
    assert '<html lang="ru">' in page
    assert '<script src="/chat/shop/widget.js" async></script>' in page


async def test_check_gives_the_tag_to_paste(site: Site) -> None:
    findings = await site.bridge.check()
    assert all(finding.ok for finding in findings)
    assert '/chat/shop/widget.js" async></script> to' in findings[-1].what


def test_both_languages_say_everything() -> None:
    source = (ASSETS_FOLDER / "words.js").read_text()
    english, russian = re.findall(r"^  (?:en|ru): \{\n(.*?)^  \},", source, re.S | re.M)
    keys = [re.findall(r"^    (\w+):", part, re.M) for part in (english, russian)]
    assert keys[0] == keys[1]
    sources = "".join(path.read_text() for path in ASSETS_FOLDER.glob("*.js") if path.name != "widget.js")
    used = set(re.findall(r"\bwords_?\.(\w+)", sources))
    others = {"js", "time", "day", "size", "language"}
    assert used - others <= set(keys[0])
