"""Parser of Telegram messages: `Message` of the Bot API → `Content`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

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
    Poll,
    Quote,
    SharedContact,
    Unshowable,
)
from bot.domain.labels import label
from bot.domain.text import Span, Text
from bridges.shared.fields import Fields, Unexpected
from bridges.telegram import format as formatting
from bridges.telegram.kinds import SERVICE, WORDLESS

Reader = Callable[[Fields, str], Attachment | None]


def read(message: Fields, origin: str) -> Content | None:
    """Parses a message; None for a service message. `origin`: of the files in it. Raises `Unexpected`."""
    text = _text(message)
    attachments = _attachments(message, origin)
    if not text and not attachments:
        if any(key in message for key in SERVICE):
            return None
        raise Unexpected("nothing known is in the message")
    content = Content(text, attachments)
    if origin_of_forward := _forward(message):
        author, at = origin_of_forward
        content = Content(forwarded=(Forwarded(author, content, at),))
    return Content(content.text, content.attachments, quote(message), content.forwarded)


def _text(message: Fields) -> Text:
    if "dice" in message:
        dice = message.object("dice")
        return Text.plain(f"{dice.text('emoji') or '🎲'} {dice.number('value') or ''}".strip())
    if "checklist" in message:
        return _checklist(message.object("checklist"))
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        if found := message.text(words):
            return formatting.read(found, message.objects(entities))
    return Text()


def _checklist(checklist: Fields) -> Text:
    title = formatting.read(checklist.text("title"), checklist.objects("title_entities"))
    text = Text.of(title.spans)
    for task in checklist.objects("tasks"):
        mark = "☑" if "completion_date" in task else "☐"
        text += Text.of((Span(f"\n{mark} "), *formatting.read(task.text("text"), task.objects("text_entities")).spans))
    return text


# -------------------------------------------------------------------------------------- attachments


def _attachments(message: Fields, origin: str) -> tuple[Attachment, ...]:
    """Parses the first attachment kind found: Telegram repeats some under an older name (an animation is also a
    document, a venue also a location)."""
    for key, reader in READERS.items():
        if key in message:
            found = reader(message, origin)
            if found is None:
                raise Unexpected(f"{key} cannot be read")
            return (found,)
    wordless = next((key for key in WORDLESS if key in message), "")
    if not wordless and "caption" in message:
        wordless = "media"  # a caption without a known attachment: a kind newer than this table
    return (Unshowable(wordless),) if wordless else ()


def _media(key: str, kind: MediaKind, *, mime: str = "") -> Reader:
    def read_media(message: Fields, origin: str) -> Attachment | None:
        return _file(message.object(key), kind, origin, mime)

    return read_media


def _file(file: Fields, kind: MediaKind, origin: str, mime: str = "") -> Media | None:
    file_id = file.text("file_id")
    if not file_id:
        return None
    track = " - ".join(filter(None, (file.label("performer"), file.label("title"))))
    name = file.file_name("file_name") or track
    return Media(
        kind=kind,
        file=FileRef(origin, file_id),
        name=name,
        mime=file.text("mime_type") or mime,
        size=file.size("file_size"),
        seconds=file.size("duration"),
        emoji=file.text("emoji"),
    )


def _photo(message: Fields, origin: str) -> Attachment | None:
    """Picks the largest of the sizes that Telegram keeps."""
    sizes = [size for size in message.objects("photo") if size.text("file_id")]
    if not sizes:
        return None
    return _file(max(sizes, key=_pixels), MediaKind.PHOTO, origin, "image/jpeg")


def _pixels(size: Fields) -> int:
    return (size.size("width") or 0) * (size.size("height") or 0)


def _sticker(message: Fields, origin: str) -> Attachment | None:
    sticker = message.object("sticker")
    if sticker.raw.get("is_animated") is True:
        mime = "application/x-tgsticker"
    else:
        mime = "video/webm" if sticker.raw.get("is_video") is True else "image/webp"
    return _file(sticker, MediaKind.STICKER, origin, mime)


def _location(message: Fields, _: str) -> Attachment | None:
    return _point(message.object("location"))


def _venue(message: Fields, _: str) -> Attachment | None:
    venue = message.object("venue")
    return _point(venue.object("location"), venue.text("title"), venue.text("address"))


def _point(location: Fields, title: str = "", address: str = "") -> Location | None:
    latitude, longitude = location.decimal("latitude"), location.decimal("longitude")
    if latitude is None or longitude is None:
        return None
    return Location(latitude, longitude, title, address)


def _contact(message: Fields, _: str) -> Attachment | None:
    contact = message.object("contact")
    name, phone = full_name(contact), contact.text("phone_number")
    return SharedContact(name, (phone,) if phone else ()) if name or phone else None


def _poll(message: Fields, _: str) -> Attachment | None:
    poll = message.object("poll")
    return Poll(poll.text("question"), tuple(option.text("text") for option in poll.objects("options")))


def _web_app(message: Fields, _: str) -> Attachment | None:
    answer = message.object("web_app_data")
    return Choice(answer.text("button_text"), answer.text("data"))


READERS: Mapping[str, Reader] = {
    "live_photo": _media("live_photo", MediaKind.VIDEO, mime="video/mp4"),
    "photo": _photo,
    "animation": _media("animation", MediaKind.VIDEO, mime="video/mp4"),
    "video": _media("video", MediaKind.VIDEO, mime="video/mp4"),
    "video_note": _media("video_note", MediaKind.VIDEO, mime="video/mp4"),
    "voice": _media("voice", MediaKind.VOICE, mime="audio/ogg"),
    "audio": _media("audio", MediaKind.AUDIO, mime="audio/mpeg"),
    "document": _media("document", MediaKind.FILE),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "web_app_data": _web_app,
}

# ------------------------------------------------------------------------- replies, forwards, names


def quote(message: Fields) -> Quote | None:
    """Parses the message replied to. In a forum every message "replies" to the start of its topic; that is ignored."""
    chosen = message.object("quote").text("text")
    original = message.object("reply_to_message")
    if original and "forum_topic_created" not in original:
        number = original.number("message_id")
        words = chosen or original.text("text") or original.text("caption")
        author = full_name(original.object("from")) or original.object("sender_chat").text("title")
        return Quote(ForeignId(str(number)) if number is not None else None, words, author)
    if "external_reply" in message:
        return Quote(words=chosen, author=_author(message.object("external_reply").object("origin")))
    return None


def _author(origin: Fields) -> str:
    """Names the author of a forwarded or quoted message: a person, a hidden user, a group or a channel."""
    return (
        full_name(origin.object("sender_user"))
        or origin.text("sender_user_name")
        or origin.object("sender_chat").text("title")
        or origin.object("chat").text("title")
        or origin.text("author_signature")
    )


def _forward(message: Fields) -> tuple[str, datetime | None] | None:
    """Returns the author of a forwarded message and when it was written; None if the message is the sender's own."""
    if "forward_origin" in message:
        origin = message.object("forward_origin")
        return _author(origin), origin.moment("date")
    if "forward_date" in message:  # before Bot API 7.0
        author = full_name(message.object("forward_from")) or message.text("forward_sender_name")
        return author or message.object("forward_from_chat").text("title"), message.moment("forward_date")
    return None


def full_name(person: Fields) -> str:
    return label(f"{person.text('first_name')} {person.text('last_name')}")
