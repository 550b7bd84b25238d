"""Choice of a colleague or a role, for redirecting, co-executors and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.account_settings.parts.part import shown
from bot.actions.base import Call, DialogCall, InvalidInput
from bot.dialogs.notifications import members
from bot.domain import Addressee, Belonging, Operator, OperatorId, RoleName
from bot.domain.access import of_role, person, same_name
from bot.domain.spelling import folded
from bot.views.inputs import PICKED
from bot.views.values import Field, FieldKind, Form, Option

MOST_OPTIONS = 100
"""Options that every team chat's menus can hold."""


async def people_field(call: Call, *, roles: bool, only: frozenset[OperatorId] | None = None) -> Field:
    """Picker of colleagues (a menu of `only` these) and, if wanted, roles."""
    options = [Option(of_role(role), f"👥 {role}") for role in await call.unit.operators.roles()] if roles else []
    everybody = await call.unit.operators.of_desk(call.place.desk)
    if only is not None:
        colleagues = [one for one in everybody if one.id in only]
    else:
        colleagues = await call.hub.admitted(call.unit, everybody)
    options += people_options(colleagues)
    return Field(
        "who",
        call._("Operator or role") if roles else call._("Operator"),
        FieldKind.PERSON if only is None else FieldKind.CHOICE,
        required=True,
        options=tuple(options[:MOST_OPTIONS]),
        value=call.inputs.get("who", ""),
        parts=(call._("Operator"), call._("Or a role")),
    )


def people_options(colleagues: Sequence[Operator]) -> list[Option]:
    labels = zip(colleagues, shown(colleagues), strict=True)
    return [Option(person(one.id), label, one.user) for one, label in labels]


class Namesakes(InvalidInput):
    """The name fits several people, or is only a display name. The user is asked who is meant, with the inputs of
    `call` kept."""

    def __init__(self, call: Call, said: str, operators: Sequence[Operator]) -> None:
        self.error = call._("Who is “{name}”? Choose the person you mean.").format(name=said)
        super().__init__(who=self.error)
        self.call, self.operators = call, operators

    def narrowed(self, form: Form) -> Form:
        """The action's form, with the namesakes alone to choose from."""
        return replace(form, intro=self.error, fields=tuple(self._narrowed(one) for one in form.fields))

    def _narrowed(self, asked: Field) -> Field:
        """Limits a single choice to the namesakes; a list of several people keeps all of them."""
        if asked.name != "who" or asked.kind not in (FieldKind.CHOICE, FieldKind.PERSON):
            return asked
        return replace(asked, kind=FieldKind.CHOICE, options=tuple(people_options(self.operators)), value="")


async def colleague(call: Call, said: str, *, departed: bool = False) -> Operator | None:
    """Operator of this desk whom a written name means: by the desk's id, by user name, then by display name; None:
    nobody. `departed`: also one who may not use the hub any more. Raises `Namesakes` and `InvalidInput`."""
    found = await call.unit.operators.called(call.place.desk, said)
    there = found if departed else await call.hub.admitted(call.unit, found)
    if found and not there:
        raise _no_access(call, found[0].title or found[0].name)
    found = there
    shown_only = said.startswith("@") and not any(same_name(one.name, said) or one.user == said[1:] for one in found)
    if len(found) > 1 or (found and shown_only):
        raise Namesakes(call, said, found)
    return found[0] if found else None


def _no_access(call: Call, name: str) -> InvalidInput:
    return InvalidInput(who=call._("{name} has no access to the hub. Choose someone else.").format(name=name))


async def addressee(call: Call, *, departed: bool = False) -> Addressee:
    """Addressee named by `who`: `operator:ID` or `role:NAME` from a menu, a user picked from the team chat's list, or a
    written name. `departed`: as for `colleague`. Raises `InvalidInput`."""
    said = call.inputs.get("who", "").strip()
    if call.complete and not said:
        raise InvalidInput(who=call._("Choose an operator or a role."))
    if said.startswith(PICKED):
        return await _picked(call, said.removeprefix(PICKED))
    kind, _, value = said.partition(":")
    if kind == "role" or kind == "operator":
        return await _chosen(call, kind, value, departed=departed)
    name = said.lstrip("@")
    role = next((one for one in await call.unit.operators.roles() if folded(one) == folded(name)), None)
    if role is not None and not said.startswith("@"):
        return Addressee(role=role)
    found = await colleague(call, said, departed=departed) if name else None
    if found is None:
        raise InvalidInput(who=call._("There is no operator or role “{name}” here.").format(name=said))
    return Addressee(operator=found.id)


async def _picked(call: Call, user: str) -> Addressee:
    """User picked from the team chat's list, which offers everybody. Raises `InvalidInput`."""
    if "," in user:
        raise InvalidInput(who=call._("Choose an operator or a role, not both."))
    actor = next((one for one in call.people if one.user == user), None)
    name = (actor.title or actor.name if actor is not None else "") or call._("This user")
    if actor is not None and actor.belongs is Belonging.BOT:
        raise InvalidInput(who=call._("{name} is a bot. Choose someone else.").format(name=name))
    if actor is not None and actor.belongs is Belonging.GONE:
        raise InvalidInput(who=call._("{name} is deactivated. Choose someone else.").format(name=name))
    one = await call.unit.operators.of_user(call.place.desk, user)
    if one is None or not await call.hub.admits(call.unit, one):
        raise _no_access(call, one.title or one.name if one is not None else name)
    return Addressee(operator=one.id)


async def operator(call: Call, *, departed: bool = False) -> Operator:
    """Colleague named by `who`. `departed`: as for `colleague`. Raises `InvalidInput`."""
    whom = await addressee(call, departed=departed)
    found = await call.unit.operators.get(whom.operator) if whom.operator is not None else None
    if found is None:
        raise InvalidInput(who=call._("Choose an operator, not a role."))
    return found


async def several(call: Call) -> Sequence[Operator]:
    """Colleagues named by `who`, comma-separated; a role means all of its members who may use the hub. Raises
    `InvalidInput`."""
    found: dict[OperatorId, Operator] = {}
    for said in (part.strip() for part in call.inputs.get("who", "").split(",")):
        if said:
            try:
                whom = await addressee(replace(call, inputs={"who": said}))
            except Namesakes as namesakes:
                raise Namesakes(call, said, namesakes.operators) from None
            found |= {one.id: one for one in await _behind(call, whom)}
    if not found:
        raise InvalidInput(who=call._("Say who should do it."))
    return list(found.values())


async def _behind(call: Call, whom: Addressee) -> Sequence[Operator]:
    found = await call.hub.admitted(call.unit, await members(call.unit, call.place.desk, whom))
    if not found:
        error = call._("The role “{role}” has no members who could do it.")
        raise InvalidInput(who=error.format(role=whom.role or ""))
    return found


async def may_read(call: Call, colleague: Operator) -> None:
    """Checks that the account's rules let the colleague read the dialog. Raises `InvalidInput`."""
    if call.dialog is None:
        return
    access = await call.hub.access(call.unit, colleague, call.dialog.account)
    if not access.rights.read:
        name = colleague.title or colleague.name
        raise InvalidInput(who=call._("{name} has no access to this account's dialogs.").format(name=name))


async def may_answer(call: DialogCall, to: Addressee) -> None:
    """Checks that the addressee could take the dialog. Raises `InvalidInput`."""
    colleague = await call.unit.operators.get(to.operator) if to.operator is not None else None
    if colleague is None:
        return
    access = await call.hub.access(call.unit, colleague, call.dialog.account)
    if not access.rights.send:
        error = call._("{name} has no permission to reply in this account.")
        raise InvalidInput(who=error.format(name=colleague.title or colleague.name))


async def _chosen(call: Call, kind: str, value: str, *, departed: bool) -> Addressee:
    if kind == "role" and value in await call.unit.operators.roles():
        return Addressee(role=RoleName(value))
    number = OperatorId(int(value)) if kind == "operator" and whole_number(value) else None
    one = await call.unit.operators.get(number) if number is not None else None
    if one is not None and not departed and not await call.hub.admits(call.unit, one):
        raise _no_access(call, one.title or one.name)
    if one is not None:
        return Addressee(operator=one.id)
    raise InvalidInput(who=call._("There is no operator or role “{name}” here.").format(name=value))


def whole_number(text: str) -> bool:
    """Tells whether a form's value is an id, short enough for every database."""
    return text.isascii() and text.isdigit() and len(text) <= 15


def name_and_rest(words: str) -> tuple[str, str]:
    """Splits `@anna please look` into the name and the comment."""
    name, _, rest = words.partition(" ")
    return name, rest.strip()
