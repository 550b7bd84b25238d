"""The page and its static files. Nothing in them is secret, so no sign-in is needed."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.desks.web.assets import assets
from bot.desks.web.auth import refuse
from bot.desks.web.words import page_words
from bot.locale import locale_of, translator

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content security policy. Only the page's own script files run, so customers' text never can."""

_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_PAGE = {**_SAFE, "Content-Security-Policy": POLICY, "X-Frame-Options": "DENY", "Cache-Control": "no-cache"}
_FOR_EVER = "public, max-age=31536000, immutable"


class DeskPages:
    def __init__(self, locale: str) -> None:
        self._locale = locale_of(locale)

    async def page(self) -> Response:
        return Response(assets().page, media_type="text/html", headers=_PAGE)

    async def asset(self, request: Request, version: str, name: str) -> Response:
        """Serves a file of this version. A page of another version, still open, gets the current file, uncached."""
        found = assets().files.get(name)
        if found is None:
            refuse(404, "no_such_file")
        cached = _FOR_EVER if version == assets().version else "no-store"
        return Response(found.body, media_type=found.mime, headers={**_SAFE, "Cache-Control": cached})

    async def words(self) -> Response:
        """Serves the page's texts in the hub's language; the sign-in page already needs them."""
        content = {"locale": self._locale, "words": page_words(translator(self._locale))}
        return JSONResponse(content, headers={**_SAFE, "Cache-Control": "no-cache"})
