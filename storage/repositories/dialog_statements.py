"""SQL of `storage.repositories.dialogs`; that of sections is in `storage.repositories.sections`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, and_, case, cast, delete, func, literal_column, not_, select, union_all, update

from storage.engine.statements import Statement, insert_into, param
from storage.repositories import sections
from storage.tables import rows
from storage.tables.tables import LATE_FIRST, LATE_NEXT, accounts, coexecutors, contacts, dialogs, roles

_ADDED = (
    *("account", "chat", "contact_id", "desk", "channel", "opened_at", "status", "ordinal", "blocked", "active_at"),
    *("thread", "continues_id", "lead"),
)
_PASSED_ON = (
    *("account", "chat", "contact_id", "desk", "channel", "opened_at", "status", "ordinal", "active_at", "lead"),
    *("source_id", "passed_by"),
)
_SAVED = (
    *("status", "title", "responsible", "coexecutors", "addressee_operator", "addressee_role", "channel", "thread"),
    *("waiting_since", "last_at", "last_words", "closed_at", "reason", "comment", "blocked", "heard_at"),
    *("waits", "active_at", "title_folded", "words_folded", "interest_id", "source_id", "answered_at", "bot"),
)
NUMBER = Statement(
    update(contacts)
    .where(contacts.c.id == param("contact"))
    .values(dialogs=contacts.c.dialogs + 1)
    .returning(contacts.c.dialogs)
)
ADD = Statement(insert_into(dialogs, *_ADDED).returning(dialogs.c.id))
ADD_AGAIN = Statement(insert_into(dialogs, "id", *_ADDED).returning(dialogs.c.id))
PASS_ON = Statement(insert_into(dialogs, *_PASSED_ON).returning(dialogs.c.id))
_select = select(*rows.DIALOG)
GET = Statement(_select.where(dialogs.c.id == param("dialog")))
LOCK = Statement(_select.where(dialogs.c.id == param("dialog")).with_for_update(key_share=True))
_in_thread = and_(
    dialogs.c.desk == param("desk"), dialogs.c.channel == param("channel"), dialogs.c.thread == param("thread")
)
# A caller that locks a dialog by its thread needs the account's rules next.
_rules = select(accounts.c.rules).where(accounts.c.name == dialogs.c.account).scalar_subquery()


def _by_thread(to_object: Any) -> Select[Any]:
    everybody = select(cast(to_object(roles.c.name, roles.c.members), Text)).where(~roles.c.gone).scalar_subquery()
    latest = select(*rows.DIALOG, _rules, everybody).where(_in_thread).order_by(dialogs.c.id.desc()).limit(1)
    return latest.with_for_update(key_share=True)


LOCK_BY_THREAD = Statement(_by_thread(func.json_group_object), postgres=_by_thread(func.json_object_agg))
_ALARM = {"alarm": case((param("waits", dialogs.c.waits), dialogs.c.alarm), else_=literal_column("0"))}
"""Resets the alarm once the customer no longer waits: the next wait starts anew."""
SAVE = Statement(
    update(dialogs)
    .where(dialogs.c.id == param("dialog"))
    .values({name: param(name, dialogs.c[name]) for name in _SAVED} | _ALARM),
    held=True,
)
_TOUCHED = ("waiting_since", "last_at", "last_words", "waits", "words_folded")
TOUCH = Statement(
    update(dialogs)
    .where(dialogs.c.id == param("dialog"))
    .values(
        {name: param(name, dialogs.c[name]) for name in _TOUCHED}
        | _ALARM
        | {
            "active_at": func.coalesce(param("last_at", dialogs.c.last_at), dialogs.c.active_at),
            "heard_at": func.coalesce(param("heard_at", dialogs.c.heard_at), dialogs.c.heard_at),
        }
    ),
    held=True,
)
SET_THREAD = Statement(
    update(dialogs).where(dialogs.c.id == param("dialog")).values(channel=param("channel"), thread=param("thread"))
)
SET_THREAD_OF_FOLLOWING = Statement(
    update(dialogs)
    .where(dialogs.c.continues_id == param("dialog"), dialogs.c.thread.is_(None))
    .values(channel=param("channel"), thread=param("thread"))
)
JOIN = Statement(insert_into(coexecutors, "operator_id", "dialog_id", "fresh").on_conflict_do_nothing())
SEEN = Statement(
    update(coexecutors)
    .where(
        coexecutors.c.operator_id == param("operator"), coexecutors.c.dialog_id == param("dialog"), coexecutors.c.fresh
    )
    .values(fresh=literal_column("false"))
)
LEAVE = Statement(
    delete(coexecutors).where(
        coexecutors.c.dialog_id == param("dialog_id"), coexecutors.c.operator_id == param("operator_id")
    )
)
COEXECUTORS = Statement(select(dialogs.c.coexecutors).where(dialogs.c.id == param("dialog")))
_threads = select(dialogs.c.channel, dialogs.c.thread, dialogs.c.active_at, dialogs.c.id).where(
    dialogs.c.desk == param("desk"), dialogs.c.thread.is_not(None)
)
_open_threads = union_all(_threads.where(sections.UNTAKEN), _threads.where(sections.TAKEN)).subquery("open_threads")
OPEN_THREADS = Statement(
    select(_open_threads.c.channel, _open_threads.c.thread)
    .order_by(_open_threads.c.active_at.desc(), _open_threads.c.id.desc())
    .limit(param("limit")),
    heavy=True,
)
HEARD = Statement(
    select(dialogs.c.id)
    .where(
        dialogs.c.account == param("account"),
        dialogs.c.status != literal_column("'closed'"),
        dialogs.c.heard_at > param("after", dialogs.c.heard_at),
        dialogs.c.heard_at <= param("until", dialogs.c.heard_at),
    )
    .order_by(dialogs.c.id)
)
NO_BOUND = 2**62
LATEST_WITH = Statement(
    _select.where(
        dialogs.c.contact_id == param("contact"),
        dialogs.c.account == param("account"),
        dialogs.c.source_id.is_(None),
        dialogs.c.id < param("before"),
    )
    .order_by(dialogs.c.id.desc())
    .limit(1)
)
GOES_ON = Statement(
    select(dialogs.c.id).where(dialogs.c.continues_id == param("root"), dialogs.c.id > param("dialog")).limit(1)
)
WAITING_FOR = Statement(
    select(dialogs.c.id)
    .where(dialogs.c.addressee_role == param("role"), dialogs.c.status != literal_column("'closed'"))
    .order_by(dialogs.c.id)
)
HELD_BY = (
    Statement(_select.where(dialogs.c.responsible == param("operator"), sections.TAKEN)),
    Statement(
        _select.where(dialogs.c.addressee_operator == param("operator"), dialogs.c.status != literal_column("'closed'"))
    ),
)
_late = (
    select(dialogs.c.id)
    .where(
        dialogs.c.account == param("account"),
        dialogs.c.waiting_since <= param("until", dialogs.c.waiting_since),
        dialogs.c.alarm < param("alarm", dialogs.c.alarm),
        not_(dialogs.c.blocked),
    )
    .order_by(dialogs.c.waiting_since)
    .limit(param("limit"))
)
LATE = {True: Statement(_late.where(LATE_FIRST)), False: Statement(_late.where(LATE_NEXT))}
SET_ALARM = Statement(
    update(dialogs).where(dialogs.c.id == param("dialog")).values(alarm=param("alarm", dialogs.c.alarm))
)
LAST_HEARD = Statement(
    select(dialogs.c.heard_at)
    .where(dialogs.c.account == param("account"), dialogs.c.heard_at.is_not(None))
    .order_by(dialogs.c.heard_at.desc())
    .limit(1)
)
OF_CONTACT = Statement(_select.where(dialogs.c.contact_id == param("contact")).order_by(dialogs.c.id))
