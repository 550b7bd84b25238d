"""One transaction, as the core sees it."""

from __future__ import annotations

from typing import Any

from bot.ports.storage import (
    Accounts,
    Archive,
    Choices,
    Contacts,
    CrmRefs,
    Cursors,
    Dialogs,
    Inbox,
    Interests,
    Leases,
    Merges,
    Messages,
    Notices,
    Operators,
    Outbox,
    Reports,
    Tasks,
)
from storage.engine.session import Session
from storage.engine.transaction import Work
from storage.repositories.accounts import SqlAccounts
from storage.repositories.archive import SqlArchive
from storage.repositories.contact_merges import SqlMerges
from storage.repositories.contacts import SqlContacts
from storage.repositories.dialogs import SqlDialogs
from storage.repositories.inbox import SqlInbox
from storage.repositories.interests import SqlCrmRefs, SqlInterests
from storage.repositories.messages import SqlMessages
from storage.repositories.notices_leases_cursors import SqlCursors, SqlLeases, SqlNotices
from storage.repositories.operators import SqlOperators
from storage.repositories.outbox import SqlOutbox
from storage.repositories.reports import SqlReports
from storage.repositories.selections import SqlChoices
from storage.repositories.tasks import SqlTasks

_REPOSITORIES: dict[str, Any] = {
    "inbox": SqlInbox,
    "outbox": SqlOutbox,
    "contacts": SqlContacts,
    "dialogs": SqlDialogs,
    "messages": SqlMessages,
    "archive": SqlArchive,
    "operators": SqlOperators,
    "reports": SqlReports,
    "accounts": SqlAccounts,
    "interests": SqlInterests,
    "merges": SqlMerges,
    "crm": SqlCrmRefs,
    "notices": SqlNotices,
    "leases": SqlLeases,
    "cursors": SqlCursors,
    "choices": SqlChoices,
    "tasks": SqlTasks,
}


class SqlUnit:
    """`bot.ports.storage.Unit`. Repositories are made on first use: few units need more than three."""

    inbox: Inbox
    outbox: Outbox
    contacts: Contacts
    dialogs: Dialogs
    messages: Messages
    archive: Archive
    operators: Operators
    reports: Reports
    accounts: Accounts
    interests: Interests
    merges: Merges
    crm: CrmRefs
    notices: Notices
    leases: Leases
    cursors: Cursors
    choices: Choices
    tasks: Tasks

    def __init__(self, session: Session, work: Work) -> None:
        self.session, self.work = session, work

    def __getattr__(self, name: str) -> Any:
        if name not in _REPOSITORIES:
            raise AttributeError(name)
        made = _REPOSITORIES[name](self.session, self.work)
        setattr(self, name, made)
        return made

    def wake(self, *topics: str) -> None:
        self.work.wake(*topics)

    async def finish(self) -> None:
        """Before the commit: what waited for it."""
        outbox: SqlOutbox | None = self.__dict__.get("outbox")
        if outbox is not None:
            await outbox.flush()
