"""`merge` and `unmerge`: two contacts are one person, or are separated again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.actions.base import Call, CardSlot, DialogAction, DialogCall, InvalidInput, MenuGroup, Right
from bot.actions.choosing import MOST_OPTIONS
from bot.dialogs import contact_matching
from bot.domain import Contact, ContactId, Dialog, DialogId, Status
from bot.domain.lifecycle import Refusal
from bot.domain.text import Text, shorten
from bot.hub.tokens import Ticket
from bot.locale import N_
from bot.ports.storage import Merge
from bot.queries import search
from bot.views.cards import KINDS
from bot.views.values import Answer, Field, FieldKind, Option, Row, Silent, View, Whisper

_DIALOG = re.compile(r"#([0-9]{1,15})")


class MergeContacts(DialogAction):
    word = "merge"
    label = N_("Merge contacts…")
    about = N_("merge with another contact: merge NAME | PHONE | E-MAIL")
    right = Right.SEND
    spot = CardSlot.MENU
    group = MenuGroup.CONTACT
    statuses = frozenset({Status.NEW, Status.IN_PROGRESS, Status.RETURNED})
    takes_number = True

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"who": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        hint = call._("Name, phone, e-mail, or a dialog number: #1042")
        return (Field("who", call._("The other contact"), required=True, value=call.inputs.get("who", ""), hint=hint),)

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("who"))

    async def run(self, call: DialogCall) -> Answer:
        found = await self._found(call, call.inputs.get("who", "").strip())
        if not found:
            raise InvalidInput(who=call._("No matching contact."))
        if len(found) > 1:
            return _choice(call, found)
        return await _merge(call, found[0].id)

    async def _found(self, call: DialogCall, who: str) -> Sequence[Contact]:
        """Contacts that match, except the dialog's own."""
        unit, mine = call.unit, call.dialog.contact
        number = _DIALOG.fullmatch(who)
        if number is not None:
            dialog = await unit.dialogs.get(DialogId(int(number[1])))
            found = (
                [await unit.contacts.get(dialog.contact)] if dialog is not None and await _reads(call, dialog) else []
            )
        else:
            found = list(await search.called(call.hub, unit, call.operator, who, limit=10)) if who else []
        return [one for one in found if one.id != mine]


async def _reads(call: Call, dialog: Dialog) -> bool:
    return (await call.hub.access(call.unit, call.operator, dialog.account)).rights.read


def _choice(call: DialogCall, found: Sequence[Contact]) -> Answer:
    rows = []
    for one in found:
        about = (one.name, one.phone, one.email, call._(KINDS[one.kind]))
        ticket = Ticket(Same.word, call.dialog.id, only=call.operator.id, extra={"contact": str(one.id)})
        button = call.hub.button(ticket, call.place.desk)
        rows.append(Row(Text.plain(", ".join(word for word in about if word)), (button,)))
    return Whisper(View(tuple(rows), call._("Which contact?")))


class Same(DialogAction):
    """Button under a proposed match."""

    word = "same"
    label = N_("Merge")
    about = ""
    right = Right.SEND

    async def run(self, call: DialogCall) -> Answer:
        return await _merge(call, ContactId(int(call.inputs["contact"])))


async def _merge(call: DialogCall, other: ContactId) -> Answer:
    unit = call.unit
    one, two = await unit.contacts.get(call.dialog.contact), await unit.contacts.get(other)
    if await contact_matching.merge_both(call.hub, unit, one, two, by=call.operator.id) is None:
        raise Refusal("one_already")
    return Silent()


class Unmerge(DialogAction):
    word = "unmerge"
    label = N_("Keep separate")
    about = N_("separate merged contacts")
    right = Right.SEND

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"who": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        merges = await call.unit.merges.into(call.dialog.contact)
        if not merges:
            raise InvalidInput(merge=call._("This contact has not been merged."))
        options = tuple([Option(str(one.id), await _label(call, one)) for one in merges[:MOST_OPTIONS]])
        return (
            Field(
                "merge",
                call._("Which one is someone else?"),
                FieldKind.CHOICE,
                required=True,
                options=options,
                value=options[0].value if len(options) == 1 else "",
            ),
        )

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("merge"))

    async def run(self, call: DialogCall) -> Answer:
        said = call.inputs.get("merge", "")
        of_this = await call.unit.merges.into(call.dialog.contact)
        merge = next((one for one in of_this if str(one.id) == said), None)
        if merge is None or not await contact_matching.part(call.hub, call.unit, merge, call.operator.id):
            raise Refusal("two_already")
        return Silent()


async def _label(call: Call, merge: Merge) -> str:
    contact = await call.unit.contacts.itself(merge.merged)
    return shorten(f"{contact_matching.called(contact)} · {call.hub.when(merge.at)}", 70)
