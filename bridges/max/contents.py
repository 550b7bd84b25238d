"""Parser of MAX messages: `Message` of the Bot API → `Content`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from mimetypes import guess_type

from bot.domain import (
    Attachment,
    Choice,
    Content,
    FileRef,
    ForeignId,
    Forwarded,
    Location,
    Media,
    MediaKind,
    Quote,
    Unshowable,
)
from bot.domain.labels import label
from bot.domain.text import Span, Text
from bridges.max import format as formatting
from bridges.max import vcard
from bridges.max.kinds import SILENT
from bridges.shared.fields import Fields, Unexpected

VIDEO = "video:"
"""Prefix of a video's token in its file id: the video's address is requested when the file is downloaded."""
DEEPEST = 20  # nested forwards

Reader = Callable[[Fields, str], Attachment | None]


def read(message: Fields, files: str) -> Content:
    """Parses a message. `files`: origin of the files in it. Raises `Unexpected`."""
    body, link = message.object("body"), message.object("link")
    content = _with_link(_said(body, files), link, files, 0)
    if not content:
        raise Unexpected("nothing known is in the message")
    return content


def full_name(person: Fields) -> str:
    """Returns the person's name; `name` is the older field, which MAX still sends."""
    return label(f"{person.text('first_name')} {person.text('last_name')}") or label(person.text("name"))


# ------------------------------------------------------------------------------- replies and forwards


def _with_link(content: Content, link: Fields, files: str, depth: int) -> Content:
    """Adds the message that this one replies to or forwards."""
    match link.text("type"):
        case "reply":
            return Content(content.text, content.attachments, _quote(link))
        case "forward":
            forwarded = _forwarded(link, files, depth + 1)
            return Content(content.text, content.attachments, forwarded=(forwarded,))
        case "":
            return content
        case kind:
            return Content(content.text, (*content.attachments, Unshowable(kind)))


def _quote(link: Fields) -> Quote:
    body = link.object("message")
    mid = body.text("mid")
    return Quote(ForeignId(mid) if mid else None, body.text("text"), full_name(link.object("sender")))


def _forwarded(link: Fields, files: str, depth: int) -> Forwarded:
    body = link.object("message")
    content = _said(body, files)
    if depth < DEEPEST:
        content = _with_link(content, body.object("link"), files, depth)
    elif "link" in body:
        content = Content(content.text, (*content.attachments, Unshowable("forward")))
    if not content:
        raise Unexpected("nothing known is in the forwarded message")
    return Forwarded(full_name(link.object("sender")), content)


# ------------------------------------------------------------------------------- words and attachments


def _said(body: Fields, files: str) -> Content:
    text = formatting.read(body.text("text"), body.objects("markup"))
    raw = body.raw.get("attachments")
    if raw is not None and not isinstance(raw, list):
        raise Unexpected("attachments are no list")
    attachments = [one for one in body.objects("attachments") if one.text("type") not in SILENT]
    for shared in attachments:
        if shared.text("type") == "share":
            text += _preview(shared, text)
    return Content(text, tuple(_attachments(attachments, files)))


def _attachments(attachments: list[Fields], files: str) -> Iterator[Attachment]:
    for attachment in attachments:
        kind = attachment.text("type")
        if not kind:
            raise Unexpected("an attachment without a type")
        if kind == "share":
            continue
        reader = READERS.get(kind)
        if reader is None:
            yield Unshowable(kind)
        elif found := reader(attachment, files):
            yield found
        else:
            raise Unexpected(f"{kind} cannot be read")


def _preview(shared: Fields, text: Text) -> Text:
    """Returns a shared page's link as text, empty if the message's own words already contain it."""
    url = shared.object("payload").text("url")
    if not url or url in text.characters or any(span.link == url for span in text.spans):
        return Text()
    shown = Span(shared.text("title") or url, link=url)
    return Text.of((Span("\n"), shown)) if text else Text.of((shown,))


def _media(kind: MediaKind) -> Reader:
    def read_media(attachment: Fields, files: str) -> Attachment | None:
        file = _address(attachment)
        if not file:
            return None
        name = attachment.file_name("filename")
        return Media(
            kind,
            FileRef(files, file),
            name,
            guess_type(name)[0] or "",
            attachment.size("size"),
            attachment.size("duration"),
        )

    return read_media


def _address(attachment: Fields) -> str:
    """Returns the address of the file's bytes, or for a video the token to request it with ("For video attachments use
    getVideoAttachmentDetails to obtain direct links"); "" when there is neither."""
    payload = attachment.object("payload")
    if attachment.text("type") == "video" and (token := payload.text("token")):
        return f"{VIDEO}{token}"
    url = payload.text("url")
    return url if url.lower().startswith(("http://", "https://")) else ""


def _location(attachment: Fields, _: str) -> Attachment | None:
    latitude, longitude = attachment.decimal("latitude"), attachment.decimal("longitude")
    return None if latitude is None or longitude is None else Location(latitude, longitude)


def _contact(attachment: Fields, _: str) -> Attachment | None:
    payload = attachment.object("payload")
    person = payload.object("max_info") or payload.object("tam_info")  # `tam_info` is the former name
    contact = vcard.read(payload.text("vcf_info"), full_name(person))
    return contact if contact.name or contact.phones or contact.emails else None


def _data(attachment: Fields, _: str) -> Attachment | None:
    """Parses the value that a button of a reply keyboard sent."""
    data = attachment.text("data")
    return Choice(data, data) if data else None


READERS: Mapping[str, Reader] = {
    "image": _media(MediaKind.PHOTO),
    "video": _media(MediaKind.VIDEO),
    "audio": _media(MediaKind.VOICE),  # the app sends recordings this way, and other sound as a file
    "file": _media(MediaKind.FILE),
    "sticker": _media(MediaKind.STICKER),
    "location": _location,
    "contact": _contact,
    "data": _data,
}


def own_phone(message: Fields) -> str:
    """Returns the sender's phone if they have sent their own contact card."""
    sender = message.object("sender").number("user_id")
    for attachment in message.object("body").objects("attachments"):
        payload = attachment.object("payload")
        if attachment.text("type") == "contact" and sender is not None:
            phones = vcard.read(payload.text("vcf_info")).phones
            if phones and payload.object("max_info").number("user_id") == sender:
                return phones[0]
    return ""
