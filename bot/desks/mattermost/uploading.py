"""Uploads of files to Mattermost; one that cannot be uploaded is described in words, never dropped."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence

from bot.desks.mattermost.api import Api, Json
from bot.desks.mattermost.server import Server
from bot.domain import Media, graphemes
from bot.domain.text import Text, line, link
from bot.domain.value import value
from bot.locale import size, translator
from bot.ports import DeliveryError, Files, Rejected, RejectReason
from bot.views.words import describe

_EXTENSIONS = {"photo": ".jpg", "video": ".mp4", "voice": ".ogg", "audio": ".mp3", "sticker": ".webp", "file": ""}


@value
class UploadResult:
    """Result of an upload. `files`: id → file, for the post; `words`: texts about files that could not be uploaded."""

    files: Mapping[str, Media]
    words: tuple[Text, ...]


class _TooLarge(Exception):
    pass


class Uploader:
    def __init__(self, api: Api, server: Server, files: Files, locale: str) -> None:
        self._api, self._server, self._files = api, server, files
        self._locale, self._tr = locale, translator(locale)

    async def upload(self, channel: str, media: Sequence[Media]) -> UploadResult:
        """Uploads files. Raises `Transient` when a retry may succeed."""
        files: dict[str, Media] = {}
        words: list[Text] = []
        for one in media:
            try:
                files[await self._one(channel, one)] = one
            except _TooLarge:
                words.append(self._too_large(one))
            except Rejected as error:
                words.append(self._refused(one, error))
        return UploadResult(files, tuple(words))

    async def _one(self, channel: str, media: Media) -> str:
        largest = (await self._server.features()).file_bytes
        if largest is not None and media.size is not None and media.size > largest:
            raise _TooLarge
        async with self._files.open(media.file) as download:
            if largest is not None and download.size is not None and download.size > largest:
                raise _TooLarge
            chunks = _Measured(download.chunks, largest)
            try:
                return await self._api.upload(channel, _name(media, download.name), chunks.read())
            except DeliveryError as error:
                if chunks.failure is not None:
                    raise chunks.failure from error
                if isinstance(error, Rejected) and error.reason is RejectReason.TOO_LARGE:
                    raise _TooLarge from error
                raise

    def left_out(self, files: Mapping[str, Media], made: Json) -> list[Text]:
        """Returns texts about files that are not in the created post: a server that cannot attach one creates the post
        all the same, and says nothing. A post that was there already has its own files."""
        attached = made.get("file_ids") or ()
        if len(attached) >= len(files):
            return []
        refused = Rejected(RejectReason.INVALID, "not attached")
        return [self._refused(media, refused) for id_, media in files.items() if id_ not in attached]

    def _too_large(self, media: Media) -> Text:
        if media.size is None:
            return self._with_link(self._tr.gettext("{file}: too large for Mattermost"), media)
        words = self._tr.gettext("{file}: too large for Mattermost, {size}")
        return self._with_link(words.replace("{size}", size(media.size, self._locale)), media)

    def _refused(self, media: Media, error: Rejected) -> Text:
        words = {
            RejectReason.FILE_GONE: self._tr.gettext("{file}: could not be downloaded"),
            RejectReason.FILE_EMPTY: self._tr.gettext("{file}: the file is empty"),
        }.get(error.reason)
        if words is None:
            return self._with_link(self._tr.gettext("{file}: rejected by Mattermost"), media)
        return Text.plain(words.format(file=describe(media, self._tr).characters))

    def _with_link(self, words: str, media: Media) -> Text:
        """Adds an address from which the file can be downloaded for a while."""
        words = words.format(file=describe(media, self._tr).characters)
        url = self._files.link(media.file, media.name, media.mime)
        if not url.startswith("http"):
            return Text.plain(words)
        return line(words, " · ", link(self._tr.gettext("download"), url))


class _Measured:
    """A file being uploaded. aiohttp hides why a stream ended early, so `failure` keeps the reason: over the limit, or
    an error of the source."""

    def __init__(self, chunks: AsyncIterator[bytes], largest: int | None) -> None:
        self._chunks, self._largest = chunks, largest
        self.failure: Exception | None = None

    async def read(self) -> AsyncIterator[bytes]:
        sent = 0
        try:
            async for chunk in self._chunks:
                sent += len(chunk)
                if self._largest is not None and sent > self._largest:
                    raise _TooLarge
                yield chunk
        except (DeliveryError, _TooLarge) as error:
            self.failure = error
            raise


def _name(media: Media, given: str) -> str:
    """Returns a name with an extension: clients show pictures only by their name."""
    name = media.name or given or f"{media.kind}{_EXTENSIONS[media.kind]}"
    return re.sub(r"[\x00-\x1f/\\]", "_", name)[graphemes.border(name, max(0, len(name) - 200)) :]
