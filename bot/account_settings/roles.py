"""Changes to roles: their members, their names, and everything that refers to them. For the hub's administrators.

Dialogs waiting for a role and accounts' rules (default owner, rights, escalation) refer to it. A new name is applied
everywhere. When a role is removed, dialogs waiting for it wait for anyone, and the rules lose the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.account_settings.changing import change, record_for_hub
from bot.account_settings.errors import InvalidSetting
from bot.account_settings.parts import PARTS, SettingsPart, SettingsReader
from bot.account_settings.parts.rights import ungranted
from bot.dialogs.apply import apply_event
from bot.domain import Account, Operator, RoleName
from bot.domain.access import of_role, same_name
from bot.domain.account_rules import AccountRules
from bot.domain.lifecycle import Event, RoleRemoved, RoleRenamed
from bot.domain.value import value
from bot.hub.context import Hub
from bot.locale import N_
from bot.ports.storage import Unit

LONGEST_NAME = 50

NO_NAME = N_("Enter the role's name.")
BAD_NAME = N_("A role name has at most {limit} characters and no commas, colons or @.")
KNOWN_NAME = N_("The role “{name}” already exists.")
PERSONS_NAME = N_("“{name}” is an operator's user name. Choose another name for the role.")

Members = tuple[str, ...]
"""Subjects, as in grants; a bare name is nobody."""


@value
class Uses:
    """References to a role: the number of open dialogs waiting for it, and the sections of accounts' settings that name
    it."""

    waiting: int
    named: tuple[tuple[Account, SettingsPart], ...]


def split_names(text: str) -> tuple[str, ...]:
    """Names separated by commas, semicolons or white space."""
    return tuple(filter(None, re.split(r"[\s,;]+", text)))


async def reader(hub: Hub, unit: Unit) -> SettingsReader:
    """Reader with everybody who may be a member of a role: the operators of all desks."""
    staff = [one for desk in hub.desks.by_name for one in await unit.operators.of_desk(desk)]
    return SettingsReader(hub.tr, hub.locale, people=staff)


def print_members(members: Sequence[str], words: SettingsReader) -> str:
    return ", ".join(map(words.called, members))


async def new_name(hub: Hub, unit: Unit, said: str, before: RoleName | None = None) -> RoleName:
    """Name, checked for use as a role's. Raises `InvalidSetting`."""
    name = " ".join(said.split())
    if not name:
        raise InvalidSetting(NO_NAME)
    if len(name) > LONGEST_NAME or any(sign in name for sign in ",:;@"):
        raise InvalidSetting(BAD_NAME, limit=LONGEST_NAME)
    if any(same_name(name, role) for role in await unit.operators.roles() if role != before):
        raise InvalidSetting(KNOWN_NAME, name=name)
    for desk in hub.desks.by_name:
        if any(same_name(one.name, name) for one in await unit.operators.of_desk(desk)):
            raise InvalidSetting(PERSONS_NAME, name=name)
    return RoleName(name)


async def uses(hub: Hub, unit: Unit, role: RoleName) -> Uses:
    waiting, named = await unit.dialogs.waiting_for(role), []
    for name in hub.accounts:
        account = await hub.account(unit, name)
        rules = account.rules
        named += [(account, PARTS[code]) for code, edit in without(role).items() if edit(rules) != rules]
    return Uses(len(waiting), tuple(named))


async def set_members(hub: Hub, unit: Unit, by: Operator, role: RoleName, members: Members) -> None:
    """Creates the role or sets its members, and records the change."""
    before = (await unit.operators.lock_roles()).get(role)
    if before == members:
        return
    await unit.operators.set_role(role, members)
    words = N_("⚙️ {by} created the role “{role}”") if before is None else N_("⚙️ {by} changed the role “{role}”")
    title = hub.tr.gettext(words).format(by=by.title, role=role)
    everybody = await reader(hub, unit)
    then = "" if before is None else _line(role, before, everybody)
    await record_for_hub(hub, unit, by, title, then, _line(role, members, everybody))


async def rename(hub: Hub, unit: Unit, by: Operator, role: RoleName, to: RoleName) -> None:
    """Renames the role everywhere."""
    members = (await unit.operators.lock_roles())[role]
    await unit.operators.remove_role(role)
    await unit.operators.set_role(to, members)
    await _replace_in_rules(hub, unit, by, renamed(role, to))
    await _happens_to_waiting(hub, unit, role, RoleRenamed(role, to))
    title = hub.tr.gettext("⚙️ {by} renamed the role “{role}”").format(by=by.title, role=role)
    everybody = await reader(hub, unit)
    await record_for_hub(hub, unit, by, title, _line(role, members, everybody), _line(to, members, everybody))


async def remove(hub: Hub, unit: Unit, by: Operator, role: RoleName) -> None:
    members = (await unit.operators.lock_roles())[role]
    await _replace_in_rules(hub, unit, by, without(role))
    await _happens_to_waiting(hub, unit, role, RoleRemoved(by.id, role))
    await unit.operators.remove_role(role)
    title = hub.tr.gettext("⚙️ {by} deleted the role “{role}”").format(by=by.title, role=role)
    await record_for_hub(hub, unit, by, title, _line(role, members, await reader(hub, unit)), "")


Edits = dict[str, Callable[[AccountRules], AccountRules]]
"""Edit for each section of the settings that may name a role."""


def without(role: RoleName) -> Edits:
    def grants(rules: AccountRules) -> AccountRules:
        return ungranted(rules, of_role(role)) if any(one.subject == of_role(role) for one in rules.grants) else rules

    return {**_naming(role, None), "rights": grants}


def renamed(role: RoleName, to: RoleName) -> Edits:
    was, now = of_role(role), of_role(to)

    def grants(rules: AccountRules) -> AccountRules:
        return replace(
            rules, grants=tuple(replace(one, subject=now) if one.subject == was else one for one in rules.grants)
        )

    return {**_naming(role, to), "rights": grants}


def _naming(role: RoleName, to: RoleName | None) -> Edits:
    def responsible(rules: AccountRules) -> AccountRules:
        named = rules.responsible == of_role(role)
        return replace(rules, responsible=of_role(to) if to else "") if named else rules

    def escalate(rules: AccountRules) -> AccountRules:
        named = same_name(rules.deadlines.escalate, role)
        return replace(rules, deadlines=replace(rules.deadlines, escalate=to or "")) if named else rules

    return {"dialogs": responsible, "deadlines": escalate}


async def _replace_in_rules(hub: Hub, unit: Unit, by: Operator, edits: Edits) -> None:
    for name in hub.accounts:
        for code, edit in edits.items():
            await change(hub, unit, by, await hub.account(unit, name), PARTS[code], edit)


async def _happens_to_waiting(hub: Hub, unit: Unit, role: RoleName, event: Event) -> None:
    for number in await unit.dialogs.waiting_for(role):
        dialog = await unit.dialogs.lock(number)
        if dialog is not None and dialog.open:
            await apply_event(hub, unit, dialog, event)


def _line(role: RoleName, members: Members, words: SettingsReader) -> str:
    return f"{role}: {print_members(members, words) or '—'}"
