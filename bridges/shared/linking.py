"""Checks before a customer gets a link to a file, for channels that send links in place of files."""

from __future__ import annotations

from bot.domain import Media
from bot.ports import Files, Limits, Outgoing, Rejected, RejectReason


async def check(message: Outgoing, limits: Limits, files: Files) -> None:
    """Checks limits and files. Raises `Rejected` for a message over `limits` and for a file that is missing or too
    large, whose link would later lead nowhere. Also raises the errors of `Files.open`."""
    words = message.content.text.characters
    if limits.measure(words) > limits.text:
        raise Rejected(RejectReason.TOO_LONG, f"at most {limits.text} characters")
    if message.content.forwarded:
        raise Rejected(RejectReason.UNSUPPORTED, "forwarded messages go as words")
    if len(message.content.attachments) > limits.album:
        raise Rejected(RejectReason.UNSUPPORTED, f"at most {limits.album} attachments in one message")
    for attachment in message.content.attachments:
        if isinstance(attachment, Media):
            await _can_be_had(attachment, limits, files)
        elif attachment.type not in limits.others:
            raise Rejected(RejectReason.UNSUPPORTED, f"no {attachment.type} here")


async def _can_be_had(media: Media, limits: Limits, files: Files) -> None:
    limit, size = limits.files[media.kind], media.size
    if size is None or size <= limit:
        async with files.open(media.file) as download:
            size = download.size
    if size is not None and size > limit:
        raise Rejected(RejectReason.TOO_LARGE, f"{size} bytes; at most {limit} are taken")
