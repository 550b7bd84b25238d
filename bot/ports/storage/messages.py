"""Repository for messages and their ids on channels and desks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Key,
    Line,
    Message,
    MessageId,
    OperatorId,
    PostId,
    PostRef,
    Receipt,
    ThreadRef,
)
from bot.domain.value import value


@value
class NewMessage:
    dialog: DialogId
    author: Author
    at: datetime
    content: Content = Content()
    operator: OperatorId | None = None
    delivery: Delivery = Delivery.NONE
    reply_to: MessageId | None = None
    line: Line | None = None
    late: bool = False


@value
class MessageRow:
    """Message with everything a list shows about it."""

    message: Message
    dialog: Dialog
    contact: Contact
    post: PostRef | None


@value
class Sendable:
    """Reply with everything needed to send it. `left`: numbers of the parts not sent yet; `author`: the operator's
    display name, "" for none."""

    message: Message
    dialog: Dialog
    left: tuple[int, ...]
    author: str


@value
class Postable:
    """Message with everything needed to post it. `contact`: the dialog's; None: it was merged into another."""

    message: Message
    dialog: Dialog
    contact: Contact | None


@value
class Markable:
    """State of a message, its post on the desk and the mark on that post, "" for none."""

    delivery: Delivery
    deleted: bool
    post: PostRef | None
    mark: str


@value
class Outline:
    """Dialog in outline, for its card. `first`, `last`: the first and the last message of its customer that were not
    deleted; None: there is none. The others tell whether there is anything to list: important messages and tasks of
    the dialog, files and links of its contact, their deals. A contact's long history is taken to have all of it."""

    first: Message | None = None
    last: Message | None = None
    important: bool = False
    files: bool = False
    tasks: bool = False
    deals: bool = False


class Messages(Protocol):
    """Messages and their ids: on the channel (`ForeignId`) and on the desk (`PostId`)."""

    async def add(self, message: NewMessage) -> Message:
        """Stores a new message; increases the dialog's revision."""
        ...

    async def get(self, message: MessageId) -> Message | None:
        """The message; None: there is none with that id."""
        ...

    async def sendable(self, message: MessageId) -> Sendable | None:
        """Message to send, read in one statement because every reply needs it."""
        ...

    async def postable(self, message: MessageId) -> Postable | None:
        """Message to post, with its dialog and contact, read in one statement."""
        ...

    async def markable(self, message: MessageId) -> Markable | None:
        """Message to mark, with its post and current mark, read in one statement."""
        ...

    async def lock(self, message: MessageId) -> Message | None:
        """The message, locked until the transaction ends; None: there is none with that id."""
        ...

    async def save(self, message: Message) -> None:
        """Writes author, content, delivery, failure, detail, important, times and reactions."""
        ...

    async def set_line(self, message: MessageId, line: Line) -> None:
        """Replaces a technical line."""
        ...

    async def latest(self, dialog: DialogId, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        """Latest messages (older than `before`), oldest first."""
        ...

    async def of_thread(self, dialog: Dialog, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        """Latest messages of the thread, including those of the dialogs that this one continues."""
        ...

    async def written_by(self, dialog: DialogId, author: Author, limit: int) -> Sequence[Message]:
        """Latest messages by this kind of author, newest first; without held ones (`Delivery.HELD`)."""
        ...

    async def held(self, dialog: DialogId) -> Sequence[Message]:
        """Held messages that were not deleted, oldest first."""
        ...

    async def outline(self, dialog: Dialog) -> Outline:
        """Outline of the dialog, read in one statement because every card needs it."""
        ...

    async def changed(self, dialog: DialogId, since: int, limit: int = 200) -> tuple[Sequence[Message], int]:
        """Messages of a dialog added or saved after revision `since` (0: all), and the newest revision, for live pages.
        Every add or save of the dialog's messages increases the revision."""
        ...

    async def important(
        self, *, dialog: DialogId | None = None, accounts: Sequence[AccountName] = (), limit: int = 20
    ) -> Sequence[MessageRow]:
        """Important messages, newest first: of one dialog, otherwise of all dialogs of `accounts`."""
        ...

    # on the customer's channel
    async def link_foreign(
        self, message: MessageId, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]
    ) -> None:
        """Links a message to its ids on the channel. Repeating a link is no error."""
        ...

    async def keep_receipt(self, account: AccountName, receipt: Receipt, at: datetime) -> None:
        """Keeps a receipt for an id not linked yet: the platform's response to our sending may still be on its way. One
        that carries a key is kept under the key."""
        ...

    async def kept_receipt(self, account: AccountName, chat: ChatId, key: Key) -> Receipt | None:
        """First receipt that is kept under a key; it stays kept."""
        ...

    async def take_receipts(self, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]) -> Sequence[Receipt]:
        """Removes and returns the receipts kept under these ids or keys, oldest first."""
        ...

    async def forget_receipts(self, before: datetime) -> None:
        """Deletes old receipts: those of messages sent with another program are never claimed."""
        ...

    async def by_foreign(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Message | None:
        """The message known on the channel by that id; None: none is linked to it."""
        ...

    async def foreign(self, message: MessageId) -> Sequence[ForeignId]:
        """Ids on the channel, in the order they were linked."""
        ...

    async def sent_through(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Sequence[MessageId]:
        """Unread messages of ours in the conversation, up to and including `ref`."""
        ...

    # in the desk
    async def link_post(self, messages: Sequence[MessageId], post: PostRef) -> None:
        """Links messages to the post that shows them. Repeating a link is no error."""
        ...

    async def touch(self, messages: Sequence[MessageId]) -> None:
        """Marks messages as changed, so that live pages load them again."""
        ...

    async def by_post(self, post: PostRef) -> Sequence[Message]:
        """All messages in a post, oldest first."""
        ...

    async def posts_of_thread(self, thread: ThreadRef, since: datetime) -> Mapping[PostId, bool]:
        """Posts that show the thread's messages since then, oldest message first; True: one of them is an operator's,
        not deleted."""
        ...

    async def post(self, message: MessageId) -> PostRef | None:
        """First post that shows the message; None: it was not posted."""
        ...

    # parts of one message that are sent one after another
    async def set_parts(self, message: MessageId, parts: int) -> None:
        """Records that the message is sent in parts 0 to `parts` - 1, none of them sent yet."""
        ...

    async def part_done(self, message: MessageId, part: int, delivery: Delivery) -> Message | None:
        """Records a part as sent. If it was the last one missing, returns the message, locked, with `delivery` if it
        was pending; otherwise None."""
        ...

    async def parts_left(self, message: MessageId) -> Sequence[int]:
        """Numbers of the parts not sent yet."""
        ...

    async def mark_shown(self, message: MessageId) -> str:
        """Mark shown on its post; "" for none."""
        ...

    async def set_mark_shown(self, message: MessageId, mark: str) -> None:
        """Stores the mark shown on its post."""
        ...
