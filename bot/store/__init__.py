"""What the core asks of its storage: one transaction (`Unit`) at a time, made of small repositories.

Implementations keep these promises:
* `Store.transact(work)` runs `work(unit)` and commits; when the database asks for a repetition (deadlock,
  busy), `work` runs again from the start, so it must do nothing but read and write through its unit.
* Methods named `lock_…` hold the row until the end of the transaction: whoever comes second waits.
* Rows are not the domain's values: everything that comes out is a frozen value of `bot.model`.
"""

from __future__ import annotations

from bot.store.accounts import Accounts, Change, NewChange
from bot.store.archive import Archive, Holds
from bot.store.delivery import LOOK_EVERY, Claim, Inbox, Kept, Outbox, Parcel, Settlement, Urgency
from bot.store.dialogs import DialogRow, Dialogs, Section, Viewer
from bot.store.interests import CrmKnown, CrmRefs, Interests
from bot.store.merges import Merge, Merges
from bot.store.messages import Markable, MessageRow, Messages, NewMessage, Postable, Sendable
from bot.store.people import Contacts, Identity, Keys, Known, Operators, Transcripts
from bot.store.reports import DialogFacts, Reports
from bot.store.small import Cursors, Leases, Notice, Notices
from bot.store.tasks import Choices, Reminder, Tasks
from bot.store.unit import Store, Unit

__all__ = [
    "LOOK_EVERY",
    "Accounts",
    "Archive",
    "Change",
    "Choices",
    "Claim",
    "Contacts",
    "CrmKnown",
    "CrmRefs",
    "Cursors",
    "DialogFacts",
    "DialogRow",
    "Dialogs",
    "Holds",
    "Identity",
    "Inbox",
    "Interests",
    "Kept",
    "Keys",
    "Known",
    "Leases",
    "Markable",
    "Merge",
    "Merges",
    "MessageRow",
    "Messages",
    "NewChange",
    "NewMessage",
    "Notice",
    "Notices",
    "Operators",
    "Outbox",
    "Parcel",
    "Postable",
    "Reminder",
    "Reports",
    "Section",
    "Sendable",
    "Settlement",
    "Store",
    "Tasks",
    "Transcripts",
    "Unit",
    "Urgency",
    "Viewer",
]
