"""Facts for an external CRM, built from the data committed when they are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.dialogs.crm.telling import CrmTopic
from bot.domain import Author, Contact, ContactId, Dialog, DialogId, Interest, InterestId, Message, MessageId, TaskId
from bot.domain.spelling import e164
from bot.domain.text import web_address
from bot.hub.context import Hub
from bot.hub.names import operator_name, operator_names, writer_name
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    CrmContact,
    CrmDialog,
    CrmFact,
    CrmInterest,
    CrmRef,
    CrmTask,
    DialogClosed,
    DialogLinked,
    DialogOpened,
    InterestSaved,
    MessagesLinked,
    TaskSaved,
)
from bot.ports.storage import Unit
from bot.views.words import summary

Payload = Mapping[str, Any]


async def fact(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    """Builds a fact. None: there is no longer anything to report."""
    if payload.get("again") and await _outdated(unit, payload):
        return None
    return await _MADE[CrmTopic(payload["about"])](hub, unit, payload)


async def contact(hub: Hub, unit: Unit, one: Contact) -> CrmContact:
    known, keys = await unit.crm.known(one.id), await unit.contacts.keys(one.id)
    phone = e164(one.phone, "") or keys.phone or e164(one.phone, hub.country)
    return CrmContact(one.id, one.kind, one.name, phone, one.email, CrmRef(known.ref), one.phone)


async def interest(hub: Hub, unit: Unit, one: Interest) -> CrmInterest:
    return CrmInterest(
        one.id,
        one.title,
        await contact(hub, unit, await unit.contacts.get(one.contact)),
        one.open,
        one.stage,
        one.comment,
        await operator_name(unit, one.author),
        one.created_at,
        CrmRef(one.ref),
        one.version,
    )


async def dialog(hub: Hub, unit: Unit, one: Dialog) -> CrmDialog:
    return CrmDialog(
        one.id,
        (await hub.account(unit, one.account)).title,
        one.title,
        await contact(hub, unit, await unit.contacts.get(one.contact)),
        one.opened_at,
        one.lead,
        web_address(hub.desks.link(one.ref)),
        await operator_name(unit, one.responsible),
    )


async def _contact_saved(hub: Hub, unit: Unit, payload: Payload) -> CrmFact:
    return ContactSaved(await contact(hub, unit, await unit.contacts.get(payload["contact"])))


async def _contacts_merged(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    """Fact about a merge. None for one undone before the CRM heard of it: 1C would give one person the other's
    phone."""
    if not payload["undone"] and "merge" in payload and await unit.merges.get(payload["merge"]) is None:
        return None
    kept, merged = [
        await contact(hub, unit, await unit.contacts.itself(ContactId(payload[name]))) for name in ("kept", "merged")
    ]
    return ContactsMerged(kept, merged, payload["undone"])


async def _interest_saved(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    found = await unit.interests.get(InterestId(payload["interest"]))
    return InterestSaved(await interest(hub, unit, found)) if found is not None else None


async def _dialog_opened(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    found = await unit.dialogs.get(DialogId(payload["dialog"]))
    return DialogOpened(await dialog(hub, unit, found)) if found is not None else None


async def _dialog_closed(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    found = await unit.dialogs.get(DialogId(payload["dialog"]))
    if found is None or found.closed_at is None:
        return None
    by = await operator_name(unit, payload["by"])
    return DialogClosed(await dialog(hub, unit, found), found.closed_at, by, found.reason, found.comment)


async def _dialog_linked(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    found, to = await _both(unit, payload)
    if found is None or to is None:
        return None
    return DialogLinked(await dialog(hub, unit, found), await interest(hub, unit, to), _undone(payload))


async def _messages_linked(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    found, to = await _both(unit, payload)
    if found is None or to is None:
        return None
    numbers = [MessageId(one) for one in payload["messages"]]
    linked = [one for one in [await unit.messages.get(number) for number in numbers] if one is not None]
    dialog_facts = await dialog(hub, unit, found)
    words = [(await _author(hub, unit, dialog_facts, one), one.at, summary(one.content, hub.tr)) for one in linked]
    return MessagesLinked(dialog_facts, await interest(hub, unit, to), tuple(words), _undone(payload))


async def _outdated(unit: Unit, payload: Payload) -> bool:
    """Tells whether a link that was given up, and is sent again by hand, has been changed since."""
    match payload["about"]:
        case CrmTopic.DIALOG_LINKED:
            dialog = await unit.dialogs.get(DialogId(payload["dialog"]))
            links = dialog is not None and dialog.interest == payload["interest"]
        case CrmTopic.MESSAGES_LINKED:
            linked = await unit.interests.of_messages([MessageId(one) for one in payload["messages"]])
            links = any(one.id == payload["interest"] for one in linked.values())
        case _:
            return False
    return links == _undone(payload)


def _undone(payload: Payload) -> bool:
    """Tells whether a link was undone. Older payloads lack the key: their links were made."""
    return bool(payload.get("undone"))


async def _author(hub: Hub, unit: Unit, of: CrmDialog, message: Message) -> str:
    if message.author is Author.CUSTOMER:
        return of.contact.name or hub.tr.gettext("Customer")
    return await writer_name(unit, message, hub.tr)


async def _both(unit: Unit, payload: Payload) -> tuple[Dialog | None, Interest | None]:
    return (
        await unit.dialogs.get(DialogId(payload["dialog"])),
        await unit.interests.get(InterestId(payload["interest"])),
    )


async def _task_saved(hub: Hub, unit: Unit, payload: Payload) -> CrmFact | None:
    task = await unit.tasks.get(TaskId(payload["task"]))
    if task is None:
        return None
    names = await operator_names(unit, [task.author, *(one.operator for one in task.assignees)])
    about = await unit.contacts.get(payload["contact"]) if payload["contact"] is not None else None
    return TaskSaved(
        CrmTask(
            task.id,
            task.text,
            names.get(str(task.author), ""),
            tuple((names.get(str(one.operator), ""), one.done_at is not None) for one in task.assignees),
            task.due,
            await contact(hub, unit, about) if about is not None else None,
            CrmRef(await unit.crm.task_ref(task.id)),
        )
    )


_MADE: Mapping[CrmTopic, Callable[[Hub, Unit, Payload], Awaitable[CrmFact | None]]] = {
    CrmTopic.CONTACT_SAVED: _contact_saved,
    CrmTopic.CONTACTS_MERGED: _contacts_merged,
    CrmTopic.INTEREST_SAVED: _interest_saved,
    CrmTopic.DIALOG_OPENED: _dialog_opened,
    CrmTopic.DIALOG_CLOSED: _dialog_closed,
    CrmTopic.DIALOG_LINKED: _dialog_linked,
    CrmTopic.MESSAGES_LINKED: _messages_linked,
    CrmTopic.TASK_SAVED: _task_saved,
}
