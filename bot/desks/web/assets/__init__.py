"""Static files of the page: plain HTML, CSS and JavaScript modules, served unchanged.

Their address contains a hash of all of them. Modules import each other by relative names, so they share that address,
may be cached for ever, and change together with the next version of the hub.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from bot.domain.value import value

_HERE = Path(__file__).parent
_MIMES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@value
class Asset:
    body: bytes
    mime: str


@value
class Assets:
    """All static files. `version`: the hash; `page`: the HTML with the addresses filled in."""

    version: str
    page: bytes
    files: dict[str, Asset]


@cache
def assets() -> Assets:
    files = {
        path.name: Asset(path.read_bytes(), _MIMES[path.suffix])
        for path in sorted(_HERE.iterdir())
        if path.suffix in _MIMES
    }
    html = (_HERE / "index.html").read_text("utf-8")
    digest = hashlib.sha256(html.encode())
    for name, file in files.items():
        digest.update(name.encode() + b"\0" + file.body)
    version = digest.hexdigest()[:16]
    return Assets(version, html.replace("{version}", version).encode(), files)
