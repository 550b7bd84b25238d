"""Pictures that a message only points to, such as GIFs picked in the composer. Pure."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.domain import DeskName, FileRef, Media, MediaKind

_GIF = "image/gif"


def elsewhere(desk: DeskName, address: str, title: str, size: object) -> Media:
    """Builds the picture at an address, which is its id as a file of the desk."""
    mime = mimetypes.guess_type(PurePosixPath(urlsplit(address).path).name)[0] or _GIF
    mime = mime if mime.startswith("image/") else _GIF
    name = f"{title or 'picture'}{mimetypes.guess_extension(mime) or ''}"
    return Media(MediaKind.PHOTO, FileRef(f"desk:{desk}", address), name, mime, size if isinstance(size, int) else None)


def is_elsewhere(file: FileRef) -> bool:
    return file.id.startswith(("https://", "http://"))
