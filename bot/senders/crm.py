"""Carrier to the external CRM: facts about changes here, and questions about contacts. The CRM dedupes by the parcel's
key, so an attempt in doubt is repeated. A CRM that is down is paused like every destination: chats go on, and its
parcels wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.carrier import After, DeliveryResult
from bot.delivery.roads import CallPlace
from bot.dialogs.crm import facts, learning, telling
from bot.dialogs.crm.telling import ASKS, CrmTopic
from bot.domain import ContactId, DialogId, Interest, InterestId
from bot.hub.context import Hub
from bot.ports import DeliveryError, Rate
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
from bot.senders import crm_notices


class CrmCarrier:
    """Carrier for the external CRM."""

    depth = 1
    tries: int | None = 1440  # with a minute between two of them, a day
    first: Collection[str] = ()
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
        async with self._hub.store.read() as unit:
            if await telling.lane(unit, parcel.payload) != claim.name:  # its contact was merged, or separated, since
                return DeliveryResult((parcel,), (self._moved(parcel),), called=False)
            asks = parcel.payload["about"] in ASKS
            fact = await facts.fact(self._hub, unit, parcel.payload) if not asks else None
        if asks:
            return await self._ask(parcel)
        if fact is None:
            return DeliveryResult((parcel,), called=False)
        stored = await self._crm.tell(fact, parcel.key)
        return DeliveryResult((parcel,), (self._written(parcel.payload, fact, stored),))

    def _moved(self, parcel: Parcel) -> After:
        return lambda unit: telling.move(self._hub, unit, parcel.payload, parcel.key)

    # -------------------------------------------------------------------------------- its references

    def _written(self, payload: facts.Payload, fact: CrmFact, stored: Stored) -> After:
        async def after(unit: Unit) -> None:
            match fact:
                case ContactSaved(contact) if stored.ref:
                    await unit.crm.set_ref(contact.id, stored.ref)
                case ContactsMerged(kept, _, False) if stored.ref:
                    await unit.crm.set_ref(kept.id, stored.ref)
                case ContactsMerged(_, merged, True) if stored.ref:
                    await unit.crm.set_ref(merged.id, stored.ref)
                case InterestSaved(interest):
                    await self._keep(unit, payload, interest, stored)
                case DialogLinked(_, interest) | MessagesLinked(_, interest) if stored.ref == interest.ref:
                    await self._keep(unit, payload, interest, stored)
                case TaskSaved(task) if stored.ref:
                    await unit.crm.set_task_ref(task.id, stored.ref)

        return after

    async def _keep(self, unit: Unit, payload: facts.Payload, interest: CrmInterest, stored: Stored) -> None:
        """Stores an Interest's id and version in the CRM. A poll for changes may meanwhile have created another
        Interest here for the same object: that one gives up the reference and is closed. An id that belongs to another
        Interest is not taken."""
        known = await unit.interests.lock(InterestId(interest.id))
        if known is None or not stored.ref:
            return
        other = await unit.interests.by_ref(stored.ref)
        if other is not None and other.id != known.id:
            if not _is_twin(known, other):
                await crm_notices.same_ref(self._hub, unit, payload, known, other)
                return
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
        return lambda unit: crm_notices.given_up(self._hub, unit, parcel, error)


def _is_twin(ours: Interest, other: Interest) -> bool:
    """Tells whether a poll has created the other Interest for ours, whose id was not stored yet."""
    return other.author is None and other.title == ours.title and other.created_at >= ours.created_at
