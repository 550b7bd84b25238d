"""The dialog's card: the first post of its thread."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from bot.domain import Account, Contact, Dialog, Interest, Status
from bot.domain.account_rules import ContactKind
from bot.domain.text import Text, bold, line, link
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.views.values import Button, Card, Fact, Tone

When = Callable[[datetime], str]
"""Formats a moment in the reader's language and time zone."""

STATUSES: dict[Status, str] = {
    Status.NEW: N_("New"),
    Status.IN_PROGRESS: N_("In progress|status"),
    Status.RETURNED: N_("Returned to queue"),
    Status.FOR_REVIEW: N_("For review"),
    Status.CLOSED: N_("Closed"),
}
SIGNS: dict[Status, str] = {
    Status.NEW: "🆕",
    Status.IN_PROGRESS: "💬",
    Status.RETURNED: "↪️",
    Status.FOR_REVIEW: "👁",
    Status.CLOSED: "🏁",
}
BOT_ANSWERS = N_("🤖 the bot is replying")
TONES: dict[Status, Tone] = {Status.NEW: Tone.PRIMARY, Status.RETURNED: Tone.PRIMARY}


@value
class CardNames:
    """Names shown on the card. `dialogs`: the number of dialogs the contact has had."""

    responsible: str = ""
    coexecutors: tuple[str, ...] = ()
    addressee: str = ""
    username: str = ""
    dialogs: int = 0
    passed_by: str = ""
    source: Text = Text()


KINDS: dict[ContactKind, str] = {
    ContactKind.POTENTIAL: N_("prospect"),
    ContactKind.CLIENT: N_("customer"),
}


def sign(dialog: Dialog) -> str:
    """Sign of the status; a dialog for review keeps its sign once it is closed."""
    return SIGNS[Status.FOR_REVIEW if dialog.source is not None else dialog.status]


def heading(dialog: Dialog) -> str:
    return f"#{dialog.id} · {dialog.title}" if dialog.title else f"#{dialog.id}"


def card(
    dialog: Dialog,
    contact: Contact,
    account: Account,
    names: CardNames,
    buttons: tuple[Button, ...],
    menu: tuple[Button, ...],
    tr: Translator,
    when: When,
    window: str = "",
    deadline: Text = Text(),  # noqa: B008 - a frozen value
    interest: Interest | None = None,
) -> Card:
    """Builds the card. `window`: how long the channel still accepts free text; `deadline`: the reply deadline; both in
    words. `interest`: the one linked to the dialog."""
    status = tr.gettext(STATUSES[dialog.status])
    standing = f"{status} · {tr.gettext(BOT_ANSWERS)}" if dialog.bot else status
    customer = contact.name or names.username or tr.gettext("Customer")
    return Card(
        dialog=dialog.id,
        heading=f"{sign(dialog)} {heading(dialog)} · {customer}",
        summary=f"{heading(dialog)} · {customer} · {account.title} · {standing}",
        facts=_facts(dialog, contact, account, names, standing, tr, when, window, deadline, interest),
        status=status,
        tone=Tone.PLAIN if dialog.bot else TONES.get(dialog.status, Tone.PLAIN),
        buttons=buttons,
        menu=menu,
        picture=contact.picture,
        open=dialog.open,
    )


def _facts(
    dialog: Dialog,
    contact: Contact,
    account: Account,
    names: CardNames,
    status: str,
    tr: Translator,
    when: When,
    window: str,
    deadline: Text,
    interest: Interest | None,
) -> tuple[Fact, ...]:
    person = (contact.name, names.username, contact.phone, contact.email, tr.gettext(KINDS[contact.kind]))
    waiting = when(dialog.waiting_since) if dialog.waiting_since else ""
    rows = (
        (N_("Customer"), Text.plain(", ".join(word for word in person if word))),
        (N_("Deal"), named(interest) if interest is not None else Text()),
        (N_("Account"), Text.plain(account.title if dialog.lead else _not_a_lead(account, tr))),
        (N_("Status"), line(bold(status))),
        (N_("Forwarded by"), Text.plain(names.passed_by)),
        (N_("Original dialog"), names.source),
        (N_("Waiting for"), Text.plain("" if dialog.bot else names.addressee)),
        (N_("Owner"), Text.plain(names.responsible)),
        (N_("Co-executors"), Text.plain(", ".join(names.coexecutors))),
        (N_("Waiting since"), Text.plain(waiting)),
        (N_("Reply by"), deadline),
        (N_("Free-form replies"), Text.plain(window)),
        (N_("Dialogs with this contact"), Text.plain(_ordinal(dialog, names.dialogs, tr))),
        (N_("Blocked"), Text.plain(_blocked(dialog, tr))),
        (N_("Closing reason"), Text.plain(", ".join(word for word in (dialog.reason, dialog.comment) if word))),
    )
    return tuple(Fact(tr.gettext(label), value) for label, value in rows if value)


def _blocked(dialog: Dialog, tr: Translator) -> str:
    blocks = [N_("by the customer")] if dialog.blocked else []
    return ", ".join(map(tr.gettext, [*blocks, *([N_("by us: they cannot write")] if dialog.barred else [])]))


def named(interest: Interest) -> Text:
    """Title and stage, linked to the Interest's page in an external CRM."""
    return line(link(interest.title, interest.url), f" · {interest.stage}" if interest.stage else "")


def _not_a_lead(account: Account, tr: Translator) -> str:
    return tr.gettext("{account} (not a lead source)").format(account=account.title)


def window(until: datetime, now: datetime, tr: Translator, when: When) -> str:
    """Time left for free text, rounded up to hours: the card is redrawn as they pass."""
    if until <= now:
        return tr.gettext("closed: the customer wrote too long ago; templates only")
    hours = math.ceil((until - now).total_seconds() / 3600)
    left = tr.ngettext("until {at} (under {n} hour left)", "until {at} (under {n} hours left)", hours)
    return left.format(at=when(until), n=hours)


def deadline(until: datetime | None, now: datetime, tr: Translator, when: When) -> Text:
    """Reply deadline in words; bold once it has passed."""
    if until is None:
        return Text()
    if until > now:
        return Text.plain(when(until))
    return line(bold(tr.gettext("{at}: overdue").format(at=when(until))))


def _ordinal(dialog: Dialog, total: int, tr: Translator) -> str:
    if total < 2 or dialog.source is not None:
        return ""
    return tr.gettext("{ordinal} of {total}").format(ordinal=dialog.ordinal, total=total)
