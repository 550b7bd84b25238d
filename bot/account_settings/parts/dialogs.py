"""Settings of dialogs: leads, default owner, closing reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.account_settings.parts.part import Answers, SettingsPart, SettingsReader, area, named, subject_of, yes_or_no
from bot.account_settings.reasons import parse_reasons, print_reasons, retired
from bot.domain.account_rules import AccountRules, ContactKind, Threads
from bot.locale import N_
from bot.views.values import Field, FieldKind, Option

K = TypeVar("K", ContactKind, Threads)

KINDS = {ContactKind.POTENTIAL: N_("prospects"), ContactKind.CLIENT: N_("customers")}
THREADS = {
    Threads.DIALOG: N_("one thread per dialog"),
    Threads.CONTACT: N_("one continuous thread per contact"),
}


class NewDialogs(SettingsPart):
    code = "dialogs"
    label = N_("New dialogs")
    keys = ("leads", "unknown_are", "link_interest", "responsible", "threads")

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        responsible = reader.called(rules.responsible) if rules.responsible else reader._("nobody")
        lines = (
            (N_("Lead source: {value}"), reader.yes_no(rules.leads)),
            (N_("New contacts are created as: {value}"), reader._(KINDS[rules.unknown_are])),
            (N_("Link automatically to the contact's only open deal: {value}"), reader.yes_no(rules.link_interest)),
            (N_("Default owner: {value}"), responsible),
            (N_("Threads: {value}"), reader._(THREADS[rules.threads])),
        )
        return [reader._(words).format(value=value) for words, value in lines]

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        linking = reader._("When the contact is known and has exactly one open deal.")
        hint = reader._("Becomes the owner of each new dialog and is notified.")
        return (
            yes_or_no("leads", reader._("Lead source"), rules.leads, reader),
            _choice("unknown_are", reader._("Create new contacts as"), KINDS, rules.unknown_are, reader),
            yes_or_no("link_interest", reader._("Link to the open deal"), rules.link_interest, reader, linking),
            named(
                "responsible",
                reader._("Owner"),
                rules.responsible,
                reader,
                people=True,
                nobody=reader._("nobody"),
                hint=hint,
            ),
            _choice("threads", reader._("Threads"), THREADS, rules.threads, reader),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        given = answers.inputs
        return replace(
            rules,
            leads=answers.flag("leads", rules.leads),
            unknown_are=next((one for one in ContactKind if one == given.get("unknown_are")), rules.unknown_are),
            link_interest=answers.flag("link_interest", rules.link_interest),
            responsible=answers.take("responsible", partial(subject_of, before=rules.responsible), rules.responsible),
            threads=next((one for one in Threads if one == given.get("threads")), rules.threads),
        )


class NewConversations(SettingsPart):
    """Pause for new dialogs, on channels that are open to anybody and can tell customers to wait."""

    code = "intake"
    label = N_("New dialogs intake")
    keys = ("paused",)

    def concerns(self, reader: SettingsReader) -> bool:
        return reader.refuses

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        return [reader._("New dialogs are paused: {value}").format(value=reader.yes_no(rules.paused))]

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        hint = reader._("Open dialogs continue. Other customers' messages wait in their browsers until the pause ends.")
        return (yes_or_no("paused", reader._("Pause new dialogs"), rules.paused, reader, hint),)

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        return replace(rules, paused=answers.flag("paused", rules.paused))


class Closing(SettingsPart):
    code = "closing"
    label = N_("Closing reasons")
    keys = ("reason_required", "reasons", "retired")

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        none = reader._("any words")
        lines = [
            reader._("A reason is required: {value}").format(value=reader.yes_no(rules.reason_required)),
            reader._("Reasons: {value}").format(value=" · ".join(rules.reasons) or none),
        ]
        if rules.retired:
            lines.append(reader._("No longer offered: {value}").format(value=" · ".join(rules.retired)))
        return lines

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        hint = reader._("One per line, in display order. Removed reasons stay in reports and can be added again.")
        return (
            yes_or_no("reason_required", reader._("A reason is required"), rules.reason_required, reader),
            area("reasons", reader._("Reasons"), print_reasons(rules.reasons), hint),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        reasons = answers.take("reasons", parse_reasons, rules.reasons)
        return replace(
            rules,
            reason_required=answers.flag("reason_required", rules.reason_required),
            reasons=reasons,
            retired=retired(reasons, rules.reasons, rules.retired),
        )


def _choice(name: str, label: str, words: Mapping[K, str], value: K, reader: SettingsReader) -> Field:
    options = tuple(Option(str(one.value), reader._(label)) for one, label in words.items())
    return Field(name, label, FieldKind.CHOICE, required=True, options=options, value=str(value))


PARTS: tuple[SettingsPart, ...] = (NewDialogs(), NewConversations(), Closing())
