"""Sample files, one of each kind, as bytes, name and type."""

from __future__ import annotations

from bot.domain import MediaKind

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
OPUS = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead"
"""Beginning of an Ogg file with Opus."""
SAMPLES: dict[MediaKind, tuple[bytes, str, str]] = {
    MediaKind.PHOTO: (PNG, "a cat.png", "image/png"),
    MediaKind.VIDEO: (b"\x00\x00\x00\x18ftypmp42" + b"v" * 70_000, "cat.mp4", "video/mp4"),
    MediaKind.VOICE: (OPUS + b"o" * 5_000, "voice.ogg", "audio/ogg"),
    MediaKind.AUDIO: (b"ID3" + b"a" * 9_000, "song.mp3", "audio/mpeg"),
    MediaKind.FILE: (bytes(range(256)) * 800, 'счёт № 1 "final".pdf', "application/pdf"),
    MediaKind.STICKER: (b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"s" * 400, "sticker.webp", "image/webp"),
}
