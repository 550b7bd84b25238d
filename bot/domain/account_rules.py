"""An account's behaviour: first read from `initial` in hub.toml, afterwards changed from the chat with `/dialog
settings`.

Frozen values, stored as JSON with the account; a key missing from older JSON has its default. They take effect
elsewhere: rights in `bot.domain.access`, automatic handling in `bot.automation`, threads in `bot.senders.drawing`.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from bot.domain.value import value


@value
class Grant:
    """Rights of an operator or a role on one account. `subject`: "operator:12" or "role:sales" (`bot.domain.access`); a
    bare name grants nothing."""

    subject: str
    read: bool = True
    send: bool = True
    administer: bool = False


class ContactKind(StrEnum):
    """Standing of a contact with the company."""

    POTENTIAL = "potential"
    CLIENT = "client"


class Threads(StrEnum):
    """Scope of one thread in the team chat."""

    DIALOG = "dialog"  # one dialog
    CONTACT = "contact"  # all dialogs with one contact on this account, with dividers between them


@value
class DaySpan:
    """Part of a day in the account's time zone; an `until` of midnight means the end of the day."""

    since: time
    until: time


@value
class Hours:
    """Business hours. `days`: the spans of each weekday, Monday first; a break is the gap between two spans. Without
    any span, operators are always available. `zone`: a tz database name. `holidays`: days off in addition to those of
    `country` (an ISO 3166 code, "" for none). `workdays`: days worked although they are days off, in addition to those
    of `country`, with the hours of their weekday or, where it has none, of the last working weekday before it."""

    zone: str = "UTC"
    days: tuple[tuple[DaySpan, ...], ...] = ((),) * 7
    country: str = ""
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


OFFICE_HOURS = ((DaySpan(time(9), time(18)),),) * 5 + ((), ())
"""Weekdays from nine to six, as `Hours.days`."""


@value
class Keyword:
    """Automatic reply to a customer's message that contains any of `words` (whole words; ё = е; case does not
    matter)."""

    words: tuple[str, ...]
    answer: str


@value
class FirstLine:
    """Bot that answers first, over HTTP, until it hands over to operators. `url`: "" for no bot. `seconds`: time it has
    to answer; a silent, slow or broken bot counts as having handed over."""

    url: str = ""
    seconds: float = 10


@value
class Deadlines:
    """Reply deadlines in minutes of business hours; 0 means no limit. `warning`: minutes before the deadline at which
    the thread is warned. `escalate`: the role notified when the deadline has passed, "" for none. `office_hours`: while
    the account has no business hours, those of an office count."""

    first: int = 0
    following: int = 0
    warning: int = 5
    escalate: str = ""
    office_hours: bool = False


FIRST_DEADLINES = Deadlines(first=30, following=30, office_hours=True)
"""Deadlines of an account that is new to the hub."""


@value
class AccountRules:
    """Rules of one account. Without grants everyone may read and send; with grants only those named may, and
    `everyone_reads` lets the others read.

    `everyone_sends`: lets operators named by no grant send; None: only while there are no grants. `responsible`: the
    operator or role set on each new dialog, written like a grant's subject. `retired`: reasons removed from the list;
    no longer offered, still counted in reports. `leads`: new dialogs count as leads. `paused`: no new dialogs are
    accepted, where the channel can say so.
    """

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
