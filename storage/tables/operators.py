"""Operators, their tasks, selections and notices, and the browsers they are signed in with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, text

from storage.engine.types import Flag, Id, Moment, SafeText
from storage.tables.metadata import metadata, words

# `belongs`: whether the operator belongs to the desk now; `belonged`: what `belongs` was while they were present.
operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", SafeText, nullable=False),
    Column("user", SafeText, nullable=False),
    Column("name", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("name_folded", SafeText, nullable=False),
    Column("title_folded", SafeText, nullable=False),
    words("zone"),
    words("view"),
    words("belongs", default="unknown"),
    words("belonged", default="unknown"),
    Index("uq_operators_desk_user", "desk", "user", unique=True),
    sqlite_autoincrement=True,
)

# `remind_at`: when the author of an assignment is notified that it is overdue; NULL once notified, or when the task is
# their own. `assignees` have their own.
tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("text", SafeText, nullable=False),
    Column("author", Id, ForeignKey("operators.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due", Moment),
    Column("remind_at", Moment),
    Column("dialog_id", Id, ForeignKey("dialogs.id")),
    words("ref"),
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

# Messages marked with 🔖, for the operator's next action that takes several.
choices = Table(
    "choices",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("operator_id", "message_id"),
    Index("ix_choices_message", "message_id"),
    sqlite_with_rowid=False,
)

# What operators are notified of. `off`: comma-separated occasions that they have turned off; `morning`: local time of
# their morning list, "09:00", "" for none; `told`: local date of the last one, "2026-11-30".
notification_choices = Table(
    "notification_choices",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False),
    words("off"),
    Column("direct", Flag, nullable=False, server_default=text("false")),
    words("morning"),
    words("told"),
    PrimaryKeyConstraint("operator_id"),
)

# Pages of operators' own in team chats (Slack's Home). `page`: token of the button that draws it, "" for the first one;
# `shown`, `reads`: digests of what it shows and of what its reader may read; `until`: until then it is kept current.
homes = Table(
    "homes",
    metadata,
    Column("operator_id", Id, ForeignKey("operators.id"), primary_key=True),
    words("page"),
    words("shown"),
    words("reads"),
    Column("until", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Browsers signed in to the web desk. `until`: when a new sign-in is required, however often the session is renewed.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("desk", SafeText, nullable=False),
    Column("user", SafeText, nullable=False),
    Column("until", Moment, nullable=False),
    Index("ix_sign_ins_desk_user", "desk", "user"),
    Index("ix_sign_ins_until", "until"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("desk", SafeText, nullable=False),
    Column("user", SafeText, nullable=False),
    Column("number", Id, nullable=False),
    Column("view", SafeText, nullable=False),
    Column("dialog_id", Id),
    Column("key", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
    Index("uq_notices_key", "key", unique=True),
    Index("uq_notices_number", "desk", "user", "number", unique=True),
)
