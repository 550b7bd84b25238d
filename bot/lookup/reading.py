"""Reads what is looked up, with the rights of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import people
from bot.hub import Hub
from bot.lookup.excerpt import excerpt
from bot.lookup.values import Correspondence, Findings, Found, Numbered, Said
from bot.model import AccountName, Author, ContactId, DialogId, Message, MessageId, Operator, OperatorId
from bot.store import MessageRow, Unit
from bot.text import Text
from bot.views.lines import mentioned, word_line
from bot.views.words import describe, spelled_out, summary

PAGE = 15
"""Findings and files of a page."""
SAID = 30
"""Messages of a page of a transcript."""
CONTACTS = 5
_NUMBER = re.compile(r"#?([0-9]{1,15})")


def title(hub: Hub, account: AccountName) -> str:
    known = hub.accounts.get(account)
    return known.title if known else str(account)


def link_to(hub: Hub, row: MessageRow) -> str:
    """To its post, or else to its thread."""
    return hub.desks.link(row.dialog.ref, row.post)


async def present(unit: Unit, contact: ContactId) -> ContactId:
    """Who the contact has turned out to be: lists and buttons of before a merge go on naming the other."""
    try:
        return (await unit.contacts.get(contact)).id
    except LookupError:
        return contact  # nobody, about whom nothing is known


async def search(
    hub: Hub,
    unit: Unit,
    operator: Operator,
    text: str,
    *,
    contact: ContactId | None = None,
    before: MessageId | None = None,
) -> Findings:
    """What the operator may see. Contacts by their names, which the desk's audience may see, and a dialog by its
    number are found where everything is looked through."""
    accounts = await hub.readable(unit, operator)
    whose = None if contact is None else await present(unit, contact)
    rows = await unit.archive.search(
        text, viewer=operator.id, accounts=accounts, contact=whose, before=before, limit=PAGE + 1
    )
    names = await names_of(unit, rows)
    found = tuple(
        Found(
            row.message.id,
            row.dialog,
            row.contact,
            title(hub, row.dialog.account),
            author_of(row, names),
            row.message.at,
            excerpt(summary(row.message.content, hub.tr), text),
            link_to(hub, row),
        )
        for row in rows[:PAGE]
    )
    first = before is None and contact is None
    everybody = first and hub.includes(operator)
    contacts = tuple(await unit.archive.contacts(text, limit=CONTACTS)) if everybody else ()
    numbered = await _numbered(hub, unit, text, accounts) if first else None
    return Findings(found, contacts, found[-1].message if len(rows) > PAGE else None, numbered)


async def _numbered(hub: Hub, unit: Unit, text: str, accounts: Sequence[AccountName]) -> Numbered | None:
    """The dialog that `#1042` or `1042` names."""
    named = _NUMBER.fullmatch(text.strip())
    dialog = await unit.dialogs.get(DialogId(int(named[1]))) if named else None
    if dialog is None or dialog.account not in accounts:
        return None
    contact = await unit.contacts.get(dialog.contact)
    return Numbered(dialog, contact, title(hub, dialog.account), hub.desks.link(dialog.ref))


async def correspondence(
    hub: Hub, unit: Unit, contact: ContactId, *, before: MessageId | None = None, limit: int = SAID
) -> Correspondence:
    """All that was said with a contact, on every account, for whoever can use the hub: without words that are held."""
    whose = await present(unit, contact)
    return await _transcript(hub, unit, await unit.archive.of_contact(whose, before=before, limit=limit + 1), limit)


async def transcript(
    hub: Hub, unit: Unit, operator: Operator, dialog: DialogId, *, before: MessageId | None = None, limit: int = SAID
) -> Correspondence:
    """One dialog, as this operator sees it."""
    rows = await unit.archive.of_dialog(dialog, viewer=operator.id, before=before, limit=limit + 1)
    return await _transcript(hub, unit, rows, limit)


async def _transcript(hub: Hub, unit: Unit, rows: Sequence[MessageRow], limit: int) -> Correspondence:
    names = await names_of(unit, rows)
    said = [
        Said(
            row.message,
            row.dialog,
            title(hub, row.dialog.account),
            author_of(row, names),
            _worded(hub, row.message, names),
            link_to(hub, row),
        )
        for row in rows[:limit]
    ]
    return Correspondence(tuple(reversed(said)), said[-1].message.id if len(rows) > limit else None)


def _worded(hub: Hub, message: Message, names: dict[str, str]) -> Text:
    if message.line is not None:
        return Text.plain(word_line(message.line, names, hub.tr))
    said = spelled_out(message.content, hub.tr)
    files = "\n".join(describe(one, hub.tr).characters for one in said.attachments)
    return said.text + Text.plain(("\n" if said.text and files else "") + files)


async def names_of(unit: Unit, rows: Sequence[MessageRow]) -> dict[str, str]:
    """Of all operators who wrote these messages or stand in their lines."""
    ids: set[str | OperatorId] = {row.message.operator for row in rows if row.message.operator is not None}
    for row in rows:
        ids |= mentioned(row.message.line) if row.message.line else set()
    return await people.names(unit, ids)


def author_of(row: MessageRow, names: dict[str, str]) -> str:
    """ "" for the hub itself."""
    if row.message.author is Author.CUSTOMER:
        return row.contact.name
    return names.get(str(row.message.operator), "")
