"""One transaction, as the core sees it."""

from __future__ import annotations

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
        self.inbox = SqlInbox(session)
        self.outbox = SqlOutbox(session, work)
        self.contacts = SqlContacts(session, work)
        self.dialogs = SqlDialogs(session, work)
        self.messages = SqlMessages(session, work)
        self.operators = SqlOperators(session)
        self.accounts = SqlAccounts(session)
        self.notices = SqlNotices(session, work)
        self.leases = SqlLeases(session)
        self.cursors = SqlCursors(session)

    def wake(self, *topics: str) -> None:
        self.work.wake(*topics)
