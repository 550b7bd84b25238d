"""What a message of Slack's says, with its files. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model import Content, DeskName, FileRef, Media, MediaKind
from bot.text import Text, line, link

Described = Mapping[str, Any]

_KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def content(message: Described, text: Text, desk: DeskName) -> Content:
    """Files that lie elsewhere (Google Drive and the like) become links."""
    files = message.get("files")
    described = [one for one in files if isinstance(one, dict) and one.get("id")] if isinstance(files, list) else []
    media: list[Media] = []
    for one in described:
        if one.get("mode") == "external" or one.get("is_external"):
            named = link(str(one.get("title") or one.get("name") or "file"), str(one.get("url_private") or ""))
            text = line(text, Text.plain("\n") if text else "", named)
        elif one.get("mode") != "tombstone":
            media.append(_media(one, desk))
    return Content(text, tuple(media))


def _media(described: Described, desk: DeskName) -> Media:
    mime = str(described.get("mimetype") or "")
    size, milliseconds = described.get("size"), described.get("duration_ms")
    return Media(
        kind=_kind(mime, described),
        file=FileRef(f"desk:{desk}", str(described["id"])),
        name=str(described.get("name") or described.get("title") or ""),
        mime=mime,
        size=size if isinstance(size, int) else None,
        seconds=milliseconds // 1000 if isinstance(milliseconds, int) else None,
    )


def _kind(mime: str, described: Described) -> MediaKind:
    """Sound that was recorded in Slack is a voice message; drawings in SVG are no photos to any channel."""
    if described.get("subtype") == "slack_audio":
        return MediaKind.VOICE
    return MediaKind.FILE if "svg" in mime else _KINDS.get(mime.partition("/")[0], MediaKind.FILE)
