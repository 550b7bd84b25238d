"""Messages, and by which ids they are known where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain import (
    AccountName,
    Author,
    ChatId,
    Contact,
    Content,
    Delivery,
    Dialog,
    DialogId,
    ForeignId,
    Line,
    Message,
    MessageId,
    OperatorId,
    PostRef,
    Receipt,
)


@dataclass(frozen=True, slots=True)
class NewMessage:
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    reply_to: MessageId | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message with all that a list says of it."""

    message: Message
    dialog: Dialog
    contact: Contact
    post: PostRef | None


@dataclass(frozen=True, slots=True)
class Sendable:
    """An answer with all that is needed to send it. `left`: its parts that are not out yet; `author`: the operator's
    shown name, "" for none."""

    message: Message
    dialog: Dialog
    left: tuple[int, ...]
    author: str


@dataclass(frozen=True, slots=True)
class Postable:
    """A message with all that is needed to post it. `contact`: the dialog's; None: they turned out to be another."""

    message: Message
    dialog: Dialog
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Markable:
    """A message with its post in the desk and the mark that stands on it, "" none."""

    message: Message
    post: PostRef | None
    mark: str


class Messages(Protocol):
    """Messages and where they are known by which id: on the channel (`ForeignId`) and in the desk (`PostId`)."""

    async def add(self, message: NewMessage) -> Message:
        """Stores a new message; the dialog's revision grows."""
        ...

    async def get(self, message: MessageId) -> Message | None:
        """The message; None: there is none with that id."""
        ...

    async def sendable(self, message: MessageId) -> Sendable | None:
        """In one statement, for this is asked for every answer."""
        ...

    async def postable(self, message: MessageId) -> Postable | None:
        """Likewise for every message that goes into a thread."""
        ...

    async def markable(self, message: MessageId) -> Markable | None:
        """Likewise for every mark."""
        ...

    async def lock(self, message: MessageId) -> Message | None:
        """The message, locked until the transaction ends; None: there is none with that id."""
        ...

    async def save(self, message: Message) -> None:
        """Writes author, content, delivery, failure, detail, important, times and reactions."""
        ...

    async def latest(self, dialog: DialogId, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        """The newest ones (older than `before`), oldest first."""
        ...

    async def of_thread(self, dialog: Dialog, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        """The same with those of the dialogs in whose thread this one goes on."""
        ...

    async def written_by(self, dialog: DialogId, author: Author, limit: int) -> Sequence[Message]:
        """The newest ones of an author of this kind, newest first; without those that wait for their author to decide
        (`Delivery.HELD`)."""
        ...

    async def changed(self, dialog: DialogId, since: int, limit: int = 200) -> tuple[Sequence[Message], int]:
        """Messages of a dialog added or saved after revision `since` (0: all), and the newest revision: what a
        live page asks for. Revisions grow with every add and save of the dialog's messages."""
        ...

    async def important(
        self, *, dialog: DialogId | None = None, accounts: Sequence[AccountName] = (), limit: int = 20
    ) -> Sequence[MessageRow]:
        """Starred messages, newest first: of one dialog, else of all dialogs of `accounts`."""
        ...

    # on the customer's channel
    async def link_foreign(
        self, message: MessageId, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]
    ) -> None:
        """Repeating a link is no error."""
        ...

    async def keep_receipt(self, account: AccountName, receipt: Receipt, at: datetime) -> None:
        """For a message that is not linked to its id yet: the answer of the platform may be on its way."""
        ...

    async def take_receipts(self, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]) -> Sequence[Receipt]:
        """Those that were kept, oldest first; they are kept no longer."""
        ...

    async def forget_receipts(self, before: datetime) -> None:
        """Those about messages that somebody else has sent, through another program."""
        ...

    async def by_foreign(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Message | None:
        """The message known on the channel by that id; None: none is linked to it."""
        ...

    async def foreign(self, message: MessageId) -> Sequence[ForeignId]:
        """In the order they were linked."""
        ...

    async def sent_through(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Sequence[MessageId]:
        """Messages to the customer of the conversation sent up to and with `ref` that are not read yet."""
        ...

    # in the desk
    async def link_post(self, messages: Sequence[MessageId], post: PostRef) -> None:
        """Several messages may stand in one post. Repeating a link is no error."""
        ...

    async def touch(self, messages: Sequence[MessageId]) -> None:
        """Whoever reads their dialog live is given them again."""
        ...

    async def by_post(self, post: PostRef) -> Sequence[Message]:
        """All messages that stand in a post, oldest first."""
        ...

    async def post(self, message: MessageId) -> PostRef | None:
        """The first post in which the message stands; None: it was not posted."""
        ...

    # parts of one message that go out one after another
    async def set_parts(self, message: MessageId, parts: int) -> None:
        """Notes that the message goes out in parts 0 to `parts` - 1, none of them sent."""
        ...

    async def part_done(self, message: MessageId, part: int, delivery: Delivery) -> Message | None:
        """When this was the last part missing: the message, locked; if it was pending, it is `delivery` now. Else
        None."""
        ...

    async def parts_left(self, message: MessageId) -> Sequence[int]:
        """Numbers of the parts that are not out yet."""
        ...

    async def mark_shown(self, message: MessageId) -> str:
        """The mark that stands on its post now; "" none."""
        ...

    async def set_mark_shown(self, message: MessageId, mark: str) -> None:
        """Stores the mark that stands on the message's post now."""
        ...
