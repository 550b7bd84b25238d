"""Files, both ways: `POST /uploads` → bytes to the address it names → a token; and from where MAX keeps them.

Source: dev.max.ru, "POST /uploads". For videos and sound the token comes with the address, for others with the answer
to the bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from mimetypes import guess_extension
from typing import Any

from aiohttp import FormData

from bot.domain import FileRef, Media
from bot.ports import DeliveryError, Download, Files, Rejected, RejectReason, Transient
from bridges.max import errors, plan
from bridges.max.client import Client
from bridges.max.contents import VIDEO
from bridges.shared.calling import Upload, file_name
from bridges.shared.fields import Fields

SLOWEST = 256 * 1024  # bytes a second that an upload is waited for
UNKNOWN = 1 << 30  # bytes: what a file of unknown size may need time for
PLAYABLE = ("mp4_1080", "mp4_720", "mp4_480", "mp4_360", "mp4_240", "mp4_144")
"""Addresses of a video, the best first (`VideoUrls`)."""


class MaxFiles:
    """`patience`: seconds for an answer, beside the time that the bytes take. `origin`: of what customers send."""

    def __init__(self, client: Client, files: Files, origin: str, patience: float) -> None:
        self._client, self._files, self._origin, self._patience = client, files, origin, patience

    async def attached(self, media: Media) -> dict[str, Any]:
        """Uploads a file and gives the attachment that shows it. Nobody sees anything yet: whatever fails here, nothing
        was sent."""
        kind = plan.upload_type(media)
        async with self._files.open(media.file) as download:
            upload = Upload(download, plan.LIMITS.files[media.kind])
            told = await self._client.call("POST", "/uploads", repeatable=True, params={"type": kind})
            url = told.text("url")
            if not url:
                raise Transient("MAX names no address to upload to")
            # Names stand in the header as they are: percent signs would become part of them.
            form = FormData(quote_fields=False)
            form.add_field(
                "data", upload.chunks(), filename=_name(media, download), content_type="application/octet-stream"
            )
            patience = self._patience + (download.size or UNKNOWN) / SLOWEST
            try:
                answer = await self._client.upload(url, form, patience)
            except DeliveryError:
                upload.raise_failure()
                raise
        if answer.status != 200:
            raise errors.refused_upload(answer)
        return {"type": kind, "payload": _payload(told, answer.fields)}

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        if file.origin != self._origin:
            raise Rejected(RejectReason.FILE_GONE, "not a file of this account")
        url = await self._video(file.id.removeprefix(VIDEO)) if file.id.startswith(VIDEO) else file.id
        if not url.lower().startswith(("http://", "https://")):
            raise Rejected(RejectReason.FILE_GONE, "MAX names no address of the file")
        async with self._client.opened(url) as download:
            yield download

    async def _video(self, token: str) -> str:
        """Where a video can be had now."""
        if not all(char.isascii() and (char.isalnum() or char in "-_=.~") for char in token):
            raise Rejected(RejectReason.FILE_GONE, "not a video's token")
        try:
            told = await self._client.call("GET", f"/videos/{token}", repeatable=True)
        except Rejected as refused:
            raise Rejected(RejectReason.FILE_GONE, refused.detail) from refused
        urls = told.object("urls")
        return next((url for name in PLAYABLE if (url := urls.text(name))), "")


def _payload(told: Fields, uploaded: Fields) -> dict[str, Any]:
    """What names the uploaded file in a message."""
    if photos := uploaded.object("photos"):
        return {"photos": photos.raw}
    token = uploaded.text("token") or told.text("token")
    if not token:
        raise Transient("MAX names no token of the uploaded file")
    return {"token": token}


def _name(media: Media, download: Download) -> str:
    """What the customer saves the file as."""
    extension = guess_extension(media.mime or download.mime) or ""
    return file_name(media.name or download.name or f"{media.kind}{extension}")
