"""`interest`: create an Interest from a dialog, with details of the contact; accepts the dialog."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.base import CardSlot, DialogAction, DialogCall, InvalidInput, Right
from bot.dialogs import contact_matching
from bot.dialogs.apply import apply_event
from bot.dialogs.crm import telling
from bot.domain import Contact, InterestId, Status
from bot.domain.lifecycle import Accepted, Linked, advance
from bot.domain.spelling import email_key
from bot.locale import N_
from bot.views.values import Answer, Field, FieldKind, Silent

LONGEST_TITLE = 150
LONGEST_EMAIL = 150
FEWEST_DIGITS = 5
"""Fewest digits of a phone number: some countries' numbers are that short, and people enter extensions."""
_OF_CONTACT = ("name", "phone", "email")


class CreateInterest(DialogAction):
    word = "interest"
    label = N_("Create deal")
    about = N_("create a deal and accept the dialog: interest TITLE")
    right = Right.SEND
    spot = CardSlot.BUTTON
    yields = True
    statuses = frozenset({Status.NEW, Status.IN_PROGRESS, Status.RETURNED})

    def read(self, words: str, call: DialogCall) -> dict[str, str]:
        return {"title": words}

    async def fields(self, call: DialogCall) -> tuple[Field, ...]:
        contact = await call.unit.contacts.get(call.dialog.contact)
        given = call.inputs
        phone, email = given.get("phone") or contact.phone, given.get("email") or contact.email
        return (
            Field(
                "title",
                call._("Title"),
                required=True,
                value=given.get("title") or call.dialog.title,
                hint=call._("What the customer is interested in"),
                limit=LONGEST_TITLE,
            ),
            Field("name", call._("Contact's name"), value=given.get("name") or contact.name, limit=150),
            Field("phone", call._("Phone"), FieldKind.PHONE, value=phone, limit=50),
            Field("email", call._("E-mail"), FieldKind.EMAIL, value=email, limit=LONGEST_EMAIL),
            Field("comment", call._("Comment"), FieldKind.AREA, value=given.get("comment", ""), limit=2000),
        )

    def satisfied(self, call: DialogCall) -> bool:
        return bool(call.inputs.get("title"))

    async def run(self, call: DialogCall) -> Answer:
        title = " ".join(call.inputs.get("title", "").split())
        self._check(call, title)
        hub, unit, me, dialog = call.hub, call.unit, call.operator.id, call.dialog
        made = Linked(me, InterestId(0), title, made=True, administers=call.rights.administer)
        advance(dialog, made)  # raises before anything is saved
        await self._save_contact(call)  # first: the CRM may know the customer by the phone that was entered
        dialog = await unit.dialogs.lock(dialog.id) or dialog  # of another contact by now, if that was a certain match
        if dialog.responsible is None:
            dialog = await apply_event(hub, unit, dialog, Accepted(me))
        comment = call.inputs.get("comment", "").strip()
        interest = await unit.interests.add(dialog.contact, title, call.now, author=me, comment=comment)
        await telling.interest_saved(hub, unit, interest, me)
        await apply_event(hub, unit, dialog, replace(made, interest=interest.id))
        return Silent()

    def _check(self, call: DialogCall, title: str) -> None:
        wrong = {}
        if not title:
            wrong["title"] = call._("Enter a title.")
        elif len(title) > LONGEST_TITLE:
            wrong["title"] = call._("The title is too long: at most {limit} characters.").format(limit=LONGEST_TITLE)
        phone = call.inputs.get("phone", "").strip()
        if phone and sum(char.isdigit() for char in phone) < FEWEST_DIGITS:
            wrong["phone"] = call._("This is not a phone number.")
        email = call.inputs.get("email", "").strip()
        if email and (len(email) > LONGEST_EMAIL or not email_key(email)):
            wrong["email"] = call._("This is not an e-mail address.")
        if wrong:
            raise InvalidInput(**wrong)

    async def _save_contact(self, call: DialogCall) -> None:
        """Saves the contact's details from the form; empty fields leave the old value."""
        contact = await call.unit.contacts.get(call.dialog.contact)
        entered = {name: call.inputs[name].strip() for name in _OF_CONTACT if call.inputs.get(name, "").strip()}
        changed: Contact = replace(contact, **entered)  # type: ignore[arg-type]
        if changed == contact:
            return
        await call.unit.contacts.save(changed)
        await contact_matching.profile_changed(call.hub, call.unit, changed, call.account, by=call.operator.id)
