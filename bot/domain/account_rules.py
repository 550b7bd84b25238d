"""An account's behaviour: born from hub.toml's `initial`, afterwards changed from the chat with `/dialog settings`.

Frozen values, kept as JSON with the account; a key that an older hub did not write has its default. What takes
effect of it lives elsewhere: rights in `bot.domain.access`, automatic handling in `bot.automation`, threads in
`bot.senders.drawing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights of an operator or a role on one account. `subject`: "operator:12" or "role:sales" (`bot.domain.access`);
    a bare name gives nothing."""

    subject: str
    read: bool = True
    send: bool = True
    administer: bool = False


class ContactKind(StrEnum):
    """What a person is to the company."""

    POTENTIAL = "potential"
    CLIENT = "client"


class Threads(StrEnum):
    """What a thread of the team chat holds."""

    DIALOG = "dialog"  # one dialog
    CONTACT = "contact"  # all dialogs with one contact on this account, with dividers between them


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in the account's time zone; `until` midnight means the day's end."""

    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When people answer. `days`: the spans of each weekday, Monday first; a break is the gap between two spans.
    Without any span people answer at all times. `zone`: a name of the tz database. `holidays`: days off beside those of
    `country` (an ISO 3166 code, "" none); `workdays`: days that are worked although they are days off (as the day of
    the week that they are)."""

    zone: str = "UTC"
    days: tuple[tuple[Span, ...], ...] = ((),) * 7
    country: str = ""
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """An answer to a customer's message in which any of `words` stands (whole words; ё = е; case does not matter)."""

    words: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class FirstLine:
    """A bot that answers first, over HTTP, until it hands over to people. `url` "": there is none. `seconds`: how long
    it may think; a bot that is silent, slow or broken has handed over."""

    url: str = ""
    seconds: float = 10


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Minutes of business hours in which a customer is answered; 0: no limit. `warning`: minutes before the end at
    which the thread is warned. When the time has run out, the role `escalate` is told ("": nobody)."""

    first: int = 0
    following: int = 0
    warning: int = 5
    escalate: str = ""


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Without grants everyone may read and send; with grants only those named may, and `everyone_reads` lets the
    others look. `everyone_sends`: whether those whom no grant names may answer; None: as long as nobody is named.
    `responsible`: the operator or role set on each new dialog, as a grant's subject is. `retired`: reasons that were
    in the list once; they are offered no more and stay in reports. `leads`: new dialogs count as leads. `paused`: no
    new dialogs are taken, where the channel can say so."""

    responsible: str = ""
    reason_required: bool = False
    reasons: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    everyone_reads: bool = True
    retired: tuple[str, ...] = ()
    leads: bool = True
    unknown_are: ContactKind = ContactKind.POTENTIAL
    link_interest: bool = True
    greeting: str = ""
    hours: Hours = Hours()
    out_of_hours: str = ""
    keywords: tuple[Keyword, ...] = ()
    bot: FirstLine = FirstLine()
    deadlines: Deadlines = Deadlines()
    threads: Threads = Threads.DIALOG
    everyone_sends: bool | None = None
    paused: bool = False
