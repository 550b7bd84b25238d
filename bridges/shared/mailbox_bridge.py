"""Base of the hub's own channels: operators' actions go into the hub's mailbox, from which the customer's side reads
them.

The body of such a letter is `{"type", "message", "said", "emoji"}`. `type`: message, edit, delete or reaction;
`message`: id of the message concerned (if missing, the letter's own key); `said`: the neutral `Outgoing`, so that links
to files are made when the letter is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter

from bot.domain import AccountName, ChatId, Content, ForeignId, Key
from bot.ports import Limits, MailboxEntry, Outgoing, Tools, Transient
from bridges.shared import linking

_OUTGOING = TypeAdapter(Outgoing)
NOTHING = Outgoing(Content())


def said(body: Mapping[str, Any]) -> Outgoing:
    """Decodes a letter's message; `NOTHING` if it has none."""
    return _OUTGOING.validate_python(body["said"]) if "said" in body else NOTHING


class MailboxBridge:
    """Puts operators' actions into the mailbox. Raises `DeliveryError` only.

    A message is stored once, under its parcel's key. Edits and reactions have no key and may be stored twice after a
    retry, which is harmless, since each carries the whole new state.
    """

    def __init__(self, account: AccountName, limits: Limits, tools: Tools) -> None:
        self._account, self._limits, self._tools = account, limits, tools

    async def message(self, chat: ChatId, message: Outgoing, key: Key) -> MailboxEntry:
        await linking.check(message, self._limits, self._tools.files)
        return await self._put(chat, key, {"type": "message", **_saying(message)})

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> MailboxEntry:
        await linking.check(message, self._limits, self._tools.files)
        return await self._put(chat, _fresh("edit", ref), {"type": "edit", "message": ref, **_saying(message)})

    async def delete(self, chat: ChatId, ref: ForeignId) -> MailboxEntry:
        return await self._put(chat, Key(f"delete {ref}"), {"type": "delete", "message": ref})

    async def reaction(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> MailboxEntry:
        body = {"type": "reaction", "message": ref, "emoji": emoji}
        return await self._put(chat, _fresh("reaction", ref), body)

    async def _put(self, chat: ChatId, key: Key, body: dict[str, Any]) -> MailboxEntry:
        """Stores a letter and returns it as the mailbox holds it: a repetition returns exactly the same letter."""
        mailbox = self._tools.mailbox
        try:
            sequence = await mailbox.put(self._account, chat, key, body)
            return (await mailbox.read(self._account, sequence - 1, limit=1))[0]
        except Exception as error:  # any database error: nothing was sent, and storing twice is safe
            raise Transient(f"the mailbox: {type(error).__name__}") from error


def _saying(message: Outgoing) -> dict[str, Any]:
    return {"said": _OUTGOING.dump_python(message, mode="json")}


def _fresh(what: str, ref: ForeignId) -> Key:
    return Key(f"{what} {ref} {uuid4().hex}")
