"""Files in both directions, between the hub and a thread; both stream."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import IO, Any

import aiohttp

from bot.desks.slack import album, pictures
from bot.desks.slack.errors import translated
from bot.desks.slack.payloads import as_object, as_objects
from bot.desks.slack.workspace import Workspace
from bot.domain import FileRef, Media
from bot.domain.text import Text
from bot.domain.value import value
from bot.locale import Translator
from bot.ports import (
    DeliveryError,
    Download,
    Files,
    Rejected,
    RejectReason,
    Transient,
    Unavailable,
    Unconfirmed,
    Unexplained,
)
from bot.views.words import describe

AT_ONCE = 10  # files per message
IN_MEMORY = 1 << 20  # bytes of a file of unknown size kept in memory before it goes to disk
SLOWER = 15  # times as long as other calls that a transfer may take
CHUNK = 64 * 1024
LARGEST_PICTURE = 25 << 20  # bytes of a picture from elsewhere
LOOKS_AFTER = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between looks for a file that is being shared: Slack checks it for viruses first."""
REMEMBERED = 1000  # messages with files that did not appear


@value
class UploadedFile:
    """A file uploaded to Slack that is not shown anywhere yet."""

    id: str
    title: str


class SlackFiles:
    """Uploads files to Slack and downloads them."""

    def __init__(self, workspace: Workspace, files: Files, tr: Translator, guarded_http: aiohttp.ClientSession) -> None:
        """`guarded_http`: for pictures at addresses in messages."""
        self._workspace, self._files, self._tr, self._guarded_http = workspace, files, tr, guarded_http
        self._unseen: OrderedDict[tuple[str | None, ...], bool] = OrderedDict()

    async def upload(self, media: Media) -> UploadedFile | str:
        """Uploads a file; it is not visible yet, so this may be repeated. Returns a text if the file is gone or Slack
        refuses it."""
        name = media.name or describe(media, self._tr).characters
        try:
            async with self._files.open(media.file) as download:
                return await self._send(download, media.name or download.name or media.kind.value)
        except Rejected as refused:
            return self.refusal(name, refused.reason)

    def refusal(self, name: str, reason: RejectReason = RejectReason.INVALID) -> str:
        """Returns the text shown in place of a file."""
        words = {
            RejectReason.TOO_LARGE: self._tr.gettext("the file is too large for Slack"),
            RejectReason.FILE_GONE: self._tr.gettext("the file is no longer available"),
            RejectReason.FILE_EMPTY: self._tr.gettext("the file is empty"),
            RejectReason.TRIES: self._tr.gettext("Slack accepted the file but does not show it"),
        }
        said = words.get(reason) or self._tr.gettext("Slack does not accept the file")
        return f"⚠️ {name}: {said}"

    def refusals(self, files: Sequence[UploadedFile], reason: RejectReason) -> Text:
        return Text.plain("\n".join(self.refusal(file.title, reason) for file in files))

    async def share(self, uploaded: Sequence[UploadedFile], channel: str, thread: str | None = None) -> None:
        """Shows files in a thread or in the channel itself, all in one message, and waits until they are there: Slack
        answers before, and at times shares nothing. Raises `Unconfirmed` when they do not appear, and
        `Rejected(TRIES)` when they did not appear the last time either."""
        answer = await self._workspace.call(
            "files.completeUploadExternal",
            files=[{"id": one.id, "title": one.title} for one in uploaded],
            channel_id=channel,
            thread_ts=thread,
        )
        place = (channel, thread, *(one.title for one in uploaded))
        told = [one for one in as_objects(answer.get("files")) if _is_shared(one, channel)]
        if await self._appear({one.id for one in uploaded} - {str(one.get("id")) for one in told}, channel):
            self._unseen.pop(place, None)
        elif self._unseen.pop(place, None):
            raise Rejected(RejectReason.TRIES, "Slack answered ok twice and shared nothing")
        else:
            self._unseen[place] = True
            while len(self._unseen) > REMEMBERED:
                self._unseen.popitem(last=False)
            raise Unconfirmed("Slack answered ok and has not shared the file")

    async def keep(self, uploaded: Sequence[UploadedFile]) -> bool:
        """Keeps pictures for blocks of a message: shared nowhere, visible to the app alone and to those who see that
        message. Returns False when Slack does not recognize them as pictures, or not in time. May be repeated with
        new uploads."""
        files = [{"id": one.id, "title": one.title} for one in uploaded]
        try:
            answer = await self._workspace.call("files.completeUploadExternal", files=files)
            kinds = {str(one.get("id")): str(one.get("mimetype") or "") for one in as_objects(answer.get("files"))}
            for pause in (*LOOKS_AFTER, None):
                for one in [file for file in uploaded if not kinds.get(file.id)]:
                    info = await self._workspace.call("files.info", file=one.id)
                    kinds[one.id] = str(as_object(info.get("file")).get("mimetype") or "")
                if pause is None or all(kinds.get(one.id) for one in uploaded):
                    break
                await self._workspace.sleep(pause)
        except Unconfirmed as error:  # shown nowhere yet, it is simply repeated
            raise Transient(error.detail) from error
        except (Rejected, Unavailable):
            return False
        return all(kinds.get(one.id) in album.FORMATS for one in uploaded)

    async def discard(self, kept: Sequence[str]) -> None:
        """Deletes files, by id, that no message shows after all."""
        for one in kept:
            with suppress(DeliveryError):
                await self._workspace.call("files.delete", file=one)

    async def _appear(self, files: set[str], channel: str) -> bool:
        """Looks for files until all of them are shared in the channel; False if some are not. An app that may not look
        believes Slack."""
        for pause in (*LOOKS_AFTER, None):
            try:
                files = {one for one in files if not await self._is_shown(one, channel)}
            except Rejected:
                raise
            except Unavailable:
                return True
            except DeliveryError as error:
                raise Unconfirmed(f"no answer whether the file is shared: {error}") from error
            if not files or pause is None:
                return not files
            await self._workspace.sleep(pause)
        return False

    async def _is_shown(self, file: str, channel: str) -> bool:
        return _is_shared(as_object((await self._workspace.call("files.info", file=file)).get("file")), channel)

    async def _send(self, download: Download, name: str) -> UploadedFile:
        if download.size is not None:
            return await self._put(download.chunks, download.size, name)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as kept:
            async for chunk in download.chunks:
                kept.write(chunk)
            size = kept.tell()
            kept.seek(0)
            return await self._put(_read(kept), size, name)

    async def _put(self, chunks: AsyncIterator[bytes], size: int, name: str) -> UploadedFile:
        place = await self._workspace.call("files.getUploadURLExternal", filename=name, length=size)
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        async with (
            translated("files.upload", self._workspace.patience * SLOWER),
            self._workspace.http.post(place["upload_url"], data=chunks, headers=headers) as answer,
        ):
            if answer.status == 413:
                raise Rejected(RejectReason.TOO_LARGE, f"files.upload: HTTP {answer.status}")
            if 400 <= answer.status < 500:
                raise Unexplained(f"files.upload: HTTP {answer.status}")
            answer.raise_for_status()
        return UploadedFile(str(place["file_id"]), name)

    @asynccontextmanager
    async def download(self, file: FileRef) -> AsyncIterator[Download]:
        """Downloads a file from a thread, or a picture from the address that a message has given."""
        if pictures.is_elsewhere(file):
            async with self._elsewhere(file.id) as download:
                yield download
            return
        about = (await self._workspace.call("files.info", file=file.id))["file"]
        address = about.get("url_private_download") or about.get("url_private")
        if not address:
            raise Rejected(RejectReason.FILE_GONE, "Slack gives no address for it")
        headers = {"Authorization": f"Bearer {self._workspace.token}"}
        async with (
            translated("files.download", self._workspace.patience * SLOWER),
            self._workspace.lasting_http.get(address, headers=headers) as answer,
        ):
            mime = str(about.get("mimetype") or "")
            if answer.status in (403, 404, 410) or (answer.content_type == "text/html" and mime != "text/html"):
                raise Rejected(RejectReason.FILE_GONE, f"files.download: HTTP {answer.status}")
            answer.raise_for_status()
            yield Download(answer.content.iter_chunked(CHUNK), about.get("size"), str(about.get("name") or ""), mime)

    @asynccontextmanager
    async def _elsewhere(self, address: str) -> AsyncIterator[Download]:
        try:
            async with (
                translated("picture", self._workspace.patience * SLOWER),
                self._guarded_http.get(address, headers={"Accept": "image/*"}) as answer,
            ):
                if not answer.ok or not answer.content_type.startswith("image/"):
                    raise Rejected(RejectReason.FILE_GONE, f"the picture's server: HTTP {answer.status}")
                yield Download(_at_most(answer), answer.content_length, "", answer.content_type)
        except Unavailable as error:  # an address inside the hub's own network
            raise Rejected(RejectReason.FILE_GONE, error.detail) from error


def _is_shared(file: Mapping[str, Any], channel: str) -> bool:
    """Tells whether a file, as Slack describes it, is shown in the channel: a public or private one, or a direct
    message."""
    places = (as_object(places) for places in as_object(file.get("shares")).values())
    return any(channel in shown for shown in places)


async def _at_most(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    taken = 0
    async for chunk in answer.content.iter_chunked(CHUNK):
        taken += len(chunk)
        if taken > LARGEST_PICTURE:
            raise Rejected(RejectReason.TOO_LARGE, f"more than {LARGEST_PICTURE} bytes")
        yield chunk


async def _read(kept: IO[bytes]) -> AsyncIterator[bytes]:
    while chunk := kept.read(CHUNK):
        yield chunk
