"""Files in both directions: upload (`POST /uploads` → bytes to the address it gives → a token) and download.

Source: dev.max.ru, "POST /uploads". For video and audio the token comes with the address, for other files with the
answer to the bytes.
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
from bridges.shared.fields import Fields
from bridges.shared.http_calls import StreamedUpload, file_name

SLOWEST = 256 * 1024  # bytes per second: an upload slower than this times out
UNKNOWN = 1 << 30  # bytes assumed for a file of unknown size when its timeout is computed
PLAYABLE = ("mp4_1080", "mp4_720", "mp4_480", "mp4_360", "mp4_240", "mp4_144")
"""Keys of a video's addresses, best quality first (`VideoUrls`)."""


class MaxFiles:
    """Uploads and downloads files. `patience`: seconds to wait for an answer, besides the time for the bytes. `origin`:
    of customers' files."""

    def __init__(self, client: Client, files: Files, origin: str, patience: float) -> None:
        self._client, self._files, self._origin, self._patience = client, files, origin, patience

    async def attached(self, media: Media) -> dict[str, Any]:
        """Uploads a file and returns the attachment that shows it. The customer sees nothing yet: if this fails,
        nothing was sent."""
        kind = plan.upload_type(media)
        async with self._files.open(media.file) as download:
            upload = StreamedUpload(download, plan.LIMITS.files[media.kind])
            place = await self._client.call("POST", "/uploads", repeatable=True, params={"type": kind})
            url = place.text("url")
            if not url:
                raise Transient("MAX names no address to upload to")
            # File names go into the header unquoted: MAX would keep the percent signs.
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
        return {"type": kind, "payload": _payload(place, answer.fields)}

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
        """Returns the video's current address."""
        if not all(char.isascii() and (char.isalnum() or char in "-_=.~") for char in token):
            raise Rejected(RejectReason.FILE_GONE, "not a video's token")
        try:
            video = await self._client.call("GET", f"/videos/{token}", repeatable=True)
        except Rejected as refused:
            raise Rejected(RejectReason.FILE_GONE, refused.detail) from refused
        urls = video.object("urls")
        return next((url for name in PLAYABLE if (url := urls.text(name))), "")


def _payload(place: Fields, uploaded: Fields) -> dict[str, Any]:
    """Builds the payload that refers to the uploaded file in a message."""
    if photos := uploaded.object("photos"):
        return {"photos": photos.raw}
    token = uploaded.text("token") or place.text("token")
    if not token:
        raise Transient("MAX names no token of the uploaded file")
    return {"token": token}


def _name(media: Media, download: Download) -> str:
    """Returns the file name that the customer sees."""
    extension = guess_extension(media.mime or download.mime) or ""
    return file_name(media.name or download.name or f"{media.kind}{extension}")
