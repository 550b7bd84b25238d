"""Dialogs and their co-executors."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, TextClause, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata, words

UNTAKEN = text("status IN ('new', 'returned', 'for_review')")
TAKEN = text("status = 'in_progress'")
WAITING = text("waiting_since IS NOT NULL AND status <> 'closed'")
TITLED = text("title_folded <> ''")
FOR_ONE = text("addressee_operator IS NOT NULL")
FOR_ROLE = text("addressee_role IS NOT NULL")
WITH_CUSTOMER = text("status NOT IN ('closed', 'for_review')")
LATE_FIRST = text("waits AND alarm < 2 AND answered_at IS NULL")
LATE_NEXT = text("waits AND alarm < 2 AND answered_at IS NOT NULL")
"""Conditions of dialogs that may still become late: before the first reply, and after it."""


def _walk(name: str, where: TextClause) -> Index:
    """Index over dialogs in the order of lists; see `storage.repositories.sections`."""
    return Index(name, "waits", "active_at", "id", sqlite_where=where, postgresql_where=where)


def _longest(name: str, where: str) -> Index:
    """Index over dialogs in which the customer waits, in the order in which they began to."""
    waiting = text(f"waiting_since IS NOT NULL AND {where}")
    return Index(name, "waiting_since", "id", sqlite_where=waiting, postgresql_where=waiting)


def _filled(name: str, column: str, *others: str) -> Index:
    """Index over the dialogs that have this column filled in: few do, and the others cost nothing when they change."""
    where = text(f"{column} IS NOT NULL")
    return Index(name, column, *others, sqlite_where=where, postgresql_where=where)


# `alarm`: warnings sent about the reply deadline: 0 none, 1 it is near, 2 it has passed. `waits`: the customer waits in
# an open dialog. `active_at`: time of the last message, or of the opening. Lists show those that wait first, by
# `waiting_since`, and then all others by `active_at`.
dialogs = Table(
    "dialogs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", SafeText, nullable=False),
    Column("chat", SafeText, nullable=False),
    Column("contact_id", Id, ForeignKey("contacts.id"), nullable=False),
    Column("desk", SafeText, nullable=False),
    Column("channel", SafeText, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("status", SafeText, nullable=False),
    words("title"),
    Column("ordinal", Integer, nullable=False),
    Column("responsible", Id, ForeignKey("operators.id")),
    words("coexecutors"),
    Column("addressee_operator", Id, ForeignKey("operators.id")),
    Column("addressee_role", SafeText),
    Column("thread", SafeText),
    Column("waiting_since", Moment),
    Column("last_at", Moment),
    words("last_words"),
    Column("closed_at", Moment),
    words("reason"),
    words("comment"),
    Column("blocked", Flag, nullable=False, server_default=text("false")),
    Column("heard_at", Moment),
    Column("waits", Flag, nullable=False, server_default=text("false")),
    Column("active_at", Moment, nullable=False),
    words("title_folded"),
    words("words_folded"),
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
    _filled("ix_dialogs_interest", "interest_id"),
    _filled("ix_dialogs_source", "source_id"),
    _filled("ix_dialogs_continues", "continues_id", "id"),
    Index("ix_dialogs_opened", "opened_at"),
    _filled("ix_dialogs_ended", "closed_at"),
    Index("ix_dialogs_contact", "contact_id"),
    Index("ix_dialogs_role", "addressee_role", sqlite_where=FOR_ROLE, postgresql_where=FOR_ROLE),
    _walk("ix_dialogs_untaken", UNTAKEN),
    _walk("ix_dialogs_taken", TAKEN),
    _longest("ix_dialogs_untaken_longest", UNTAKEN.text),
    _longest("ix_dialogs_taken_longest", TAKEN.text),
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

# `fresh`: the co-executor has done nothing in the dialog since being added.
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
