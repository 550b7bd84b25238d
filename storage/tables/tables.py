"""All tables, one file per topic beside this one; the same on SQLite and PostgreSQL. `storage/migrations` creates them,
and a test keeps the two equal.

JSON is kept in text columns: it is never queried, and text is parsed only once. Searchable values have columns of their
own, folded by `storage.search.normalize` where case must not matter. Ids that people or buttons name are never reused,
not even after deletions (`sqlite_autoincrement`; PostgreSQL's sequences do so anyway).
"""

from __future__ import annotations

from storage.tables.bookkeeping import cursors, leases, loose_files, sequences
from storage.tables.contacts import contacts, crm_contacts, identities, interests, merged_chats, merges
from storage.tables.delivery import dead_parcels, inbox, lanes, letters, parcels, pauses, unreadable
from storage.tables.dialogs import LATE_FIRST, LATE_NEXT, WAITING, coexecutors, dialogs
from storage.tables.messages import (
    early_changes,
    early_receipts,
    edits,
    foreign_refs,
    grams,
    marks,
    message_interests,
    messages,
    posts,
)
from storage.tables.metadata import metadata
from storage.tables.operators import (
    assignees,
    choices,
    homes,
    notices,
    notification_choices,
    operators,
    sign_ins,
    tasks,
)
from storage.tables.settings import account_changes, accounts, roles

__all__ = (
    "LATE_FIRST",
    "LATE_NEXT",
    "WAITING",
    "account_changes",
    "accounts",
    "assignees",
    "choices",
    "coexecutors",
    "contacts",
    "crm_contacts",
    "cursors",
    "dead_parcels",
    "dialogs",
    "early_changes",
    "early_receipts",
    "edits",
    "foreign_refs",
    "grams",
    "homes",
    "identities",
    "inbox",
    "interests",
    "lanes",
    "leases",
    "letters",
    "loose_files",
    "marks",
    "merged_chats",
    "merges",
    "message_interests",
    "messages",
    "metadata",
    "notices",
    "notification_choices",
    "operators",
    "parcels",
    "pauses",
    "posts",
    "roles",
    "sequences",
    "sign_ins",
    "tasks",
    "unreadable",
)
