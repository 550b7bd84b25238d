"""Changes to an account's settings or to those of the whole hub: recorded with author and time, and reported to the
other administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.account_settings.parts import SettingsPart, SettingsReader
from bot.automation.signing import key_of
from bot.domain import Account, Operator
from bot.domain.access import only_a_name, rights, roles_of
from bot.domain.account_rules import AccountRules
from bot.domain.text import Span, Text, bold, line
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_name, operator_names
from bot.ports.storage import Change, NewChange, Unit
from bot.views.values import Row, View

ROLES = "roles"
"""Name in the change records for a change of the hub's roles."""


class Overtaken(Exception):
    """Somebody else changed the settings after they were shown. `by` is "" when the author is unknown."""

    def __init__(self, by: str, at: str) -> None:
        super().__init__("changed in the meantime")
        self.by, self.at = by, at


class NobodyLeft(Exception):
    """The change would leave the account without an administrator."""


async def reader(hub: Hub, unit: Unit, account: Account) -> SettingsReader:
    roles = await unit.operators.roles()
    desks = sorted(hub.desks.by_name, key=lambda desk: desk != account.desk)
    staff = [one for desk in desks for one in await unit.operators.of_desk(desk)]
    bridge = hub.bridges.get(account.name)
    refuses = bridge is not None and bridge.limits.refuses
    absent = {one.id for one in staff} - {one.id for one in await hub.admitted(unit, staff)}
    key = key_of(hub.secret, account.name)
    return SettingsReader(hub.tr, hub.locale, tuple(roles), staff, key, refuses, frozenset(absent))


async def change(
    hub: Hub,
    unit: Unit,
    operator: Operator,
    account: Account,
    part: SettingsPart,
    edit: Callable[[AccountRules], AccountRules],
    *,
    seen: str = "",
) -> AccountRules:
    """Changes an account's rules and returns them; records the change and notifies the other administrators. `seen`:
    the section's version that the administrator was shown. Raises `Overtaken` and `NobodyLeft`; nothing has changed
    then."""
    before = await unit.accounts.lock_rules(account.name) or account.rules
    if seen and part.version(before) != seen:
        raise await _overtaken(hub, unit, account, part)
    after = edit(before)
    if after == before:
        return before
    if not hub.admins.ids and not any(one.administer and not only_a_name(one.subject) for one in after.grants):
        raise NobodyLeft
    await unit.accounts.set_rules(account.name, after)
    words = await reader(hub, unit, account)
    gone, come = difference(part.lines(before, words), part.lines(after, words))
    now = hub.clock.now()
    await unit.accounts.add_change(NewChange(account.name, operator.id, now, part.code, gone, come))
    title = hub.tr.gettext("⚙️ {by} changed the settings of {account}: {part}").format(
        by=operator.title, account=account.title, part=hub.tr.gettext(part.label)
    )
    await _tell_administrators(hub, unit, operator, after, change_text(hub, title, gone, come))
    return after


async def record_for_hub(hub: Hub, unit: Unit, operator: Operator, title: str, before: str, after: str) -> None:
    """Records a change that belongs to the whole hub and notifies its other administrators."""
    await unit.accounts.add_change(NewChange(None, operator.id, hub.clock.now(), ROLES, before, after))
    await _tell_administrators(hub, unit, operator, None, change_text(hub, title, before, after))


def difference(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Lines that are only in the first, and those only in the second."""

    def only(one: Sequence[str], other: Iterable[str]) -> str:
        return "\n".join(line for line in one if line not in set(other))

    return only(before, after), only(after, before)


def change_text(hub: Hub, title: str, before: str, after: str) -> Text:
    """Change in words, with the values before and now."""
    parts: list[Text | Span | str] = [bold(title)]
    for label, words in ((hub.tr.gettext("Before:"), before), (hub.tr.gettext("Now:"), after)):
        if words:
            parts += ["\n", bold(label), " " if "\n" not in words else "\n", words]
    return line(*parts)


async def _overtaken(hub: Hub, unit: Unit, account: Account, part: SettingsPart) -> Overtaken:
    latest = next((one for one in await unit.accounts.changes(account.name, limit=50) if one.what == part.code), None)
    if latest is None:
        return Overtaken("", "")
    return Overtaken(await operator_name(unit, latest.operator), hub.when(latest.at))


async def _tell_administrators(hub: Hub, unit: Unit, author: Operator, rules: AccountRules | None, words: Text) -> None:
    """Notifies the hub's administrators and (`rules`) an account's, on every desk; not the author."""
    roles, now = await unit.operators.roles(), hub.clock.now()
    for desk in hub.desks.by_name:
        for one in await unit.operators.of_desk(desk):
            may = rights(one, roles_of(one.id, roles), rules or AccountRules(), hub.admins.ids)
            if may.administer and one.id != author.id:
                await parcels.tell(unit, desk, one.user, View((Row(words),)), now)


async def history(hub: Hub, unit: Unit, changes: Sequence[Change], labels: Mapping[str, str]) -> tuple[Row, ...]:
    """Changes as rows; `labels`: titles of the changed sections."""
    names = await operator_names(unit, [one.operator for one in changes])
    rows = []
    for one in changes:
        title = f"{hub.when(one.at)} · {names.get(str(one.operator), '?')} · {labels.get(one.what, one.what)}"
        rows.append(Row(change_text(hub, title, one.before, one.after)))
    return tuple(rows)
