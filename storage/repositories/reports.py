"""Source data of reports: one statement for the dialogs of a period, one for the replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select

from bot.domain import AccountName, OperatorId, Status
from bot.ports.storage.reports import DialogFacts
from storage.engine.session import Session
from storage.engine.statements import Statement, among, param
from storage.engine.transaction import Transaction
from storage.tables.tables import contacts, dialogs, messages

_STATUS = 7  # index of the column in `_DIALOGS`
_SINCE, _UNTIL = param("since", dialogs.c.opened_at), param("until", dialogs.c.opened_at)
_opened = and_(dialogs.c.opened_at >= _SINCE, dialogs.c.opened_at < _UNTIL)
_closed = and_(dialogs.c.closed_at >= _SINCE, dialogs.c.closed_at < _UNTIL)
_DIALOGS = Statement(
    select(
        dialogs.c.id,
        dialogs.c.account,
        contacts.c.name,
        dialogs.c.title,
        dialogs.c.opened_at,
        dialogs.c.answered_at,
        dialogs.c.closed_at,
        dialogs.c.status,
        dialogs.c.reason,
        dialogs.c.comment,
        dialogs.c.responsible,
    )
    .join_from(dialogs, contacts, contacts.c.id == dialogs.c.contact_id)
    .where(or_(_opened, _closed), dialogs.c.source_id.is_(None), among(dialogs.c.account, "accounts"))
    .order_by(dialogs.c.id),
    heavy=True,
)
_ANSWERS = Statement(
    select(messages.c.operator_id, dialogs.c.account, func.count())
    .join_from(messages, dialogs, dialogs.c.id == messages.c.dialog_id)
    .where(
        messages.c.author == literal_column("'operator'"),
        messages.c.at >= _SINCE,
        messages.c.at < _UNTIL,
        messages.c.delivery.in_([literal_column(f"'{one}'") for one in ("sent", "delivered", "read", "unconfirmed")]),
        among(dialogs.c.account, "accounts"),
    )
    .group_by(messages.c.operator_id, dialogs.c.account),
    heavy=True,
)


class SqlReports:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def dialogs(self, accounts: Sequence[AccountName], since: datetime, until: datetime) -> Sequence[DialogFacts]:
        found = await self._session.rows(_DIALOGS, accounts=list(accounts), since=since, until=until)
        return [_facts(row) for row in found]

    async def answers(
        self, accounts: Sequence[AccountName], since: datetime, until: datetime
    ) -> Mapping[tuple[OperatorId, AccountName], int]:
        found = await self._session.rows(_ANSWERS, accounts=list(accounts), since=since, until=until)
        return {
            (OperatorId(operator), AccountName(account)): count
            for operator, account, count in found
            if operator is not None
        }


def _facts(row: Any) -> DialogFacts:
    values = list(row)
    values[_STATUS] = Status(row[_STATUS])
    return DialogFacts(*values)
