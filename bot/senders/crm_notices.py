"""Notices about what an external CRM did not take: which Interest, which contact, which dialog, and why, with a way to
send it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery import admin_alerts
from bot.dialogs.crm import telling, wording
from bot.dialogs.crm.facts import Payload
from bot.dialogs.crm.telling import ASKS
from bot.domain import ContactId, Dialog, DialogId, Interest, OperatorId
from bot.domain.text import Text, line, link
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.parcels import CRM
from bot.hub.tokens import Ticket
from bot.ports import DeliveryError, Rejected, RejectReason, Unconfirmed
from bot.ports.storage import Parcel, Unit
from bot.views.cards import heading
from bot.views.values import Row, View

TOLD_EVERY = timedelta(hours=1)
"""Interval between two notices to administrators: a CRM that refuses everything refuses each new customer."""
_TOLD = "crm:given_up"


async def given_up(hub: Hub, unit: Unit, parcel: Parcel, error: DeliveryError) -> None:
    """Tells who made the change and the owner that it is not in the CRM. Nobody else would hear of what a customer
    caused: that is told to administrators."""
    payload, gettext = parcel.payload, hub.tr.gettext
    if payload["about"] in ASKS:
        words = gettext("⚠️ The CRM did not answer: {what}. Reason: {why}.")
    else:
        words = gettext("⚠️ Not saved in the CRM: {what}. Reason: {why}. In the chat everything stays as it is.")
    said = words.format(what=await wording.subject(unit, payload, hub.tr), why=_why(hub, error))
    ticket = Ticket(telling.AGAIN, extra={"parcel": str(parcel.key)})
    if not await _tell(hub, unit, payload, said, ticket):
        await _tell_administrators(hub, unit, said, ticket)


async def same_ref(hub: Hub, unit: Unit, payload: Payload, ours: Interest, other: Interest) -> None:
    """Tells that the CRM called two Interests by one id. Each stays here as it is."""
    words = hub.tr.gettext(
        "⚠️ The CRM gave the deal “{deal}” the id of another deal, “{other}”: it may have mixed them up. In the chat "
        "both stay as they are, and the CRM is not asked about “{deal}”."
    )
    said = words.format(deal=ours.title, other=other.title)
    if not await _tell(hub, unit, payload, said, None):
        await _tell_administrators(hub, unit, said, None)


def _why(hub: Hub, error: DeliveryError) -> str:
    detail = error.detail if isinstance(error, Rejected | Unconfirmed) else str(error)
    why = detail.rstrip(". ") or hub.tr.gettext("no reason given")
    if isinstance(error, Rejected) and error.reason is not RejectReason.TRIES:
        return why
    return hub.tr.gettext("every attempt has failed for a long time ({why})").format(why=why)


async def _tell(hub: Hub, unit: Unit, payload: Payload, words: str, offer: Ticket | None) -> bool:
    """Sends a direct message to each operator concerned. Returns False if there is none."""
    dialogs, told = await _concerned(unit, payload), False
    text = Text.plain(words)
    if dialogs:
        text = line(link(heading(dialogs[0]), hub.desks.link(dialogs[0].ref)), Text.plain(": ")) + text
    for number in sorted({payload["by"], *(one.responsible for one in dialogs)} - {None}):
        operator = await unit.operators.get(OperatorId(number))
        if operator is None:
            continue
        told = True
        buttons = (hub.button(replace(offer, only=operator.id), operator.desk),) if offer is not None else ()
        await parcels.tell(unit, operator.desk, operator.user, View((Row(text, buttons),)), hub.clock.now())
    return told


async def _tell_administrators(hub: Hub, unit: Unit, words: str, offer: Ticket | None) -> None:
    before, now = await unit.cursors.get(_TOLD), hub.clock.now()
    if before is not None and now - datetime.fromisoformat(before) < TOLD_EVERY:
        return
    more = len(await unit.dead.at(CRM))
    if more:
        also = hub.tr.gettext("Given up before: {n}. Send it all again: “/dialog resend crm”.").format(n=more)
        words = f"{words} {also}"
    if await admin_alerts.tell_within(hub, unit, words, offer):
        await unit.cursors.set(_TOLD, now.isoformat())


async def _concerned(unit: Unit, payload: Payload) -> Sequence[Dialog]:
    """Returns the dialog that the fact is about, otherwise the contact's open dialogs."""
    if payload.get("dialog"):
        dialog = await unit.dialogs.get(DialogId(payload["dialog"]))
        return [dialog] if dialog is not None else []
    if payload["contact"] is None:
        return []
    contact = await unit.contacts.get(ContactId(payload["contact"]))
    return [one.open for one in await unit.contacts.identities(contact.id) if one.open is not None]
