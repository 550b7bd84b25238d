"""Pages of the site chat: the loader that sites embed, the chat itself, a sample page.

The chat is a document of the hub in a frame: the site's styles and scripts cannot reach into it, nor it out, except by
messages that open, close and count. Its content security policy lets it load only what is the hub's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template

from fastapi import Request, Response
from yarl import URL

from bot.domain import AccountName
from bot.ports import Route, Tools
from bridges.webchat import sample
from bridges.webchat.bridge import WebchatBridge

_TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}
ASSETS = {file.name: file.read_bytes() for file in files(__package__).joinpath("assets").iterdir()}
VERSION = hashlib.sha256(b"".join(ASSETS[name] for name in sorted(ASSETS))).hexdigest()[:16]
MODULES = sorted(name for name in ASSETS if name.endswith(".js") and name not in ("widget.js", "chat.js"))
_PLAIN = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_LANGUAGES = ("en", "ru")


class WidgetPages:
    """All accounts of the kind, behind one set of routes."""

    def __init__(self, bridges: Mapping[AccountName, WebchatBridge], tools: Tools) -> None:
        self._bridges, self._tools = bridges, tools

    def routes(self) -> Sequence[Route]:
        return [
            Route(("GET",), "/chat/{account}/widget.js", self.widget),
            Route(("GET",), "/chat/{account}/assets/{version}/{name}", self.asset),
            Route(("GET",), "/chat/{account}/sample", self.sample),
            Route(("GET",), "/chat/{account}", self.chat),
        ]

    async def widget(self, account: str, request: Request) -> Response:
        """Serves the script that sites embed. It is the same for everyone, so caches may keep it for a while."""
        if account not in self._bridges:
            return Response(status_code=404)
        headers = {
            **_PLAIN,
            "Cache-Control": "public, max-age=600",
            "ETag": f'"{VERSION}"',
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(ASSETS["widget.js"], headers=headers, media_type=_TYPES["js"])

    async def asset(self, account: str, version: str, name: str) -> Response:
        """Serves a file; `version` makes the address of each edition unique, so browsers may cache it for ever."""
        if account not in self._bridges or name not in ASSETS or name.endswith(".html"):
            return Response(status_code=404)
        age = "public, max-age=31536000, immutable" if version == VERSION else "no-cache"
        headers = {**_PLAIN, "Cache-Control": age, "Cross-Origin-Resource-Policy": "same-origin"}
        return Response(ASSETS[name], headers=headers, media_type=_TYPES[name.rpartition(".")[2]])

    async def chat(self, account: str, request: Request) -> Response:
        bridge = self._bridges.get(AccountName(account))
        if bridge is None:
            return Response(status_code=404)
        asked = request.query_params
        theme = asked.get("theme")
        return _page(
            "chat.html",
            chat_policy(bridge.settings.origins, self._tools.public_url),
            account,
            lang=asked.get("lang", "") if asked.get("lang") in _LANGUAGES else "",
            title=bridge.settings.title,
            greeting=bridge.settings.greeting,
            dark={"dark": "all", "light": "not all"}.get(theme or "", "(prefers-color-scheme: dark)"),
        )

    async def sample(self, account: str) -> Response:
        """Serves a page as a site might have it, in the hub's language."""
        if account not in self._bridges:
            return Response(status_code=404)
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'"
        return _page("sample.html", policy, account, **sample.words(self._tools.locale))


def chat_policy(origins: Sequence[str], public_url: str) -> str:
    """Builds the policy. Files come from the hub's public address, which may differ from the page's own."""
    ours = " ".join(["'self'", *([str(URL(public_url).origin())] if public_url else [])])
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": f"{ours} blob:",
        "media-src": f"{ours} blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(["'self'", *origins]),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _page(name: str, policy: str, account: str, **values: str) -> Response:
    """Fills the page's `$names` in, escaped. `$assets`: address of its scripts and styles."""
    assets = escape(f"/chat/{account}/assets/{VERSION}")
    preloaded = "".join(f'<link rel="modulepreload" href="{assets}/{module}">' for module in MODULES)
    escaped = {key: escape(value) for key, value in {"account": account, **values}.items()}
    body = Template(ASSETS[name].decode()).substitute(escaped, assets=assets, preloaded=preloaded)
    headers = {**_PLAIN, "Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return Response(body, headers=headers, media_type="text/html")
