"""Helpers and names shared by the tests of 1C."""

from __future__ import annotations

from typing import Any

from bot.crm.onec.crm import OneCCrm
from bot.ports.crm import ContactSaved, CrmContact, CrmInterest, InterestSaved, Stored
from tests.crm.facts import OLGA, key

PARTNERS, PEOPLE, INTERESTS = "Catalog_Партнеры", "Catalog_КонтактныеЛицаПартнеров", "Document_CRM_Интерес"
TASKS, STAGES = "Task_ЗадачаИсполнителя", "Catalog_СтадииИнтересов"
INFO = "КонтактнаяИнформация"


def reached_by(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Rows of type, text and digits, as someone in 1C typed them."""
    kind = {"Вид_Key": "00000000-0000-0000-0000-00000000000a"}
    return [
        {"LineNumber": str(n), "Тип": what, "Представление": text, "НомерТелефона": digits, "АдресЭП": "", **kind}
        for n, (what, text, digits) in enumerate(rows, 1)
    ]


PHONED = reached_by(("Телефон", "8 (916) 123-45-67", "89161234567"))


def written(one: dict[str, Any]) -> list[str]:
    """Phones and addresses of a partner or a person, as people read them."""
    return [row["Представление"] for row in one[INFO]]


async def save(crm: OneCCrm, interest: CrmInterest) -> Stored:
    return await crm.tell(InterestSaved(interest), key("interest"))


async def contact(crm: OneCCrm, one: CrmContact = OLGA) -> Stored:
    return await crm.tell(ContactSaved(one), key("contact"))
