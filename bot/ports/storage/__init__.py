"""Port to the storage: one transaction (`Unit`) at a time, made of small repositories.

Implementations guarantee:

* `Store.transact(work)` runs `work(unit)` and commits. When the database asks for a retry (deadlock, busy), `work` runs
  again from the start, so it must only read and write through its unit.
* Methods named `lock_…` hold the row until the end of the transaction; a second caller waits.
* Rows are not the domain's values: all results are frozen values of `bot.domain`.
"""

from __future__ import annotations

from bot.ports.storage.accounts import Accounts, Change, NewChange
from bot.ports.storage.archive import Archive, Holds
from bot.ports.storage.contacts_operators import ContactKeys, Contacts, Identity, Keys, Operators, Transcripts
from bot.ports.storage.counters import Counters
from bot.ports.storage.dead_parcels import DeadParcel, DeadParcels
from bot.ports.storage.dialogs import DialogRow, Dialogs, Section, Viewer
from bot.ports.storage.early_changes import EarlyChange, EarlyChanges
from bot.ports.storage.homes import Home, Homes
from bot.ports.storage.inbox_outbox import (
    LOOK_EVERY,
    NEVER,
    PLANNED,
    Claim,
    Inbox,
    Kept,
    Outbox,
    Parcel,
    Queue,
    Settlement,
    Urgency,
)
from bot.ports.storage.interests import CrmKnown, CrmRefs, Interests
from bot.ports.storage.loads import Backlog, Loads
from bot.ports.storage.merges import Merge, Merges
from bot.ports.storage.messages import Markable, MessageRow, Messages, NewMessage, Outline, Postable, Sendable
from bot.ports.storage.notices_leases_cursors import Cursors, Leases, Notice, Notices
from bot.ports.storage.preferences import MorningReader, Preferences
from bot.ports.storage.reports import DialogFacts, Reports
from bot.ports.storage.tasks import Choices, Reminder, Tasks
from bot.ports.storage.unit import CommitUnknown, PoolLoad, Store, StoreObserver, Unit

__all__ = [
    "LOOK_EVERY",
    "NEVER",
    "PLANNED",
    "Accounts",
    "Archive",
    "Backlog",
    "Change",
    "Choices",
    "Claim",
    "CommitUnknown",
    "ContactKeys",
    "Contacts",
    "Counters",
    "CrmKnown",
    "CrmRefs",
    "Cursors",
    "DeadParcel",
    "DeadParcels",
    "DialogFacts",
    "DialogRow",
    "Dialogs",
    "EarlyChange",
    "EarlyChanges",
    "Holds",
    "Home",
    "Homes",
    "Identity",
    "Inbox",
    "Interests",
    "Kept",
    "Keys",
    "Leases",
    "Loads",
    "Markable",
    "Merge",
    "Merges",
    "MessageRow",
    "Messages",
    "MorningReader",
    "NewChange",
    "NewMessage",
    "Notice",
    "Notices",
    "Operators",
    "Outbox",
    "Outline",
    "Parcel",
    "PoolLoad",
    "Postable",
    "Preferences",
    "Queue",
    "Reminder",
    "Reports",
    "Section",
    "Sendable",
    "Settlement",
    "Store",
    "StoreObserver",
    "Tasks",
    "Transcripts",
    "Unit",
    "Urgency",
    "Viewer",
]
