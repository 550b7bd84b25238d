"""The operator's workplace: Interests, tasks, chosen messages, dialogs for review, people who turn out to be one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.TIMESTAMP(timezone=True).with_variant(sa.BigInteger(), "sqlite")
OPEN = sa.text("status <> 'closed'")
LATE_FIRST = sa.text("waits AND alarm < 2 AND answered_at IS NULL")
LATE_NEXT = sa.text("waits AND alarm < 2 AND answered_at IS NOT NULL")
WITH_CUSTOMER = sa.text("status NOT IN ('closed', 'for_review')")
FOR_ROLE = sa.text("addressee_role IS NOT NULL")
IN_THREAD = sa.text("thread IS NOT NULL")


def _words(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text(f"'{default}'"), nullable=False)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    _people()
    _interests()
    _dialogs()
    _tasks()
    _administration()
    _search()
    _lists()


def _people() -> None:
    op.add_column("operators", _words("zone"))
    op.add_column("operators", _words("view"))
    for column in (_words("kind", "potential"), _words("phone_key"), _words("email_key")):
        op.add_column("contacts", column)
    op.add_column("contacts", sa.Column("merged_into", NUMBER, nullable=True))
    for name in ("phone_proven", "email_proven"):
        op.add_column("contacts", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name in ("phone_key", "email_key"):
        _partial(f"ix_contacts_{name}", "contacts", [name], sa.text(f"{name} <> ''"))
    op.create_table(
        "merges",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kept", NUMBER, nullable=False),
        sa.Column("merged", NUMBER, nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["kept"], ["contacts.id"], name=op.f("fk_merges_kept")),
        sa.ForeignKeyConstraint(["merged"], ["contacts.id"], name=op.f("fk_merges_merged")),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_merges_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_merges_kept", "merges", ["kept"])
    op.create_index("ix_merges_merged", "merges", ["merged"])
    op.create_table(
        "merged_chats",
        sa.Column("merge_id", NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merged_chats_merge_id")),
        sa.PrimaryKeyConstraint("account", "chat", "merge_id", name=op.f("pk_merged_chats")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_merged_chats_merge", "merged_chats", ["merge_id"])
    op.create_table(
        "crm_contacts",
        sa.Column("contact_id", NUMBER, autoincrement=False, nullable=False),
        _words("ref"),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_crm_contacts_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_crm_contacts")),
    )
    _partial("ix_crm_contacts_ref", "crm_contacts", ["ref"], sa.text("ref <> ''"))


def _interests() -> None:
    op.create_table(
        "interests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("contact_id", NUMBER, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("author", NUMBER, nullable=True),
        sa.Column("open", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        _words("stage"),
        _words("comment"),
        _words("url"),
        _words("ref"),
        _words("version"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_interests_contact_id")),
        sa.ForeignKeyConstraint(["author"], ["operators.id"], name=op.f("fk_interests_author")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interests_contact", "interests", ["contact_id", "id"])
    _partial("uq_interests_ref", "interests", ["ref"], sa.text("ref <> ''"), unique=True)
    op.create_table(
        "message_interests",
        sa.Column("message_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("interest_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_interests_message_id")),
        sa.ForeignKeyConstraint(["interest_id"], ["interests.id"], name=op.f("fk_message_interests_interest_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_interests")),
    )
    op.create_index("ix_message_interests_interest", "message_interests", ["interest_id"])


def _dialogs() -> None:
    # Written out, for SQLite adds a column with what it refers to only so.
    for name, to in (
        ("interest_id", "interests"),
        ("source_id", "dialogs"),
        ("continues_id", "dialogs"),
        ("passed_by", "operators"),
    ):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"ALTER TABLE dialogs ADD COLUMN {name} INTEGER CONSTRAINT fk_dialogs_{name} REFERENCES {to} (id)"
            )
        else:
            op.add_column("dialogs", sa.Column(name, NUMBER, nullable=True))
            op.create_foreign_key(f"fk_dialogs_{name}", "dialogs", to, [name], ["id"])
    op.add_column("dialogs", sa.Column("answered_at", MOMENT, nullable=True))
    op.add_column("dialogs", sa.Column("lead", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("dialogs", sa.Column("bot", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("dialogs", sa.Column("alarm", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _partial("ix_dialogs_late_first", "dialogs", ["account", "waiting_since"], LATE_FIRST)
    _partial("ix_dialogs_late_next", "dialogs", ["account", "waiting_since"], LATE_NEXT)
    op.drop_index("uq_dialogs_open", "dialogs")
    _partial("uq_dialogs_open", "dialogs", ["account", "chat"], WITH_CUSTOMER, unique=True)
    op.drop_index("uq_dialogs_thread", "dialogs")
    _partial("ix_dialogs_thread", "dialogs", ["desk", "channel", "thread", "id"], IN_THREAD)
    op.create_index("ix_dialogs_interest", "dialogs", ["interest_id"])
    op.create_index("ix_dialogs_continues", "dialogs", ["continues_id", "id"])
    _partial("ix_messages_answers", "messages", ["at"], sa.text("author = 'operator'"))
    op.create_index("ix_dialogs_opened", "dialogs", ["opened_at"])
    op.create_index("ix_dialogs_ended", "dialogs", ["closed_at"])


def _tasks() -> None:
    op.create_table(
        "choices",
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_choices_operator_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_choices_message_id")),
        sa.PrimaryKeyConstraint("operator_id", "message_id", name=op.f("pk_choices")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tasks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=True),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.Column("dialog_id", NUMBER, nullable=True),
        _words("ref"),
        sa.ForeignKeyConstraint(["author"], ["operators.id"], name=op.f("fk_tasks_author")),
        sa.ForeignKeyConstraint(["dialog_id"], ["dialogs.id"], name=op.f("fk_tasks_dialog_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_dialog", "tasks", ["dialog_id"])
    op.create_index("ix_tasks_author", "tasks", ["author"])
    _partial("ix_tasks_remind", "tasks", ["remind_at"], sa.text("remind_at IS NOT NULL"))
    op.create_table(
        "assignees",
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("task_id", NUMBER, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_assignees_operator_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_assignees_task_id")),
        sa.PrimaryKeyConstraint("operator_id", "task_id", name=op.f("pk_assignees")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_assignees_task", "assignees", ["task_id"])
    _partial("ix_assignees_remind", "assignees", ["remind_at"], sa.text("remind_at IS NOT NULL"))


def _administration() -> None:
    op.add_column("roles", sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    _partial("ix_dialogs_role", "dialogs", ["addressee_role"], FOR_ROLE)
    op.create_table(
        "account_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name=op.f("fk_account_changes_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
    )
    op.create_index("ix_account_changes_account", "account_changes", ["account", "id"])


# What `storage.search` says of each new message: images, files and addresses. Addresses behind words are links of
# spans; those in the words themselves stand in `words`.
_HOLDS = """
    UPDATE messages SET holds =
        CASE WHEN content LIKE '%"kind":"photo"%' THEN 1 ELSE 0 END
        + CASE WHEN replace(content, '"kind":"photo"', '') LIKE '%"kind":"%' THEN 2 ELSE 0 END
        + CASE WHEN content LIKE '%"link":"%:%' OR words LIKE '%http://%' OR words LIKE '%https://%' THEN 4 ELSE 0 END
    WHERE content LIKE '%"type":"media"%' OR content LIKE '%"link":"%:%' OR words LIKE '%http%'
"""


def _search() -> None:
    """The index itself is made by the hub while it works; until then search reads."""
    op.add_column("messages", sa.Column("holds", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(_HOLDS)
    op.create_table(
        "grams",
        sa.Column("gram", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("posting", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("gram", "block", name=op.f("pk_grams")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "edits",
        sa.Column("message_id", NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_edits_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_edits")),
    )


# Lists are walked along these, each dialog in one of them.
WALKS = {
    "ix_dialogs_untaken": sa.text("status IN ('new', 'returned', 'for_review')"),
    "ix_dialogs_taken": sa.text("status = 'in_progress'"),
}


def _lists() -> None:
    op.drop_index("ix_dialogs_active", "dialogs")
    for name, where in WALKS.items():
        _partial(name, "dialogs", ["waits", "active_at", "id"], where)
    _partial("ix_dialogs_responsible", "dialogs", ["responsible"], WALKS["ix_dialogs_taken"])
    _partial("ix_dialogs_addressee", "dialogs", ["addressee_operator"], sa.text("addressee_operator IS NOT NULL"))
    waiting = sa.text("waiting_since IS NOT NULL AND status <> 'closed'")
    _partial("ix_dialogs_waiting", "dialogs", ["status", "account", "responsible"], waiting)
    _partial("ix_dialogs_titled", "dialogs", ["title_folded"], sa.text("title_folded <> ''"))


def _drop_lists() -> None:
    for name in (*WALKS, *(f"ix_dialogs_{name}" for name in ("responsible", "addressee", "waiting", "titled"))):
        op.drop_index(name, "dialogs")
    _partial("ix_dialogs_active", "dialogs", ["waits", "active_at", "id"], OPEN)


def _drop_search() -> None:
    for table in ("edits", "grams"):
        op.drop_table(table)
    op.drop_column("messages", "holds")


def downgrade() -> None:
    _drop_lists()
    _drop_search()
    op.drop_index("ix_messages_answers", "messages")
    op.drop_column("roles", "gone")
    for table in ("account_changes", "assignees", "tasks", "choices", "message_interests"):
        op.drop_table(table)
    for index in (
        "ix_dialogs_role",
        "ix_dialogs_ended",
        "ix_dialogs_opened",
        "ix_dialogs_continues",
        "ix_dialogs_late_first",
        "ix_dialogs_late_next",
        "ix_dialogs_interest",
        "ix_dialogs_thread",
        "uq_dialogs_open",
    ):
        op.drop_index(index, "dialogs")
    with op.batch_alter_table("dialogs") as batch:
        for column in ("alarm", "bot", "lead", "answered_at", "passed_by", "continues_id", "source_id", "interest_id"):
            batch.drop_column(column)
    _partial("uq_dialogs_thread", "dialogs", ["desk", "channel", "thread"], IN_THREAD, unique=True)
    _partial("uq_dialogs_open", "dialogs", ["account", "chat"], OPEN, unique=True)
    for table in ("interests", "crm_contacts", "merged_chats", "merges"):
        op.drop_table(table)
    for name in ("phone_key", "email_key"):
        op.drop_index(f"ix_contacts_{name}", "contacts")
    for table, columns in (
        ("contacts", ("email_proven", "phone_proven", "merged_into", "email_key", "phone_key", "kind")),
        ("operators", ("view", "zone")),
    ):
        for column in columns:
            op.drop_column(table, column)
