"""Message archive across all dialogs: search by words (`storage.search.query`), listing by contact and by dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from bot.domain import TO_CUSTOMERS, AccountName, Author, Contact, ContactId, Delivery, DialogId, MessageId, OperatorId
from bot.ports.storage import Holds, MessageRow
from storage.engine.session import Session
from storage.engine.statements import Statement, among, param
from storage.engine.transaction import Transaction
from storage.engine.types import Id
from storage.repositories.message_lists import VISIBLE, listed, located
from storage.search import query
from storage.search.normalize import asked, part, phone_part
from storage.tables import rows
from storage.tables.tables import contacts, dialogs, messages

_NOBODY = OperatorId(0)
_NO_BOUND = 2**62
# An expression, to keep the planner from walking all messages in order until enough of one contact's turn up.
_NEWEST: ColumnElement[int] = func.coalesce(messages.c.id, 0, type_=Id)

_SPEAKERS = (Author.CUSTOMER, *sorted(TO_CUSTOMERS), Author.OUTSIDE)
_SAID = and_(
    messages.c.author.in_([literal_column(f"'{one}'") for one in _SPEAKERS]),
    messages.c.delivery.not_in([literal_column(f"'{one}'") for one in (Delivery.HELD, Delivery.INTERNAL)]),
)
"""Condition for messages between the customer and us: no notes, no technical lines, nothing held or kept internal."""


@cache
def _page(
    *,
    of_dialog: bool = False,
    of_accounts: bool = False,
    elsewhere: bool = False,
    holding: bool = False,
    with_words: bool = False,
) -> Statement:
    order = messages.c.id if of_dialog else _NEWEST
    wanted = [VISIBLE, order < param("before")]
    if of_dialog:
        wanted.append(messages.c.dialog_id == param("dialog"))
    else:
        wanted += [dialogs.c.contact_id == param("contact"), dialogs.c.source_id.is_(None)]
    if of_accounts:
        mine = among(dialogs.c.account, "accounts")
        wanted.append(or_(mine, _SAID) if elsewhere else mine)
    if holding:
        wanted.append(messages.c.holds.op("&")(param("holds", messages.c.holds)) != 0)
    if with_words:
        wanted.append(messages.c.words.like(param("text"), escape="\\"))
    columns = listed.add_columns(messages.c.words) if with_words else listed
    return Statement(columns.where(*wanted).order_by(order.desc()).limit(param("limit")), heavy=True)


_MOST_WORDS = 6
"""Words of a name that are compared; further ones are ignored."""


@cache
def _contacts(words: int) -> Statement:
    """Statement for contacts that match all of `words` words (parameters `word0`…), or whose phone matches `phone`."""
    said = [contacts.c.folded.like(param(f"word{place}"), escape="\\") for place in range(words)]
    return Statement(
        select(*rows.CONTACT)
        .where(or_(and_(*said), contacts.c.phone_key.like(param("phone"))), contacts.c.merged_into.is_(None))
        .order_by(contacts.c.id.desc())
        .limit(param("limit")),
        heavy=True,
    )


_MOST_OF_CONTACT = 2000
"""Messages of a contact that are read in a search for several words; the first word selects them."""


class SqlArchive:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

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
        words, bound = asked(text), _NO_BOUND if before is None else before
        if not words or not accounts:
            return ()
        if contact is None:
            scope = query.Scope(words, viewer, tuple(accounts))
            return await located(self._session, await query.newest(self._session, scope, bound, limit))
        return await self._search_contact(contact, words, viewer, accounts, bound, limit)

    async def _search_contact(
        self,
        contact: ContactId,
        words: Sequence[str],
        viewer: OperatorId,
        accounts: Sequence[AccountName],
        before: int,
        limit: int,
    ) -> Sequence[MessageRow]:
        """Searches one contact's messages without the index, by reading them: one person writes little enough for
        that."""
        found = await self._session.rows(
            _page(of_accounts=True, with_words=True),
            contact=contact,
            viewer=viewer,
            accounts=list(accounts),
            text=part(words[0]),
            before=before,
            limit=_MOST_OF_CONTACT,
        )
        return await located(self._session, [row for row in found if query.has_all(row[-1], words)][:limit])

    async def contacts(self, text: str, *, limit: int = 5) -> Sequence[Contact]:
        words = asked(text)[:_MOST_WORDS]
        if not words:
            return ()
        parts = {f"word{place}": part(word) for place, word in enumerate(words)}
        found = await self._session.rows(_contacts(len(words)), **parts, phone=phone_part(text), limit=limit)
        return [rows.contact(row) for row in found]

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
        found = await self._session.rows(
            _page(of_accounts=accounts is not None, elsewhere=elsewhere, holding=bool(holds)),
            contact=contact,
            viewer=viewer or _NOBODY,
            accounts=list(accounts or ()),
            holds=int(holds),
            before=_NO_BOUND if before is None else before,
            limit=limit,
        )
        return await located(self._session, found)

    async def of_dialog(
        self, dialog: DialogId, *, viewer: OperatorId, before: MessageId | None = None, limit: int = 20
    ) -> Sequence[MessageRow]:
        bound = _NO_BOUND if before is None else before
        found = await self._session.rows(_page(of_dialog=True), dialog=dialog, viewer=viewer, before=bound, limit=limit)
        return await located(self._session, found)
