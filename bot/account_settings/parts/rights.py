"""Section of rights: who may read, reply and administer."""

from __future__ import annotations

from dataclasses import replace

from bot.account_settings.parts.part import Answers, SettingsPart, SettingsReader
from bot.domain.account_rules import AccountRules, Grant
from bot.locale import N_
from bot.views.values import Field, FieldKind, Option

LEVELS: dict[str, tuple[str, tuple[bool, bool, bool]]] = {
    "send": (N_("reads and replies"), (True, True, False)),
    "read": (N_("reads only"), (True, False, False)),
    "administer": (N_("reads, replies and administers"), (True, True, True)),
    "nothing": (N_("has no rights"), (False, False, False)),
}
"""Levels of rights that can be granted: label, and (read, send, administer)."""

OTHERS: dict[str, tuple[str, tuple[bool, bool]]] = {
    "send": (N_("read and reply"), (True, True)),
    "read": (N_("read only"), (True, False)),
    "nothing": (N_("see nothing"), (False, False)),
}
"""Levels for operators named by no grant: label, and (read, send)."""


class RightsPart(SettingsPart):
    code = "rights"
    label = N_("Rights")
    keys = ("grants", "everyone_sends", "everyone_reads")

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        lines = [f"{reader.called(grant.subject)}: {reader._(LEVELS[level(grant)][0])}" for grant in rules.grants]
        return [*lines, self.others(rules, reader)]

    def others(self, rules: AccountRules, reader: SettingsReader) -> str:
        words = N_("All others: {value}") if rules.grants else N_("Everyone: {value}")
        return reader._(words).format(value=reader._(OTHERS[others(rules)][0]))

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        return (others_field(rules, reader),)

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        said = answers.inputs.get("others", "")
        if said not in OTHERS:
            return rules
        reads, sends = OTHERS[said][1]
        return replace(rules, everyone_reads=reads, everyone_sends=sends)


def others(rules: AccountRules) -> str:
    """Current level of the others, a key of `OTHERS`."""
    sends = rules.everyone_sends if rules.everyone_sends is not None else not rules.grants
    return "send" if sends else "read" if rules.everyone_reads else "nothing"


def level(grant: Grant) -> str:
    """Level of a grant, a key of `LEVELS`."""
    if grant.administer:
        return "administer"
    return "send" if grant.send else "read" if grant.read else "nothing"


def others_field(rules: AccountRules, reader: SettingsReader) -> Field:
    options = tuple(Option(key, reader._(words)) for key, (words, _) in OTHERS.items())
    label = reader._("All others")
    return Field("others", label, FieldKind.CHOICE, required=True, options=options, value=others(rules))


def granted(rules: AccountRules, subject: str, given: str) -> AccountRules:
    """Rules with this subject's grant, replacing an earlier one."""
    kept = Grant(subject, *LEVELS[given][1])
    if any(one.subject == subject for one in rules.grants):
        grants = tuple(kept if one.subject == subject else one for one in rules.grants)
        return replace(rules, grants=grants)
    return replace(rules, grants=(*rules.grants, kept))


def ungranted(rules: AccountRules, subject: str) -> AccountRules:
    """Rules without this subject's grant. The others keep their rights, even when nobody is named any more: removing
    the last grant gives nobody a right."""
    grants = tuple(one for one in rules.grants if one.subject != subject)
    reads, sends = OTHERS[others(rules)][1]
    return replace(rules, grants=grants, everyone_reads=reads, everyone_sends=sends)


PARTS: tuple[SettingsPart, ...] = (RightsPart(),)
