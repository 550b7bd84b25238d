"""`contact`: everything known about a contact, and the whole message history.

A card is opened from a dialog that the operator may read, by a name, or by a button; not by a contact's number, which
could be guessed. It shows the history with the contact to everybody who can use the hub, whichever accounts they may
read, unless `hub.correspondence` says otherwise; but never notes of accounts they may not read. Held messages appear in
no history: only their author sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.actions.base import Action, Call, CardSlot, InvalidInput, MenuGroup, Needs, Right
from bot.actions.choosing import whole_number
from bot.actions.paging import before, turn, turned
from bot.actions.transcripts import PAGE, earlier, transcript_rows
from bot.domain import Contact, ContactId, Dialog, DialogId, Interest, Status
from bot.domain.account_rules import ContactKind
from bot.domain.lifecycle import Refusal
from bot.domain.text import Text, bold, line, link
from bot.locale import N_
from bot.ports.found import ContactPage, IdentityView
from bot.queries import search
from bot.queries.contacts import contact_page
from bot.tasks import views
from bot.views.answers import says
from bot.views.cards import SIGNS, STATUSES, heading
from bot.views.values import Answer, Button, Field, Row, View, Whisper

KINDS = {ContactKind.POTENTIAL: N_("Prospect"), ContactKind.CLIENT: N_("Customer")}
DIALOGS = 5
INTERESTS = 10
TASKS = 5
CHOICES = 10
_NUMBER = re.compile(r"#([0-9]{1,15})")


class ContactCard(Action):
    """Card of a contact. Inputs: a part of a name, phone or e-mail, the number of a dialog, or (in buttons) the
    contact."""

    word = "contact"
    label = N_("Contact")
    verb = N_("Open")
    about = N_("a contact's card and message history: contact [NAME | PHONE | #1042]")
    needs = Needs.DIALOG_IF_ANY
    right = Right.NONE
    spot = CardSlot.MENU
    group = MenuGroup.CONTACT
    statuses = frozenset(Status)

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"name": words}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        return (Field("name", call._("Part of the name, phone or e-mail"), required=True, limit=60),)

    def satisfied(self, call: Call) -> bool:
        return bool(call.sealed.get("contact") or call.inputs.get("name")) or call.dialog is not None

    async def run(self, call: Call) -> Answer:
        if not call.hub.includes(call.operator):
            raise Refusal("no_contact")
        contact = await self._meant(call)
        if contact is None:
            return await self._choice(call)
        if call.inputs.get("read"):
            return await _correspondence(call, contact)
        try:
            page = await contact_page(call.hub, call.unit, call.operator, contact)
        except LookupError as error:
            raise InvalidInput(name=call._("There is no such contact.")) from error
        return Whisper(await _card(call, page), turned(call))

    async def _meant(self, call: Call) -> ContactId | None:
        said, name = call.sealed.get("contact", ""), call.inputs.get("name", "").strip()
        if whole_number(said):
            return ContactId(int(said))
        if named := _NUMBER.fullmatch(name):
            dialog = await call.unit.dialogs.get(DialogId(int(named[1])))
            return (await _readable(call, dialog)).contact if dialog is not None else None
        return (await _readable(call, call.dialog)).contact if call.dialog is not None and not name else None

    async def _choice(self, call: Call) -> Answer:
        """Contacts that match the name; a single match opens at once."""
        name = call.inputs.get("name", "")
        async with call.hub.store.read() as unit:
            found = await search.called(call.hub, unit, call.operator, name, limit=CHOICES)
        if not found:
            raise InvalidInput(name=call._("No contact matches “{name}”.").format(name=name))
        if len(found) == 1:
            return Whisper(await _card(call, await contact_page(call.hub, call.unit, call.operator, found[0].id)))
        rows = tuple(Row(_named(call, one), (_button(call, one.id, call._("Contact")),)) for one in found)
        return Whisper(View(rows, call._("Which contact?")))


async def _readable(call: Call, dialog: Dialog) -> Dialog:
    """Dialog, if the operator may read its account. Raises `Refusal`."""
    access = await call.hub.access(call.unit, call.operator, dialog.account)
    if not access.rights.read:
        raise Refusal("no_read")
    return dialog


def _named(call: Call, contact: Contact) -> Text:
    details = ", ".join(word for word in (contact.phone, contact.email) if word)
    return line("👤 ", bold(contact.name or call._("Customer")), f" · {details}" if details else "")


def _button(call: Call, contact: ContactId, label: str, **state: str) -> Button:
    return turn(call, ContactCard.word, label, {"contact": str(contact), **state})


async def _card(call: Call, page: ContactPage) -> View:
    contact = page.contact
    rows = [Row(_named(call, contact) + Text.plain(f" · {call._(KINDS[contact.kind])}"))]
    rows += [Row(_known(call, one)) for one in page.identities]
    rows += _section(call._("Deals"), [_interest(one) for one in page.interests[:INTERESTS]])
    todo = [one.task for one in page.tasks[:TASKS]]
    tasks = [(await views.row(call.hub, call.unit, one, call.operator, call.now)).text for one in todo]
    rows += _section(call._("Tasks"), tasks)
    counted = call.hub.tr.ngettext("{n} dialog", "{n} dialogs", len(page.dialogs)).format(n=len(page.dialogs))
    rows += _section(counted, [_dialog(call, one) for one in page.dialogs[:DIALOGS]])
    buttons = [_button(call, contact.id, call._("Message history"), read="y")]
    about = await _dialog_of(call, page)
    if about is not None:
        buttons += [turn(replace(call, dialog=about), word, call._(label), {}) for word, label in _OF_DIALOG]
    return View(tuple(rows), call._("Contact"), buttons=tuple(buttons))


async def _dialog_of(call: Call, page: ContactPage) -> Dialog | None:
    """Dialog used to ask for the contact's history and files: this one, or the latest that may be read."""
    readable = await call.hub.readable(call.unit, call.operator)
    of_contact = (call.dialog,) if call.dialog is not None and call.dialog.contact == page.contact.id else ()
    return next((one for one in (*of_contact, *page.dialogs) if one.account in readable), None)


_OF_DIALOG = (("history", N_("Earlier dialogs")), ("files", N_("Attachments")), ("search", N_("Search")))


def _section(title: str, found: list[Text]) -> Iterator[Row]:
    if found:
        yield Row(line(bold(title)))
        yield from (Row(one) for one in found)


def _known(call: Call, one: IdentityView) -> Text:
    name = f": @{one.username.lstrip('@')}" if one.username else ""
    blocked = " · " + call._("has blocked us") if one.blocked else ""
    return line("• ", link(f"{one.title}{name}", one.address), blocked)


def _interest(one: Interest) -> Text:
    about = f" · {one.stage}" if one.stage else ""
    return line("💼 " if one.open else "☑️ ", link(one.title, one.url), about)


def _dialog(call: Call, one: Dialog) -> Text:
    title = link(f"{SIGNS[one.status]} {heading(one)}", call.hub.desks.link(one.ref))
    account = call.hub.title(one.account)
    return line(title, f" · {account} · {call._(STATUSES[one.status])} · {call.hub.when(one.opened_at)}")


async def _correspondence(call: Call, contact: ContactId) -> Answer:
    async with call.hub.store.read() as unit:
        person = await unit.contacts.get(contact)
        if not await search.may_know(call.hub, unit, call.operator, person.id):
            raise InvalidInput(name=call._("There is no such contact."))
        found = await search.correspondence(call.hub, unit, call.operator, contact, before=before(call), limit=PAGE)
    state = {"contact": str(contact), "read": "y", "before": call.inputs.get("before", "")}
    title = call._("Message history: {name}").format(name=person.name or call._("Customer"))
    rows = transcript_rows(call, found.said) if found.said else says(call._("No messages yet.")).rows
    return Whisper(View(rows, title, buttons=earlier(call, ContactCard.word, state, found)), turned(call))
