"""The upload servers of the fake VK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.fakes.vk.refusals import Refused, bad

if TYPE_CHECKING:
    from tests.fakes.vk.server import FakeVk

PHOTO, DOC = 50 << 20, 200 << 20
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
REFUSED = (".mp3", ".exe", ".bat", ".apk")
"""Extensions that VK refuses as documents."""


@dataclass
class Kept:
    """An uploaded file. `length`: the request's Content-Length; None: it came in chunks."""

    number: int
    kind: str
    field: str
    name: str
    mime: str
    data: bytes
    length: int | None
    title: str = ""

    @property
    def key(self) -> str:
        return f"key{self.number}"

    @property
    def proof(self) -> str:
        return f"[{{{self.kind}:{self.number}}}]"

    def thing(self, group: int) -> dict[str, Any]:
        return {"id": self.number, "owner_id": -group, "access_key": self.key}


class Uploading:
    """Uploads. `uploaded`: all that came, in order; `saved`: those that can be attached, by number."""

    def __init__(self, vk: FakeVk) -> None:
        self._vk = vk
        self.places: dict[str, str] = {}
        self.uploaded: list[Kept] = []
        self.saved: dict[int, Kept] = {}

    def place(self, kind: str) -> str:
        """Returns an address that is good for one upload."""
        ticket = f"{kind}-{len(self.places) + 1}"
        self.places[ticket] = kind
        return f"{self._vk.url}/upload/{ticket}?hash=secret"

    def save(self, proof: str, server: str = "42", given: str = "hash") -> Kept:
        found = next((kept for kept in self.uploaded if kept.proof == proof), None)
        if found is None or (server, given) != ("42", "hash"):
            raise Refused(121, "Invalid hash")
        self.saved[found.number] = found
        return found

    async def receive(self, request: web.Request) -> web.StreamResponse:
        kind = self.places.pop(request.match_info["ticket"], "")
        try:
            kept = await self._read(request, kind)
        except Refused as refused:
            return web.json_response({"error": "no_file", "error_descr": refused.words})
        if len(kept.data) > (PHOTO if kind == "photo" else DOC):
            return web.Response(status=413, text="Request Entity Too Large")
        self.uploaded.append(kept)
        if kind == "photo":
            photo = kept.proof if kept.data.startswith(PICTURES) else "[]"
            return web.json_response({"server": 42, "photo": photo, "hash": "hash"})
        if kept.name.lower().endswith(REFUSED) or not kept.data:
            return web.json_response({"error": "unknown file type", "error_descr": "this file is not allowed"})
        if kind == "audio_message" and not kept.data.startswith(b"OggS"):
            return web.json_response({"error": "unknown error", "error_descr": "no audio"})
        # VK responds with text/html
        return web.Response(text=f'{{"file": "{kept.proof}"}}', content_type="text/html")

    async def _read(self, request: web.Request, kind: str) -> Kept:
        if not kind:
            raise bad("the address is used up")
        if not request.content_type.startswith("multipart/form-data"):
            raise bad("no form")
        part = await (await request.multipart()).next()
        wanted = "photo" if kind == "photo" else "file"
        if not isinstance(part, BodyPartReader) or part.name != wanted or not part.filename:
            raise bad(f"no file in the field {wanted}")
        data = bytes(await part.read())
        mime = part.headers.get("Content-Type", "")
        number = len(self.uploaded) + 1000
        return Kept(number, kind, part.name, part.filename, mime, data, request.content_length)
