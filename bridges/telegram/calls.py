"""Requests of the Bot API: part of a message → the call that sends it, and message ids from its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiogram.methods import (
    SendAudio,
    SendContact,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo, ReplyParameters

from bot.domain import ForeignId, MediaKind, SharedContact
from bot.domain.text import Text
from bridges.shared import vcards
from bridges.shared.fields import Fields
from bridges.telegram import format as formatting
from bridges.telegram.client import TelegramUpload
from bridges.telegram.places import Conversation
from bridges.telegram.plan import AlbumPart, ContactPart, LocationPart, Part, TextPart

LARGEST_CARD = 2048
"""Bytes of the card beside a contact's name and number."""
ALONE: Mapping[MediaKind, tuple[Callable[..., TelegramMethod[Any]], str]] = {
    MediaKind.PHOTO: (SendPhoto, "photo"),
    MediaKind.VIDEO: (SendVideo, "video"),
    MediaKind.VOICE: (SendVoice, "voice"),
    MediaKind.AUDIO: (SendAudio, "audio"),
    MediaKind.FILE: (SendDocument, "document"),
    MediaKind.STICKER: (SendSticker, "sticker"),
}
TOGETHER: Mapping[MediaKind, Callable[..., Any]] = {
    MediaKind.PHOTO: InputMediaPhoto,
    MediaKind.VIDEO: InputMediaVideo,
    MediaKind.AUDIO: InputMediaAudio,
    MediaKind.FILE: InputMediaDocument,
}


def call(
    place: Conversation, part: Part, uploads: Sequence[TelegramUpload], reply_to: int | None
) -> TelegramMethod[Any]:
    """Builds the call. `uploads`: the files of a `AlbumPart`, in the same order."""
    common = place.parameters
    if reply_to is not None:  # the message replied to may have been deleted meanwhile: the reply is sent all the same
        common["reply_parameters"] = ReplyParameters(message_id=reply_to, allow_sending_without_reply=True)
    match part:
        case TextPart():
            return SendMessage(text=formatting.write(part.text), parse_mode="HTML", **common)
        case AlbumPart() if len(part.media) > 1:
            return SendMediaGroup(media=_album(part, uploads), **common)
        case AlbumPart():
            method, name = ALONE[part.media[0].kind]
            return method(**{name: uploads[0]}, **_caption(part.caption), **common)
        case LocationPart():
            return _spot(part, common)
        case ContactPart():
            contact, phone = part.contact, part.contact.phones[0]
            return SendContact(phone_number=phone, first_name=contact.name or phone, vcard=_card(contact), **common)


def _card(contact: SharedContact) -> str | None:
    """Writes what a contact says beside its name and first number; None when there is nothing, or too much."""
    card = vcards.write(contact)
    is_more = contact != SharedContact(contact.name, contact.phones[:1])
    return card if is_more and len(card.encode()) <= LARGEST_CARD else None


def refs(result: object) -> tuple[ForeignId, ...]:
    """Returns the ids of the sent messages: one, or one per item of an album. One that Telegram has put off (a video to
    a big chat) has no number yet."""
    messages = result if isinstance(result, list) else [result]
    numbers = [Fields(message).number("message_id") for message in messages]
    return tuple(ForeignId(str(number)) for number in numbers if number)


def _album(group: AlbumPart, uploads: Sequence[TelegramUpload]) -> list[Any]:
    """Builds an album's items; Telegram shows the first one's caption as the album's."""
    captions = (group.caption, *[Text()] * (len(uploads) - 1))
    return [
        TOGETHER[media.kind](media=upload, **_caption(caption))
        for media, upload, caption in zip(group.media, uploads, captions, strict=True)
    ]


def _caption(text: Text) -> dict[str, Any]:
    return {"caption": formatting.write(text), "parse_mode": "HTML"} if text else {}


def _spot(spot: LocationPart, common: dict[str, Any]) -> TelegramMethod[Any]:
    location = spot.location
    where: dict[str, Any] = {"latitude": location.latitude, "longitude": location.longitude, **common}
    if not location.title:
        return SendLocation(**where)
    return SendVenue(title=location.title, address=location.address or location.title, **where)
