"""Lists, questions and form fields of roles."""

from __future__ import annotations

from bot.account_settings import roles
from bot.account_settings.parts.part import MOST_OPTIONS, shown
from bot.actions.base import Call
from bot.domain import RoleName
from bot.domain.access import NO_PERSON, operator_in, person
from bot.domain.text import Text, bold, line
from bot.hub.tokens import Ticket
from bot.views.answers import says
from bot.views.values import Button, Field, FieldKind, Option, Row, Tone, View


def administers(call: Call) -> bool:
    """True for the hub's administrators: roles belong to the whole hub."""
    return call.operator.id in call.hub.admins.ids


async def all_roles(call: Call) -> View:
    rows, everybody = [], await roles.reader(call.hub, call.unit)
    for role, members in (await call.unit.operators.roles()).items():
        about = line(bold(f"👥 {role}"), f": {roles.print_members(members, everybody) or call._('nobody')}")
        rows.append(Row(about, _row_buttons(call, role) if administers(call) else ()))
    if not rows:
        rows.append(Row(line(call._("There are no roles yet."))))
    if administers(call):
        below = (
            Button("role_form", call._("New role…"), role_token(call, "role_form"), Tone.PRIMARY),
            Button("role_changes", call._("History of changes"), role_token(call, "role_changes")),
        )
        rows.append(Row(line(call._("A role is a queue for dialogs; it can also carry rights.")), below))
    return View(tuple(rows), call._("Roles"))


def _row_buttons(call: Call, role: RoleName) -> tuple[Button, ...]:
    return (
        Button("role_form", call._("Change…"), role_token(call, "role_form", role=role)),
        Button("role_delete", call._("Delete"), role_token(call, "role_delete", role=role), Tone.DANGER),
    )


async def deletion_question(call: Call, role: RoleName) -> View:
    """Question before a deletion, with its consequences."""
    used = await roles.uses(call.hub, call.unit, role)
    paragraphs: list[str | Text] = [line(bold(call._("Delete the role “{role}”?").format(role=role)))]
    if used.waiting:
        words = call.hub.tr.ngettext(
            "{n} dialog is in its queue: it will return to New for everyone.",
            "{n} dialogs are in its queue: they will return to New for everyone.",
            used.waiting,
        )
        paragraphs.append("\n" + words.format(n=used.waiting))
    for account, part in used.named:
        words = call._("It is used in the settings of {account} ({part}); that setting will become empty.")
        paragraphs.append("\n" + words.format(account=account.title, part=call._(part.label)))
    yes = Button("role_delete", call._("Delete"), role_token(call, "role_delete", role=role, sure="yes"), Tone.DANGER)
    return says(line(*paragraphs), yes, Button("role", call._("Keep it"), role_token(call, "role")))


def role_token(call: Call, word: str, *, form: bool = False, **extra: str) -> str:
    return call.hub.seal.seal(Ticket(word, only=call.operator.id, form=form, extra=dict(extra)), call.place.desk)


async def members_field(call: Call, members: roles.Members) -> Field:
    """Field with the operators of all desks, members first."""
    everybody = (await roles.reader(call.hub, call.unit)).people
    labels = {person(one.id): label for one, label in zip(everybody, shown(everybody), strict=True)}
    inside = [one for one in members if operator_in(one) is not None]
    offered = [person(one.id) for one in everybody if one.belongs not in NO_PERSON]
    order = [*inside, *(one for one in offered if one not in inside)][:MOST_OPTIONS]
    options = tuple(Option(one, labels.get(one, "?")) for one in order)
    value = ",".join(inside[:MOST_OPTIONS])
    return Field("members", call._("Members"), FieldKind.MANY, options=options, value=value)
