"""Search and transcripts, limited to what the operator may read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.domain import (
    AccountName,
    Author,
    Contact,
    ContactId,
    Dialog,
    DialogId,
    Message,
    MessageId,
    Operator,
    OperatorId,
)
from bot.domain.quotes import unquoted
from bot.domain.text import Text
from bot.hub.context import Hub
from bot.hub.names import operator_names, title_of
from bot.locale import Translator
from bot.ports.found import Correspondence, Findings, Found, Numbered, TranscriptEntry
from bot.ports.storage import MessageRow, Unit
from bot.queries.excerpt import excerpt
from bot.views.lines import mentioned, word_line
from bot.views.words import describe, spelled_out, summary

PAGE = 15
"""Matches or files per page."""
SAID = 30
"""Messages per page of a transcript."""
CONTACTS = 5
_NUMBER = re.compile(r"#?([0-9]{1,15})")


def link_to(hub: Hub, row: MessageRow) -> str:
    """Link to the message's post, otherwise to its thread."""
    return hub.desks.link(row.dialog.ref, row.post)


async def present(unit: Unit, contact: ContactId) -> ContactId:
    """Contact's current id: lists and buttons made before a merge still hold the old one."""
    try:
        return (await unit.contacts.get(contact)).id
    except LookupError:
        return contact  # unknown contact


async def search(
    hub: Hub,
    unit: Unit,
    operator: Operator,
    text: str,
    *,
    contact: ContactId | None = None,
    before: MessageId | None = None,
) -> Findings:
    """Search results that the operator may see. A search over everything also finds contacts by name and a dialog by
    its number."""
    text, accounts = unquoted(text), await hub.readable(unit, operator)
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
            hub.title(row.dialog.account),
            author_of(row, names, hub.tr),
            row.message.at,
            excerpt(summary(row.message.content, hub.tr), text),
            link_to(hub, row),
        )
        for row in rows[:PAGE]
    )
    first = before is None and contact is None
    contacts = tuple(await called(hub, unit, operator, text, limit=CONTACTS)) if first else ()
    numbered = await _numbered(hub, unit, text, accounts) if first else None
    return Findings(found, contacts, found[-1].message if len(rows) > PAGE else None, numbered)


async def called(hub: Hub, unit: Unit, operator: Operator, text: str, *, limit: int) -> Sequence[Contact]:
    """Contacts by name, phone or e-mail, for the desk's audience only; where closed accounts are hidden, only those
    that the operator may know."""
    found = await unit.archive.contacts(text, limit=limit) if hub.includes(operator) else ()
    return [one for one in found if await may_know(hub, unit, operator, one.id)]


async def may_know(hub: Hub, unit: Unit, operator: Operator, contact: ContactId) -> bool:
    """False when the contact writes only on accounts that the operator may not read, and those are hidden."""
    if shows_closed(hub, operator):
        return True
    accounts = {one.account for one in await unit.contacts.identities(contact)}
    return not accounts or bool(await readable(hub, unit, operator, accounts))


async def _numbered(hub: Hub, unit: Unit, text: str, accounts: Sequence[AccountName]) -> Numbered | None:
    """Dialog meant by `#1042` or `1042`."""
    named = _NUMBER.fullmatch(text.strip())
    dialog = await unit.dialogs.get(DialogId(int(named[1]))) if named else None
    if dialog is None or dialog.account not in accounts:
        return None
    contact = await unit.contacts.get(dialog.contact)
    return Numbered(dialog, contact, hub.title(dialog.account), hub.desks.link(dialog.ref))


def shows_closed(hub: Hub, operator: Operator) -> bool:
    """True where a contact's card shows this reader also accounts that they may not read."""
    return hub.correspondence == "everyone" and hub.includes(operator)


async def readable(hub: Hub, unit: Unit, operator: Operator, accounts: Iterable[AccountName]) -> frozenset[AccountName]:
    """Accounts, out of those given, whose dialogs the operator may read; also ones that hub.toml no longer names."""
    standings = {name: await hub.access(unit, operator, name) for name in sorted(set(accounts))}
    return frozenset(name for name, access in standings.items() if access.rights.read)


def covered(dialog: Dialog, readable: Collection[AccountName]) -> Dialog:
    """Dialog as shown to a reader without access to its account: without anything internal."""
    if dialog.account in readable:
        return dialog
    return replace(dialog, title="", reason="", comment="", last_words="")


async def correspondence(
    hub: Hub,
    unit: Unit,
    operator: Operator,
    contact: ContactId,
    *,
    before: MessageId | None = None,
    limit: int = SAID,
) -> Correspondence:
    """Message history with a contact, without held messages. For accounts that the operator may not read, only what the
    customer wrote or was sent, or nothing, depending on `hub.correspondence`."""
    whose = await present(unit, contact)
    known = await unit.contacts.identities(whose)
    accounts = await readable(hub, unit, operator, {one.account for one in known})
    rows = await unit.archive.of_contact(
        whose, accounts=sorted(accounts), elsewhere=shows_closed(hub, operator), before=before, limit=limit + 1
    )
    shown = [row if row.dialog.account in accounts else _beside(row) for row in rows]
    return await _transcript(hub, unit, shown, limit)


def _beside(row: MessageRow) -> MessageRow:
    return replace(row, dialog=covered(row.dialog, ()), message=replace(row.message, important=False, detail=""))


async def transcript(
    hub: Hub, unit: Unit, operator: Operator, dialog: DialogId, *, before: MessageId | None = None, limit: int = SAID
) -> Correspondence:
    """One dialog, as this operator sees it."""
    rows = await unit.archive.of_dialog(dialog, viewer=operator.id, before=before, limit=limit + 1)
    return await _transcript(hub, unit, rows, limit)


async def _transcript(hub: Hub, unit: Unit, rows: Sequence[MessageRow], limit: int) -> Correspondence:
    names = await names_of(unit, rows)
    said = [
        TranscriptEntry(
            row.message,
            row.dialog,
            hub.title(row.dialog.account),
            author_of(row, names, hub.tr),
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
    """Names of all operators who wrote these messages or are mentioned in their lines."""
    ids: set[str | OperatorId] = {row.message.operator for row in rows if row.message.operator is not None}
    for row in rows:
        ids |= mentioned(row.message.line) if row.message.line else set()
    return await operator_names(unit, ids)


def author_of(row: MessageRow, names: dict[str, str], tr: Translator) -> str:
    """Author's name, "" for the hub itself."""
    if row.message.author is Author.CUSTOMER:
        return row.contact.name
    return title_of(row.message.author, tr) or names.get(str(row.message.operator), "")
