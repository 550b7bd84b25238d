"""Files in Telegram's messages → `Media`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import FileRef, Media, MediaKind
from bridges.shared.fields import Fields

KINDS: Mapping[str, tuple[MediaKind, str]] = {
    "live_photo": (MediaKind.VIDEO, "video/mp4"),
    "photo": (MediaKind.PHOTO, "image/jpeg"),
    "animation": (MediaKind.VIDEO, "video/mp4"),
    "video": (MediaKind.VIDEO, "video/mp4"),
    "video_note": (MediaKind.VIDEO, "video/mp4"),
    "voice": (MediaKind.VOICE, "audio/ogg"),
    "voice_note": (MediaKind.VOICE, "audio/ogg"),
    "audio": (MediaKind.AUDIO, "audio/mpeg"),
    "document": (MediaKind.FILE, ""),
    "sticker": (MediaKind.STICKER, ""),
}
"""Field → what it holds, and its MIME type where Telegram tells none. Telegram repeats some files under an older name
(an animation is also a document): the first one counts."""


def read(holder: Fields, key: str, origin: str) -> Media | None:
    """Reads the file under `key`; None if it has no id. `origin`: of the file."""
    kind, mime = KINDS[key]
    if key == "photo":
        return _file(_largest(holder), kind, origin, mime)
    file = holder.object(key)
    return _file(file, kind, origin, _sticker_type(file) if key == "sticker" else mime)


def found(holder: Fields, origin: str) -> tuple[Media, ...]:
    """Reads the file of an object that may hold one of some kind."""
    key = next((key for key in KINDS if key in holder), "")
    media = read(holder, key, origin) if key else None
    return (media,) if media else ()


def _file(file: Fields, kind: MediaKind, origin: str, mime: str) -> Media | None:
    file_id = file.text("file_id")
    if not file_id:
        return None
    track = " - ".join(filter(None, (file.label("performer"), file.label("title"))))
    return Media(
        kind=kind,
        file=FileRef(origin, file_id),
        name=file.file_name("file_name") or track,
        mime=file.text("mime_type") or mime,
        size=file.size("file_size"),
        seconds=file.size("duration"),
        emoji=file.text("emoji"),
    )


def _largest(holder: Fields) -> Fields:
    """Picks the largest of the sizes that Telegram keeps."""
    sizes = [size for size in holder.objects("photo") if size.text("file_id")]
    return max(sizes, key=lambda size: (size.size("width") or 0) * (size.size("height") or 0), default=Fields(None))


def _sticker_type(sticker: Fields) -> str:
    if sticker.raw.get("is_animated") is True:
        return "application/x-tgsticker"
    return "video/webm" if sticker.raw.get("is_video") is True else "image/webp"
