"""Whose a new dialog is: the first-line bot's, and then or at once the responsible's by default."""

from __future__ import annotations

from bot.access import same_name
from bot.automatic import first_line
from bot.changes import happen, write_line
from bot.dialog import Assigned, BotBegan
from bot.hub import Hub
from bot.model import Account, Addressee, Dialog, Line, Update
from bot.store import Unit


async def given(hub: Hub, unit: Unit, account: Account, dialog: Dialog, update: Update) -> Dialog:
    """Gives a dialog that `update` has opened to whom the account's rules name; they are told, with a bot when it hands
    over. A name that nobody bears (they have not come to the team chat yet, or it is misspelt), or somebody who may not
    answer, is said in the thread: such a dialog is everybody's."""
    to = await _responsible(hub, unit, account, dialog)
    if first_line.begins(account.rules, update, hub.clock.now()):
        return await happen(hub, unit, dialog, BotBegan(to))
    return dialog if to is None else await happen(hub, unit, dialog, Assigned(to))


async def _responsible(hub: Hub, unit: Unit, account: Account, dialog: Dialog) -> Addressee | None:
    """The role of the name that the rules have, else the operator."""
    name = account.rules.responsible
    if not name:
        return None
    role = next((one for one in await unit.operators.roles() if same_name(one, name)), None)
    if role is not None:
        return Addressee(role=role)
    operator = await unit.operators.find(account.desk, name)
    if operator is None:
        await write_line(hub, unit, dialog, Line("nobody_called", {"name": name}))
        return None
    if not (await hub.standing(unit, operator, account.name)).rights.send:
        await write_line(hub, unit, dialog, Line("may_not_answer", {"name": name}))
        return None
    return Addressee(operator=operator.id)
