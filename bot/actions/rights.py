"""Rights on an account: shown and changed from its settings."""

from __future__ import annotations

from dataclasses import replace

from bot.account_settings.changing import reader
from bot.account_settings.parts import RIGHTS
from bot.account_settings.parts.part import NOBODY, named, shown
from bot.account_settings.parts.rights import LEVELS, OTHERS, granted, level, others, others_field, ungranted
from bot.actions.account import OfAccount, changed, sealed
from bot.actions.base import Call, InvalidInput
from bot.domain import Account
from bot.domain.access import NO_PERSON, only_a_name, operator_in, person, present, role_in, same_name
from bot.domain.account_rules import AccountRules
from bot.domain.text import bold, line
from bot.locale import N_
from bot.views.values import Answer, Ask, Button, Field, FieldKind, Form, Option, Row, Tone, View, Whisper


class ShowRights(OfAccount):
    word = "rights"
    label = N_("Rights")

    async def show(self, call: Call, account: Account) -> Answer:
        return Whisper(await rights_view(call, account, account.rules), replaces=True)


class GrantRights(OfAccount):
    """Grants rights. Inputs: `who` from the menu, or the user `name` of somebody not in it; `rights`; the rights of all
    `others`."""

    word = "grant"
    label = N_("Add a person…")

    async def show(self, call: Call, account: Account) -> Answer:
        if not call.complete:
            return Ask(await self._form(call, account))
        subject = await _subject(call, account)
        given, rest = call.inputs.get("rights", ""), call.inputs.get("others", "")
        if given not in LEVELS or rest not in OTHERS:
            raise InvalidInput(rights=call._("Choose one from the list."))

        def edit(rules: AccountRules) -> AccountRules:
            reads, sends = OTHERS[rest][1]
            after = granted(_without_name(rules, call.inputs.get("subject", "")), subject, given)
            return after if others(after) == rest else replace(after, everyone_reads=reads, everyone_sends=sends)

        rules = await changed(call, account, RIGHTS, edit)
        return Whisper(await rights_view(call, account, rules), replaces=True)

    async def _form(self, call: Call, account: Account) -> Form:
        words, rules = await reader(call.hub, call.unit, account), account.rules
        nobodies = frozenset(one.id for one in words.people if one.belongs in NO_PERSON)
        words = replace(words, absent=nobodies)  # those outside get access by being named here
        subject = call.inputs.get("subject", "")
        known = next((one for one in rules.grants if one.subject == subject), None)
        levels = tuple(Option(key, call._(label)) for key, (label, _) in LEVELS.items())
        nobody = call._("someone else (enter a user name below)")
        fields = (
            named("who", call._("Operator or role"), subject, words, people=True, nobody=nobody),
            Field("name", call._("Or a user name"), hint=call._("For someone who is not in the list."), limit=100),
            Field(
                "rights",
                call._("Rights"),
                FieldKind.CHOICE,
                required=True,
                options=levels,
                value=level(known) if known else "send",
            ),
            others_field(rules, words),
        )
        token = sealed(call, self.word, account, form=True, seen=RIGHTS.version(rules))
        return Form(f"{call._('Rights')} · {account.title}", token, fields, submit=call._("Save"))


class TakeRights(OfAccount):
    """Removes a subject's grant, which leaves them the rights of all others."""

    word = "ungrant"
    label = N_("Remove")
    tone = Tone.DANGER

    async def show(self, call: Call, account: Account) -> Answer:
        subject = call.inputs.get("subject", "")
        rules = await changed(call, account, RIGHTS, lambda before: ungranted(before, subject))
        return Whisper(await rights_view(call, account, rules), replaces=True)


def _without_name(rules: AccountRules, subject: str) -> AccountRules:
    """Rules without a bare name, once a person was chosen in its place."""
    if not only_a_name(subject):
        return rules
    return replace(rules, grants=tuple(one for one in rules.grants if one.subject != subject))


async def _subject(call: Call, account: Account) -> str:
    """Role or operator: chosen in the menu, or found by the user name entered. Raises `InvalidInput`."""
    chosen, written = call.inputs.get("who", NOBODY), call.inputs.get("name", "").strip()
    if chosen != NOBODY:
        return await _chosen(call, chosen)
    if not written or any(sign.isspace() for sign in written):
        raise InvalidInput(name=call._("Choose an operator or a role, or enter a user name."))
    found = present(await call.unit.operators.called(account.desk, written))
    named = [one for one in found if same_name(one.name, written) or one.user == written]
    if len(named) > 1:
        raise InvalidInput(
            name=call._("Several people are called “{name}”. Choose one from the list.").format(name=written)
        )
    if not named:
        error = call._("These people have not used the hub yet: {names}.")
        raise InvalidInput(name=error.format(names=written))
    return person(named[0].id)


async def _chosen(call: Call, subject: str) -> str:
    """Subject chosen in a menu, checked because the team chat may send anything back."""
    role, number = role_in(subject), operator_in(subject)
    there = role in await call.unit.operators.roles() if role is not None else False
    if number is not None:
        there = await call.unit.operators.get(number) is not None
    if not there:
        raise InvalidInput(who=call._("Choose one from the list."))
    return subject


async def rights_view(call: Call, account: Account, rules: AccountRules) -> View:
    words = await reader(call.hub, call.unit, account)
    rows = []
    for grant in rules.grants:
        buttons = (
            Button("grant", call._("Change…"), sealed(call, "grant", account, subject=grant.subject)),
            Button("ungrant", call._("Remove"), sealed(call, "ungrant", account, subject=grant.subject), Tone.DANGER),
        )
        about = line(bold(words.called(grant.subject)), ": ", call._(LEVELS[level(grant)][0]))
        rows.append(Row(about, buttons))
    rest = Button("change", call._("Change…"), sealed(call, "change", account, part=RIGHTS.code))
    rows.append(Row(line(RIGHTS.lines(rules, words)[-1]), (rest,)))
    below = (
        Button("grant", call._("Add a person…"), sealed(call, "grant", account), Tone.PRIMARY),
        Button("settings", call._("Settings"), sealed(call, "settings", account)),
    )
    rows.append(Row(line(await _rule(call)), below))
    return View(tuple(rows), call._("Rights on {account}").format(account=account.title))


async def _rule(call: Call) -> str:
    sentences = [
        call._(
            "People listed here get their own rights plus those of their roles. Everyone else gets the rights "
            "set for “All others”. Without permission to reply, nothing they write is sent to customers."
        )
    ]
    admins = [await call.unit.operators.get(one) for one in sorted(call.hub.admins.ids)]
    if any(admins):
        names = ", ".join(shown([one for one in admins if one is not None]))
        sentences.append(call._("The hub's administrators have all rights: {names}.").format(names=names))
    return " ".join(sentences)
