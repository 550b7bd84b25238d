"""`search`: find by a part of a message, or of a contact's name, phone or e-mail."""

from __future__ import annotations

from bot.actions.base import Action, Call, CardSlot, InvalidInput, MenuGroup, Needs
from bot.actions.paging import before, pages, tab, token, turn, turned
from bot.domain import Contact, Status
from bot.domain.quotes import unquoted
from bot.domain.text import Text, bold, line, link
from bot.locale import N_
from bot.ports.found import Findings, Found, Numbered
from bot.queries import search
from bot.views.answers import says
from bot.views.cards import STATUSES, sign
from bot.views.direct import short_name
from bot.views.values import Answer, Field, FieldKind, Form, Option, Row, View, Whisper

HERE, EVERYWHERE = "here", "all"
SHORTEST = 2
LONGEST = 40
"""Characters of the text, which travels in buttons."""


class Search(Action):
    """Search. Inputs: the text, and its scope: this dialog's contact, or everything."""

    word = "search"
    label = N_("Search")
    about = N_("search messages, contacts (name, phone, e-mail) and dialog numbers: search TEXT")
    needs = Needs.DIALOG_IF_ANY
    spot = CardSlot.MENU
    group = MenuGroup.MESSAGES
    statuses = frozenset(Status)

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"text": words}

    async def fields(self, call: Call) -> tuple[Field, ...]:
        text = Field("text", call._("Search for"), required=True, value=call.inputs.get("text", ""), limit=LONGEST)
        if call.dialog is None:
            return (text,)
        options = (Option(HERE, call._("With this contact")), Option(EVERYWHERE, call._("Everywhere")))
        return text, Field("where", call._("Where"), FieldKind.CHOICE, options=options, value=HERE)

    def satisfied(self, call: Call) -> bool:
        return bool(call.inputs.get("text"))

    async def form(self, call: Call) -> Form:
        return Form(call._(self.label), token(call, self.word, {}, form=True), await self.fields(call), call._("Find"))

    async def run(self, call: Call) -> Answer:
        text = unquoted(call.inputs.get("text", ""))[:LONGEST]
        if max(map(len, text.split()), default=0) < SHORTEST:
            raise InvalidInput(text=call._("Enter at least two letters."))
        here = call.dialog if call.inputs.get("where") != EVERYWHERE else None
        async with call.hub.store.read() as unit:
            found = await search.search(
                call.hub,
                unit,
                call.operator,
                text,
                contact=here.contact if here is not None else None,
                before=before(call),
            )
        state = {
            "text": text,
            "where": HERE if here is not None else EVERYWHERE,
            "before": call.inputs.get("before", ""),
        }
        return Whisper(_view(call, state, found), replaces=turned(call))


def _view(call: Call, state: dict[str, str], found: Findings) -> View:
    rows = [_numbered(call, found.numbered)] if found.numbered is not None else []
    rows += [_contact(call, one) for one in found.contacts] + [_found(call, one) for one in found.found]
    places = () if call.dialog is None else ((HERE, N_("With this contact")), (EVERYWHERE, N_("Everywhere")))
    first = {**state, "before": ""}
    return View(
        tuple(rows) or says(call._("Nothing found.")).rows,
        call._("Search: “{text}”").format(text=state["text"]),
        tabs=tuple(
            tab(call, Search.word, call._(label), {**first, "where": place}, chosen=place == state["where"])
            for place, label in places
        ),
        buttons=(
            *pages(call, Search.word, state, found.before),
            turn(call, Search.word, call._("New search…"), {}),
        ),
    )


def _numbered(call: Call, one: Numbered) -> Row:
    """Row of the dialog found by its number, with a button to read it, even a closed one."""
    dialog = one.dialog
    name = link(short_name(dialog, one.contact, call.hub.tr), one.link)
    about = f" · {one.account} · {call._(STATUSES[dialog.status])}"
    read = turn(call, "open", call._("Open"), {"number": str(dialog.id), "read": "y"})
    return Row(line(f"{sign(dialog)} ", name, about), (read,))


def _contact(call: Call, contact: Contact) -> Row:
    details = ", ".join(word for word in (contact.phone, contact.email) if word)
    name = bold(contact.name or call._("Customer"))
    card = turn(call, "contact", call._("Contact"), {"contact": str(contact.id)})
    return Row(line("👤 ", name, f" · {details}" if details else ""), (card,))


def _found(call: Call, one: Found) -> Row:
    title = link(short_name(one.dialog, one.contact, call.hub.tr), one.link)
    by = f"{one.author}: " if one.author not in ("", one.contact.name) else ""
    about = Text.plain(f" · {one.account} · {call.hub.when(one.at)}\n{by}")
    return Row(line(title) + about + one.excerpt)
