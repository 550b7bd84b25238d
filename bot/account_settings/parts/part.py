"""Base of the sections of an account's settings: as text, as a form, and read back from the form's answers."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from bot.account_settings.errors import InvalidSetting
from bot.domain import Operator, OperatorId, RoleName
from bot.domain.access import of_role, only_a_name, operator_in, person, role_in
from bot.domain.account_rules import AccountRules
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.views.values import Field, FieldKind, Option

T = TypeVar("T")

LONGEST_TEXT = 3000
"""Characters of the longest input that every desk supports."""
MOST_OPTIONS = 100
TOO_LONG = N_("Too long: at most {limit} characters.")


@value
class SettingsReader:
    """Language of the reader, and the roles and operators offered in menus (those of the account's desk first).
    `bot_key`: the key with which the account's first-line bot verifies our requests. `refuses`: the account's channel
    can tell a customer that something is not accepted. `absent`: operators who may not use the hub and are not offered;
    their names tell what was set before."""

    tr: Translator
    locale: str
    roles: Sequence[RoleName] = ()
    people: Sequence[Operator] = ()
    bot_key: str = field(default="", repr=False)
    refuses: bool = False
    absent: frozenset[OperatorId] = frozenset()

    def _(self, words: str) -> str:
        return self.tr.gettext(words)

    def yes_no(self, value: bool) -> str:
        return self._("yes") if value else self._("no")

    def called(self, subject: str) -> str:
        """Display name of an operator or role in the rules; a bare name has to be chosen again."""
        role, number = role_in(subject), operator_in(subject)
        if role is not None:
            return f"👥 {role}"
        labels = dict(zip((one.id for one in self.people), shown(self.people), strict=True))
        if number is not None:
            return labels.get(number, "?")
        return self._("“{name}” (not found): choose who is meant").format(name=subject.lstrip("@"))


def shown(operators: Sequence[Operator]) -> list[str]:
    """Labels of operators in menus and lists; namesakes are told apart by the desk's id."""
    labels = [
        f"@{one.name}" if one.title in ("", one.name) else f"{one.title} (@{one.name})" if one.name else one.title
        for one in operators
    ]
    seen = Counter(labels)
    return [f"{it} · {one.desk}:{one.user}" if seen[it] > 1 else it for it, one in zip(labels, operators, strict=True)]


@dataclass(slots=True)
class Answers:
    """Answers of a form; collects errors by field."""

    inputs: Mapping[str, str]
    tr: Translator
    errors: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, parse: Callable[[str], T], otherwise: T) -> T:
        """Parses the input; returns `otherwise` when it was not asked for or is wrong."""
        if name not in self.inputs:
            return otherwise
        try:
            return parse(self.inputs[name])
        except InvalidSetting as unclear:
            self.errors[name] = unclear.worded(self.tr)
            return otherwise

    def text(self, name: str, otherwise: str) -> str:
        return self.take(name, _bounded, otherwise)

    def flag(self, name: str, otherwise: bool) -> bool:
        said = self.inputs.get(name, "")
        return said == "yes" if said in ("yes", "no") else otherwise


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise InvalidSetting(TOO_LONG, limit=LONGEST_TEXT)
    return text.strip()


class SettingsPart(ABC):
    """Section of an account's settings: one form.

    A new setting touches three files: `bot.domain.account_rules` for its value, with the default for old accounts; its
    section here, for its key, its line of text, its input and the parsing of the answer; and the place where it takes
    effect. A new section is one more class, listed in its module's `PARTS`. Storage, the history of changes, their
    notices and the check for concurrent changes need no code; its texts need a translation.
    """

    code: ClassVar[str]  # stable: stored with every change
    label: ClassVar[str]  # English, marked with N_
    keys: ClassVar[tuple[str, ...]]  # fields of `AccountRules`

    def concerns(self, reader: SettingsReader) -> bool:
        """True when the account has such settings at all."""
        return True

    @abstractmethod
    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        """Settings as text, one per line."""

    @abstractmethod
    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        """Inputs of its form: at most five, so that every desk can show it."""

    @abstractmethod
    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        """Rules changed by the form's answers; errors go to `answers.errors`."""

    def version(self, rules: AccountRules) -> str:
        """Fingerprint of the settings, which reveals whether somebody has changed them meanwhile."""
        kept = repr([getattr(rules, key) for key in self.keys])
        return hashlib.sha256(kept.encode("utf-8", "replace")).hexdigest()[:12]


# ------------------------------------------------------------------------------------------ inputs


def yes_or_no(name: str, label: str, value: bool, reader: SettingsReader, hint: str = "") -> Field:
    options = (Option("yes", reader._("Yes")), Option("no", reader._("No")))
    chosen = "yes" if value else "no"
    return Field(name, label, FieldKind.CHOICE, required=True, options=options, value=chosen, hint=hint)


def area(name: str, label: str, value: str, hint: str = "") -> Field:
    return Field(name, label, FieldKind.AREA, value=value, hint=hint, limit=LONGEST_TEXT)


def named(
    name: str, label: str, value: str, reader: SettingsReader, *, people: bool, nobody: str, hint: str = ""
) -> Field:
    """Menu of roles, and of operators who may use the hub, with values as used in rules; its first entry is nobody."""
    offered = {of_role(role): f"👥 {role}" for role in reader.roles}
    if people:
        labels = zip(reader.people, shown(reader.people), strict=True)
        offered |= {person(one.id): label for one, label in labels if one.id not in reader.absent}
    if value and value not in offered:
        offered = {value: reader.called(value), **offered}
    options = (Option(NOBODY, nobody), *(Option(key, label) for key, label in offered.items()))
    return Field(
        name,
        label,
        FieldKind.CHOICE,
        required=True,
        options=options[:MOST_OPTIONS],
        value=value or NOBODY,
        hint=hint,
    )


CHOOSE = N_("Choose one from the list.")
NOBODY = "-"
"""Value of a menu's first entry: team chats take an empty value for none at all."""


def subject_of(said: str, before: str = "") -> str:
    """Value chosen in a menu made by `named`. Raises `InvalidSetting` for a bare name."""
    if only_a_name(said) and said not in (NOBODY, before):
        raise InvalidSetting(CHOOSE)
    return "" if said == NOBODY else said
