"""Parcels to an external CRM, facts and questions: enqueued in the transaction of the event, and only where there is
such a CRM. They name their subject; the fact itself is built when it is sent (`bot.dialogs.crm.facts`).

There is one lane per contact: facts about one person arrive in order, and trouble with one contact holds up nobody
else. A parcel that waited while its contact was merged into another goes on in that one's lane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.domain import ContactId, Dialog, DialogId, Interest, InterestId, Key, MessageId, OperatorId, Task
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.crm import Knowing
from bot.ports.storage import DeadParcel, Merge, Unit


class CrmTopic(StrEnum):
    """Subject of a parcel: a fact or a question."""

    CONTACT_SAVED = "contact_saved"
    CONTACTS_MERGED = "contacts_merged"
    INTEREST_SAVED = "interest_saved"
    DIALOG_OPENED = "dialog_opened"
    DIALOG_CLOSED = "dialog_closed"
    DIALOG_LINKED = "dialog_linked"
    MESSAGES_LINKED = "messages_linked"
    TASK_SAVED = "task_saved"
    FIND = "find"  # who has this phone or e-mail there?
    INTERESTS = "interests"  # which Interests does the contact have there?


AGAIN = "crm_again"
"""Word of the button that sends again what was given up."""
ASKS = frozenset({CrmTopic.FIND, CrmTopic.INTERESTS})


async def contact_saved(hub: Hub, unit: Unit, contact: ContactId, by: OperatorId | None = None) -> None:
    """Enqueues a contact's data. `by`: the operator notified when the CRM refuses it."""
    await _enqueue(hub, unit, CrmTopic.CONTACT_SAVED, contact, by=by)


async def contacts_merged(hub: Hub, unit: Unit, merge: Merge, *, undone: bool = False) -> None:
    ids: dict[str, Any] = {"kept": merge.kept, "merged": merge.merged, "undone": undone, "merge": merge.id}
    await _enqueue(hub, unit, CrmTopic.CONTACTS_MERGED, merge.kept, by=merge.operator, **ids)


async def interest_saved(hub: Hub, unit: Unit, interest: Interest, by: OperatorId | None = None) -> None:
    await _introduce(hub, unit, interest.contact, by)
    await _enqueue(hub, unit, CrmTopic.INTEREST_SAVED, interest.contact, by=by, interest=interest.id)


async def dialog_opened(hub: Hub, unit: Unit, dialog: Dialog, *, introduced: bool = False) -> None:
    """Enqueues the opening of a dialog. `introduced`: the CRM has just been told about the contact."""
    if not introduced:
        await _introduce(hub, unit, dialog.contact, None)
    await _enqueue(hub, unit, CrmTopic.DIALOG_OPENED, dialog.contact, account=dialog.account, dialog=dialog.id)


async def dialog_closed(hub: Hub, unit: Unit, dialog: Dialog, by: OperatorId | None) -> None:
    ids = {"dialog": dialog.id}
    await _enqueue(hub, unit, CrmTopic.DIALOG_CLOSED, dialog.contact, by=by, account=dialog.account, **ids)


async def dialog_linked(
    hub: Hub, unit: Unit, dialog: Dialog, interest: InterestId, by: OperatorId | None, *, introduced: bool = False
) -> None:
    """Enqueues the link of a dialog. `introduced`: the CRM has just been told about the Interest."""
    if not introduced:
        await _introduce_interest(hub, unit, interest, by)
    ids = {"dialog": dialog.id, "interest": interest, "undone": False}
    await _enqueue(hub, unit, CrmTopic.DIALOG_LINKED, dialog.contact, by=by, account=dialog.account, **ids)


async def dialog_unlinked(hub: Hub, unit: Unit, dialog: Dialog, interest: InterestId, by: OperatorId | None) -> None:
    ids = {"dialog": dialog.id, "interest": interest, "undone": True}
    await _enqueue(hub, unit, CrmTopic.DIALOG_LINKED, dialog.contact, by=by, account=dialog.account, **ids)


async def messages_linked(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    interest: InterestId,
    messages: Sequence[MessageId],
    by: OperatorId,
    *,
    undone: bool = False,
) -> None:
    if not undone:
        await _introduce_interest(hub, unit, interest, by)
    ids = {"dialog": dialog.id, "interest": interest, "messages": list(messages), "undone": undone}
    await _enqueue(hub, unit, CrmTopic.MESSAGES_LINKED, dialog.contact, by=by, account=dialog.account, **ids)


async def task_saved(hub: Hub, unit: Unit, task: Task, by: OperatorId | None = None) -> None:
    dialog = await unit.dialogs.get(task.dialog) if task.dialog is not None and hub.crm is not None else None
    contact = dialog.contact if dialog is not None else None
    await _enqueue(hub, unit, CrmTopic.TASK_SAVED, contact, by=by, task=task.id)


async def find(hub: Hub, unit: Unit, contact: ContactId) -> None:
    """Asks the CRM who has the contact's phone or e-mail."""
    if isinstance(hub.crm, Knowing):
        await _enqueue(hub, unit, CrmTopic.FIND, contact)


async def ask_interests(hub: Hub, unit: Unit, contact: ContactId, dialog: Dialog | None = None) -> bool:
    """Asks the CRM for the contact's Interests. `dialog`: the one to link to the only open Interest, if the account's
    rules say so. False: there is no CRM that can be asked."""
    if not isinstance(hub.crm, Knowing):
        return False
    await _enqueue(hub, unit, CrmTopic.INTERESTS, contact, **({"dialog": dialog.id} if dialog is not None else {}))
    return True


async def lane(unit: Unit, payload: Mapping[str, Any]) -> str:
    """Returns the lane in which a parcel belongs now."""
    number = payload["contact"]
    return _lane((await unit.contacts.get(ContactId(number))).id if number is not None else None)


async def move(hub: Hub, unit: Unit, payload: Mapping[str, Any], key: Key) -> None:
    """Enqueues a parcel once more, behind what waits in its lane."""
    dialog = await unit.dialogs.get(DialogId(payload["dialog"])) if payload.get("dialog") else None
    account = dialog.account if dialog is not None else ""
    await parcels.crm(unit, await lane(unit, payload), dict(payload), hub.clock.now(), account, key)


async def again(hub: Hub, unit: Unit, dead: DeadParcel) -> None:
    """Enqueues what was given up. What no longer holds by then is not told."""
    await move(hub, unit, {**dead.payload, "again": True}, dead.key)


def _lane(contact: ContactId | None) -> str:
    return f"contact:{contact}" if contact is not None else "tasks"


async def _introduce(hub: Hub, unit: Unit, contact: ContactId, by: OperatorId | None) -> None:
    """Tells the CRM about a contact that has no id there yet."""
    if hub.crm is not None and not (await unit.crm.known(contact)).ref:
        await contact_saved(hub, unit, contact, by)


async def _introduce_interest(hub: Hub, unit: Unit, interest: InterestId, by: OperatorId | None) -> None:
    """Tells the CRM about an Interest that has no id there, such as one older than the connection to this CRM."""
    found = await unit.interests.get(interest) if hub.crm is not None else None
    if found is not None and not found.ref:
        await interest_saved(hub, unit, found, by)


async def _enqueue(
    hub: Hub,
    unit: Unit,
    about: CrmTopic,
    contact: ContactId | None,
    *,
    by: OperatorId | None = None,
    account: str = "",
    **ids: Any,
) -> None:
    if hub.crm is None:
        return
    payload = {"about": about, "contact": contact, "by": by, **ids}
    await parcels.crm(unit, _lane(contact), payload, hub.clock.now(), account)
