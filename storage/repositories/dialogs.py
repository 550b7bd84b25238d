"""Dialogs: at most one open per account and chat; found by number, thread or contact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, case, cast, delete, func, literal_column, not_, select, union_all, update

from bot.domain import (
    Account,
    AccountName,
    ChatId,
    ContactId,
    DeskName,
    Dialog,
    DialogId,
    OperatorId,
    RoleName,
    Status,
    ThreadId,
    ThreadRef,
)
from bot.ports.storage import DialogRow, Section, Viewer
from storage.engine import codec
from storage.engine.session import Session, one
from storage.engine.statements import Statement, insert_into, param
from storage.engine.transaction import Work
from storage.repositories import sections
from storage.search.normalize import fold
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
_NUMBER = Statement(
    update(contacts)
    .where(contacts.c.id == param("contact"))
    .values(dialogs=contacts.c.dialogs + 1)
    .returning(contacts.c.dialogs)
)
_ADD = Statement(insert_into(dialogs, *_ADDED).returning(dialogs.c.id))
_PASS_ON = Statement(insert_into(dialogs, *_PASSED_ON).returning(dialogs.c.id))
_select = select(*rows.DIALOG)
_GET = Statement(_select.where(dialogs.c.id == param("dialog")))
_LOCK = Statement(_select.where(dialogs.c.id == param("dialog")).with_for_update(key_share=True))
_in_thread = and_(
    dialogs.c.desk == param("desk"), dialogs.c.channel == param("channel"), dialogs.c.thread == param("thread")
)
# A caller that locks a dialog by its thread needs the account's rules next.
_rules = select(accounts.c.rules).where(accounts.c.name == dialogs.c.account).scalar_subquery()


def _by_thread(to_object: Any) -> Select[Any]:
    everybody = select(cast(to_object(roles.c.name, roles.c.members), Text)).where(~roles.c.gone).scalar_subquery()
    latest = select(*rows.DIALOG, _rules, everybody).where(_in_thread).order_by(dialogs.c.id.desc()).limit(1)
    return latest.with_for_update(key_share=True)


_LOCK_BY_THREAD = Statement(_by_thread(func.json_group_object), postgres=_by_thread(func.json_object_agg))
_ALARM = {"alarm": case((param("waits", dialogs.c.waits), dialogs.c.alarm), else_=literal_column("0"))}
"""Resets the alarm once the customer no longer waits: the next wait starts anew."""
_SAVE = Statement(
    update(dialogs)
    .where(dialogs.c.id == param("dialog"))
    .values({name: param(name, dialogs.c[name]) for name in _SAVED} | _ALARM),
    held=True,
)
_TOUCHED = ("waiting_since", "last_at", "last_words", "waits", "words_folded")
_TOUCH = Statement(
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
_SET_THREAD = Statement(
    update(dialogs).where(dialogs.c.id == param("dialog")).values(channel=param("channel"), thread=param("thread"))
)
_SET_THREAD_OF_FOLLOWING = Statement(
    update(dialogs)
    .where(dialogs.c.continues_id == param("dialog"), dialogs.c.thread.is_(None))
    .values(channel=param("channel"), thread=param("thread"))
)
_JOIN = Statement(insert_into(coexecutors, "operator_id", "dialog_id", "fresh").on_conflict_do_nothing())
_SEEN = Statement(
    update(coexecutors)
    .where(
        coexecutors.c.operator_id == param("operator"), coexecutors.c.dialog_id == param("dialog"), coexecutors.c.fresh
    )
    .values(fresh=literal_column("false"))
)
_LEAVE = Statement(
    delete(coexecutors).where(
        coexecutors.c.dialog_id == param("dialog_id"), coexecutors.c.operator_id == param("operator_id")
    )
)
_COEXECUTORS = Statement(select(dialogs.c.coexecutors).where(dialogs.c.id == param("dialog")))
_threads = select(dialogs.c.channel, dialogs.c.thread, dialogs.c.active_at, dialogs.c.id).where(
    dialogs.c.desk == param("desk"), dialogs.c.thread.is_not(None)
)
_open_threads = union_all(_threads.where(sections.UNTAKEN), _threads.where(sections.TAKEN)).subquery("open_threads")
_OPEN_THREADS = Statement(
    select(_open_threads.c.channel, _open_threads.c.thread)
    .order_by(_open_threads.c.active_at.desc(), _open_threads.c.id.desc())
    .limit(param("limit")),
    heavy=True,
)
_HEARD = Statement(
    select(dialogs.c.id)
    .where(
        dialogs.c.account == param("account"),
        dialogs.c.status != literal_column("'closed'"),
        dialogs.c.heard_at > param("after", dialogs.c.heard_at),
        dialogs.c.heard_at <= param("until", dialogs.c.heard_at),
    )
    .order_by(dialogs.c.id)
)
_NO_BOUND = 2**62
_LATEST_WITH = Statement(
    _select.where(
        dialogs.c.contact_id == param("contact"),
        dialogs.c.account == param("account"),
        dialogs.c.source_id.is_(None),
        dialogs.c.id < param("before"),
    )
    .order_by(dialogs.c.id.desc())
    .limit(1)
)
_GOES_ON = Statement(
    select(dialogs.c.id).where(dialogs.c.continues_id == param("root"), dialogs.c.id > param("dialog")).limit(1)
)
_WAITING_FOR = Statement(
    select(dialogs.c.id)
    .where(dialogs.c.addressee_role == param("role"), dialogs.c.status != literal_column("'closed'"))
    .order_by(dialogs.c.id)
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
_LATE = {True: Statement(_late.where(LATE_FIRST)), False: Statement(_late.where(LATE_NEXT))}
_SET_ALARM = Statement(
    update(dialogs).where(dialogs.c.id == param("dialog")).values(alarm=param("alarm", dialogs.c.alarm))
)
_LAST_HEARD = Statement(
    select(dialogs.c.heard_at)
    .where(dialogs.c.account == param("account"), dialogs.c.heard_at.is_not(None))
    .order_by(dialogs.c.heard_at.desc())
    .limit(1)
)
_OF_CONTACT = Statement(_select.where(dialogs.c.contact_id == param("contact")).order_by(dialogs.c.id))


class SqlDialogs:
    def __init__(self, session: Session, work: Work) -> None:
        self._session, self._work = session, work
        self._coexecutors: dict[DialogId, frozenset[OperatorId]] = {}  # as read in this transaction

    async def add(
        self,
        account: Account,
        chat: ChatId,
        contact: ContactId,
        at: datetime,
        *,
        blocked: bool = False,
        after: Dialog | None = None,
    ) -> Dialog:
        [(ordinal,)] = await self._session.rows(_NUMBER, contact=contact)
        desk, channel = (after.desk, after.channel) if after is not None else (account.desk, account.channel)
        thread, continues = (after.thread, after.root) if after is not None else (None, None)
        [(id_,)] = await self._session.rows(
            _ADD,
            account=account.name,
            chat=chat,
            contact_id=contact,
            desk=desk,
            channel=channel,
            opened_at=at,
            status=Status.NEW.value,
            ordinal=ordinal,
            blocked=blocked,
            active_at=at,
            thread=thread,
            continues_id=continues,
            lead=account.rules.leads,
        )
        self._changed(id_)
        dialog = Dialog(id_, account.name, chat, contact, desk, channel, at, ordinal=ordinal, blocked=blocked)
        return replace(dialog, thread=thread, continues=continues, lead=account.rules.leads)

    async def pass_on(self, source: Dialog, by: OperatorId, at: datetime) -> Dialog:
        [(id_,)] = await self._session.rows(
            _PASS_ON,
            account=source.account,
            chat=source.chat,
            contact_id=source.contact,
            desk=source.desk,
            channel=source.channel,
            opened_at=at,
            status=Status.FOR_REVIEW.value,
            ordinal=source.ordinal,
            active_at=at,
            lead=False,
            source_id=source.id,
            passed_by=by,
        )
        self._changed(id_)
        where = (source.account, source.chat, source.contact, source.desk, source.channel)
        dialog = Dialog(id_, *where, at, Status.FOR_REVIEW, ordinal=source.ordinal, lead=False)
        return replace(dialog, source=source.id, passed_by=by)

    async def get(self, dialog: DialogId) -> Dialog | None:
        return self._read(await one(self._session, _GET, dialog=dialog))

    async def lock(self, dialog: DialogId) -> Dialog | None:
        return self._read(await one(self._session, _LOCK, dialog=dialog))

    async def lock_by_thread(self, thread: ThreadRef) -> Dialog | None:
        found = await one(
            self._session, _LOCK_BY_THREAD, desk=thread.desk, channel=thread.channel, thread=thread.thread
        )
        if found is None:
            return None
        *row, rules, everybody = found
        dialog = self._known(row)
        self._work.rules[dialog.account] = codec.load_rules(rules) if rules is not None else None
        members = json.loads(everybody or "{}")
        self._work.roles = {role: tuple(json.loads(names)) for role, names in members.items()}
        return dialog

    async def latest_with(
        self, contact: ContactId, account: AccountName, *, before: DialogId | None = None
    ) -> Dialog | None:
        bound = _NO_BOUND if before is None else before
        return self._read(await one(self._session, _LATEST_WITH, contact=contact, account=account, before=bound))

    async def goes_on(self, dialog: Dialog) -> bool:
        return bool(await self._session.rows(_GOES_ON, root=dialog.root, dialog=dialog.id))

    def _read(self, row: Any) -> Dialog | None:
        return self._known(row) if row is not None else None

    def _known(self, row: Any) -> Dialog:
        dialog = rows.dialog(row)
        self._coexecutors[dialog.id] = dialog.coexecutors
        return dialog

    async def save(self, dialog: Dialog) -> None:
        await self._save_coexecutors(dialog)
        self._session.later(_SAVE, dialog=dialog.id, **_stored(dialog))
        self._changed(dialog.id)

    async def _save_coexecutors(self, dialog: Dialog) -> None:
        before = self._coexecutors.get(dialog.id)
        if before is None:
            found = await one(self._session, _COEXECUTORS, dialog=dialog.id)
            before = rows.coexecutors(found[0]) if found else frozenset()
        for joined in sorted(dialog.coexecutors - before):
            self._session.later(_JOIN, operator_id=joined, dialog_id=dialog.id, fresh=True)
        for left in sorted(before - dialog.coexecutors):
            self._session.later(_LEAVE, operator_id=left, dialog_id=dialog.id)
        self._coexecutors[dialog.id] = dialog.coexecutors

    async def touch(
        self,
        dialog: DialogId,
        *,
        waiting_since: datetime | None,
        last_at: datetime | None,
        last_words: str,
        heard_at: datetime | None = None,
    ) -> None:
        self._session.later(
            _TOUCH,
            dialog=dialog,
            waiting_since=waiting_since,
            last_at=last_at,
            last_words=last_words,
            waits=waiting_since is not None,
            words_folded=fold(last_words),
            heard_at=heard_at,
        )
        self._changed(dialog)

    async def seen(self, dialog: DialogId, operator: OperatorId) -> None:
        self._session.later(_SEEN, dialog=dialog, operator=operator)

    async def set_thread(self, dialog: DialogId, thread: ThreadRef) -> None:
        for statement in (_SET_THREAD, _SET_THREAD_OF_FOLLOWING):
            self._session.later(statement, dialog=dialog, channel=thread.channel, thread=thread.thread)
        self._changed(dialog)

    def _changed(self, dialog: DialogId) -> None:
        self._work.wake(f"dialog:{dialog}", "dialogs")

    async def section(
        self,
        section: Section,
        viewer: Viewer,
        *,
        account: AccountName | None = None,
        text: str = "",
        before: DialogId | None = None,
        limit: int = 20,
    ) -> Sequence[DialogRow]:
        return await sections.page(
            self._session, section, viewer, account=account, text=text, before=before, limit=limit
        )

    async def counters(self, viewer: Viewer) -> Mapping[Section, int]:
        return await sections.counters(self._session, viewer)

    async def open_threads(self, desk: DeskName, limit: int = 200) -> Sequence[ThreadRef]:
        found = await self._session.rows(_OPEN_THREADS, desk=desk, limit=limit)
        return [ThreadRef(DeskName(desk), channel, ThreadId(thread)) for channel, thread in found]

    async def heard(self, account: AccountName, after: datetime, until: datetime) -> Sequence[DialogId]:
        return [id_ for (id_,) in await self._session.rows(_HEARD, account=account, after=after, until=until)]

    async def waiting_for(self, role: RoleName) -> Sequence[DialogId]:
        return [id_ for (id_,) in await self._session.rows(_WAITING_FOR, role=role)]

    async def late(
        self, account: AccountName, until: datetime, alarm: int, *, first: bool, limit: int
    ) -> Sequence[DialogId]:
        found = await self._session.rows(_LATE[first], account=account, until=until, alarm=alarm, limit=limit)
        return [id_ for (id_,) in found]

    async def set_alarm(self, dialog: DialogId, alarm: int) -> None:
        self._session.later(_SET_ALARM, dialog=dialog, alarm=alarm)

    async def last_heard(self, account: AccountName) -> datetime | None:
        found = await one(self._session, _LAST_HEARD, account=account)
        return found[0] if found else None

    async def of_contact(self, contact: ContactId) -> Sequence[Dialog]:
        return [rows.dialog(row) for row in await self._session.rows(_OF_CONTACT, contact=contact)]


def _stored(dialog: Dialog) -> dict[str, Any]:
    to = dialog.addressee
    return {
        "status": dialog.status.value,
        "title": dialog.title,
        "responsible": dialog.responsible,
        "coexecutors": rows.coexecutors_text(dialog.coexecutors),
        "addressee_operator": to.operator if to else None,
        "addressee_role": to.role if to else None,
        "channel": dialog.channel,
        "thread": dialog.thread,
        "waiting_since": dialog.waiting_since,
        "last_at": dialog.last_at,
        "last_words": dialog.last_words,
        "closed_at": dialog.closed_at,
        "reason": dialog.reason,
        "comment": dialog.comment,
        "blocked": dialog.blocked,
        "heard_at": dialog.heard_at,
        "waits": dialog.open and dialog.waiting_since is not None,
        "active_at": dialog.last_at or dialog.opened_at,
        "title_folded": fold(dialog.title),
        "words_folded": fold(dialog.last_words),
        "interest_id": dialog.interest,
        "source_id": dialog.source,
        "answered_at": dialog.answered_at,
        "bot": dialog.bot,
    }
