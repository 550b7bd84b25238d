"""One of every fact, for tests of CRMs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from bot.domain import AccountName, ContactId, DialogId, InterestId, Key, TaskId
from bot.domain.account_rules import ContactKind
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

AT = datetime(2026, 3, 2, 12, 30, 5, 120_000, timezone(timedelta(hours=3)))
"""Half past nine in UTC."""
LATER = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

OLGA = CrmContact(ContactId(12), ContactKind.POTENTIAL, "Ольга О'Нил", "+79161234567", "olga@example.com")
TWIN = CrmContact(ContactId(13), ContactKind.CLIENT, "Olga", "+79161234567")
DESK = CrmInterest(InterestId(5), "Дубовый стол", OLGA, comment="140 см", author="Anna", at=AT)
DIALOG = CrmDialog(
    DialogId(1042), str(AccountName("shop")), "#1042", OLGA, AT, link="https://hub.example.com/desk#1042"
)
CALL = CrmTask(TaskId(7), "Перезвонить", "Anna", (("Boris", False), ("Vera", True)), LATER, OLGA)

FACTS: dict[str, CrmFact] = {
    "contact.saved": ContactSaved(OLGA),
    "contacts.merged": ContactsMerged(OLGA, TWIN),
    "contacts.separated": ContactsMerged(OLGA, replace(TWIN, ref=CrmRef("twin")), undone=True),
    "interest.saved": InterestSaved(DESK),
    "dialog.opened": DialogOpened(DIALOG),
    "dialog.closed": DialogClosed(DIALOG, LATER, "Anna", "Purchased", "thanks"),
    "dialog.linked": DialogLinked(DIALOG, DESK),
    "dialog.unlinked": DialogLinked(DIALOG, DESK, undone=True),
    "messages.linked": MessagesLinked(DIALOG, DESK, (("Ольга", AT, "Есть стол?"), ("Anna", LATER, "Да"))),
    "messages.unlinked": MessagesLinked(DIALOG, DESK, (("Ольга", AT, "Есть стол?"),), undone=True),
    "task.saved": TaskSaved(CALL),
}
"""Facts by the name that the webhook gives them."""


def key(name: str) -> Key:
    return Key(f"key of {name}")
