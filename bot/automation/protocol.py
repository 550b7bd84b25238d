"""Protocol between the hub and a first-line bot. Pure. docs/workplace/automatic.md describes it for authors of bots."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain import Attachment, Author, Contact, Content, Dialog, FileRef, Key, Media, Message
from bot.domain.text import shorten
from bot.domain.value import value
from bot.locale import Translator
from bot.ports.requests import unmarked
from bot.views.words import describe, summary

ANSWER_BYTES = 256 * 1024
"""Most bytes read of a reply."""
NOTE = 1000
"""Characters of a bot's note that the thread shows."""

Address = Callable[[FileRef, str, str], str]
"""`Files.link`."""


class Garbage(Exception):
    """The bot's reply is not valid; the text says where."""


@value
class BotAnswer:
    """Reply of a bot. `replies`: messages for the customer, in order. `note`: for the operators it hands over to."""

    replies: tuple[str, ...] = ()
    hand_over: bool = False
    note: str = ""


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
        url = address(one.file, one.name, one.mime)
        fields |= {"type": str(one.kind), "name": one.name, "mime": one.mime, "size": one.size, "url": url}
    return fields


Said = Annotated[str, Field(max_length=20_000)]


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    reply: Said | Annotated[list[Said], Field(max_length=10)] | None = None
    buttons: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)] | None = None
    hand_over: bool = False
    note: Said | None = None


def read(body: bytes) -> BotAnswer:
    """Parses a bot's reply. Raises `Garbage`. Choices become lines of text: not every channel has buttons."""
    try:
        answer = _Answer.model_validate_json(unmarked(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Garbage(f"{where}: {first['msg']}" if where else first["msg"]) from None
    said = answer.reply if isinstance(answer.reply, list) else [answer.reply or ""]
    replies = [one.strip() for one in said if one.strip()]
    if answer.buttons:
        choices = "\n".join(f"• {one}" for one in answer.buttons)
        replies[-1:] = [f"{replies[-1]}\n{choices}" if replies else choices]
    if not replies and not answer.hand_over:
        raise Garbage("neither reply nor hand_over")
    return BotAnswer(tuple(replies), answer.hand_over, shorten((answer.note or "").strip(), NOTE))
