"""Repository for searches over all dialogs: by text, by contact, by attachments."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Protocol

from bot.domain import AccountName, Contact, ContactId, DialogId, MessageId, OperatorId
from bot.ports.storage.messages import MessageRow


class Holds(IntFlag):
    """Contents of a message besides its text."""

    NOTHING = 0
    IMAGE = 1
    FILE = 2
    LINK = 4


class Archive(Protocol):
    """Results are newest first; `before`: the last message of the previous page. Held messages are visible to their
    author only, deleted ones to nobody. Dialogs for review are left out: their messages are copies."""

    async def search(
        self,
        text: str,
        *,
        viewer: OperatorId,
        accounts: Sequence[AccountName],
        contact: ContactId | None = None,
        before: MessageId | None = None,
        limit: int = 20,
    ) -> Sequence[MessageRow]:
        """Messages of these accounts that contain every word of `text`, also inside longer words; ё = е, and case does
        not matter. A word has at least two letters; shorter ones only count beside longer ones."""
        ...

    async def contacts(self, text: str, *, limit: int = 5) -> Sequence[Contact]:
        """Contacts whose name, phone or e-mail contains every word of `text`, or whose phone number contains it however
        it is written; latest ids first."""
        ...

    async def of_contact(
        self,
        contact: ContactId,
        *,
        viewer: OperatorId | None = None,
        accounts: Sequence[AccountName] | None = None,
        elsewhere: bool = False,
        holds: Holds = Holds.NOTHING,
        before: MessageId | None = None,
        limit: int = 20,
    ) -> Sequence[MessageRow]:
        """All messages with a contact, technical lines included; with `holds`, only those with any such content.
        `accounts` None: on all accounts; `elsewhere`: also on all others, but there only what customers wrote or were
        sent. `viewer` None: all held messages are left out."""
        ...

    async def of_dialog(
        self, dialog: DialogId, *, viewer: OperatorId, before: MessageId | None = None, limit: int = 20
    ) -> Sequence[MessageRow]:
        """All messages of a dialog, technical lines included; held ones only for their author."""
        ...
