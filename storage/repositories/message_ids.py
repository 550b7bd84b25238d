"""Ids of messages on the customer's channel and in the desk; their unsent parts and their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, literal_column, select, update

from bot.domain import (
    TO_CUSTOMERS,
    AccountName,
    Author,
    ChatId,
    Content,
    Delivery,
    ForeignId,
    Message,
    MessageId,
    PostId,
    PostRef,
    ThreadRef,
)
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.repositories import revisions
from storage.tables import rows
from storage.tables.tables import dialogs, foreign_refs, identities, marks, messages, posts

_position = (
    select(func.count())
    .select_from(foreign_refs)
    .where(foreign_refs.c.message_id == param("message_id"))
    .scalar_subquery()
)
_LINK_FOREIGN = Statement(
    insert_into(foreign_refs, "account", "chat", "ref", "message_id")
    .values(position=_position)
    .on_conflict_do_nothing()
)
_this_ref = and_(
    foreign_refs.c.account == param("account"), foreign_refs.c.chat == param("chat"), foreign_refs.c.ref == param("ref")
)
_BY_FOREIGN = Statement(
    select(*rows.MESSAGE).join_from(foreign_refs, messages, messages.c.id == foreign_refs.c.message_id).where(_this_ref)
)
_FOREIGN = Statement(
    select(foreign_refs.c.ref)
    .where(foreign_refs.c.message_id == param("message"))
    .order_by(foreign_refs.c.position, foreign_refs.c.ref)
)
_UNREAD = messages.c.delivery.in_([literal_column("'sent'"), literal_column("'delivered'")])
_DIALOGS = Statement(
    select(dialogs.c.id)
    .join_from(identities, dialogs, dialogs.c.contact_id == identities.c.contact_id)
    .where(
        identities.c.account == param("account"),
        identities.c.chat == param("chat"),
        dialogs.c.account == param("account"),
        dialogs.c.chat == param("chat"),
    )
)
_SENT_THROUGH = Statement(
    select(messages.c.id).where(
        among(messages.c.dialog_id, "dialogs"),
        messages.c.author.in_([literal_column(f"'{author.value}'") for author in sorted(TO_CUSTOMERS)]),
        _UNREAD,
        # "+ 0" keeps this a filter: rows are found by their dialogs
        messages.c.id + 0 <= select(foreign_refs.c.message_id).where(_this_ref).scalar_subquery(),
    )
)
_LINK_POST = Statement(insert_into(posts, "desk", "channel", "post", "message_id").on_conflict_do_nothing())
_touch = update(messages).where(messages.c.id == param("message"))
_TOUCH = Statement(
    _touch.values(revision=revisions.next_revision(messages.c.dialog_id)),
    postgres=_touch.values(revision=revisions.PRESENT),
)
_BY_POST = Statement(
    select(*rows.MESSAGE)
    .join_from(posts, messages, messages.c.id == posts.c.message_id)
    .where(posts.c.desk == param("desk"), posts.c.channel == param("channel"), posts.c.post == param("post"))
    .order_by(messages.c.id)
)
_POST = Statement(
    select(posts.c.desk, posts.c.channel, posts.c.post)
    .where(posts.c.message_id == param("message"))
    .order_by(posts.c.post)
    .limit(1)
)
_POSTS_OF_THREAD = Statement(
    select(posts.c.post, messages.c.author, messages.c.deleted_at)
    .join_from(dialogs, messages, messages.c.dialog_id == dialogs.c.id)
    .join(posts, posts.c.message_id == messages.c.id)
    .where(
        dialogs.c.desk == param("desk"),
        dialogs.c.channel == param("channel"),
        dialogs.c.thread == param("thread"),
        messages.c.at >= param("since", messages.c.at),
        posts.c.desk == dialogs.c.desk,
        posts.c.channel == dialogs.c.channel,
    )
    .order_by(messages.c.id),
    heavy=True,
)
_WRITTEN = frozenset({Author.OPERATOR.value, Author.NOTE.value})
_this = messages.c.id == param("message")
_PARTS = Statement(select(messages.c.parts).where(_this))
_SET_PARTS = Statement(update(messages).where(_this).values(parts=param("parts")), held=True)
_parts_left = func.replace(messages.c.parts, param("part", messages.c.parts), ",")
_whole = and_(_parts_left == ",", messages.c.delivery == literal_column(f"'{Delivery.PENDING}'"))
_delivery = case((_whole, param("delivery", messages.c.delivery)), else_=messages.c.delivery)
_part_done = (
    update(messages)
    .where(_this, _parts_left != messages.c.parts)
    .values(parts=_parts_left, delivery=_delivery)
    .returning(messages.c.parts, *rows.MESSAGE)
)
_PART_DONE = Statement(
    _part_done.values(revision=revisions.next_revision(messages.c.dialog_id)),
    postgres=_part_done.values(revision=revisions.PRESENT),
)
_MARK = Statement(select(marks.c.mark).where(marks.c.message_id == param("message")))
_SET_MARK = Statement(
    insert_into(marks, "message_id", "mark").on_conflict_do_update(
        index_elements=["message_id"], set_={"mark": param("mark")}
    )
)


class MessageIds:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work
        self._contents: dict[MessageId, Content] = {}  # as read or written in this transaction

    def _known(self, row: Any) -> Message:
        message = rows.message(row)
        self._contents[message.id] = message.content
        return message

    # ids on the customer's channel

    async def link_foreign(
        self, message: MessageId, account: AccountName, chat: ChatId, refs: Sequence[ForeignId]
    ) -> None:
        for ref in refs:
            self._session.later(_LINK_FOREIGN, account=account, chat=chat, ref=ref, message_id=message)

    async def by_foreign(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Message | None:
        found = await one(self._session, _BY_FOREIGN, account=account, chat=chat, ref=ref)
        return self._known(found) if found else None

    async def foreign(self, message: MessageId) -> Sequence[ForeignId]:
        return [ref for (ref,) in await self._session.rows(_FOREIGN, message=message)]

    async def sent_through(self, account: AccountName, chat: ChatId, ref: ForeignId) -> Sequence[MessageId]:
        of_chat = [dialog for (dialog,) in await self._session.rows(_DIALOGS, account=account, chat=chat)]
        found = await self._session.rows(_SENT_THROUGH, dialogs=of_chat, account=account, chat=chat, ref=ref)
        return sorted(message for (message,) in found)

    # ids in the desk

    async def link_post(self, messages: Sequence[MessageId], post: PostRef) -> None:
        for message in messages:
            self._session.later(_LINK_POST, desk=post.desk, channel=post.channel, post=post.post, message_id=message)

    async def touch(self, messages: Sequence[MessageId]) -> None:
        for message in messages:
            self._session.later(_TOUCH, message=message)

    async def by_post(self, post: PostRef) -> Sequence[Message]:
        found = await self._session.rows(_BY_POST, desk=post.desk, channel=post.channel, post=post.post)
        return [self._known(row) for row in found]

    async def posts_of_thread(self, thread: ThreadRef, since: datetime) -> Mapping[PostId, bool]:
        listed = await self._session.rows(
            _POSTS_OF_THREAD, desk=thread.desk, channel=thread.channel, thread=thread.thread, since=since
        )
        found: dict[PostId, bool] = {}
        for post, author, deleted_at in listed:
            found[PostId(post)] = found.get(PostId(post), False) or (author in _WRITTEN and deleted_at is None)
        return found

    async def post(self, message: MessageId) -> PostRef | None:
        found = await one(self._session, _POST, message=message)
        return PostRef(*found) if found else None

    # parts of one message, sent one after another

    async def set_parts(self, message: MessageId, parts: int) -> None:
        numbers = "".join(f"{number}," for number in range(parts))
        self._session.later(_SET_PARTS, message=message, parts=f",{numbers}")

    async def part_done(self, message: MessageId, part: int, delivery: Delivery) -> Message | None:
        found = await one(self._session, _PART_DONE, message=message, part=f",{part},", delivery=delivery.value)
        if found is None or found[0] != ",":
            return None
        whole = self._known(found[1:])
        self._work.wake(f"dialog:{whole.dialog}")
        return whole

    async def parts_left(self, message: MessageId) -> Sequence[int]:
        found = await one(self._session, _PARTS, message=message)
        return [int(number) for number in found[0].split(",") if number] if found else []

    async def mark_shown(self, message: MessageId) -> str:
        found = await one(self._session, _MARK, message=message)
        return str(found[0]) if found else ""

    async def set_mark_shown(self, message: MessageId, mark: str) -> None:
        self._session.later(_SET_MARK, message_id=message, mark=mark)
