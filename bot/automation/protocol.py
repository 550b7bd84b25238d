"""Protocol between the hub and a first-line bot. Pure. docs/workplace/automatic.md describes it for authors of bots."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.domain import Attachment, Author, Contact, Content, Dialog, FileRef, Key, Media, Message
from bot.domain.text import web_address
from bot.locale import Translator
from bot.views.words import describe, summary

ANSWER_BYTES = 256 * 1024
"""Most bytes read of a reply."""

Address = Callable[[FileRef, str, str], str]
"""`Files.link`."""


def question(
    key: Key,
    dialog: Dialog,
    contact: Contact,
    message: Message,
    history: Sequence[Message],
    now: datetime,
    tr: Translator,
    address: Address,
) -> bytes:
    """Body of a request. `history`: the earlier messages, oldest first. People are identified by name only."""
    body = {
        "id": key,
        "sent_at": now.isoformat(),
        "account": dialog.account,
        "dialog": dialog.id,
        "contact": {"id": contact.id, "name": contact.name},
        "message": _message(message, tr, address),
        "history": [
            {
                "from": "customer" if one.author is Author.CUSTOMER else "bot",
                "text": summary(one.content, tr),
                "at": one.at.isoformat(),
            }
            for one in history
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _message(message: Message, tr: Translator, address: Address) -> dict[str, Any]:
    content: Content = message.content
    return {
        "id": message.id,
        "at": message.at.isoformat(),
        "text": content.text.characters,
        "attachments": [_attachment(one, tr, address) for one in content.attachments],
        "forwarded": [{"author": one.author, "text": summary(one.content, tr)} for one in content.forwarded],
    }


def _attachment(one: Attachment, tr: Translator, address: Address) -> dict[str, Any]:
    """Attachment as JSON. `type` is a kind of media, or another type of attachment; `text` describes it."""
    fields: dict[str, Any] = {"type": one.type, "text": describe(one, tr).characters}
    if isinstance(one, Media):
        url = web_address(address(one.file, one.name, one.mime))
        fields |= {"type": str(one.kind), "name": one.name, "mime": one.mime, "size": one.size, "url": url}
    return fields
