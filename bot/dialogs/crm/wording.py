"""Words for what a parcel to an external CRM is about: which contact, which Interest, which dialog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogs.contact_matching import called
from bot.dialogs.crm.telling import CrmTopic
from bot.domain import ContactId, InterestId, TaskId
from bot.domain.text import shorten
from bot.locale import N_, Translator
from bot.ports.storage import Unit

LONGEST = 100
"""Characters of a name or title in a sentence."""

SUBJECTS: Mapping[CrmTopic, str] = {
    CrmTopic.CONTACT_SAVED: N_("the contact “{contact}”"),
    CrmTopic.CONTACTS_MERGED: N_("the merge of the contacts “{contact}” and “{other}”"),
    CrmTopic.INTEREST_SAVED: N_("the deal “{deal}” of “{contact}”"),
    CrmTopic.DIALOG_OPENED: N_("the opening of dialog #{dialog} with “{contact}”"),
    CrmTopic.DIALOG_CLOSED: N_("the closing of dialog #{dialog} with “{contact}”"),
    CrmTopic.DIALOG_LINKED: N_("the link of dialog #{dialog} with “{contact}” to the deal “{deal}”"),
    CrmTopic.MESSAGES_LINKED: N_("the link of messages of dialog #{dialog} to the deal “{deal}”"),
    CrmTopic.TASK_SAVED: N_("the task “{task}”"),
    CrmTopic.FIND: N_("the search for “{contact}” by phone and e-mail"),
    CrmTopic.INTERESTS: N_("the query for the deals of “{contact}”"),
}
UNDONE: Mapping[CrmTopic, str] = {
    CrmTopic.CONTACTS_MERGED: N_("the separation of the contacts “{contact}” and “{other}”"),
    CrmTopic.DIALOG_LINKED: N_("the removed link of dialog #{dialog} with “{contact}” to the deal “{deal}”"),
    CrmTopic.MESSAGES_LINKED: N_("the removed link of messages of dialog #{dialog} to the deal “{deal}”"),
}


async def subject(unit: Unit, payload: Mapping[str, Any], tr: Translator) -> str:
    """Returns what a parcel is about, as a part of a sentence."""
    topic = CrmTopic(payload["about"])
    words = UNDONE.get(topic, SUBJECTS[topic]) if payload.get("undone") else SUBJECTS[topic]
    values = {
        "contact": await _contact(unit, payload.get("kept") or payload["contact"]),
        "other": await _contact(unit, payload.get("merged")),
        "deal": await _deal(unit, payload.get("interest")),
        "task": await _task(unit, payload.get("task")),
    }
    short = {name: shorten(one, LONGEST) for name, one in values.items()}
    return tr.gettext(words).format(**short, dialog=payload.get("dialog", ""))


async def _contact(unit: Unit, number: int | None) -> str:
    return called(await unit.contacts.itself(ContactId(number))) if number is not None else ""


async def _deal(unit: Unit, number: int | None) -> str:
    found = await unit.interests.get(InterestId(number)) if number is not None else None
    return found.title if found is not None else ""


async def _task(unit: Unit, number: int | None) -> str:
    found = await unit.tasks.get(TaskId(number)) if number is not None else None
    return found.text if found is not None else ""
