"""One transaction, as the core sees it."""

from __future__ import annotations

from bot.store import (
    Accounts,
    Contacts,
    Cursors,
    Dialogs,
    Inbox,
    Leases,
    Messages,
    Notices,
    Operators,
    Outbox,
)
from storage.contacts import SqlContacts
from storage.dialogs import SqlDialogs
from storage.inbox import SqlInbox
from storage.messages import SqlMessages
from storage.operators import SqlOperators
from storage.outbox import SqlOutbox
from storage.session import Session
from storage.small import SqlAccounts, SqlCursors, SqlLeases, SqlNotices
from storage.work import Work


class SqlUnit:
    """`bot.store.Unit`."""

    def __init__(self, session: Session, work: Work) -> None:
        self.session, self.work = session, work
        self._outbox = SqlOutbox(session, work)
        self.inbox: Inbox = SqlInbox(session)
        self.outbox: Outbox = self._outbox
        self.contacts: Contacts = SqlContacts(session, work)
        self.dialogs: Dialogs = SqlDialogs(session, work)
        self.messages: Messages = SqlMessages(session, work)
        self.operators: Operators = SqlOperators(session)
        self.accounts: Accounts = SqlAccounts(session)
        self.notices: Notices = SqlNotices(session, work)
        self.leases: Leases = SqlLeases(session)
        self.cursors: Cursors = SqlCursors(session)

    def wake(self, *topics: str) -> None:
        self.work.wake(*topics)

    async def finish(self) -> None:
        """Before the commit: what waited for it."""
        await self._outbox.flush()
