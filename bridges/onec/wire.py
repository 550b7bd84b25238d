"""Commands sent into 1C: one per request, JSON in UTF-8 without a byte order mark. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.domain import ChatId, FileRef, Key, Media
from bot.ports import Outgoing

FileLink = Callable[[FileRef, str, str], str]
Command = Mapping[str, Any]


def create_conversation(chat: ChatId, title: str) -> Command:
    return {"createConversation": {"extConversationId": chat, "title": title}}


def create_message(chat: ChatId, key: Key, text: str) -> Command:
    """Builds the command. `chat`: an id given to `createConversation`, or 1C's own id of a discussion. The server
    accepts each `extId` once and answers 409 to a repetition."""
    return {"createMessage": {"extId": key, "extConversationId": chat, "text": text}}


def body(command: Command) -> bytes:
    return json.dumps(command, ensure_ascii=False, separators=(",", ":")).encode()


def words(message: Outgoing, link: FileLink) -> str:
    """Builds the text. A webhook carries text only, so files follow as links, one per line."""
    content = message.content
    lines = [content.text.characters] if content.text else []
    return "\n".join([*lines, *_links(content.attachments, link)])


def _links(attachments: tuple[Any, ...], link: FileLink) -> Iterator[str]:
    for one in attachments:
        if isinstance(one, Media):
            name = " ".join(one.name.split())
            address = link(one.file, one.name, one.mime)
            yield f"{name}: {address}" if name else address
