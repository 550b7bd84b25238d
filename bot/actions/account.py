"""Which account an administrator means: the one they name, their dialog's, or their only one."""

from __future__ import annotations

from bot.access import rights, roles_of
from bot.actions.action import Call, Wrong
from bot.dialog import Refusal
from bot.model import Account, AccountName
from bot.seal import Ticket


async def administered(call: Call) -> dict[AccountName, Account]:
    """The accounts that this operator administers, as they are today."""
    roles = roles_of(call.operator.name, await call.unit.operators.roles())
    found = {}
    for name in call.hub.accounts:
        account = await call.hub.account(call.unit, name)
        if rights(call.operator.name, roles, account.rules, call.hub.admins).administer:
            found[name] = account
    return found


async def account_meant(call: Call) -> Account | None:
    """None: there are several to choose from. Raises `Refusal` to whoever does not administer it, and `Wrong`."""
    mine, said = await administered(call), call.inputs.get("account", "").strip()
    if said:
        return _named(call, mine, said)
    if call.dialog is not None:
        if call.dialog.account not in mine:
            raise Refusal("no_administer")
        return mine[call.dialog.account]
    if not mine:
        raise Refusal("no_administer")
    return next(iter(mine.values())) if len(mine) == 1 else None


def _named(call: Call, mine: dict[AccountName, Account], said: str) -> Account:
    name = said.casefold()
    known = [one for one in call.hub.accounts.values() if name in (one.name.casefold(), one.title.casefold())]
    if not known:
        raise Wrong(account=call._("There is no account “{name}”.").format(name=said))
    if known[0].name not in mine:
        raise Refusal("no_administer")
    return mine[known[0].name]


def sealed(call: Call, word: str, account: Account, *, form: bool = False, **extra: str) -> str:
    """A token about this account that only this operator can use."""
    ticket = Ticket(word, only=call.operator.id, form=form, extra={"account": str(account.name), **extra})
    return call.hub.seal.seal(ticket)
