"""Assignment of new dialogs: to the first-line bot, and after it, or at once, to the default owner."""

from __future__ import annotations

from bot.automation import first_line
from bot.delivery import admin_alerts
from bot.dialogs.apply import apply_event, members, write_line
from bot.domain import Account, Addressee, Dialog, Line, RoleName, Update
from bot.domain.access import NO_PERSON, operator_in, role_in
from bot.domain.lifecycle import Assigned, BotBegan
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports.storage import Unit

NOBODY_IN_ROLE = N_(
    "New dialogs of {account} go to the role “{role}”, which has no active member: nobody is told of them. Add somebody"
    " to the role, or choose another owner in the account's settings."
)


async def on_new_dialog(hub: Hub, unit: Unit, account: Account, dialog: Dialog, update: Update) -> Dialog:
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
    if not (await hub.access(unit, operator, account.name)).rights.send:
        await write_line(hub, unit, dialog, Line("may_not_answer", {"name": operator.name or operator.title}))
        return None
    return Addressee(operator=operator.id)


async def _check_members(hub: Hub, unit: Unit, account: Account, dialog: Dialog, role: RoleName) -> None:
    """Alerts administrators once when nobody works in a role that dialogs are assigned to."""
    once = f"empty_role:{account.name}:{role}"
    if any(one.belongs not in NO_PERSON for one in await members(unit, dialog.desk, Addressee(role=role))):
        await admin_alerts.forget(unit, once)
        return
    words = hub.tr.gettext(NOBODY_IN_ROLE).format(account=account.title or account.name, role=role)
    await admin_alerts.tell_once(hub, unit, words, once)
