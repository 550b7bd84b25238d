"""Dialogs: at most one open per account and chat; found by number, thread or contact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from bot.domain.value import replace
from bot.ports.storage import DialogRow, Section, Viewer
from storage.engine import codec
from storage.engine.session import Session, one
from storage.engine.transaction import Transaction
from storage.repositories import dialog_statements as sql
from storage.repositories import section_counters, sections
from storage.search.normalize import fold
from storage.tables import rows


class SqlDialogs:
    def __init__(self, session: Session, work: Transaction) -> None:
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
        number: DialogId | None = None,
    ) -> Dialog:
        [(ordinal,)] = await self._session.rows(sql.NUMBER, contact=contact)
        desk, channel = (after.desk, after.channel) if after is not None else (account.desk, account.channel)
        thread, continues = (after.thread, after.root) if after is not None else (None, None)
        [(id_,)] = await self._session.rows(
            sql.ADD if number is None else sql.ADD_AGAIN,
            **({} if number is None else {"id": number}),
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
            sql.PASS_ON,
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
        return self._read(await one(self._session, sql.GET, dialog=dialog))

    async def lock(self, dialog: DialogId) -> Dialog | None:
        return self._read(await one(self._session, sql.LOCK, dialog=dialog))

    async def lock_by_thread(self, thread: ThreadRef) -> Dialog | None:
        found = await one(
            self._session, sql.LOCK_BY_THREAD, desk=thread.desk, channel=thread.channel, thread=thread.thread
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
        bound = sql.NO_BOUND if before is None else before
        return self._read(await one(self._session, sql.LATEST_WITH, contact=contact, account=account, before=bound))

    async def goes_on(self, dialog: Dialog) -> bool:
        return bool(await self._session.rows(sql.GOES_ON, root=dialog.root, dialog=dialog.id))

    def _read(self, row: Any) -> Dialog | None:
        return self._known(row) if row is not None else None

    def _known(self, row: Any) -> Dialog:
        dialog = rows.dialog(row)
        self._coexecutors[dialog.id] = dialog.coexecutors
        return dialog

    async def save(self, dialog: Dialog) -> None:
        await self._save_coexecutors(dialog)
        self._session.later(sql.SAVE, dialog=dialog.id, **_stored(dialog))
        self._changed(dialog.id)

    async def _save_coexecutors(self, dialog: Dialog) -> None:
        before = self._coexecutors.get(dialog.id)
        if before is None:
            found = await one(self._session, sql.COEXECUTORS, dialog=dialog.id)
            before = rows.coexecutors(found[0]) if found else frozenset()
        for joined in sorted(dialog.coexecutors - before):
            self._session.later(sql.JOIN, operator_id=joined, dialog_id=dialog.id, fresh=True)
        for left in sorted(before - dialog.coexecutors):
            self._session.later(sql.LEAVE, operator_id=left, dialog_id=dialog.id)
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
            sql.TOUCH,
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
        self._session.later(sql.SEEN, dialog=dialog, operator=operator)

    async def set_thread(self, dialog: DialogId, thread: ThreadRef) -> None:
        for statement in (sql.SET_THREAD, sql.SET_THREAD_OF_FOLLOWING):
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
        return (await section_counters.counters(self._session, [viewer]))[0]

    async def counters_of(self, viewers: Sequence[Viewer]) -> Sequence[Mapping[Section, int]]:
        return await section_counters.counters(self._session, viewers)

    async def personal(self, operators: Sequence[OperatorId]) -> frozenset[OperatorId]:
        return await section_counters.personal(self._session, operators)

    async def open_threads(self, desk: DeskName, limit: int = 200) -> Sequence[ThreadRef]:
        found = await self._session.rows(sql.OPEN_THREADS, desk=desk, limit=limit)
        return [ThreadRef(DeskName(desk), channel, ThreadId(thread)) for channel, thread in found]

    async def heard(self, account: AccountName, after: datetime, until: datetime) -> Sequence[DialogId]:
        return [id_ for (id_,) in await self._session.rows(sql.HEARD, account=account, after=after, until=until)]

    async def waiting_for(self, role: RoleName) -> Sequence[DialogId]:
        return [id_ for (id_,) in await self._session.rows(sql.WAITING_FOR, role=role)]

    async def held_by(self, operator: OperatorId) -> Sequence[Dialog]:
        found = [row for statement in sql.HELD_BY for row in await self._session.rows(statement, operator=operator)]
        return sorted((rows.dialog(row) for row in found), key=lambda dialog: dialog.id)

    async def late(
        self, account: AccountName, until: datetime, alarm: int, *, first: bool, limit: int
    ) -> Sequence[DialogId]:
        found = await self._session.rows(sql.LATE[first], account=account, until=until, alarm=alarm, limit=limit)
        return [id_ for (id_,) in found]

    async def set_alarm(self, dialog: DialogId, alarm: int) -> None:
        self._session.later(sql.SET_ALARM, dialog=dialog, alarm=alarm)

    async def last_heard(self, account: AccountName) -> datetime | None:
        found = await one(self._session, sql.LAST_HEARD, account=account)
        return found[0] if found else None

    async def of_contact(self, contact: ContactId) -> Sequence[Dialog]:
        return [rows.dialog(row) for row in await self._session.rows(sql.OF_CONTACT, contact=contact)]


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
