"""Selections: messages that operators have marked for their next action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from bot.domain import DialogId, Message, MessageId, OperatorId
from storage.engine.session import Session
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables import rows
from storage.tables.tables import choices, dialogs, messages

_ADD = Statement(
    insert_into(choices, "operator_id", "message_id", "at").on_conflict_do_update(
        index_elements=["operator_id", "message_id"], set_={"at": param("at", choices.c.at)}
    )
)
_of_operator = choices.c.operator_id == param("operator")
_REMOVE = Statement(delete(choices).where(_of_operator, choices.c.message_id == param("message")))
_of_thread = or_(dialogs.c.id == param("root"), dialogs.c.continues_id == param("root"))
_OF = Statement(
    select(*rows.MESSAGE)
    .join_from(choices, messages, messages.c.id == choices.c.message_id)
    .join(dialogs, dialogs.c.id == messages.c.dialog_id)
    .where(_of_operator, choices.c.at >= param("since", choices.c.at), _of_thread)
    .order_by(messages.c.id)
)
_CLEAR = Statement(
    delete(choices).where(
        _of_operator,
        choices.c.message_id.in_(
            select(messages.c.id).join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id).where(_of_thread)
        ),
    )
)


class SqlChoices:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def add(self, operator: OperatorId, message: MessageId, at: datetime) -> None:
        self._session.later(_ADD, operator_id=operator, message_id=message, at=at)

    async def remove(self, operator: OperatorId, message: MessageId) -> None:
        self._session.later(_REMOVE, operator=operator, message=message)

    async def of(self, operator: OperatorId, root: DialogId, since: datetime) -> Sequence[Message]:
        found = await self._session.rows(_OF, operator=operator, root=root, since=since)
        return [rows.message(row) for row in found]

    async def clear(self, operator: OperatorId, root: DialogId) -> None:
        self._session.later(_CLEAR, operator=operator, root=root)
