"""Interests, the messages linked to them, and the references of contacts and tasks in an external CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, literal_column, select, true, update

from bot.domain import ContactId, DialogId, Interest, InterestId, MessageId, OperatorId, TaskId
from bot.ports.storage import CrmKnown
from storage.engine.session import Session, one
from storage.engine.statements import Statement, among, insert_into, param
from storage.engine.transaction import Transaction
from storage.tables import rows
from storage.tables.tables import contacts, crm_contacts, dialogs, interests, message_interests, tasks

_ADD = Statement(
    insert_into(interests, "contact_id", "title", "created_at", "author", "comment").returning(interests.c.id)
)
_SAVED = ("contact_id", "title", "open", "stage", "comment", "url", "ref", "version")
_this = interests.c.id == param("interest")
_select = select(*rows.INTEREST)
_GET = Statement(_select.where(_this))
_LOCK = Statement(_select.where(_this).with_for_update(key_share=True))
_BY_REF = Statement(
    _select.where(interests.c.ref == param("ref"), interests.c.ref != literal_column("''")).with_for_update(
        key_share=True
    )
)
_SAVE = Statement(update(interests).where(_this).values({name: param(name, interests.c[name]) for name in _SAVED}))
_theirs, _of_colleague = crm_contacts.alias(), crm_contacts.alias()
_same_there = (  # a company is one contact in the CRM, with whom several people of ours may write
    select(_of_colleague.c.contact_id)
    .join_from(_theirs, _of_colleague, _of_colleague.c.ref == _theirs.c.ref)
    .where(
        _theirs.c.contact_id == param("contact"),
        _theirs.c.ref != literal_column("''"),
        _of_colleague.c.ref != literal_column("''"),
    )
)
_of_contact = (
    _select.where(
        interests.c.contact_id.in_(
            select(contacts.c.id).where(contacts.c.id == param("contact")).union_all(_same_there)
        )
    )
    .order_by(interests.c.open.desc(), interests.c.id.desc())
    .limit(param("limit"))
)
_OF_CONTACT = {False: Statement(_of_contact), True: Statement(_of_contact.where(interests.c.open == true()))}
_OPEN_DIALOGS = Statement(
    select(dialogs.c.id)
    .where(dialogs.c.interest_id == param("interest"), dialogs.c.status != literal_column("'closed'"))
    .order_by(dialogs.c.id)
)
_LINK = Statement(
    insert_into(message_interests, "message_id", "interest_id").on_conflict_do_update(
        index_elements=["message_id"], set_={"interest_id": param("interest_id")}
    )
)
_UNLINK = Statement(delete(message_interests).where(message_interests.c.message_id == param("message_id")))
_OF_MESSAGES = Statement(
    select(message_interests.c.message_id, *rows.INTEREST)
    .join_from(message_interests, interests, interests.c.id == message_interests.c.interest_id)
    .where(among(message_interests.c.message_id, "messages"))
)


class SqlInterests:
    def __init__(self, session: Session, work: Transaction) -> None:
        self._session, self._work = session, work

    async def add(
        self,
        contact: ContactId,
        title: str,
        at: datetime,
        *,
        author: OperatorId | None = None,
        comment: str = "",
    ) -> Interest:
        [(id_,)] = await self._session.rows(
            _ADD, contact_id=contact, title=title, created_at=at, author=author, comment=comment
        )
        return Interest(id_, contact, title, at, author, comment=comment)

    async def get(self, interest: InterestId) -> Interest | None:
        found = await one(self._session, _GET, interest=interest)
        return rows.interest(found) if found else None

    async def lock(self, interest: InterestId) -> Interest | None:
        found = await one(self._session, _LOCK, interest=interest)
        return rows.interest(found) if found else None

    async def by_ref(self, ref: str) -> Interest | None:
        found = await one(self._session, _BY_REF, ref=ref)
        return rows.interest(found) if found else None

    async def save(self, interest: Interest) -> None:
        self._session.later(
            _SAVE,
            interest=interest.id,
            contact_id=interest.contact,
            title=interest.title,
            open=interest.open,
            stage=interest.stage,
            comment=interest.comment,
            url=interest.url,
            ref=interest.ref,
            version=interest.version,
        )

    async def of_contact(self, contact: ContactId, *, open_only: bool = False, limit: int = 100) -> Sequence[Interest]:
        found = await self._session.rows(_OF_CONTACT[open_only], contact=contact, limit=limit)
        return [rows.interest(row) for row in found]

    async def open_dialogs(self, interest: InterestId) -> Sequence[DialogId]:
        return [id_ for (id_,) in await self._session.rows(_OPEN_DIALOGS, interest=interest)]

    async def link_messages(self, messages: Sequence[MessageId], interest: InterestId | None) -> None:
        for message in messages:
            if interest is None:
                self._session.later(_UNLINK, message_id=message)
            else:
                self._session.later(_LINK, message_id=message, interest_id=interest)

    async def of_messages(self, messages: Sequence[MessageId]) -> Mapping[MessageId, Interest]:
        if not messages:
            return {}
        found = await self._session.rows(_OF_MESSAGES, messages=list(messages))
        return {message: rows.interest(row) for message, *row in found}


_KNOWN = Statement(
    select(crm_contacts.c.ref, crm_contacts.c.answered_at).where(crm_contacts.c.contact_id == param("contact"))
)
_SET_REF = Statement(
    insert_into(crm_contacts, "contact_id", "ref").on_conflict_do_update(
        index_elements=["contact_id"], set_={"ref": param("ref")}
    )
)
_ANSWERED = Statement(
    insert_into(crm_contacts, "contact_id", "answered_at").on_conflict_do_update(
        index_elements=["contact_id"], set_={"answered_at": param("answered_at", crm_contacts.c.answered_at)}
    )
)
_CONTACT_BY_REF = Statement(
    select(contacts.c.id)
    .join_from(crm_contacts, contacts, contacts.c.id == crm_contacts.c.contact_id)
    .where(
        crm_contacts.c.ref == param("ref"),
        crm_contacts.c.ref != literal_column("''"),
    )
    .order_by(contacts.c.merged_into.is_not(None), contacts.c.id)
    .limit(literal_column("1"))
)


_this_task = tasks.c.id == param("task")
_TASK_REF = Statement(select(tasks.c.ref).where(_this_task))
_SET_TASK_REF = Statement(update(tasks).where(_this_task).values(ref=param("ref")))


class SqlCrmRefs:
    def __init__(self, session: Session, _: Transaction) -> None:
        self._session = session

    async def known(self, contact: ContactId) -> CrmKnown:
        found = await one(self._session, _KNOWN, contact=contact)
        return CrmKnown(*found) if found else CrmKnown()

    async def set_ref(self, contact: ContactId, ref: str) -> None:
        self._session.later(_SET_REF, contact_id=contact, ref=ref)

    async def set_answered(self, contact: ContactId, at: datetime) -> None:
        self._session.later(_ANSWERED, contact_id=contact, answered_at=at)

    async def by_ref(self, ref: str) -> ContactId | None:
        found = await one(self._session, _CONTACT_BY_REF, ref=ref)
        return found[0] if found else None

    async def task_ref(self, task: TaskId) -> str:
        found = await one(self._session, _TASK_REF, task=task)
        return found[0] if found else ""

    async def set_task_ref(self, task: TaskId, ref: str) -> None:
        self._session.later(_SET_TASK_REF, task=task, ref=ref)
