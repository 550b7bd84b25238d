"""Files of WhatsApp: uploaded as multipart to the number's media, downloaded from an address valid for five minutes.
Streamed both ways. Source: Meta's "Media"."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from mimetypes import guess_extension

from aiohttp import ClientSession, FormData

from bot.domain import FileRef, Media, MediaKind
from bot.ports import DeliveryError, Download, Files, Rejected, RejectReason, Transient
from bridges.shared.http_calls import StreamedUpload, file_name, opened
from bridges.whatsapp import errors
from bridges.whatsapp.graph import Graph
from bridges.whatsapp.plan import LIMITS, STILL_STICKER, UPLOADED, FilePart

UPLOADING = 10  # times as long as for an answer
HEAD = 36  # bytes that tell a WebP's animation and an Ogg's codec
OGG, OPUS = "audio/ogg", "audio/ogg; codecs=opus"
"""WhatsApp takes Ogg with Opus only, and wants to be told so."""


class WhatsAppFiles:
    """Media of one number. Raises `DeliveryError` only."""

    def __init__(self, graph: Graph, http: ClientSession, files: Files, phone_id: str) -> None:
        self._graph, self._http, self._files, self._phone_id = graph, http, files, phone_id

    async def put(self, part: FilePart) -> tuple[FilePart, str, Mapping[str, str]]:
        """Prepares a file for sending: returns its final kind, its name, and `{"id": …}` or `{"link": …}`. Nothing is
        sent to the customer yet."""
        async with self._files.open(part.media.file) as download:
            limit = LIMITS.files[part.media.kind]
            if part.media.kind is MediaKind.STICKER:
                head, download = await _head(download)
                moves = head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & 2)
                if not moves and (download.size or 0) > STILL_STICKER:
                    part, limit = part.as_document(), LIMITS.files[MediaKind.FILE]
                elif not moves:
                    limit = STILL_STICKER
            name, mime = _name(part.media, download), part.media.mime or download.mime
            if mime == OGG:
                head, download = await _head(download)
                if head[28:36] == b"OpusHead":
                    mime = OPUS
                else:
                    part, limit = part.as_document(), LIMITS.files[MediaKind.FILE]
            upload = StreamedUpload(download, limit)
            if mime not in UPLOADED:
                return part, name, {"link": self._link(part.media.file, name, mime)}
            return part, name, {"id": await self._upload(upload, name, mime)}

    @asynccontextmanager
    async def take(self, media_id: str) -> AsyncIterator[Download]:
        if not media_id.isalnum():
            raise Rejected(RejectReason.FILE_GONE, "not the id of a file")
        answer = await self._graph.ask(media_id, phone_number_id=self._phone_id)
        if errors.no_such_object(answer):
            raise Rejected(RejectReason.FILE_GONE, "WhatsApp has the file no more")
        found = self._graph.read(answer, repeatable=True)
        name = f"{media_id}{guess_extension(found.text('mime_type').partition(';')[0]) or ''}"
        url, headers = found.text("url"), self._graph.headers
        async with opened(self._http, url, patience=self._graph.patience, headers=headers, name=name) as download:
            yield download

    async def _upload(self, upload: StreamedUpload, name: str, mime: str) -> str:
        form = FormData(quote_fields=False)
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", upload.chunks(), filename=file_name(name), content_type=mime)
        patience = self._graph.patience * UPLOADING
        try:
            answer = await self._graph.post(f"{self._phone_id}/media", repeatable=True, patience=patience, data=form)
        except DeliveryError:
            upload.raise_failure()
            raise
        if not answer.text("id"):
            raise Transient("WhatsApp gave no id for the file")
        return answer.text("id")

    def _link(self, file: FileRef, name: str, mime: str) -> str:
        link = self._files.link(file, name, mime)
        if not link.startswith(("https://", "http://")):
            raise Rejected(RejectReason.UNSUPPORTED, "without hub.public_url WhatsApp takes no file of this type")
        return link


def _name(media: Media, download: Download) -> str:
    """Returns the file name that the customer sees."""
    extension = guess_extension(media.mime or download.mime) or ""
    return media.name or download.name or f"{media.kind}{extension}"


async def _head(download: Download) -> tuple[bytes, Download]:
    """Returns the first bytes of a file, and the same file from its start."""
    head = bytearray()
    async for chunk in download.chunks:
        head += chunk
        if len(head) >= HEAD:
            break

    async def again() -> AsyncIterator[bytes]:
        yield bytes(head)
        async for chunk in download.chunks:
            yield chunk

    return bytes(head), replace(download, chunks=again())
