"""Parser of MAX messages: `Message` of the Bot API → `Content`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
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
from bot.domain.labels import is_blank, label
from bot.domain.text import Span, Text
from bridges.max import format as formatting
from bridges.max.kinds import SILENT
from bridges.shared import phones, vcards
from bridges.shared.fields import Fields, Unexpected

VIDEO = "video:"
"""Prefix of a video's token in its file id: the video's address is requested when the file is downloaded."""
DEEPEST = 20  # nested forwards
PROFILES = "https://max.ru/"

Reader = Callable[[Fields, str], Attachment | None]


def read(message: Fields, files: str) -> Content:
    """Parses a message. `files`: origin of the files in it. Raises `Unexpected`."""
    body, link = message.object("body"), message.object("link")
    content = _with_link(_said(body, files), link, files, 0)
    if not _says_something(content):
        raise Unexpected("nothing of the message can be read", content)
    return content


def _says_something(content: Content) -> bool:
    """Tells whether anything could be read. A kind that the hub does not know is no such failure; an attachment of a
    known kind without its file is."""
    if not is_blank(content.text.characters) or any(_says_something(one.content) for one in content.forwarded):
        return True
    return any(not isinstance(one, Unshowable) or one.what not in FAILED for one in content.attachments)


def full_name(person: Fields) -> str:
    """Returns the person's name; `name` is the older field, which MAX still sends, and at times holds more."""
    name, older = label(f"{person.text('first_name')} {person.text('last_name')}"), label(person.text("name"))
    return older if older.startswith(name) else name


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
    return Forwarded(full_name(link.object("sender")), content or Content(attachments=(Unshowable("forward"),)))


# ------------------------------------------------------------------------------- words and attachments


def _said(body: Fields, files: str) -> Content:
    text = formatting.read(body.text("text"), body.objects("markup"))
    raw, attachments = body.raw.get("attachments"), list[Attachment]()
    if raw is not None and not isinstance(raw, list):
        attachments.append(Unshowable("attachments"))
    for attachment in body.objects("attachments"):
        text += _line(_words(attachment, text), text)
        if attachment.text("type") not in SILENT:
            attachments += _attached(attachment, files)
    return Content(text, tuple(attachments))


def _attached(attachment: Fields, files: str) -> Iterator[Attachment]:
    """Yields the attachment, or its kind when it cannot be shown: what else is in the message can."""
    kind = attachment.text("type")
    if kind == "share" and _title(attachment):
        return
    reader = READERS.get(kind)
    yield (reader(attachment, files) if reader else None) or Unshowable(kind)


def _line(words: Text, before: Text) -> Text:
    return Text.plain("\n") + words if words and before else words


def _words(attachment: Fields, before: Text) -> Text:
    """Returns what an attachment says beside the message's own words: a shared page, a transcribed recording, the
    buttons of a forwarded message that lead to a page."""
    match attachment.text("type"):
        case "share":
            return _preview(attachment, before)
        case "audio":
            said = " ".join(attachment.text("transcription").split())
            return Text.plain(f"🎤 {said}") if said else Text()
        case "inline_keyboard":
            return _links(attachment.object("payload").raw.get("buttons"))
        case _:
            return Text()


def _links(rows: object) -> Text:
    text = Text()
    for row in rows if isinstance(rows, list) else []:
        for button in Fields({"row": row}).objects("row"):
            url = button.text("url")
            if url.startswith(("https://", "http://")):
                label = Text.of((Span("🔗 "), Span(button.text("text") or url, link=url)))
                text += _line(label, text)
    return text


def _title(shared: Fields) -> str:
    """Returns the words that a shared page or post is shown by; "" when there are none."""
    return label(shared.text("title")) or label(shared.text("description")) or shared.object("payload").text("url")


def _preview(shared: Fields, text: Text) -> Text:
    """Returns a shared page's title with its link, empty if the message's own words already contain the link."""
    url, title = shared.object("payload").text("url"), _title(shared)
    if not title or (url and (url in text.characters or any(span.link == url for span in text.spans))):
        return Text()
    return Text.of((Span(title, link=url),))


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
    """Parses a contact: a card, a person on MAX, or both."""
    payload = attachment.object("payload")
    person, card = _person(payload), vcards.read(payload.text("vcf_info"))
    username = person.text("username")
    card = replace(
        card,
        name=card.name or full_name(person) or payload.text("name"),
        phones=tuple(map(phones.international, card.phones)),
        sites=(*card.sites, *((f"{PROFILES}{username}",) if username else ())),
    )
    return card or None


def _person(payload: Fields) -> Fields:
    return payload.object("max_info") or payload.object("tam_info")  # `tam_info` is the former name


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


FAILED = frozenset({*READERS, "share", "forward", "attachments", ""})
"""Kinds that are shown only where they cannot be read."""


def own_phone(message: Fields) -> str:
    """Returns the sender's phone if they have sent their own contact card. MAX writes it as digits alone."""
    sender = message.object("sender").number("user_id")
    for attachment in message.object("body").objects("attachments"):
        payload = attachment.object("payload")
        if attachment.text("type") == "contact" and sender is not None:
            numbers = vcards.read(payload.text("vcf_info")).phones
            if numbers and _person(payload).number("user_id") == sender:
                return phones.international(numbers[0], certain=True)
    return ""
