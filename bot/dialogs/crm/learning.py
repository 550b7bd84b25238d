"""Import of an external CRM's answers: who a contact is there, and which Interests they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.crm import telling
from bot.dialogs.interest_links import link_by_rules
from bot.domain import Contact, ContactId, DialogId, Interest
from bot.domain.account_rules import ContactKind
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.crm import ForeignContact, ForeignInterest
from bot.ports.storage import Unit


async def met(hub: Hub, unit: Unit, number: ContactId, found: Sequence[ForeignContact]) -> None:
    """Links a contact to the person there with the same phone or e-mail; does nothing when there are several."""
    contact = await unit.contacts.get(number)
    known = await unit.crm.known(contact.id)
    if len(found) != 1:
        return
    [there] = found
    if known.ref != there.ref:
        await unit.crm.set_ref(contact.id, there.ref)
    client = there.kind is ContactKind.CLIENT
    named = replace(contact, name=contact.name or there.name, kind=there.kind if client else contact.kind)
    if named != contact:
        await unit.contacts.save(named)
        await refresh_cards(hub, unit, contact.id)
    await telling.ask_interests(hub, unit, contact.id)


async def has(
    hub: Hub, unit: Unit, number: ContactId, found: Sequence[ForeignInterest], dialog: DialogId | None
) -> None:
    """Imports all Interests that a contact has there; the account's rules may then link the `dialog`."""
    contact = await unit.contacts.get(number)
    for one in found:
        await learn(hub, unit, one, contact)
    await unit.crm.set_answered(contact.id, hub.clock.now())
    opened = await unit.dialogs.lock(dialog) if dialog is not None else None
    if opened is not None and opened.open and opened.interest is None:
        await link_by_rules(hub, unit, opened)


async def changed(hub: Hub, unit: Unit, found: Sequence[ForeignInterest]) -> None:
    """Imports Interests changed there; skips those of people unknown here."""
    for one in found:
        number = await unit.crm.by_ref(one.contact)  # perhaps merged into another since
        await learn(hub, unit, one, await unit.contacts.get(number) if number is not None else None)


async def learn(hub: Hub, unit: Unit, there: ForeignInterest, contact: Contact | None) -> Interest | None:
    """Imports an Interest in its current state. None: it concerns nobody here. An Interest deleted there, or moved to
    somebody unknown here, stays, because dialogs are linked to it, but is no longer offered."""
    known = await unit.interests.by_ref(there.ref) or await _ours(unit, there, contact)
    if known is None:
        if contact is None or there.gone:
            return None
        known = await unit.interests.add(contact.id, there.title, hub.clock.now())
    owner = await _owner(unit, known, there, contact)
    if there.gone:
        now = replace(known, open=False, stage=hub.tr.gettext("deleted in the CRM"))
    elif owner is None:
        now = replace(known, open=False, stage=hub.tr.gettext("moved to another customer in the CRM"))
    else:
        now = replace(
            known,
            contact=owner,
            title=there.title or known.title,
            open=there.open,
            stage=there.stage,
            comment=there.comment,
            url=there.url,
            ref=there.ref,
            version=there.version,
        )
    if now != known:
        await unit.interests.save(now)
        for number in await unit.interests.open_dialogs(now.id):
            dialog = await unit.dialogs.get(number)
            assert dialog is not None, "it was just found"
            await parcels.refresh_card(unit, dialog, hub.clock.now())
    return now


async def _owner(unit: Unit, known: Interest, there: ForeignInterest, contact: Contact | None) -> ContactId | None:
    """Contact whose Interest it is by now. `contact`: the one here with the CRM's contact; None is returned if that is
    another than it was, and unknown here."""
    ref = (await unit.crm.known(known.contact)).ref
    if not there.contact or ref in ("", there.contact):
        return known.contact
    return contact.id if contact is not None else None


async def _ours(unit: Unit, there: ForeignInterest, contact: Contact | None) -> Interest | None:
    """Interest that the CRM was told about a moment ago and whose id there is not stored yet."""
    if contact is None or there.gone:
        return None
    known = await unit.interests.of_contact(contact.id, open_only=True)
    return next((one for one in known if not one.ref and one.title == there.title), None)


async def refresh_cards(hub: Hub, unit: Unit, contact: ContactId) -> None:
    for identity in await unit.contacts.identities(contact):
        if identity.open is not None:
            await parcels.refresh_card(unit, identity.open, hub.clock.now())
