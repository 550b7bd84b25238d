"""`role`: the roles and their members; the hub's administrators change them."""

from __future__ import annotations

import hashlib
from abc import abstractmethod

from bot.account_settings import roles
from bot.account_settings.changing import ROLES, history
from bot.account_settings.errors import InvalidSetting
from bot.account_settings.parts.part import MOST_OPTIONS
from bot.actions.base import Action, Call, InvalidInput
from bot.actions.role_views import administers, all_roles, deletion_question, members_field, role_token
from bot.domain import RoleName
from bot.domain.access import only_a_name, operator_in, person, present, same_name
from bot.domain.lifecycle import Refusal
from bot.domain.text import line
from bot.locale import N_
from bot.views.values import Answer, Ask, Button, Field, Form, Row, Tone, View, Whisper

VERBS = {
    "add": "add",
    "добавить": "add",
    "remove": "remove",
    "убрать": "remove",
    "create": "create",
    "создать": "create",
    "rename": "rename",
    "переименовать": "rename",
    "delete": "delete",
    "удалить": "delete",
}
"""Verbs allowed after a role's name, in both languages."""
CHANGES_SHOWN = 10


class _OnRoles(Action):
    about = ""

    async def run(self, call: Call) -> Answer:
        _check_administrator(call)
        return await self.change(call)

    @abstractmethod
    async def change(self, call: Call) -> Answer: ...


class Role(Action):
    """Shows or changes roles. Inputs: `role`; `do`, a verb; `rest`, the words after it."""

    word = "role"
    label = N_("Roles")
    about = N_("roles and their members: role NAME add @operator | remove @operator | rename NEW | create | delete")

    def read(self, words: str, call: Call) -> dict[str, str]:
        said = words.split()
        for place, word in enumerate(said[1:], start=1):
            if word.casefold() in VERBS:
                rest = " ".join(said[place + 1 :])
                return {"role": " ".join(said[:place]), "do": VERBS[word.casefold()], "rest": rest}
        return {"role": words}

    async def run(self, call: Call) -> Answer:
        verb, rest = call.inputs.get("do", ""), call.inputs.get("rest", "")
        if not verb:
            return Whisper(await all_roles(call), replaces=True)
        _check_administrator(call)
        if verb == "create":
            return await _made(call, call.inputs.get("role", ""), await _colleagues(call, rest))
        role = await _known(call)
        if verb == "delete":
            return Whisper(await deletion_question(call, role))
        if verb == "rename":
            return await _renamed(call, role, rest)
        dead = (await call.unit.operators.roles())[role] if verb == "remove" else ()
        return await _with_members(call, role, verb, await _colleagues(call, rest, dead))


class ChangeRole(_OnRoles):
    """Form of a role. Inputs: `role`, "" for a new one; `seen`; `name` and `members`."""

    word = "role_form"
    label = N_("Change…")

    async def change(self, call: Call) -> Answer:
        if not call.complete:
            return Ask(await self._form(call))
        name, members = call.inputs.get("name", ""), await self._members(call)
        if not call.inputs.get("role"):
            return await _made(call, name, members)
        try:
            role = await _known(call)
        except InvalidInput as gone:
            raise InvalidInput(name=gone.errors["role"]) from None  # the form has a field "name"
        before = (await call.unit.operators.lock_roles())[role]
        if call.inputs.get("seen") != _version(role, before):
            raise InvalidInput(
                name=call._(
                    "Someone else has just changed this role, so your changes were not saved. Close the form, "
                    "check the role and try again."
                )
            )
        beyond = [one for one in before if operator_in(one) is not None][MOST_OPTIONS:]  # beyond what a menu can show
        members = tuple(dict.fromkeys((*members, *beyond)))
        await roles.set_members(call.hub, call.unit, call.operator, role, members)
        return await _renamed(call, role, name) if name.strip() != role else await _shown(call)

    async def _form(self, call: Call) -> Form:
        known = bool(call.inputs.get("role"))
        role = await _known(call) if known else RoleName("")
        members = (await call.unit.operators.roles()).get(role, ())
        fields = (
            Field("name", call._("Role's name"), required=True, value=str(role), limit=roles.LONGEST_NAME),
            await members_field(call, members),
        )
        seen = _version(role, members) if known else ""
        title = call._("Role “{role}”").format(role=role) if known else call._("New role")
        return Form(title, role_token(call, self.word, form=True, role=role, seen=seen), fields, submit=call._("Save"))

    async def _members(self, call: Call) -> roles.Members:
        """Members chosen in the form. A bare name in the role is dropped on saving."""
        chosen = [one for one in call.inputs.get("members", "").split(",") if one]
        for one in chosen:
            number = operator_in(one)
            if number is None or await call.unit.operators.get(number) is None:
                raise InvalidInput(members=call._("Choose one from the list."))
        return tuple(dict.fromkeys(chosen))


class DeleteRole(_OnRoles):
    """Deletes a role. Inputs: `role`; `sure`, once the question was answered."""

    word = "role_delete"
    label = N_("Delete")
    tone = Tone.DANGER

    async def change(self, call: Call) -> Answer:
        role = await _known(call)
        if not call.inputs.get("sure"):
            return Whisper(await deletion_question(call, role), replaces=True)
        await roles.remove(call.hub, call.unit, call.operator, role)
        return Whisper(await all_roles(call), replaces=True)


class RoleChanges(_OnRoles):
    word = "role_changes"
    label = N_("History of changes")

    async def change(self, call: Call) -> Answer:
        before = int(call.inputs["before"]) if call.inputs.get("before") else None
        found = await call.unit.accounts.changes(None, before=before, limit=CHANGES_SHOWN + 1)
        page = found[:CHANGES_SHOWN]
        rows = await history(call.hub, call.unit, page, {ROLES: call._("Roles")})
        if not rows:
            rows = (Row(line(call._("No changes yet."))),)
        below = [Button("role", call._("Roles"), role_token(call, "role"))]
        if len(found) > len(page):
            below.append(
                Button(self.word, call._("Earlier changes"), role_token(call, self.word, before=str(page[-1].id)))
            )
        return Whisper(View((*rows, Row(line("—"), tuple(below))), call._("Changes of roles")), replaces=True)


# -------------------------------------------------------------------------------------------- changes


async def _made(call: Call, said: str, members: roles.Members) -> Answer:
    await roles.set_members(call.hub, call.unit, call.operator, await _new_name(call, said), members)
    return await _shown(call)


async def _renamed(call: Call, role: RoleName, said: str) -> Answer:
    to = await _new_name(call, said, before=role)
    if to != role:
        await roles.rename(call.hub, call.unit, call.operator, role, to)
    return await _shown(call)


async def _with_members(call: Call, role: RoleName, verb: str, named: roles.Members) -> Answer:
    """Adds these members, or removes them."""
    if not named:
        raise InvalidInput(rest=call._("Say who: “/dialog role {role} {verb} @anna”.").format(role=role, verb=verb))
    before = (await call.unit.operators.lock_roles())[role]
    kept = tuple(one for one in before if one not in named)
    if verb == "remove" and kept == before:
        error = call._("{name} is not in the role “{role}”.")
        everybody = await roles.reader(call.hub, call.unit)
        raise InvalidInput(rest=error.format(name=everybody.called(named[0]), role=role))
    after = kept if verb == "remove" else (*before, *(one for one in named if one not in before))
    await roles.set_members(call.hub, call.unit, call.operator, role, after)
    return await _shown(call)


async def _shown(call: Call) -> Answer:
    """View of all roles as they are now."""
    return Whisper(await all_roles(call), replaces=True)


async def _colleagues(call: Call, text: str, members: roles.Members = ()) -> roles.Members:
    """Operators of this desk whom the written names mean, or matching bare names in `members`. Raises `InvalidInput`,
    also for namesakes."""
    found, unknown = list[str](), list[str]()
    for said in roles.split_names(text):
        names = [one for one in members if only_a_name(one) and same_name(one, said)]
        if names:
            found += names
            continue
        named = present(await call.unit.operators.called(call.place.desk, said))
        if len(named) > 1:
            error = call._("Several people are called “{name}”. Choose one in the role's form.")
            raise InvalidInput(rest=error.format(name=said))
        (found if named else unknown).append(person(named[0].id) if named else said)
    if unknown:
        error = call._("These people have not used the hub yet: {names}.")
        raise InvalidInput(rest=error.format(names=", ".join(unknown)))
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------------------------------- checks


def _check_administrator(call: Call) -> None:
    if not administers(call):
        raise Refusal("no_hub_administrator")


async def _known(call: Call) -> RoleName:
    said = call.inputs.get("role", "").strip()
    for role in await call.unit.operators.roles():
        if same_name(role, said):
            return role
    raise InvalidInput(role=call._("There is no role “{role}”.").format(role=said))


async def _new_name(call: Call, said: str, before: RoleName | None = None) -> RoleName:
    try:
        return await roles.new_name(call.hub, call.unit, said, before)
    except InvalidSetting as unclear:
        raise InvalidInput(name=unclear.worded(call.hub.tr)) from None


def _version(role: str, members: roles.Members) -> str:
    return hashlib.sha256(repr((str(role), members)).encode("utf-8", "replace")).hexdigest()[:12]
