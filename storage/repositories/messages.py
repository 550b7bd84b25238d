"""Messages of dialogs. Their outside ids are in `storage.repositories.message_ids`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, literal_column, or_, select, update

from bot.domain import AccountName, Author, Delivery, Dialog, DialogId, Line, Message, MessageId, PostRef
from bot.ports.storage import Markable, MessageRow, NewMessage, Outline, Postable, Sendable
from storage.engine import codec
from storage.engine.session import one
from storage.engine.statements import Statement, among, insert_into, param
from storage.files import unreferenced
from storage.repositories import outlines, revisions
from storage.repositories.early_receipts import EarlyReceipts
from storage.repositories.message_ids import MessageIds
from storage.repositories.message_lists import listed, located
from storage.search.normalize import holds_of, words_of
from storage.tables import rows
from storage.tables.tables import contacts, dialogs, edits, marks, messages, operators, posts

_ADDED = (
    "dialog_id",
    "author",
    "at",
    "content",
    "operator_id",
    "delivery",
    "reply_to",
    "line",
    "words",
    "holds",
    "late",
)
_SAVED = (
    "author",
    "content",
    "delivery",
    "failure",
    "detail",
    "important",
    "edited_at",
    "deleted_at",
    "reactions",
    "words",
    "holds",
)
_add = insert_into(messages, *_ADDED)
_ADD = Statement(
    _add.values(revision=revisions.next_revision(param("dialog_id"))).returning(messages.c.id),
    postgres=_add.values(revision=revisions.PRESENT).returning(messages.c.id),
)
_this = messages.c.id == param("message")
_SET_LINE = Statement(update(messages).where(_this).values(line=param("line", messages.c.line)))
_save = update(messages).where(_this).values({name: param(name, messages.c[name]) for name in _SAVED})
_SAVE = Statement(
    _save.values(revision=revisions.next_revision(messages.c.dialog_id)),
    postgres=_save.values(revision=revisions.PRESENT),
    held=True,
)
# If `storage.search.indexer` is deleting this row at the same moment, the upsert waits and inserts it again.
_EDITED = Statement(
    insert_into(edits, "message_id").on_conflict_do_update(
        index_elements=["message_id"], set_={"message_id": param("message_id")}
    )
)
_select = select(*rows.MESSAGE)
_GET = Statement(_select.where(_this))
_LOCK = Statement(_select.where(_this).with_for_update(key_share=True))
_SENDABLE = Statement(
    select(*rows.MESSAGE, *rows.DIALOG, messages.c.parts, operators.c.title, operators.c.name)
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .outerjoin(operators, operators.c.id == messages.c.operator_id)
    .where(_this)
)
_POSTABLE = Statement(
    select(*rows.MESSAGE, *rows.DIALOG, *rows.CONTACT)
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .outerjoin(contacts, and_(contacts.c.id == dialogs.c.contact_id, contacts.c.merged_into.is_(None)))
    .where(_this)
)
_MARKABLE = Statement(
    select(messages.c.delivery, messages.c.deleted_at, posts.c.desk, posts.c.channel, posts.c.post, marks.c.mark)
    .outerjoin_from(messages, posts, posts.c.message_id == messages.c.id)
    .outerjoin(marks, marks.c.message_id == messages.c.id)
    .where(_this)
    .order_by(posts.c.post)
    .limit(1)
)
_of_dialog = messages.c.dialog_id == param("dialog")
_LATEST = Statement(
    _select.where(_of_dialog, messages.c.id < param("before")).order_by(messages.c.id.desc()).limit(param("limit"))
)
_thread_until_here = select(dialogs.c.id).where(
    or_(dialogs.c.id == param("root"), dialogs.c.continues_id == param("root")), dialogs.c.id <= param("dialog")
)
_OF_THREAD = Statement(
    _select.where(messages.c.dialog_id.in_(_thread_until_here), messages.c.id < param("before"))
    .order_by(messages.c.id.desc())
    .limit(param("limit"))
)
_WRITTEN_BY = Statement(
    _select.where(
        _of_dialog, messages.c.author == param("author"), messages.c.delivery != literal_column(f"'{Delivery.HELD}'")
    )
    .order_by(messages.c.id.desc())
    .limit(param("limit"))
)
_HELD = Statement(
    _select.where(
        _of_dialog, messages.c.delivery == literal_column(f"'{Delivery.HELD}'"), messages.c.deleted_at.is_(None)
    ).order_by(messages.c.id)
)
_NO_BOUND = 2**62

_important = listed.where(messages.c.important).order_by(messages.c.id.desc()).limit(param("limit"))
_IMPORTANT_HERE = Statement(_important.where(_of_dialog), heavy=True)
_IMPORTANT = Statement(_important.where(among(dialogs.c.account, "accounts")), heavy=True)


class SqlMessages(MessageIds, EarlyReceipts):
    async def add(self, message: NewMessage) -> Message:
        [(id_,)] = await self._session.rows(
            _ADD,
            dialog_id=message.dialog,
            author=message.author.value,
            at=message.at,
            content=codec.content.dump(message.content),
            operator_id=message.operator,
            delivery=message.delivery.value,
            reply_to=message.reply_to,
            line=codec.line.dump(message.line) if message.line else None,
            words=words_of(message.content),
            holds=holds_of(message.content),
            late=message.late,
        )
        self._work.wake(f"dialog:{message.dialog}")
        self._contents[id_] = message.content
        if kept := [file.id for file in unreferenced.files_in(message.content)]:
            self._session.later(unreferenced.CROSS_OUT, ids=kept)
        return Message(
            id_,
            message.dialog,
            message.author,
            message.at,
            message.content,
            message.operator,
            message.delivery,
            reply_to=message.reply_to,
            line=message.line,
            late=message.late,
        )

    async def get(self, message: MessageId) -> Message | None:
        found = await one(self._session, _GET, message=message)
        return self._known(found) if found else None

    async def sendable(self, message: MessageId) -> Sendable | None:
        found = await one(self._session, _SENDABLE, message=message)
        if found is None:
            return None
        *row, parts, title, name = found
        width = len(rows.MESSAGE)
        left = tuple(int(number) for number in parts.split(",") if number)
        return Sendable(self._known(row[:width]), rows.dialog(row[width:]), left, title or name or "")

    async def postable(self, message: MessageId) -> Postable | None:
        found = await one(self._session, _POSTABLE, message=message)
        if found is None:
            return None
        start, end = len(rows.MESSAGE), len(rows.MESSAGE) + len(rows.DIALOG)
        contact = rows.contact(found[end:]) if found[end] is not None else None
        return Postable(self._known(found[:start]), rows.dialog(found[start:end]), contact)

    async def markable(self, message: MessageId) -> Markable | None:
        found = await one(self._session, _MARKABLE, message=message)
        if found is None:
            return None
        delivery, deleted_at, desk, channel, post, mark = found
        ref = PostRef(desk, channel, post) if post else None
        return Markable(Delivery(delivery), deleted_at is not None, ref, mark or "")

    async def lock(self, message: MessageId) -> Message | None:
        found = await one(self._session, _LOCK, message=message)
        return self._known(found) if found else None

    async def save(self, message: Message) -> None:
        self._session.later(
            _SAVE,
            message=message.id,
            author=message.author.value,
            content=codec.content.dump(message.content),
            delivery=message.delivery.value,
            failure=message.failure,
            detail=message.detail,
            important=message.important,
            edited_at=message.edited_at,
            deleted_at=message.deleted_at,
            reactions=" ".join(message.reactions),
            words=words_of(message.content),
            holds=holds_of(message.content),
        )
        if self._contents.get(message.id) != message.content:
            self._session.later(_EDITED, message_id=message.id)
            self._contents[message.id] = message.content
        self._work.wake(f"dialog:{message.dialog}")

    async def set_line(self, message: MessageId, line: Line) -> None:
        self._session.later(_SET_LINE, message=message, line=codec.line.dump(line))

    async def latest(self, dialog: DialogId, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        bound = _NO_BOUND if before is None else before
        found = await self._session.rows(_LATEST, dialog=dialog, before=bound, limit=limit)
        return [rows.message(row) for row in reversed(found)]

    async def of_thread(self, dialog: Dialog, *, before: MessageId | None = None, limit: int = 50) -> Sequence[Message]:
        bound = _NO_BOUND if before is None else before
        found = await self._session.rows(_OF_THREAD, root=dialog.root, dialog=dialog.id, before=bound, limit=limit)
        return [rows.message(row) for row in reversed(found)]

    async def written_by(self, dialog: DialogId, author: Author, limit: int) -> Sequence[Message]:
        found = await self._session.rows(_WRITTEN_BY, dialog=dialog, author=author.value, limit=limit)
        return [rows.message(row) for row in found]

    async def held(self, dialog: DialogId) -> Sequence[Message]:
        return [self._known(row) for row in await self._session.rows(_HELD, dialog=dialog)]

    async def outline(self, dialog: Dialog) -> Outline:
        return await outlines.outline(self._session, dialog)

    async def changed(self, dialog: DialogId, since: int, limit: int = 200) -> tuple[Sequence[Message], int]:
        found = await self._session.rows(revisions.CHANGED, dialog=dialog, since=since, limit=limit)
        width = len(rows.MESSAGE)
        changed = [rows.message(row[:width]) for row in found if row[0] is not None]
        return changed, revisions.newest(found, since, limit)

    async def important(
        self, *, dialog: DialogId | None = None, accounts: Sequence[AccountName] = (), limit: int = 20
    ) -> Sequence[MessageRow]:
        if dialog is None:
            found = await self._session.rows(_IMPORTANT, accounts=list(accounts), limit=limit)
        else:
            found = await self._session.rows(_IMPORTANT_HERE, dialog=dialog, limit=limit)
        return await located(self._session, found)
