"""Changes of a conversation's id on its channel, joining the two chats where both are already known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, exists, func, literal_column, select, update

from bot.domain import AccountName, ChatId
from storage.engine.session import Session, one
from storage.engine.statements import Statement, param
from storage.tables.tables import contacts, dialogs, foreign_refs, identities, merged_chats

_HERE = and_(identities.c.account == param("account"), identities.c.chat == param("chat"))
_LOCK = Statement(select(identities.c.contact_id, identities.c.barred).where(_HERE).with_for_update(key_share=True))
_RENAME = Statement(update(identities).where(_HERE).values(chat=param("to")))
_FORGET = Statement(delete(identities).where(_HERE))
_BAR = Statement(update(identities).where(_HERE).values(barred=True))
_BAR_DIALOGS = Statement(
    update(dialogs)
    .where(
        dialogs.c.account == param("account"), dialogs.c.chat == param("chat"), dialogs.c.contact_id == param("contact")
    )
    .values(barred=True)
)
_dialogs = and_(
    dialogs.c.contact_id == param("before"), dialogs.c.account == param("account"), dialogs.c.chat == param("chat")
)
_is_open = dialogs.c.status.not_in([literal_column("'closed'"), literal_column("'for_review'")])
_OPEN = Statement(
    select(dialogs.c.id)
    .where(dialogs.c.account == param("account"), dialogs.c.chat.in_((param("chat"), param("to"))), _is_open)
    .order_by(dialogs.c.id)
    .with_for_update(key_share=True)
)
_CLOSE = Statement(
    update(dialogs)
    .where(dialogs.c.id == param("dialog"))
    .values(
        status=literal_column("'closed'"),
        closed_at=param("now", dialogs.c.closed_at),
        comment=param("comment"),
        waiting_since=None,
        waits=False,
    )
)
_MOVE = Statement(update(dialogs).where(_dialogs).values(chat=param("to"), contact_id=param("contact")))
COUNT_DIALOGS = Statement(
    update(contacts)
    .where(contacts.c.id == param("contact"))
    .values(
        dialogs=select(func.count())
        .select_from(dialogs)
        .where(dialogs.c.contact_id == param("contact"), dialogs.c.source_id.is_(None))
        .scalar_subquery()
    )
)


_GIVEN = Statement(
    update(merged_chats)
    .where(merged_chats.c.account == param("account"), merged_chats.c.chat == param("chat"))
    .values(chat=param("to"))
)
_FORGET_GIVEN = Statement(
    delete(merged_chats).where(merged_chats.c.account == param("account"), merged_chats.c.chat == param("chat"))
)


_there = foreign_refs.alias("there")
_REFS = Statement(
    update(foreign_refs)
    .where(
        foreign_refs.c.account == param("account"),
        foreign_refs.c.chat == param("chat"),
        ~exists().where(
            _there.c.account == foreign_refs.c.account,
            _there.c.chat == param("to"),
            _there.c.ref == foreign_refs.c.ref,
        ),
    )
    .values(chat=param("to"))
)


async def move_chat(
    session: Session, account: AccountName, chat: ChatId, to: ChatId, now: datetime, *, same_ids: bool
) -> None:
    """Moves a chat to the id `to`, with its dialogs; joins it to the chat known by that id, if any.

    Without `same_ids`, messages keep the chat they came by, because their ids mean nothing in the other one. Of two
    open dialogs the older one continues; the younger is closed with a comment that names it. A customer blocked in one
    of the chats is blocked in both.
    """
    old = await one(session, _LOCK, account=account, chat=chat)
    if old is None or chat == to:
        return
    new = await one(session, _LOCK, account=account, chat=to)
    if new is None:
        session.later(_RENAME, account=account, chat=chat, to=to)
        session.later(_GIVEN, account=account, chat=chat, to=to)
    else:
        opened = [dialog for (dialog,) in await session.rows(_OPEN, account=account, chat=chat, to=to)]
        for younger in opened[1:]:
            session.later(_CLOSE, dialog=younger, now=now, comment=f"→ #{opened[0]}")
        session.later(_FORGET, account=account, chat=chat)
        session.later(_FORGET_GIVEN, account=account, chat=chat)
    if same_ids:
        session.later(_REFS, account=account, chat=chat, to=to)
    contact = old[0] if new is None else new[0]
    session.later(_MOVE, account=account, chat=chat, to=to, before=old[0], contact=contact)
    if old[1] or (new is not None and new[1]):
        session.later(_BAR, account=account, chat=to)
        session.later(_BAR_DIALOGS, account=account, chat=to, contact=contact)
    session.later(COUNT_DIALOGS, contact=contact)
