"""Opening of new dialogs, and their assignment to the first-line bot and, after it or at once, to the default owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.automation import first_line
from bot.delivery import admin_alerts
from bot.dialogs import contact_matching
from bot.dialogs.apply import apply_event, write_line
from bot.dialogs.crm import telling
from bot.dialogs.departed import has_left
from bot.dialogs.interest_links import link_by_rules
from bot.dialogs.notifications import members
from bot.domain import Account, AccountName, Addressee, Dialog, Line, RoleName, Update
from bot.domain.access import operator_in, role_in
from bot.domain.account_rules import Threads
from bot.domain.lifecycle import Assigned, BotBegan
from bot.hub import parcels
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports import Addressing
from bot.ports.storage import Identity, Merge, Unit

NOBODY_IN_ROLE = N_(
    "New dialogs of {account} go to the role “{role}”, which has no active member, so nobody is notified. Add a "
    "member to the role, or choose another owner in the account's settings."
)

OWNER_LEFT = N_(
    "New dialogs of {account} go to {name}, who is no longer in the team chat or its channels, so they wait for "
    "anyone. Choose another owner in the account's settings."
)


async def open_dialog(
    hub: Hub, unit: Unit, account_name: AccountName, identity: Identity, update: Update, merges: Sequence[Merge]
) -> Dialog:
    """Opens a dialog for the identity. `merges`: those just made, announced in the new thread."""
    account = await hub.account(unit, account_name)
    if identity.dialogs == 0 and identity.contact.kind is not account.rules.unknown_are:
        await unit.contacts.save(replace(identity.contact, kind=account.rules.unknown_are))
    before = await _continued(unit, account, identity)
    dialog = await unit.dialogs.add(account, identity.chat, identity.contact.id, update.at, after=before)
    if before is None:
        await parcels.open_thread(unit, dialog, hub.clock.now())
    else:
        dialog = await _continue(hub, unit, dialog, update)
    dialog = await _assign(hub, unit, account, dialog, update)
    await contact_matching.merged_in_passing(hub, unit, dialog, merges)
    if identity.contact.phone or identity.contact.email:
        await contact_matching.propose(hub, unit, dialog)
    await telling.dialog_opened(hub, unit, dialog, introduced=identity.new)
    await telling.ask_interests(hub, unit, dialog.contact, dialog)
    return dialog if identity.new else await link_by_rules(hub, unit, dialog)


async def _continued(unit: Unit, account: Account, identity: Identity) -> Dialog | None:
    """Returns the dialog whose thread a new one continues, on accounts with one thread per contact. None while that
    dialog is open (a contact with two chats on the account), or when another contact's dialog already continues it
    (they were merged and separated again): replies in the thread would have two recipients."""
    if account.rules.threads is not Threads.CONTACT:
        return None
    latest = await unit.dialogs.latest_with(identity.contact.id, account.name)
    if latest is None or latest.open or latest.desk != account.desk:
        return None
    return None if await unit.dialogs.goes_on(latest) else latest


async def _continue(hub: Hub, unit: Unit, dialog: Dialog, update: Update) -> Dialog:
    """Continues the former dialog's thread: adds a divider and redraws the thread's card."""
    desk = hub.desks.by_name.get(dialog.desk)
    if isinstance(desk, Addressing):
        dialog = replace(dialog, thread=desk.own_thread(dialog.id))
        await unit.dialogs.save(dialog)
    values = {"number": str(dialog.id), "at": hub.when(update.at)}
    await write_line(hub, unit, dialog, Line("divider", values))
    await parcels.refresh_card(unit, dialog, hub.clock.now())
    return dialog


async def _assign(hub: Hub, unit: Unit, account: Account, dialog: Dialog, update: Update) -> Dialog:
    """Assigns a dialog opened by `update` as the account's rules say, and notifies the addressee; with a bot, when it
    hands over. If the rules name nobody the hub knows (not in the team chat yet, or misspelt), or somebody who may not
    reply, the thread says so and the dialog is anybody's to take."""
    to = await _responsible(hub, unit, account, dialog)
    if first_line.begins(account.rules, update, hub.clock.now()):
        return await apply_event(hub, unit, dialog, BotBegan(to))
    return dialog if to is None else await apply_event(hub, unit, dialog, Assigned(to))


async def _responsible(hub: Hub, unit: Unit, account: Account, dialog: Dialog) -> Addressee | None:
    """Role or operator named by the rules."""
    subject = account.rules.responsible
    if not subject:
        return None
    role, number = role_in(subject), operator_in(subject)
    if role is not None and role in await unit.operators.roles():
        await _check_members(hub, unit, account, dialog, role)
        return Addressee(role=role)
    operator = await unit.operators.get(number) if number is not None else None
    if operator is None:
        await write_line(hub, unit, dialog, Line("nobody_called", {"name": role or subject}))
        return None
    once = f"absent_owner:{account.name}:{operator.id}"
    if not (await hub.access(unit, operator, account.name)).rights.send:
        await write_line(hub, unit, dialog, Line("may_not_answer", {"name": operator.name or operator.title}))
        if await has_left(hub, unit, operator):
            words = hub.tr.gettext(OWNER_LEFT).format(
                account=account.title or account.name, name=operator.title or operator.name
            )
            await admin_alerts.tell_once(hub, unit, words, once)
        return None
    await admin_alerts.forget(unit, once)
    return Addressee(operator=operator.id)


async def _check_members(hub: Hub, unit: Unit, account: Account, dialog: Dialog, role: RoleName) -> None:
    """Alerts administrators once when nobody works in a role that dialogs are assigned to."""
    once = f"empty_role:{account.name}:{role}"
    behind = await members(unit, dialog.desk, Addressee(role=role))
    if any([not await has_left(hub, unit, one) for one in behind]):
        await admin_alerts.forget(unit, once)
        return
    words = hub.tr.gettext(NOBODY_IN_ROLE).format(account=account.title or account.name, role=role)
    await admin_alerts.tell_once(hub, unit, words, once)
