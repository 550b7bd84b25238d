"""Splitting of one reply into messages of a channel. Pure.

`plan` turns a content into parts that the channel can each carry as one message. Nothing the operator wrote is cut:
long text is split, unsupported kinds become text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain import Attachment, Content, FileRef, Media, MediaKind
from bot.domain.text import Span, Style, Text, split, with_addresses
from bot.locale import Translator
from bot.ports import Limits
from bot.views.words import describe, spelled_out

Address = Callable[[FileRef, str, str], str]
"""Address at which customers can get a file: `Files.link`."""


def plan(content: Content, limits: Limits, tr: Translator, address: Address) -> list[Content]:
    """Parts in sending order, none of them empty; no parts for an empty content. The first one carries the quote."""
    text, carried = _fitted(content, limits, tr, address)
    groups = _groups(carried, limits.album)
    if groups and limits.caption and limits.measure(text.characters) <= limits.caption and _captioned(groups[0]):
        parts = [Content(text, groups[0]), *(Content(attachments=group) for group in groups[1:])]
    else:
        parts = [Content(part) for part in split(text, limits.text, limits.measure)]
        parts = [*filter(None, parts), *(Content(attachments=group) for group in groups)]
    return [replace(parts[0], quote=content.quote), *parts[1:]] if parts and content.quote is not None else parts


def _fitted(content: Content, limits: Limits, tr: Translator, address: Address) -> tuple[Text, tuple[Attachment, ...]]:
    """Separates the text from the attachments that the channel can carry."""
    if content.forwarded:
        content = spelled_out(content, tr)
    text, carried = _with_quote(content, limits), []
    for attachment in content.attachments:
        fitting = _as_carried(attachment, limits)
        if fitting is not None:
            carried.append(fitting)
            continue
        text = text + Text.plain("\n" if text else "") + describe(attachment, tr)
        if isinstance(attachment, Media):
            text = text + Text.plain(f": {address(attachment.file, attachment.name, attachment.mime)}")
    hidden = not limits.links and any(span.link for span in text.spans)
    return (with_addresses(text) if hidden else text), tuple(carried)


def _with_quote(content: Content, limits: Limits) -> Text:
    """Text, preceded by the quoted message where the channel cannot point at it."""
    if content.quote is None or not content.quote.words or limits.replies:
        return content.text
    if limits.styles & Style.QUOTE:
        return Text.of((Span(content.quote.words, Style.QUOTE), Span("\n"))) + content.text
    return Text.plain("\n".join(f"> {one}" for one in content.quote.words.splitlines()) + "\n") + content.text


def _as_carried(attachment: Attachment, limits: Limits) -> Attachment | None:
    """Attachment in a kind that the channel supports, or None."""
    if not isinstance(attachment, Media):
        return attachment if attachment.type in limits.others else None
    if attachment.linked:
        return None
    if attachment.kind in limits.files:
        return attachment
    # A channel without any files still gets the media: its bridge refuses them and says why.
    return replace(attachment, kind=MediaKind.FILE)


def _captioned(group: tuple[Attachment, ...]) -> bool:
    """Tells whether the group can have a caption: only files can, except stickers."""
    return all(isinstance(one, Media) and one.kind is not MediaKind.STICKER for one in group)


def _groups(attachments: tuple[Attachment, ...], album: int) -> list[tuple[Attachment, ...]]:
    """Groups neighbours that may travel as one album: pictures with videos, others with their own kind."""
    groups: list[list[Attachment]] = []
    for one in attachments:
        if groups and len(groups[-1]) < album and _family(one) == _family(groups[-1][0]) != "":
            groups[-1].append(one)
        else:
            groups.append([one])
    return [tuple(group) for group in groups]


def _family(attachment: Attachment) -> str:
    if not isinstance(attachment, Media) or attachment.kind in (MediaKind.VOICE, MediaKind.STICKER):
        return ""
    return "picture" if attachment.kind in (MediaKind.PHOTO, MediaKind.VIDEO) else attachment.kind
