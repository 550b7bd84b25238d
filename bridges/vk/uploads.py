"""Uploads: files → VK's upload servers → attachments of a message.

Source: dev.vk.com/api/upload/photo-in-message and …/document-in-message. Each file takes three calls: getting the
upload address, the upload, and saving, which returns the attachment. None of them sends anything to the customer, so
all may be repeated. Files are streamed, with their length stated beforehand if known, because some upload servers do
not accept chunked requests.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from mimetypes import guess_extension
from uuid import uuid4

from aiohttp import ClientSession

from bot.domain import Media, MediaKind
from bot.locale import Translator
from bot.ports import DeliveryError, Download, Files, Rejected, RejectReason, Transient
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse, StreamedUpload, call, file_name
from bridges.vk import errors
from bridges.vk.api import ApiCall
from bridges.vk.plan import LIMITS

PATIENCE = 600.0  # seconds for a file


class NotShown(Exception):
    """VK cannot show the file as a picture or play it as a voice message; it can be sent as a plain file."""


class Uploads:
    """Uploads files. Raises `DeliveryError` only."""

    def __init__(
        self, http: ClientSession, files: Files, ask: ApiCall, tr: Translator, patience: float = PATIENCE
    ) -> None:
        self._http, self._files, self._ask, self._tr, self._patience = http, files, ask, tr, patience

    async def attach(self, peer: int, media: Media) -> str:
        """Uploads a file and returns it in the form `messages.send` takes: TYPE<owner>_<id>_<key>."""
        if media.kind is not MediaKind.FILE:
            try:
                return await self._attach(peer, media, media.kind)
            except NotShown:
                pass
        return await self._attach(peer, media, MediaKind.FILE)

    async def _attach(self, peer: int, media: Media, kind: MediaKind) -> str:
        if kind is MediaKind.PHOTO:
            return await self._photo(peer, media)
        return await self._document(peer, media, "audio_message" if kind is MediaKind.VOICE else "doc")

    async def _photo(self, peer: int, media: Media) -> str:
        server = Fields(await self._ask("photos.getMessagesUploadServer", peer_id=peer))
        given = await self._upload(server.text("upload_url"), "photo", media)
        if given.text("photo") in ("", "[]"):
            raise NotShown
        photo, proof = given.text("photo"), given.text("hash")
        saved = await self._ask("photos.saveMessagesPhoto", photo=photo, server=given.raw.get("server"), hash=proof)
        return _named("photo", Fields(saved[0] if isinstance(saved, list) and saved else None))

    async def _document(self, peer: int, media: Media, kind: str) -> str:
        server = Fields(await self._ask("docs.getMessagesUploadServer", peer_id=peer, type=kind))
        given = await self._upload(server.text("upload_url"), "file", media)
        if not given.text("file"):
            if kind != "doc":
                raise NotShown
            raise Rejected(RejectReason.UNSUPPORTED, f"VK takes no such file: {given.text('error')}")
        title = media.name if kind == "doc" and media.name else None
        saved = Fields(await self._ask("docs.save", file=given.text("file"), title=title))
        found = saved.text("type") or kind
        return _named(found, saved.object(found))

    async def _upload(self, url: str, field: str, media: Media) -> Fields:
        """Returns the upload server's answer, JSON whatever its content type."""
        async with self._files.open(media.file) as download:
            upload = StreamedUpload(download, LIMITS.files[media.kind])
            form = UploadForm(field, _name(media, download), media.mime or download.mime, download.size)
            try:
                answer = await call(
                    self._http,
                    "POST",
                    url,
                    patience=self._patience,
                    repeatable=True,
                    data=form.body(upload),
                    headers=form.headers,
                )
            except DeliveryError:
                upload.raise_failure()
                raise
        return self._checked(answer)

    def _checked(self, answer: HttpResponse) -> Fields:
        if answer.status == 413:
            raise Rejected(RejectReason.TOO_LARGE, "VK's upload server takes no file of that size")
        if "error_code" in answer.fields.object("error"):
            errors.result(answer, self._tr, repeatable=True)
        if answer.status != 200 or not answer.fields:
            raise Transient(f"VK's upload server answered HTTP {answer.status}")
        return answer.fields


class UploadForm:
    """A multipart form with one file. `size`: its bytes, None if unknown."""

    def __init__(self, field: str, name: str, mime: str, size: int | None) -> None:
        boundary = uuid4().hex
        disposition = f'form-data; name="{field}"; filename="{file_name(name)}"'
        kind = mime if mime.isascii() and mime.isprintable() and "/" in mime else "application/octet-stream"
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n"
        self._head, self._tail = head.encode(), f"\r\n--{boundary}--\r\n".encode()
        self.headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        if size is not None:
            self.headers["Content-Length"] = str(len(self._head) + size + len(self._tail))

    async def body(self, upload: StreamedUpload) -> AsyncGenerator[bytes, None]:
        yield self._head
        async for chunk in upload.chunks():
            yield chunk
        yield self._tail


def _name(media: Media, download: Download) -> str:
    """Returns the file's name with an extension, by which VK tells types of files."""
    extension = guess_extension(media.mime or download.mime) or ""
    return media.name or download.name or f"{media.kind}{extension}"


def _named(kind: str, saved: Fields) -> str:
    owner, number, key = saved.number("owner_id"), saved.number("id"), saved.text("access_key")
    if owner is None or number is None:
        raise Transient("VK kept the file and did not say where")
    return f"{kind}{owner}_{number}" + (f"_{key}" if key else "")


def listed(message: Fields) -> list[str]:
    """Returns a message's attachments in the form `messages.edit` takes."""
    found: list[str] = []
    for attachment in message.objects("attachments"):
        kind = attachment.text("type")
        thing = attachment.object(kind)
        if thing.number("owner_id") is not None and thing.number("id") is not None:
            found.append(_named(kind, thing))
    return found
