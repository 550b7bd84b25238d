"""Actions on an account: the one that is named, the dialog's, or the administrator's only one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from bot.account_settings.changing import NobodyLeft, Overtaken, change
from bot.account_settings.parts import SettingsPart
from bot.actions.base import Action, Call, InvalidInput
from bot.domain import Account, AccountName
from bot.domain.access import rights, roles_of
from bot.domain.account_rules import AccountRules
from bot.domain.lifecycle import Refusal
from bot.domain.spelling import folded
from bot.domain.text import bold, line
from bot.hub.tokens import Ticket
from bot.views.values import Answer, Button, Row, View, Whisper


class OfAccount(Action):
    """Base of actions on an account, for its administrators."""

    administrative = True
    about = ""

    def possible(self, call: Call) -> bool:
        return call.dialog is None or call.rights.administer

    async def run(self, call: Call) -> Answer:
        account = await account_meant(call)
        if account is None:
            return await choose_account(self, call)
        return await self.show(call, account)

    @abstractmethod
    async def show(self, call: Call, account: Account) -> Answer: ...


async def administered(call: Call) -> dict[AccountName, Account]:
    """Accounts that this operator administers, with their current rules."""
    roles = roles_of(call.operator.id, await call.unit.operators.roles())
    found = {}
    for name in call.hub.accounts:
        account = await call.hub.account(call.unit, name)
        if rights(call.operator, roles, account.rules, call.hub.admins.ids).administer:
            found[name] = account
    return found


async def account_meant(call: Call) -> Account | None:
    """Account that is meant; None: there are several to choose from. Raises `Refusal` for an operator who does not
    administer it, and `InvalidInput`."""
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
    name = folded(said)
    known = [one for one in call.hub.accounts.values() if name in (folded(one.name), folded(one.title))]
    if not known:
        raise InvalidInput(account=call._("There is no account “{name}”.").format(name=said))
    if known[0].name not in mine:
        raise Refusal("no_administer")
    return mine[known[0].name]


def sealed(call: Call, word: str, account: Account, *, form: bool = False, **extra: str) -> str:
    """Token about this account that only this operator can use."""
    ticket = Ticket(word, only=call.operator.id, form=form, extra={"account": str(account.name), **extra})
    return call.hub.seal.seal(ticket, call.place.desk)


async def choose_account(action: Action, call: Call) -> Answer:
    rows = tuple(
        Row(line(bold(account.title)), (Button(action.word, call._(action.label), sealed(call, action.word, account)),))
        for account in (await administered(call)).values()
    )
    return Whisper(View(rows, call._("Which account?")), replaces=True)


async def changed(
    call: Call, account: Account, part: SettingsPart, edit: Callable[[AccountRules], AccountRules]
) -> AccountRules:
    """Changes the account's rules, unless the section has changed since the form was shown. Raises `InvalidInput`."""
    field = next((name for name in call.inputs if name not in ("account", "part", "seen")), "part")
    try:
        return await change(call.hub, call.unit, call.operator, account, part, edit, seen=call.inputs.get("seen", ""))
    except Overtaken as overtaken:
        error = call._(
            "{by} changed these settings at {at}, so your changes were not saved. Close the form, check them and "
            "try again."
        )
        raise InvalidInput(**{field: error.format(by=overtaken.by or "?", at=overtaken.at)}) from None
    except NobodyLeft:
        error = call._("These settings would have no administrator left. Add another one first.")
        raise InvalidInput(**{field: error}) from None
