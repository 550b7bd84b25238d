"""Mapping of visitors' requests to the hub's values, and of mailbox letters to what the widget shows. Pure.

A visitor's own messages are in the mailbox too, as letters with `"from": "customer"`: a reloaded page gets both sides
of its conversation from one place, in one order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.domain import (
    Attachment,
    ChatId,
    Content,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Profile,
    ProfileChanged,
    Quote,
    Receipt,
    ReceiptState,
    SharedContact,
    Update,
    labels,
)
from bot.domain.text import Span, Style, Text
from bot.ports import MailboxEntry, Outgoing
from bridges.shared.mailbox_bridge import said
from bridges.webchat.visitors import VisitorFile

MAX_TEXT = 10_000
MAX_FILES = 10
FileLink = Callable[[FileRef, str, str], str]
_OUTGOING = TypeAdapter(Outgoing)

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{8,64}$")]
Ref = Annotated[str, Field(min_length=1, max_length=400)]
Words = Annotated[str, Field(max_length=200)]


class WidgetRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VisitorDetails(WidgetRequest):
    """Details visitors give about themselves, all optional."""

    name: Words = ""
    email: Words = ""
    locale: Annotated[str, Field(max_length=35)] = ""

    def profile(self) -> Profile:
        return Profile(name=self.name, email=self.email, locale=self.locale)


class SentMessage(WidgetRequest):
    """A visitor's message. `id`: created in the browser with the message; `files`: tokens of uploads."""

    id: Id
    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    files: tuple[Annotated[str, Field(max_length=4000)], ...] = Field((), max_length=MAX_FILES)
    reply_to: Ref | None = None
    about: VisitorDetails = VisitorDetails()


class SentDetails(WidgetRequest):
    id: Id
    about: VisitorDetails


class SeenReport(WidgetRequest):
    """The newest message that reached the widget, and the newest that the visitor has seen."""

    id: Id
    delivered: Ref | None = None
    read: Ref | None = None


# ------------------------------------------------------------------------------ what visitors do


def content(wrote: SentMessage, uploads: Sequence[VisitorFile]) -> Content:
    return Content(
        Text.plain(wrote.text.replace("\0", "")),
        tuple(media(one) for one in uploads),
        Quote(ForeignId(wrote.reply_to)) if wrote.reply_to else None,
    )


def written(chat: ChatId, wrote: SentMessage, what: Content, now: datetime) -> Update:
    event = CustomerWrote(chat, ForeignId(wrote.id), what, wrote.about.profile())
    return Update(_key("message", chat, wrote.id), event, now)


def introduced(chat: ChatId, message: SentDetails, now: datetime) -> Update:
    return Update(_key("profile", chat, message.id), ProfileChanged(chat, message.about.profile()), now)


def receipts(chat: ChatId, saw: SeenReport, now: datetime) -> list[Update]:
    states = ((ReceiptState.DELIVERED, saw.delivered), (ReceiptState.READ, saw.read))
    return [
        Update(_key(state, chat, saw.id), Receipt(chat, ForeignId(ref), state, through=True), now)
        for state, ref in states
        if ref
    ]


def own_letter(chat: ChatId, wrote: SentMessage, what: Content) -> tuple[Key, dict[str, Any]]:
    """Builds the letter for the visitor's own message."""
    message = Outgoing(what, reply_to=ForeignId(wrote.reply_to) if wrote.reply_to else None)
    body = {"type": "message", "from": "customer", "message": wrote.id}
    return _key("customer", chat, wrote.id), {**body, "said": _OUTGOING.dump_python(message, mode="json")}


def _key(what: str, chat: ChatId, id: str) -> Key:  # noqa: A002
    """Joins the parts, none of which contains a space."""
    return Key(f"{what} {chat} {id}")


_MEDIA = {
    MediaKind.PHOTO: re.compile(r"image/(jpeg|png|gif|webp)"),
    MediaKind.VIDEO: re.compile(r"video/(mp4|webm|quicktime)"),
    MediaKind.AUDIO: re.compile(r"audio/[\w.+\-]+"),
}


def media(upload: VisitorFile) -> Media:
    kind = next((kind for kind, mimes in _MEDIA.items() if mimes.fullmatch(upload.mime)), MediaKind.FILE)
    return Media(kind, upload.ref, upload.name, upload.mime, upload.size)


def file_name(given: str) -> str:
    return labels.file_name(given) or "file"


# --------------------------------------------------------------------------- what the widget shows


def shown(letter: MailboxEntry, link: FileLink) -> dict[str, Any]:
    """Builds one event for the widget. `cursor` grows within a conversation; `id` is the message concerned."""
    body, says = letter.body, said(letter.body)
    side: Literal["customer", "operator"] = body.get("from", "operator")
    return {
        "cursor": letter.sequence,
        "type": body["type"],
        "id": body.get("message", letter.key),
        "from": side,
        "at": letter.at.isoformat(),
        "author": says.author,
        "spans": [_span(span) for span in says.content.text.spans],
        "attachments": [_attachment(one, link) for one in says.content.attachments],
        "reply_to": says.reply_to,
        "emoji": body.get("emoji"),
    }


def _span(span: Span) -> dict[str, Any]:
    looks = [style.name.lower() for style in Style if style and style in span.style and style.name]
    return {"text": span.text, "looks": looks, "link": span.link}


def _attachment(one: Attachment, link: FileLink) -> dict[str, Any]:
    if isinstance(one, Media):
        file = {"url": link(one.file, one.name, one.mime), "size": one.size, "seconds": one.seconds}
        return {"kind": one.kind.value, "name": one.name, "mime": one.mime, **file}
    if isinstance(one, Location):
        place = {"latitude": one.latitude, "longitude": one.longitude}
        return {"kind": "location", "name": one.title, "address": one.address, **place}
    if isinstance(one, SharedContact):
        about = ", ".join(filter(None, (one.title, one.company)))
        reached = {"phones": list(one.phones), "emails": list(one.emails)}
        places = {"sites": list(one.sites), "addresses": list(one.addresses)}
        return {"kind": "contact", "name": one.name, "about": about, **reached, **places}
    raise ValueError(f"a letter with {one.type}: `Mailed` takes none")
