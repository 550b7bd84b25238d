"""Files that customers sent, and those that the bot uploaded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from tests.fakes.max.people import SeenFile
from tests.fakes.max.refusals import Refused, payload

Json = dict[str, Any]
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x00")
LARGEST = {"image": 50 << 20, "video": 250 << 20, "audio": 256 << 20, "file": 4 << 30}
EARLY = frozenset({"video", "audio"})
"""Kinds whose token comes before the upload of their bytes."""


@dataclass
class Upload:
    """An upload. `file`: None until its bytes have come; `busy`: number of times that a message with it is still
    refused."""

    kind: str
    token: str
    file: SeenFile | None = None
    busy: int = 0


class Shelf:
    """All files. `busy_next`: number of times that a message with the next upload is refused because the file is still
    being processed. `files`: customers' files, by number; `videos`: where theirs are found, by token."""

    def __init__(self) -> None:
        self.url = ""
        self.busy_next = 0
        self.files: dict[str, bytes] = {}
        self.videos: dict[str, str] = {}
        self.uploads: dict[str, Upload] = {}

    # ------------------------------------------------------------------------------- of customers

    def given_away(self, kind: str, data: bytes, name: str) -> Json:
        """A customer's file as an attachment."""
        number = f"{len(self.files) + 1:04}"
        self.files[number] = data
        body: Json = {"url": f"{self.url}/getfile/{number}", "token": f"{kind}-token-{number}"}
        about: Json = {}
        match kind:
            case "video":  # its url is that of a web page
                self.videos[body["token"]] = body["url"]
                body["url"] = f"{self.url}/play/{number}"
            case "file":
                about = {"filename": name, "size": len(data)}
            case "sticker":
                body["code"] = "2fd04f94e"
                about = {"width": 512, "height": 512}
        return {"type": kind, "payload": body, **about}

    async def give(self, request: web.Request) -> web.Response:
        """Serves a file to whoever has its address; a request with our token is refused."""
        data = self.files.get(request.match_info["id"])
        if data is None or "Authorization" in request.headers:
            raise Refused(404, "not.found", "File not found")
        return web.Response(body=data, content_type="application/octet-stream")

    # --------------------------------------------------------------------------------- of the bot

    def new_upload(self, kind: str) -> Json:
        number = f"{len(self.uploads) + 1:04}"
        upload = self.uploads[number] = Upload(kind, f"uploaded-{kind}-{number}", busy=self.busy_next)
        self.busy_next = 0
        return {"url": f"{self.url}/upload/{number}?sig=1", **({"token": upload.token} if kind in EARLY else {})}

    async def take(self, request: web.Request) -> web.Response:
        """Takes a file's bytes: once per address, in one part called `data`; a request with our token is refused."""
        number = request.match_info["id"]
        upload = self.uploads.get(number)
        if upload is None or upload.file is not None or "Authorization" in request.headers:
            raise payload("Invalid upload")
        parts = [part async for part in _parts(await request.multipart(), LARGEST[upload.kind])]
        if [name for name, _, _ in parts] != ["data"] or not parts[0][1] or not parts[0][2]:
            raise payload("One file in the field 'data' is expected")
        name, data = f"{parts[0][1]}", parts[0][2]
        if upload.kind == "image" and not data.startswith(PICTURES):
            raise payload("errors.process.attachment.image.not.supported")
        upload.file = SeenFile(upload.kind, name, data)
        if upload.kind in EARLY:
            return web.Response(text="<retval>1</retval>")
        if upload.kind == "image":
            return web.json_response({"photos": {"3JJvlQgoPpDg==": {"token": upload.token}}})
        return web.json_response({"fileId": int(number), "token": upload.token})

    def attached(self, attachments: Sequence[Json] | None) -> tuple[tuple[SeenFile, ...], tuple[Json, ...]]:
        """Checks the attachments of a message: files, and the rest. Raises `Refused` for a file that is not ready."""
        others = tuple(one for one in attachments or () if one["type"] in ("location", "contact"))
        return tuple(self._file(one) for one in attachments or () if one not in others), others

    def _file(self, attachment: Json) -> SeenFile:
        named = attachment.get("payload") or {}
        tokens = [one["token"] for one in named.get("photos", {}).values()] or [named.get("token")]
        found = [one for one in self.uploads.values() if tokens == [one.token] and one.kind == attachment["type"]]
        if not found or set(attachment) != {"type", "payload"} or len(named) != 1:
            raise payload(f"Invalid {attachment['type']} token provided")
        if found[0].file is None or found[0].busy:
            found[0].busy = max(found[0].busy - 1, 0)
            raise Refused(400, "attachment.not.ready", "Key: errors.process.attachment.file.not.processed")
        return found[0].file


async def _parts(reader: MultipartReader, limit: int) -> AsyncIterator[tuple[str | None, str | None, bytes]]:
    """Name, file name and bytes of each part."""
    async for part in reader:
        assert isinstance(part, BodyPartReader)
        data = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            data += chunk
            if len(data) > limit:
                raise Refused(413, "too.large", "File is too large")
        yield part.name, part.filename, bytes(data)
