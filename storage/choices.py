"""Messages that operators have marked for what they do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.model import DialogId, Message, MessageId, OperatorId
from storage import rows
from storage.schema import choices, messages
from storage.session import Session
from storage.statements import Statement, insert_into, param
from storage.work import Work

_ADD = Statement(insert_into(choices, "operator_id", "message_id", "at").on_conflict_do_nothing())
_of_operator = choices.c.operator_id == param("operator")
_REMOVE = Statement(delete(choices).where(_of_operator, choices.c.message_id == param("message")))
_OF = Statement(
    select(*rows.MESSAGE)
    .join_from(choices, messages, messages.c.id == choices.c.message_id)
    .where(_of_operator, messages.c.dialog_id == param("dialog"))
    .order_by(messages.c.id)
)
_CLEAR = Statement(
    delete(choices).where(
        _of_operator, choices.c.message_id.in_(select(messages.c.id).where(messages.c.dialog_id == param("dialog")))
    )
)


class SqlChoices:
    def __init__(self, session: Session, _: Work) -> None:
        self._session = session

    async def add(self, operator: OperatorId, message: MessageId, at: datetime) -> None:
        self._session.later(_ADD, operator_id=operator, message_id=message, at=at)

    async def remove(self, operator: OperatorId, message: MessageId) -> None:
        self._session.later(_REMOVE, operator=operator, message=message)

    async def of(self, operator: OperatorId, dialog: DialogId) -> Sequence[Message]:
        return [rows.message(row) for row in await self._session.rows(_OF, operator=operator, dialog=dialog)]

    async def clear(self, operator: OperatorId, dialog: DialogId) -> None:
        self._session.later(_CLEAR, operator=operator, dialog=dialog)
