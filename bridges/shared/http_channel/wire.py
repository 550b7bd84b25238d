"""Mapping of requests to the hub's values, and of mailbox letters to events. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from bot.domain import (
    AccountName,
    Attachment,
    ChatId,
    Content,
    CustomerDeleted,
    CustomerEdited,
    CustomerWrote,
    FileRef,
    ForeignId,
    Key,
    Location,
    Media,
    MediaKind,
    Profile,
    Quote,
    Receipt,
    ReceiptState,
    SharedContact,
    Update,
)
from bot.domain.labels import file_name
from bot.domain.text import Text
from bot.ports import MailboxEntry
from bridges.shared.http_channel.html import html
from bridges.shared.http_channel.schema import AttachmentIn, AttachmentOut, EditIn, EventOut, MessageIn, ReceiptIn, Says
from bridges.shared.mailbox_bridge import said

FileLink = Callable[[FileRef, str, str], str]
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def key(*parts: str) -> Key:
    """Joins the parts so that different parts never give the same key."""
    return Key(json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


# ------------------------------------------------------------------------------ what clients send


def written(account: AccountName, message: MessageIn, now: datetime) -> Update:
    event = CustomerWrote(
        ChatId(message.conversation), ForeignId(message.id), _content(account, message), _profile(message)
    )
    return Update(key("message", message.conversation, message.id), event, _when(message.sent_at, now))


def edited(account: AccountName, ref: str, edit: EditIn, edition: str, now: datetime) -> Update:
    """Builds an edit. `edition` distinguishes it from other edits of the message."""
    event = CustomerEdited(ChatId(edit.conversation), ForeignId(ref), _content(account, edit))
    return Update(key("edit", edit.conversation, ref, edition), event, now)


def deleted(conversation: str, ref: str, now: datetime) -> Update:
    return Update(key("delete", conversation, ref), CustomerDeleted(ChatId(conversation), ForeignId(ref)), now)


def receipt(receipt: ReceiptIn, request_id: str, now: datetime) -> Update:
    """Builds a receipt. `request_id` distinguishes one request from the next: a client may report a receipt again if
    the first came before the hub had recorded its message as sent."""
    event = Receipt(
        ChatId(receipt.conversation), ForeignId(receipt.message), ReceiptState(receipt.state), detail=receipt.detail
    )
    return Update(key("receipt", receipt.conversation, receipt.message, request_id), event, now)


def _content(account: AccountName, says: Says) -> Content:
    reply_to = says.reply_to if isinstance(says, MessageIn) else None
    return Content(
        Text.plain(says.text),
        tuple(_media(account, one) for one in says.attachments),
        Quote(ForeignId(reply_to)) if reply_to else None,
    )


def _media(account: AccountName, given: AttachmentIn) -> Media:
    kind = _KINDS.get(given.mime.partition("/")[0], MediaKind.FILE)
    return Media(kind, FileRef(f"account:{account}", given.url), file_name(given.name), given.mime)


def _profile(message: MessageIn) -> Profile:
    return Profile(name=message.sender.name, phone=message.sender.phone, email=message.sender.email)


def _when(sent_at: datetime | None, now: datetime) -> datetime:
    """Limits the time to `now`, since a client's clock may be ahead."""
    return min(max(sent_at, _BEGINNING), now).astimezone(UTC) if sent_at else now


# ------------------------------------------------------------------------------ what operators wrote


def event(letter: MailboxEntry, link: FileLink) -> EventOut:
    body, says = letter.body, said(letter.body)
    return EventOut(
        id=letter.key,
        conversation=letter.chat,
        type=body["type"],
        message=body.get("message", letter.key),
        text=says.content.text.characters,
        formatted=html(says.content.text),
        attachments=[_shown(one, link) for one in says.content.attachments],
        author=says.author,
        reply_to=says.reply_to,
        emoji=body.get("emoji"),
        sent_at=letter.at,
    )


def _shown(attachment: Attachment, link: FileLink) -> AttachmentOut:
    if isinstance(attachment, Media):
        return AttachmentOut(
            kind=attachment.kind.value,
            url=link(attachment.file, attachment.name, attachment.mime),
            name=attachment.name,
            mime=attachment.mime,
            size=attachment.size,
        )
    if isinstance(attachment, Location):
        return AttachmentOut(
            kind="location",
            latitude=attachment.latitude,
            longitude=attachment.longitude,
            name=attachment.title,
            address=attachment.address,
        )
    if isinstance(attachment, SharedContact):
        return AttachmentOut(
            kind="contact",
            name=attachment.name,
            phones=list(attachment.phones),
            emails=list(attachment.emails),
            company=attachment.company,
            title=attachment.title,
            sites=list(attachment.sites),
            addresses=list(attachment.addresses),
        )
    raise ValueError(f"a letter with {attachment.type}: `Mailed` takes none")
