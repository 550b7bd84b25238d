"""The tables, the same on SQLite and PostgreSQL. `storage/migrations` makes them; a test holds the two equal.

JSON stands in text columns: nothing in it is searched by, and text costs no second parsing. Whatever is
searched by has a column of its own, folded by `storage.search.normalize` where case must not matter. Ids that people
or buttons name are never given twice, not even after deletions (`sqlite_autoincrement`; PostgreSQL's
sequences do so anyway).
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    TextClause,
    text,
)

from storage.engine.types import Flag, Id, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

UNTAKEN = text("status IN ('new', 'returned', 'for_review')")
TAKEN = text("status = 'in_progress'")
WAITING = text("waiting_since IS NOT NULL AND status <> 'closed'")
TITLED = text("title_folded <> ''")
FOR_ONE = text("addressee_operator IS NOT NULL")
FOR_ROLE = text("addressee_role IS NOT NULL")
WITH_CUSTOMER = text("status NOT IN ('closed', 'for_review')")
LATE_FIRST = text("waits AND alarm < 2 AND answered_at IS NULL")
LATE_NEXT = text("waits AND alarm < 2 AND answered_at IS NOT NULL")
"""Whose time to answer may run out yet."""


def _words(name: str, *, default: str | None = "") -> Column[str]:
    return Column(
        name, Words, nullable=default is None, server_default=None if default is None else text(f"'{default}'")
    )


def _index_of_told(column: str) -> Index:
    """For those who have told it."""
    told = text(f"{column} <> ''")
    return Index(f"ix_contacts_{column}", column, sqlite_where=told, postgresql_where=told)


def _walk(name: str, where: TextClause) -> Index:
    """Has dialogs in the order of lists: see `storage.repositories.sections`."""
    return Index(name, "waits", "active_at", "id", sqlite_where=where, postgresql_where=where)


# ------------------------------------------------------------------------------------ inbox, outbox

inbox = Table(
    "inbox",
    metadata,
    Column("source", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("source", "key"),
    sqlite_with_rowid=False,
)

unreadable = Table(
    "unreadable",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("raw", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("uq_unreadable_source_key", "source", "key", unique=True),
)

# A lane exists while it has parcels. `fence` and `owner`: whose it is; `begun`: how many of its first parcels
# were given out with the present claim; `due_at` of a claimed lane is the end of its lease.
lanes = Table(
    "lanes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("fence", Words),
    Column("owner", Words),
    Column("begun", Integer, nullable=False, server_default=text("0")),
    Index("uq_lanes_destination_name", "destination", "name", unique=True),
    Index("ix_lanes_due", "destination", "urgency", "due_at"),
)

parcels = Table(
    "parcels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lane_id", Id, ForeignKey("lanes.id"), nullable=False),
    Column("key", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("payload", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("doubtful", Flag, nullable=False, server_default=text("false")),
    Index("uq_parcels_key", "key", unique=True),
    Index("ix_parcels_lane", "lane_id", "id"),
)

dead_parcels = Table(
    "dead_parcels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("destination", Words, nullable=False),
    Column("lane", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("payload", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("died_at", Moment, nullable=False),
    Column("error", Words, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("destination", Words, primary_key=True),
    Column("why", Words, nullable=False),
    Column("advice", Words, nullable=False),
    Column("since", Moment, nullable=False),
)

# --------------------------------------------------------------------------------- people and dialogs

# `belonged`: where they belonged while they were there; `belongs` may say that they are not any more.
operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("name_folded", Words, nullable=False),
    Column("title_folded", Words, nullable=False),
    _words("zone"),
    _words("view"),
    _words("belongs", default="unknown"),
    _words("belonged", default="unknown"),
    Index("uq_operators_desk_user", "desk", "user", unique=True),
    sqlite_autoincrement=True,
)

# `gone`: taken away from the chat, so that hub.toml does not bring it back.
roles = Table(
    "roles",
    metadata,
    Column("name", Words, primary_key=True),
    Column("members", Words, nullable=False),
    Column("gone", Flag, nullable=False, server_default=text("false")),
)

accounts = Table("accounts", metadata, Column("name", Words, primary_key=True), Column("rules", Words, nullable=False))

# Who has changed how an account behaves; `account` "": what belongs to the whole hub.
account_changes = Table(
    "account_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Words, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", Words, nullable=False),
    Column("before", Words, nullable=False),
    Column("after", Words, nullable=False),
    Index("ix_account_changes_account", "account", "id"),
)

# `dialogs`: how many they ever had; `folded`: what a list is searched by; `phone_key`, `email_key`: how the same person
# is recognized, `…_proven`: the channel vouched for it; `merged_into`: who they turned out to be.
contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    _words("name"),
    _words("phone"),
    _words("email"),
    Column("picture", Words),
    _words("folded"),
    Column("dialogs", Integer, nullable=False, server_default=text("0")),
    Column("kind", Words, nullable=False, server_default=text("'potential'")),
    _words("phone_key"),
    _words("email_key"),
    Column("phone_proven", Flag, nullable=False, server_default=text("false")),
    Column("email_proven", Flag, nullable=False, server_default=text("false")),
    Column("merged_into", Id),
    _index_of_told("phone_key"),
    _index_of_told("email_key"),
    sqlite_autoincrement=True,
)

# Two contacts that were recognized as one person; `moved`: what came over beside the chats (JSON), so that it can be
# undone.
merges = Table(
    "merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kept", Id, ForeignKey("contacts.id"), nullable=False),
    Column("merged", Id, ForeignKey("contacts.id"), nullable=False),
    Column("moved", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id")),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
    Index("ix_merges_kept", "kept"),
    Index("ix_merges_merged", "merged"),
    sqlite_autoincrement=True,
)

# Which identities came over.
merged_chats = Table(
    "merged_chats",
    metadata,
    Column("merge_id", Id, ForeignKey("merges.id"), nullable=False),
    Column("account", Words, nullable=False),
    Column("chat", Words, nullable=False),
    PrimaryKeyConstraint("account", "chat", "merge_id"),
    Index("ix_merged_chats_merge", "merge_id"),
    sqlite_with_rowid=False,
)

# What a CRM outside calls a contact, and when it last said which Interests they have.
crm_contacts = Table(
    "crm_contacts",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id"), primary_key=True, autoincrement=False),
    _words("ref"),
    Column("answered_at", Moment),
    Index("ix_crm_contacts_ref", "ref", sqlite_where=text("ref <> ''"), postgresql_where=text("ref <> ''")),
)

# `ref`, `version`: the object in a CRM outside, and the version of it that was last seen.
interests = Table(
    "interests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("title", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("author", Id, ForeignKey("operators.id")),
    Column("open", Flag, nullable=False, server_default=text("true")),
    _words("stage"),
    _words("comment"),
    _words("url"),
    _words("ref"),
    _words("version"),
    Index("ix_interests_contact", "contact_id", "id"),
    Index("uq_interests_ref", "ref", unique=True, sqlite_where=text("ref <> ''"), postgresql_where=text("ref <> ''")),
    sqlite_autoincrement=True,
)

# `name`, `phone`, `email`: what this chat last told of the contact, who may be known better by now; null for chats that
# have told nothing since this is written down: until then a contact was called what its chat had told last.
identities = Table(
    "identities",
    metadata,
    Column("account", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    _words("username"),
    Column("blocked", Flag, nullable=False, server_default=text("false")),
    Column("name", Words),
    Column("phone", Words),
    Column("email", Words),
    Column("barred", Flag, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("account", "chat"),
    Index("ix_identities_contact", "contact_id"),
    sqlite_with_rowid=False,
)

# `alarm`: what people have been told of the time to answer: 0 nothing, 1 that it runs out soon, 2 that it has run out.
# `waits`: the customer waits in an open dialog; `active_at`: its last message, or its opening: together what lists
# are sorted by.
dialogs = Table(
    "dialogs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("desk", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("status", Words, nullable=False),
    _words("title"),
    Column("ordinal", Integer, nullable=False),
    Column("responsible", Id, ForeignKey("operators.id")),
    _words("coexecutors"),
    Column("addressee_operator", Id, ForeignKey("operators.id")),
    Column("addressee_role", Words),
    Column("thread", Words),
    Column("waiting_since", Moment),
    Column("last_at", Moment),
    _words("last_words"),
    Column("closed_at", Moment),
    _words("reason"),
    _words("comment"),
    Column("blocked", Flag, nullable=False, server_default=text("false")),
    Column("heard_at", Moment),
    Column("waits", Flag, nullable=False, server_default=text("false")),
    Column("active_at", Moment, nullable=False),
    _words("title_folded"),
    _words("words_folded"),
    Column("interest_id", Id, ForeignKey("interests.id")),
    Column("source_id", Id, ForeignKey("dialogs.id")),
    Column("passed_by", Id, ForeignKey("operators.id")),
    Column("answered_at", Moment),
    Column("continues_id", Id, ForeignKey("dialogs.id")),
    Column("lead", Flag, nullable=False, server_default=text("true")),
    Column("bot", Flag, nullable=False, server_default=text("false")),
    Column("alarm", Integer, nullable=False, server_default=text("0")),
    Column("barred", Flag, nullable=False, server_default=text("false")),
    Index(
        "uq_dialogs_open", "account", "chat", unique=True, sqlite_where=WITH_CUSTOMER, postgresql_where=WITH_CUSTOMER
    ),
    Index(
        "ix_dialogs_thread",
        "desk",
        "channel",
        "thread",
        "id",
        sqlite_where=text("thread IS NOT NULL"),
        postgresql_where=text("thread IS NOT NULL"),
    ),
    Index("ix_dialogs_late_first", "account", "waiting_since", sqlite_where=LATE_FIRST, postgresql_where=LATE_FIRST),
    Index("ix_dialogs_late_next", "account", "waiting_since", sqlite_where=LATE_NEXT, postgresql_where=LATE_NEXT),
    Index("ix_dialogs_interest", "interest_id"),
    Index("ix_dialogs_continues", "continues_id", "id"),
    Index("ix_dialogs_opened", "opened_at"),
    Index("ix_dialogs_ended", "closed_at"),
    Index("ix_dialogs_contact", "contact_id"),
    Index("ix_dialogs_role", "addressee_role", sqlite_where=FOR_ROLE, postgresql_where=FOR_ROLE),
    _walk("ix_dialogs_untaken", UNTAKEN),
    _walk("ix_dialogs_taken", TAKEN),
    Index("ix_dialogs_responsible", "responsible", sqlite_where=TAKEN, postgresql_where=TAKEN),
    Index("ix_dialogs_addressee", "addressee_operator", sqlite_where=FOR_ONE, postgresql_where=FOR_ONE),
    Index("ix_dialogs_waiting", "status", "account", "responsible", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("ix_dialogs_titled", "title_folded", sqlite_where=TITLED, postgresql_where=TITLED),
    Index(
        "ix_dialogs_closed",
        "active_at",
        "id",
        sqlite_where=text("status = 'closed'"),
        postgresql_where=text("status = 'closed'"),
    ),
    sqlite_autoincrement=True,
)

# `fresh`: they have not done anything in the dialog since they were added.
coexecutors = Table(
    "coexecutors",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("dialog_id", Id, ForeignKey("dialogs.id"), nullable=False),
    Column("fresh", Flag, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("operator_id", "dialog_id"),
    Index("ix_coexecutors_dialog", "dialog_id"),
    sqlite_with_rowid=False,
)

# ----------------------------------------------------------------------------------------- messages

# `revision`: see `storage.repositories.revisions`; `words`: its text, folded, for search; `parts`: numbers of the
# parts not out yet, between commas; `holds`: `bot.ports.storage.Holds`.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dialog_id", Id, ForeignKey("dialogs.id"), nullable=False),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("content", Words, nullable=False),
    Column("operator_id", Id, ForeignKey("operators.id")),
    Column("delivery", Words, nullable=False),
    _words("failure"),
    _words("detail"),
    Column("important", Flag, nullable=False, server_default=text("false")),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("reply_to", Id),
    Column("line", Words),
    _words("reactions"),
    Column("revision", Id, nullable=False),
    _words("words"),
    _words("parts"),
    Column("holds", Integer, nullable=False, server_default=text("0")),
    Index("ix_messages_dialog", "dialog_id", "id"),
    Index("ix_messages_revision", "dialog_id", "revision"),
    Index(
        "ix_messages_answers",
        "at",
        sqlite_where=text("author = 'operator'"),
        postgresql_where=text("author = 'operator'"),
    ),
    Index(
        "ix_messages_important",
        "id",
        sqlite_where=text("important"),
        postgresql_where=text("important"),
    ),
    Index(
        "ix_messages_unread",
        "dialog_id",
        "id",
        sqlite_where=text("delivery IN ('sent', 'delivered')"),
        postgresql_where=text("delivery IN ('sent', 'delivered')"),
    ),
    sqlite_autoincrement=True,
)

# The index for search: see `storage.search.ngrams`.
grams = Table(
    "grams",
    metadata,
    Column("gram", Integer, nullable=False),
    Column("block", Integer, nullable=False),
    Column("posting", LargeBinary, nullable=False),
    PrimaryKeyConstraint("gram", "block"),
    sqlite_with_rowid=False,
)

# Messages whose words changed after they may have been indexed.
edits = Table(
    "edits", metadata, Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False)
)

message_interests = Table(
    "message_interests",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("interest_id", Id, ForeignKey("interests.id"), nullable=False),
    Index("ix_message_interests_interest", "interest_id"),
)

# Messages that an operator has marked with 🔖, for the next action that takes several.
choices = Table(
    "choices",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("operator_id", "message_id"),
    sqlite_with_rowid=False,
)

# `remind_at`: when the author of an assignment is told that it is overdue; none when they have been, or have it to do
# themselves. `assignees` have theirs.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("text", Words, nullable=False),
    Column("author", Id, ForeignKey("operators.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due", Moment),
    Column("remind_at", Moment),
    Column("dialog_id", Id, ForeignKey("dialogs.id")),
    _words("ref"),
    Index("ix_tasks_dialog", "dialog_id"),
    Index("ix_tasks_author", "author"),
    Index(
        "ix_tasks_remind",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

assignees = Table(
    "assignees",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("task_id", Id, ForeignKey("tasks.id"), nullable=False),
    Column("done_at", Moment),
    Column("remind_at", Moment),
    PrimaryKeyConstraint("operator_id", "task_id"),
    Index("ix_assignees_task", "task_id"),
    Index(
        "ix_assignees_remind",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

# The mark that stands on a message's post. Not a column of `messages`: couriers of the desk write it while couriers of
# the channel write what became of the message, many of both at a time, and must not wait for each other.
marks = Table(
    "marks",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("mark", Words, nullable=False),
)

foreign_refs = Table(
    "foreign_refs",
    metadata,
    Column("account", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("ref", Words, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("account", "chat", "ref"),
    Index("ix_foreign_refs_message", "message_id"),
    sqlite_with_rowid=False,
)

# What came before the id that it is about: see `storage.repositories.early_receipts`.
early_receipts = Table(
    "early_receipts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("ref", Words, nullable=False),
    Column("receipt", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_early_receipts_ref", "account", "chat", "ref", "id"),
    Index("ix_early_receipts_at", "at"),
)

posts = Table(
    "posts",
    metadata,
    Column("desk", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("post", Words, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    PrimaryKeyConstraint("desk", "channel", "post", "message_id"),
    Index("ix_posts_message", "message_id"),
    sqlite_with_rowid=False,
)

# ------------------------------------------------------------------------------------- small things

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("number", Id, nullable=False),
    Column("view", Words, nullable=False),
    Column("dialog_id", Id),
    Column("key", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("uq_notices_key", "key", unique=True),
    Index("uq_notices_number", "desk", "user", "number", unique=True),
)

letters = Table(
    "letters",
    metadata,
    Column("account", Words, nullable=False),
    Column("sequence", Id, nullable=False),
    Column("chat", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("account", "sequence"),
    Index("uq_letters_key", "account", "key", unique=True),
    Index("ix_letters_chat", "account", "chat", "sequence"),
    sqlite_with_rowid=False,
)

# See `storage.files.unreferenced`.
loose_files = Table(
    "loose_files",
    metadata,
    Column("id", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Index("ix_loose_files_until", "until"),
)

# Browsers in which somebody is signed in to the web desk. `until`: when they must sign in again, whatever renewals.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Words, primary_key=True),
    Column("desk", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("until", Moment, nullable=False),
    Index("ix_sign_ins_desk_user", "desk", "user"),
    Index("ix_sign_ins_until", "until"),
)

# Numbers that readers go on from. They are drawn under a lock held until the commit, so a smaller one is never
# committed after a greater one: who has read up to N has missed nothing below.
sequences = Table("sequences", metadata, Column("name", Words, primary_key=True), Column("last", Id, nullable=False))

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("owner", Words, nullable=False),
    Column("until", Moment, nullable=False),
)

cursors = Table("cursors", metadata, Column("name", Words, primary_key=True), Column("value", Words, nullable=False))
