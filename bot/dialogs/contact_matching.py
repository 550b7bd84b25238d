"""Contact matching by phone or e-mail: certain matches are merged, others proposed to operators.

A match is certain when the channels vouch, for both contacts, that the number or address is the person's own
(`Profile.proven`). Data typed into a form proves nothing: whoever types a stranger's address would see nothing of the
stranger's, but operators would take them for the stranger. Contacts that an operator separated are never merged
automatically again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.apply import write_line
from bot.dialogs.crm import telling
from bot.domain import Account, Contact, ContactId, Dialog, Line, OperatorId
from bot.domain.spelling import email_key, phone_key
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports.storage import Keys, Merge, Unit

_LATEST = 100
"""Messages of a dialog searched for lines about matches."""
_OFFERING = frozenset({"alike", "merged", "merged_by"})


def called(contact: Contact) -> str:
    """Display name that tells the contact from others."""
    return contact.name or contact.phone or contact.email or f"№ {contact.id}"


async def profile_changed(
    hub: Hub,
    unit: Unit,
    contact: Contact,
    account: Account,
    *,
    proven: tuple[bool, bool] = (False, False),
    by: OperatorId | None = None,
) -> Sequence[Merge]:
    """Updates the keys after a contact's name, phone or e-mail changed, notifies an external CRM, and merges certain
    matches. `proven`: the channel has just vouched for the phone, for the e-mail; `by`: the operator who entered it."""
    before = await unit.contacts.keys(contact.id)
    keys = _proven(keys_of(hub, contact, account), before, proven)
    if keys != before:
        await unit.contacts.set_keys(contact.id, keys)
    if (keys.phone, keys.email) != (before.phone, before.email) and (keys.phone or keys.email):
        await telling.find(hub, unit, contact.id)
    await telling.contact_saved(hub, unit, contact.id, by)
    if keys == before:
        return ()
    merges = await _merge_certain(hub, unit, contact, keys)
    for identity in await unit.contacts.identities((await unit.contacts.get(contact.id)).id):
        if identity.open is not None:
            await propose(hub, unit, identity.open)
    return merges


def keys_of(hub: Hub, contact: Contact, account: Account | None) -> Keys:
    """Keys by which the contact is matched, none of them proven. `account`: one that the contact writes on."""
    country = account.rules.hours.country if account is not None else ""
    return Keys(phone_key(contact.phone, country or hub.country), email_key(contact.email))


def renewed(hub: Hub, contact: Contact, account: Account | None, before: Keys) -> Keys:
    """Keys of a contact whose phone and e-mail are the same as ever, by the present rules: what has been vouched for
    still is. A number without a country code keeps the country that it was read for: the contact may have several
    accounts."""
    keys = keys_of(hub, contact, account)
    national = before.phone and "+" not in contact.phone
    phone = phone_key(before.phone, "") if national else keys.phone
    return Keys(phone, keys.email, before.phone_proven and bool(phone), before.email_proven and bool(keys.email))


def _proven(keys: Keys, before: Keys, proven: tuple[bool, bool]) -> Keys:
    """Keys marked proven where they were before, or have just been vouched for."""
    return replace(
        keys,
        phone_proven=bool(keys.phone) and (proven[0] or (before.phone_proven and keys.phone == before.phone)),
        email_proven=bool(keys.email) and (proven[1] or (before.email_proven and keys.email == before.email)),
    )


async def _merge_certain(hub: Hub, unit: Unit, contact: Contact, keys: Keys) -> list[Merge]:
    merges = []
    for other, theirs in await unit.contacts.alike(contact.id, keys):
        why = _certain(keys, theirs)
        if not why or await unit.merges.parted(contact.id, other.id):
            continue
        present = await unit.contacts.get(contact.id)
        merge = await merge_both(hub, unit, present, other, why=why)
        if merge is not None:
            merges.append(merge)
    return merges


def _certain(one: Keys, other: Keys) -> str:
    """Phone or e-mail that proves both are the same person; "" for none."""
    if one.phone and one.phone == other.phone and one.phone_proven and other.phone_proven:
        return one.phone
    if one.email and one.email == other.email and one.email_proven and other.email_proven:
        return one.email
    return ""


async def merge_both(
    hub: Hub, unit: Unit, one: Contact, other: Contact, *, why: str = "", by: OperatorId | None = None
) -> Merge | None:
    """Merges two contacts into the one known first. None: they were merged already."""
    kept, merged = sorted((one, other), key=lambda contact: contact.id)
    merge = await unit.merges.merge(kept.id, merged.id, hub.clock.now(), why=why, operator=by)
    if merge is None:
        return None
    await telling.contacts_merged(hub, unit, merge)
    values = {"one": called(merged), "other": called(kept), "merge": str(merge.id)}
    line = Line("merged", {**values, "why": why}) if by is None else Line("merged_by", {**values, "by": str(by)})
    await _say(hub, unit, kept.id, line)
    return merge


async def part(hub: Hub, unit: Unit, merge: Merge, by: OperatorId) -> bool:
    """Separates two merged contacts. False: somebody has separated them already."""
    undone = await unit.merges.undo(merge.id, hub.clock.now())
    if undone is None:
        return False
    await telling.contacts_merged(hub, unit, undone, undone=True)
    kept, merged = await unit.contacts.get(undone.kept), await unit.contacts.get(undone.merged)
    line = Line("parted", {"one": called(merged), "other": called(kept), "by": str(by)})
    for contact in (kept, merged):
        await _recognize(hub, unit, contact)
        await _say(hub, unit, contact.id, line)
    return True


async def _recognize(hub: Hub, unit: Unit, contact: Contact) -> None:
    """Updates the contact's keys; merges nobody."""
    before, known_on = await unit.contacts.keys(contact.id), await unit.contacts.identities(contact.id)
    account = await hub.account(unit, known_on[0].account) if known_on else None
    keys = _proven(keys_of(hub, contact, account), before, (False, False))
    if keys != before:
        await unit.contacts.set_keys(contact.id, keys)


async def propose(hub: Hub, unit: Unit, dialog: Dialog) -> None:
    """Proposes matches in the dialog's thread for operators to decide; each match once."""
    contact = await unit.contacts.get(dialog.contact)
    if not (contact.phone or contact.email):
        return
    keys = await unit.contacts.keys(contact.id)
    said = await _said(unit, dialog)
    for other, theirs in await unit.contacts.alike(contact.id, keys):
        if other.id in said or await unit.merges.parted(contact.id, other.id):
            continue
        why = keys.phone if keys.phone and keys.phone == theirs.phone else keys.email
        await write_line(
            hub, unit, dialog, Line("alike", {"other": called(other), "contact": str(other.id), "why": why})
        )


async def _said(unit: Unit, dialog: Dialog) -> set[ContactId]:
    lines = [one.line for one in await unit.messages.latest(dialog.id, limit=_LATEST) if one.line is not None]
    return {ContactId(int(one.values["contact"])) for one in lines if one.code == "alike"}


async def merged_in_passing(hub: Hub, unit: Unit, dialog: Dialog, merges: Sequence[Merge]) -> None:
    """Reports automatic merges in a dialog that was opened just after them."""
    for merge in merges:
        one, other = await unit.contacts.itself(merge.merged), await unit.contacts.get(merge.kept)
        values = {"one": called(one), "other": called(other), "merge": str(merge.id), "why": merge.why}
        await write_line(hub, unit, dialog, Line("merged", values))


async def _say(hub: Hub, unit: Unit, contact: ContactId, line: Line) -> None:
    """Writes a line in every open dialog with the contact and redraws its card."""
    for identity in await unit.contacts.identities(contact):
        if identity.open is not None:
            await _redraw_offers(hub, unit, identity.open)
            await write_line(hub, unit, identity.open, line)
            await parcels.refresh_card(unit, identity.open, hub.clock.now())


async def _redraw_offers(hub: Hub, unit: Unit, dialog: Dialog) -> None:
    """Redraws lines whose offer has been decided: they lose their button."""
    for message in await unit.messages.latest(dialog.id, limit=_LATEST):
        if message.line is not None and message.line.code in _OFFERING:
            await unit.messages.save(message)  # open pages then load it again
            await parcels.repost(unit, dialog, message.id, hub.clock.now())
