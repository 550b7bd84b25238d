"""What was said, over all dialogs: found by words, by contact, by what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Protocol

from bot.domain import AccountName, Contact, ContactId, DialogId, MessageId, OperatorId
from bot.ports.storage.messages import MessageRow


class Holds(IntFlag):
    """What a message has beside its words."""

    NOTHING = 0
    IMAGE = 1
    FILE = 2
    LINK = 4


class Archive(Protocol):
    """Newest first; `before`: the last message of the page before. Held words are their author's alone, and what an
    operator has taken back is nobody's. Of dialogs for review nothing is listed: their messages are copies."""

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
        """Messages of these accounts that have every word of `text`, or a longer one that it is part of; ё = е, and
        case does not matter. A word has two letters at least; shorter ones are only looked for beside longer ones."""
        ...

    async def contacts(self, text: str, *, limit: int = 5) -> Sequence[Contact]:
        """Whose name, phone or e-mail has every word of `text`, or whose phone it is a part of, however it is written;
        those with the latest ids first."""
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
        """All that was said with a contact, technical lines included; with `holds`, only messages that have any of it.
        `accounts` None: on all of them; `elsewhere`: on all others, too, but there only what customers wrote and were
        meant to read. `viewer` None: held words are left out whoever wrote them."""
        ...

    async def of_dialog(
        self, dialog: DialogId, *, viewer: OperatorId, before: MessageId | None = None, limit: int = 20
    ) -> Sequence[MessageRow]:
        """The same of one dialog."""
        ...
