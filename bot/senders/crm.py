"""Carrier to the external CRM: facts about changes here, and questions about contacts. The CRM dedupes by the parcel's
key, so an attempt in doubt is repeated. A CRM that is down is paused like every destination: chats go on, and its
parcels wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.roads import CallPlace
from bot.dialogs.crm import facts, learning
from bot.dialogs.crm.telling import ASKS, CrmTopic
from bot.domain import ContactId, Dialog, DialogId, InterestId, OperatorId
from bot.domain.text import Text, line, link
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import DeliveryError, Rate, Rejected
from bot.ports.crm import (
    ContactSaved,
    ContactsMerged,
    Crm,
    CrmFact,
    CrmInterest,
    CrmRef,
    DialogLinked,
    InterestSaved,
    Knowing,
    MessagesLinked,
    Stored,
    TaskSaved,
)
from bot.ports.storage import Claim, Parcel, Unit
from bot.views.cards import heading
from bot.views.values import Row, View


class CrmCarrier:
    """Carrier for the external CRM."""

    depth = 1
    tries: int | None = None
    rates: Sequence[Rate] = ()

    def __init__(self, hub: Hub, crm: Crm) -> None:
        self._hub, self._crm = hub, crm

    def scopes(self, claim: Claim) -> Mapping[str, str]:
        return {"all": "all"}  # a pause that the CRM asks for holds up all lanes

    def place(self, claim: Claim) -> CallPlace:
        return CallPlace()

    def asks_when_doubtful(self, parcel: Parcel) -> bool:
        return False

    async def carry(self, claim: Claim, now: datetime) -> DeliveryResult:
        parcel = claim.parcels[0]
        if parcel.payload["about"] in ASKS:
            return await self._ask(parcel)
        async with self._hub.store.read() as unit:
            fact = await facts.fact(self._hub, unit, parcel.payload)
        if fact is None:
            return DeliveryResult((parcel,), called=False)
        stored = await self._crm.tell(fact, parcel.key)
        return DeliveryResult((parcel,), (self._written(fact, stored),))

    # -------------------------------------------------------------------------------- its references

    def _written(self, fact: CrmFact, stored: Stored) -> After:
        async def after(unit: Unit) -> None:
            match fact:
                case ContactSaved(contact) if stored.ref:
                    await unit.crm.set_ref(contact.id, stored.ref)
                case ContactsMerged(kept, _, False) if stored.ref:
                    await unit.crm.set_ref(kept.id, stored.ref)
                case ContactsMerged(_, merged, True) if stored.ref:
                    await unit.crm.set_ref(merged.id, stored.ref)
                case InterestSaved(interest):
                    await self._keep(unit, interest, stored)
                case DialogLinked(_, interest) | MessagesLinked(_, interest) if stored.ref == interest.ref:
                    await self._keep(unit, interest, stored)
                case TaskSaved(task) if stored.ref:
                    await unit.crm.set_task_ref(task.id, stored.ref)

        return after

    async def _keep(self, unit: Unit, interest: CrmInterest, stored: Stored) -> None:
        """Stores an Interest's id and version in the CRM. A poll for changes may meanwhile have created another
        Interest here for the same object: that one gives up the reference and is closed."""
        known = await unit.interests.lock(InterestId(interest.id))
        if known is None or not stored.ref:
            return
        other = await unit.interests.by_ref(stored.ref)
        if other is not None and other.id != known.id:
            await unit.interests.save(replace(other, ref="", version="", open=False))
        await unit.interests.save(replace(known, ref=stored.ref, version=stored.version))

    # ----------------------------------------------------------------------------------- questions

    async def _ask(self, parcel: Parcel) -> DeliveryResult:
        """Asks the CRM. Its answer is stored in the transaction that settles the parcel."""
        crm, payload = self._crm, parcel.payload
        if not isinstance(crm, Knowing):
            return DeliveryResult((parcel,), called=False)
        number = ContactId(payload["contact"])
        async with self._hub.store.read() as unit:
            contact = await unit.contacts.get(number)
            keys, known = await unit.contacts.keys(contact.id), await unit.crm.known(contact.id)
        if payload["about"] == CrmTopic.FIND:
            people_there = await crm.find(keys.phone, keys.email) if keys.phone or keys.email else ()
            return DeliveryResult((parcel,), (lambda unit: learning.met(self._hub, unit, number, people_there),))
        interests = await crm.interests(CrmRef(known.ref)) if known.ref else ()
        dialog = DialogId(payload["dialog"]) if payload.get("dialog") else None
        return DeliveryResult((parcel,), (lambda unit: learning.has(self._hub, unit, number, interests, dialog),))

    # ----------------------------------------------------------------------------------- refusals

    def give_up(self, parcel: Parcel, error: DeliveryError) -> After:
        """Notifies the operator who made the change, and the responsible one, why the CRM refused it for good."""
        payload, why = parcel.payload, error.detail if isinstance(error, Rejected) else str(error)

        async def after(unit: Unit) -> None:
            if payload["about"] in ASKS:
                return
            dialogs = await self._concerned(unit, payload)
            recipients = {payload["by"], *(one.responsible for one in dialogs)} - {None}
            words = self._hub.tr.gettext("⚠️ Not saved in the CRM: {why}. Nothing changes in the chat.")
            text = Text.plain(words.format(why=why))
            if dialogs:
                title = link(heading(dialogs[0]), self._hub.desks.link(dialogs[0].ref))
                text = line(title, Text.plain(": ")) + text
            for number in sorted(recipients):
                operator = await unit.operators.get(OperatorId(number))
                if operator is not None:
                    now = self._hub.clock.now()
                    await parcels.tell(unit, operator.desk, operator.user, View((Row(text),)), now)

        return after

    async def _concerned(self, unit: Unit, payload: facts.Payload) -> list[Dialog]:
        """Returns the dialog that the fact is about, otherwise the contact's open dialogs."""
        if payload.get("dialog"):
            dialog = await unit.dialogs.get(DialogId(payload["dialog"]))
            return [dialog] if dialog is not None else []
        if payload["contact"] is None:
            return []
        contact = await unit.contacts.get(ContactId(payload["contact"]))
        return [one.open for one in await unit.contacts.identities(contact.id) if one.open is not None]
