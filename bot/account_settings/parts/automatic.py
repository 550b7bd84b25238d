"""Settings of automation: business hours, automatic replies, first-line bot, reply deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from bot.account_settings import minutes
from bot.account_settings.days import parse_dates, print_dates
from bot.account_settings.errors import InvalidSetting
from bot.account_settings.hours import parse_week, print_week
from bot.account_settings.keywords import parse_keywords, print_keywords
from bot.account_settings.parts.part import (
    CHOOSE,
    LONGEST_TEXT,
    NOBODY,
    TOO_LONG,
    Answers,
    SettingsPart,
    SettingsReader,
    area,
    named,
)
from bot.account_settings.time_zones import country_named, country_title, zone_named
from bot.domain import RoleName
from bot.domain.access import of_role, role_in
from bot.domain.account_rules import AccountRules, FirstLine, Hours, Keyword
from bot.domain.text import shorten
from bot.locale import N_
from bot.views.values import Field, FieldKind

SHOWN = 300
"""Characters of a text shown in the settings."""
LONGEST_THOUGHT = 60
"""Longest time, in seconds, that a first-line bot may take."""

NO_ADDRESS = N_("This is not an http:// or https:// address.")
NO_SECONDS = N_("Enter how many seconds the bot may take, from 1 to {limit}.")
ANSWERS_TOO_LONG = N_("These replies are too long in total: at most {limit} characters.")
WARNS_LATE = N_("The warning must come before the deadline: enter less than the shortest one.")


class BusinessHours(SettingsPart):
    code = "hours"
    label = N_("Business hours")
    keys = ("hours",)

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        hours = rules.hours
        lines = [
            (N_("Business hours: {value}"), print_week(hours.days, reader.locale) or reader._("round the clock")),
            (N_("Time zone: {value}"), hours.zone),
            (N_("Holidays of country: {value}"), country_title(hours.country, reader.locale)),
            (N_("Other days off: {value}"), print_dates(hours.holidays, reader.locale)),
            (N_("Working days (exceptions): {value}"), print_dates(hours.workdays, reader.locale)),
        ]
        return [reader._(words).format(value=value) for words, value in lines if value]

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        hours, locale = rules.hours, reader.locale
        days = reader._("E.g. Mon–Fri 9:00–13:00, 14:00–18:00; Sat 10:00–15:00. Empty: round the clock.")
        dates = reader._("E.g. 2027-01-04, or 2027-01-01 – 2027-01-08")
        zone = reader._("E.g. Europe/Moscow")
        country = reader._(
            "Country code (RU, DE…): its public holidays are days off, its working Saturdays are worked. Empty: none."
        )
        return (
            area("days", reader._("Hours"), print_week(hours.days, locale), days),
            Field("zone", reader._("Time zone"), required=True, value=hours.zone, hint=zone, limit=60),
            Field("country", reader._("Holidays of country"), value=hours.country, hint=country, limit=60),
            area("holidays", reader._("Other days off"), print_dates(hours.holidays, locale), dates),
            area("workdays", reader._("Extra working days"), print_dates(hours.workdays, locale), dates),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        before = rules.hours
        return replace(
            rules,
            hours=Hours(
                answers.take("zone", zone_named, before.zone),
                answers.take("days", parse_week, before.days),
                answers.take("country", country_named, before.country),
                answers.take("holidays", _dates, before.holidays),
                answers.take("workdays", _dates, before.workdays),
            ),
        )


class AutoAnswersPart(SettingsPart):
    code = "answers"
    label = N_("Greeting and out-of-hours reply")
    keys = ("greeting", "out_of_hours")

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        lines = ((N_("Greeting: {value}"), rules.greeting), (N_("Out of hours: {value}"), rules.out_of_hours))
        none = reader._("not set")
        return [reader._(words).format(value=shorten(value, SHOWN) or none) for words, value in lines]

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        greeting = reader._("Sent when a dialog opens; {name} is the customer's name. Empty: no greeting.")
        out = reader._("Sent outside business hours; {opens} is when you are back. Empty: none.")
        return (
            area("greeting", reader._("Greeting"), rules.greeting, greeting),
            area("out_of_hours", reader._("Out of hours"), rules.out_of_hours, out),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        return replace(
            rules,
            greeting=answers.text("greeting", rules.greeting),
            out_of_hours=answers.text("out_of_hours", rules.out_of_hours),
        )


class Keywords(SettingsPart):
    code = "keywords"
    label = N_("Keyword replies")
    keys = ("keywords",)

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        lines = [f"{', '.join(one.words)}: {shorten(' '.join(one.answer.split()), SHOWN)}" for one in rules.keywords]
        return lines or [reader._("none")]

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        hint = reader._("price, cost: Our prices… One rule per line; start a line with a space to continue the reply.")
        return (area("keywords", reader._("Keywords and replies"), print_keywords(rules.keywords), hint),)

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        return replace(rules, keywords=answers.take("keywords", _keywords, rules.keywords))


class FirstLineBot(SettingsPart):
    code = "bot"
    label = N_("First-line bot")
    keys = ("bot",)

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        if not rules.bot.url:
            return [reader._("none")]
        lines = [reader._("Address: {value}").format(value=rules.bot.url)]
        lines.append(reader._("Timeout {value} s, then operators reply").format(value=f"{rules.bot.seconds:g}"))
        return lines

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        url = reader._("HTTP endpoint that replies first and may hand over to operators. Empty: no bot.")
        seconds = f"{rules.bot.seconds:g}"
        key = reader._("Copy it to the bot, which uses it to verify our requests. It cannot be changed here.")
        return (
            Field("url", reader._("Address"), FieldKind.URL, value=rules.bot.url, hint=url, limit=1000),
            Field("seconds", reader._("Bot timeout, s"), FieldKind.NUMBER, required=True, value=seconds, limit=10),
            Field("key", reader._("Signing key"), value=reader.bot_key, hint=key, limit=100),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        url = answers.take("url", _address, rules.bot.url)
        return replace(rules, bot=FirstLine(url, answers.take("seconds", _seconds, rules.bot.seconds)))


class AnswerDeadlines(SettingsPart):
    code = "deadlines"
    label = N_("Reply deadlines")
    keys = ("deadlines",)

    def lines(self, rules: AccountRules, reader: SettingsReader) -> list[str]:
        limits, no_limit = rules.deadlines, reader._("no limit")
        times = ((N_("First reply: {value}"), limits.first), (N_("Later replies: {value}"), limits.following))
        lines = [
            reader._(words).format(value=minutes.print_minutes(limit, reader.tr) if limit else no_limit)
            for words, limit in times
        ]
        if limits.first or limits.following:
            warning = minutes.print_minutes(limits.warning, reader.tr)
            escalate = reader.called(of_role(RoleName(limits.escalate))) if limits.escalate else reader._("no one")
            lines.append(reader._("Warning in the thread: {value} before").format(value=warning))
            lines.append(reader._("Then notified: {value}").format(value=escalate))
            if limits.office_hours and not any(rules.hours.days):
                lines.append(reader._("Counted Monday to Friday, 9:00–18:00, until business hours are entered"))
        return lines

    def fields(self, rules: AccountRules, reader: SettingsReader) -> tuple[Field, ...]:
        limits = rules.deadlines
        role = of_role(RoleName(limits.escalate)) if limits.escalate else ""
        asked = (
            ("first", reader._("First reply"), limits.first, reader._("Business time, e.g. 30 or 2 h. 0: no limit.")),
            (
                "following",
                reader._("Later replies"),
                limits.following,
                reader._("Business time, e.g. 30 or 2 h. 0: no limit."),
            ),
            ("warning", reader._("Warn before"), limits.warning, reader._("Minutes before the deadline.")),
        )
        return (
            *(
                Field(name, label, value=minutes.print_minutes(value, reader.tr), hint=hint, limit=30)
                for name, label, value, hint in asked
            ),
            named("escalate", reader._("Then notify"), role, reader, people=False, nobody=reader._("nobody")),
        )

    def read(self, answers: Answers, rules: AccountRules) -> AccountRules:
        before = rules.deadlines
        first, following, warning = (
            answers.take(name, minutes.parse_minutes, getattr(before, name))
            for name in ("first", "following", "warning")
        )
        if warning and any(0 < limit <= warning for limit in (first, following)):
            answers.errors.setdefault("warning", answers.tr.gettext(WARNS_LATE))
        escalate = answers.take("escalate", _role, before.escalate)
        limits = replace(before, first=first, following=following, warning=warning, escalate=escalate)
        return replace(rules, deadlines=limits)


def _role(said: str) -> str:
    """Name of the role chosen in a menu, "" for nobody."""
    role = role_in(said)
    if role is None and said != NOBODY:
        raise InvalidSetting(CHOOSE)
    return role or ""


def _keywords(text: str) -> tuple[Keyword, ...]:
    found = parse_keywords(text)
    if len(print_keywords(found)) > LONGEST_TEXT:  # it could no longer be shown for editing
        raise InvalidSetting(ANSWERS_TOO_LONG, limit=LONGEST_TEXT)
    return found


def _dates(text: str) -> tuple[date, ...]:
    found = parse_dates(text)
    if len(print_dates(found, "en")) > LONGEST_TEXT:  # likewise
        raise InvalidSetting(TOO_LONG, limit=LONGEST_TEXT)
    return found


def _address(text: str) -> str:
    said = text.strip()
    try:
        parts = urlsplit(said)
        good = not said or (parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0)
    except ValueError:
        good = False
    if not good or any(sign.isspace() for sign in said):
        raise InvalidSetting(NO_ADDRESS)
    return said


def _seconds(text: str) -> float:
    try:
        seconds = float(text.strip().replace(",", "."))
    except ValueError:
        raise InvalidSetting(NO_SECONDS, limit=LONGEST_THOUGHT) from None
    if not 1 <= seconds <= LONGEST_THOUGHT:  # also excludes infinity and NaN
        raise InvalidSetting(NO_SECONDS, limit=LONGEST_THOUGHT)
    return seconds


PARTS: tuple[SettingsPart, ...] = (AutoAnswersPart(), BusinessHours(), Keywords(), FirstLineBot(), AnswerDeadlines())
