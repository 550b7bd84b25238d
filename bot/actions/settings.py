"""`settings`: an account's settings as text, and the forms that change them."""

from __future__ import annotations

from bot.account_settings.changing import history, reader
from bot.account_settings.parts import PARTS, RIGHTS, Answers, SettingsPart
from bot.actions.account import OfAccount, administered, changed, choose_account, sealed
from bot.actions.base import Call, InvalidInput
from bot.actions.rights import rights_view
from bot.domain import Account
from bot.domain.account_rules import AccountRules
from bot.domain.text import bold, line
from bot.locale import N_
from bot.views.values import Answer, Ask, Button, Form, Row, View, Whisper

CHANGES_SHOWN = 10


class ShowSettings(OfAccount):
    word = "settings"
    label = N_("Settings")
    about = N_("account settings (administrators only): settings [account] [section]")

    def read(self, words: str, call: Call) -> dict[str, str]:
        """Parses the account and, at the end, a section's code, whose form opens at once."""
        account, _, last = words.rpartition(" ")
        return {"account": account, "part": last} if last.casefold() in PARTS else {"account": words}

    async def show(self, call: Call, account: Account) -> Answer:
        if call.inputs.get("part"):
            part = PARTS[call.inputs["part"].casefold()]
            if part is RIGHTS:
                return Whisper(await rights_view(call, account, account.rules), replaces=True)
            return Ask(await part_form(call, account, part))
        words = await reader(call.hub, call.unit, account)
        shown = [part for part in PARTS.values() if part.concerns(words)]
        rows = [_row(call, account, part, part.lines(account.rules, words)) for part in shown]
        below = [Button("changes", call._("History of changes"), sealed(call, "changes", account))]
        if len(await administered(call)) > 1:
            below.append(Button("settings", call._("Another account"), sealed(call, "accounts", account)))
        rows.append(Row(line(call._("Who changed what, and when:")), tuple(below)))
        title = call._("Settings of {account}").format(account=account.title)
        return Whisper(View(tuple(rows), title), replaces=True)


class OtherAccount(OfAccount):
    """Leads back to the choice of account."""

    word = "accounts"
    label = N_("Another account")

    async def show(self, call: Call, account: Account) -> Answer:
        return await choose_account(ShowSettings(), call)


class ChangeSettings(OfAccount):
    """Form of one section. Inputs: `part`; `seen`, the version that the form shows; the form's own."""

    word = "change"
    label = N_("Change…")

    async def show(self, call: Call, account: Account) -> Answer:
        part = PARTS.get(call.inputs.get("part", ""))
        if part is None:
            raise InvalidInput(part=call._("There is no such settings section."))
        if not call.complete:
            return Ask(await part_form(call, account, part))
        answers = Answers(call.inputs, call.hub.tr)
        part.read(answers, account.rules)
        if answers.errors:
            raise InvalidInput(**answers.errors)
        rules = await changed(call, account, part, lambda before: part.read(answers, before))
        return await saved(call, account, part, rules)


class Changes(OfAccount):
    """History of changes, the latest first; `before`: the page after that change."""

    word = "changes"
    label = N_("History of changes")

    async def show(self, call: Call, account: Account) -> Answer:
        before = int(call.inputs["before"]) if call.inputs.get("before") else None
        found = await call.unit.accounts.changes(account.name, before=before, limit=CHANGES_SHOWN + 1)
        page = found[:CHANGES_SHOWN]
        labels = {code: call._(part.label) for code, part in PARTS.items()}
        rows = await history(call.hub, call.unit, page, labels)
        if not rows:
            rows = (Row(line(call._("No changes yet."))),)
        below = [Button("settings", call._("Settings"), sealed(call, "settings", account))]
        if len(found) > len(page):
            token = sealed(call, self.word, account, before=str(page[-1].id))
            below.append(Button(self.word, call._("Earlier changes"), token))
        title = call._("Changes of {account}").format(account=account.title)
        return Whisper(View((*rows, Row(line("—"), tuple(below))), title), replaces=True)


async def part_form(call: Call, account: Account, part: SettingsPart) -> Form:
    fields = part.fields(account.rules, await reader(call.hub, call.unit, account))
    token = sealed(call, ChangeSettings.word, account, form=True, part=part.code, seen=part.version(account.rules))
    return Form(f"{call._(part.label)} · {account.title}", token, fields, submit=call._("Save"))


# ------------------------------------------------------------------------------------------ saving


async def saved(call: Call, account: Account, part: SettingsPart, rules: AccountRules) -> Answer:
    """Section as it is now, after saving."""
    words = await reader(call.hub, call.unit, account)
    row = _row(call, account, part, part.lines(rules, words))
    back = Button("settings", call._("Settings"), sealed(call, "settings", account))
    title = call._("Saved: settings of {account}").format(account=account.title)
    return Whisper(View((Row(row.text, (*row.buttons, back)),), title), replaces=True)


def _row(call: Call, account: Account, part: SettingsPart, lines: list[str]) -> Row:
    word = "rights" if part is RIGHTS else "change"
    button = Button(word, call._("Change…"), sealed(call, word, account, part=part.code))
    return Row(line(bold(call._(part.label)), "\n", "\n".join(lines)), (button,))
