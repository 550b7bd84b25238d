"""Files for Viber: it downloads them from the hub, at an address whose ending says what the file is.

Source: REST Bot API, "Message types": pictures end in .jpeg or .png, videos in .mp4, files in their own extension;
videos and files need their size. A file's type is decided by its first bytes, not by its name.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from mimetypes import guess_extension

from aiohttp import ClientError

from bot.domain import Media, MediaKind, graphemes
from bot.domain.value import value
from bot.locale import Translator
from bot.ports import Download, Files, Rejected, RejectReason, SourceUnavailable, Unavailable
from bridges.shared.http_calls import file_name
from bridges.viber import posts
from bridges.viber.plan import LARGEST_FILE, LARGEST_PICTURE, LARGEST_VIDEO, FilePart
from bridges.viber.posts import Post

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
QUICKTIME = b"qt  "
HEAD = 12  # bytes that identify a file's type
EXTENSION = re.compile(r"\.[0-9A-Za-z]{1,10}")
LONGEST_STEM = 180


@value
class FileInfo:
    """An available file: its size in bytes, its first bytes, its name."""

    size: int
    head: bytes
    name: str
    mime: str


class ViberFiles:
    """Inspects files and gives them addresses. Raises `DeliveryError` only."""

    def __init__(self, files: Files, tr: Translator) -> None:
        self._files, self._tr = files, tr

    async def posts(self, carried: FilePart) -> list[Post]:
        """Builds a picture, video or file message. If Viber cannot show the file as a picture, the caption becomes a
        text message before it."""
        media = carried.media
        looked = await self._look(media)
        if media.kind is MediaKind.PHOTO and (ending := _picture(looked)):
            return [posts.picture(self._link(media, looked, f"picture{ending}"), carried.caption)]
        ahead = [posts.text(carried.caption)] if carried.caption else []
        if media.kind is MediaKind.VIDEO and _is_video(looked):
            return [*ahead, posts.video(self._link(media, looked, "video.mp4"), looked.size, media.seconds)]
        url = self._link(media, looked, f"file{_extension(looked.name)}")
        return [*ahead, posts.file(url, looked.size, looked.name)]

    async def _look(self, media: Media) -> FileInfo:
        """Opens the file, so that a missing one is noticed before anything is sent."""
        _check(media.size)
        async with self._files.open(media.file) as download:
            known_size = download.size if download.size is not None else media.size
            _check(known_size)
            head, read = await _read(download.chunks, HEAD if known_size is not None else LARGEST_FILE + 1)
        size = known_size if known_size is not None else read
        _check(size)
        return FileInfo(size, head, _name(media, download), media.mime or download.mime)

    def _link(self, media: Media, looked: FileInfo, last: str) -> str:
        """Builds a file's address. `last`: its ending, which is all that Viber looks at."""
        url = self._files.link(media.file, looked.name, looked.mime)
        if not url.startswith(("https://", "http://")):
            advice = self._tr.gettext("Set hub.public_url: Viber downloads files from there.")
            raise Unavailable("the hub has no public address", advice)
        return f"{url}/{last}"


def _check(size: int | None) -> None:
    if size is not None and size > LARGEST_FILE:
        raise Rejected(RejectReason.TOO_LARGE, f"{size} bytes, {LARGEST_FILE} are allowed")


async def _read(chunks: AsyncIterator[bytes], enough: int) -> tuple[bytes, int]:
    """Reads at least `enough` bytes if there are as many; returns the first `HEAD` and the number read."""
    head, size = b"", 0
    try:
        async for chunk in chunks:
            head = (head + chunk[:HEAD])[:HEAD]
            size += len(chunk)
            if size >= enough:
                break
    except (ClientError, OSError, TimeoutError) as error:
        raise SourceUnavailable(f"the file stopped coming ({type(error).__name__})") from None
    return head, size


def _picture(looked: FileInfo) -> str:
    """Returns the ending of a picture's address; "" if Viber cannot show the file as a picture. An animated GIF would
    stand still, so it goes as a file."""
    if looked.size > LARGEST_PICTURE:
        return ""
    if looked.head.startswith(JPEG):
        return ".jpeg"
    return ".png" if looked.head.startswith(PNG) else ""


def _is_video(looked: FileInfo) -> bool:
    """Recognizes MP4 but not QuickTime, which has the same structure and a brand of its own."""
    return looked.head[4:8] == b"ftyp" and looked.head[8:12] != QUICKTIME and looked.size <= LARGEST_VIDEO


def _name(media: Media, download: Download) -> str:
    """Returns the name, with an extension, without which the customer's app may not open the file; at most 256
    characters."""
    given = media.name or download.name or str(media.kind)
    extension = _extension(given)
    stem = graphemes.first(file_name(given.removesuffix(extension)), LONGEST_STEM)
    return stem + (extension or _usual_extension(media.mime or download.mime))


def _usual_extension(mime: str) -> str:
    return "" if mime == "application/octet-stream" else guess_extension(mime) or ""


def _extension(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if dot > 0 and EXTENSION.fullmatch(name[dot:]) else ""
