"""`settings`: how an account behaves, in words, and the forms that change it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from bot.actions.account import account_meant, administered, sealed
from bot.actions.action import Action, Call, Needs, Wrong
from bot.behaviour.changing import NobodyLeft, Overtaken, change, history, reader
from bot.behaviour.parts import PARTS, RIGHTS, Answers, Part
from bot.locale import N_
from bot.model import Account
from bot.rules import AccountRules
from bot.text import bold, line
from bot.views.values import Answer, Ask, Button, Form, Row, View, Whisper

CHANGES_SHOWN = 10


class OfAccount(Action):
    """Something that an account's administrators do with it."""

    needs = Needs.NOTHING
    administrative = True
    about = ""

    def possible(self, call: Call) -> bool:
        return call.dialog is None or call.rights.administer

    async def run(self, call: Call) -> Answer:
        account = await account_meant(call)
        if account is None:
            return await _choose_account(self, call)
        return await self.show(call, account)

    @abstractmethod
    async def show(self, call: Call, account: Account) -> Answer: ...


class Settings(OfAccount):
    word = "settings"
    label = N_("Settings")
    about = N_("how an account behaves, for its administrators: settings [account]")

    def read(self, words: str, call: Call) -> dict[str, str]:
        return {"account": words}

    async def show(self, call: Call, account: Account) -> Answer:
        words = await reader(call.hub, call.unit, account)
        rows = [_row(call, account, part, part.lines(account.rules, words)) for part in PARTS.values()]
        below = [Button("changes", call._("History of changes"), sealed(call, "changes", account))]
        if len(await administered(call)) > 1:
            below.append(Button("settings", call._("Another account"), sealed(call, "accounts", account)))
        rows.append(Row(line(call._("Who changed what, and when:")), tuple(below)))
        title = call._("Settings of {account}").format(account=account.title)
        return Whisper(View(tuple(rows), title), replaces=True)


class OtherAccount(OfAccount):
    """Back to the choice between accounts."""

    word = "accounts"
    label = N_("Another account")

    async def show(self, call: Call, account: Account) -> Answer:
        return await _choose_account(Settings(), call)


class ChangeSettings(OfAccount):
    """One part's form. Inputs: `part`; `seen`, the version that the form was made of; the form's own."""

    word = "change"
    label = N_("Change…")

    async def show(self, call: Call, account: Account) -> Answer:
        part = PARTS.get(call.inputs.get("part", ""))
        if part is None:
            raise Wrong(part=call._("There is no such part of the settings."))
        if not call.complete:
            return Ask(await self._form(call, account, part))
        answers = Answers(call.inputs, call.hub.tr)
        part.read(answers, account.rules)
        if answers.errors:
            raise Wrong(**answers.errors)
        rules = await changed(call, account, part, lambda before: part.read(answers, before))
        return await saved(call, account, part, rules)

    async def _form(self, call: Call, account: Account, part: Part) -> Form:
        fields = part.fields(account.rules, await reader(call.hub, call.unit, account))
        token = sealed(call, self.word, account, form=True, part=part.code, seen=part.version(account.rules))
        return Form(f"{call._(part.label)} · {account.title}", token, fields, submit=call._("Save"))


class Changes(OfAccount):
    """Who has changed what, the latest first; `before`: the page behind that change."""

    word = "changes"
    label = N_("History of changes")

    async def show(self, call: Call, account: Account) -> Answer:
        before = int(call.inputs["before"]) if call.inputs.get("before") else None
        found = await call.unit.accounts.changes(account.name, before=before, limit=CHANGES_SHOWN + 1)
        page = found[:CHANGES_SHOWN]
        labels = {code: call._(part.label) for code, part in PARTS.items()}
        rows = await history(call.hub, call.unit, page, labels)
        if not rows:
            rows = (Row(line(call._("Nothing has been changed yet."))),)
        below = [Button("settings", call._("Settings"), sealed(call, "settings", account))]
        if len(found) > len(page):
            token = sealed(call, self.word, account, before=str(page[-1].id))
            below.append(Button(self.word, call._("Earlier ones"), token))
        title = call._("Changes of {account}").format(account=account.title)
        return Whisper(View((*rows, Row(line("—"), tuple(below))), title), replaces=True)


# ------------------------------------------------------------------------------------------ saving


async def changed(
    call: Call, account: Account, part: Part, edit: Callable[[AccountRules], AccountRules]
) -> AccountRules:
    """Changes the account's rules, if the part is still as the form has shown it. Raises `Wrong`."""
    field = next((name for name in call.inputs if name not in ("account", "part", "seen")), "part")
    try:
        return await change(call.hub, call.unit, call.operator, account, part, edit, seen=call.inputs.get("seen", ""))
    except Overtaken as overtaken:
        told = call._(
            "{by} has changed this in the meantime ({at}). Nothing of yours was saved: close this form, look "
            "at what stands there now, and change it again."
        )
        raise Wrong(**{field: told.format(by=overtaken.by or "?", at=overtaken.at)}) from None
    except NobodyLeft:
        told = call._("Nobody could change these settings any more. Name another administrator first.")
        raise Wrong(**{field: told}) from None


async def saved(call: Call, account: Account, part: Part, rules: AccountRules) -> Answer:
    """What the part says now."""
    words = await reader(call.hub, call.unit, account)
    row = _row(call, account, part, part.lines(rules, words))
    back = Button("settings", call._("Settings"), sealed(call, "settings", account))
    title = call._("Saved: settings of {account}").format(account=account.title)
    return Whisper(View((Row(row.text, (*row.buttons, back)),), title), replaces=True)


def _row(call: Call, account: Account, part: Part, lines: list[str]) -> Row:
    word = "rights" if part is RIGHTS else "change"
    button = Button(word, call._("Change…"), sealed(call, word, account, part=part.code))
    return Row(line(bold(call._(part.label)), "\n", "\n".join(lines)), (button,))


async def _choose_account(action: Action, call: Call) -> Answer:
    rows = tuple(
        Row(line(bold(account.title)), (Button(action.word, call._(action.label), sealed(call, action.word, account)),))
        for account in (await administered(call)).values()
    )
    return Whisper(View(rows, call._("Which account?")), replaces=True)
