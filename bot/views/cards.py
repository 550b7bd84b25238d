"""The dialog's card: the first post of its thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain import Account, Contact, Dialog, Interest, Message, Status
from bot.domain.account_rules import ContactKind
from bot.domain.text import Text, bold, line, link, shorten
from bot.domain.value import value
from bot.locale import N_, Translator
from bot.views.values import Button, Card, Fact, Said, Tone
from bot.views.words import summary

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
NAME = 40
"""Characters of a name on a card."""
QUOTED = 80
"""Characters of a customer's message that a card quotes."""
MOST_NAMED = 2
"""Names of co-executors on a card; further ones are counted."""
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

    def customer(self, contact: Contact, tr: Translator) -> str:
        """Returns what the customer is called."""
        return shorten(contact.name or self.username or tr.gettext("Customer"), NAME)


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
    ends: tuple[Message, ...] = (),
) -> Card:
    """Builds the card. `window`: how long the channel still accepts free text; `deadline`: the reply deadline; both in
    words. `interest`: the one linked to the dialog; `ends`: the customer's messages to quote."""
    status = tr.gettext(STATUSES[dialog.status])
    standing = f"{status} · {tr.gettext(BOT_ANSWERS)}" if dialog.bot else status
    customer, title = names.customer(contact, tr), shorten(account.title, NAME)
    said = _said(ends, tr)
    told = (f"{customer}: {said[0].words}", title) if said else (heading(dialog), customer, title, standing)
    return Card(
        dialog=dialog.id,
        heading=f"{sign(dialog)} {heading(dialog)} · {customer}",
        summary=" · ".join(told),
        facts=_facts(dialog, contact, account, names, standing, tr, when, window, deadline, interest),
        status=status,
        tone=Tone.PLAIN if dialog.bot else TONES.get(dialog.status, Tone.PLAIN),
        buttons=buttons,
        menu=menu,
        picture=contact.picture,
        open=dialog.open,
        said=said,
    )


def _said(ends: Sequence[Message], tr: Translator) -> tuple[Said, ...]:
    """Returns the messages to quote, without what the one before says already: the last picture of an album."""
    said: list[Said] = []
    for one in ends:
        words = shorten(summary(one.content, tr), QUOTED)
        if words and not (said and said[-1].words.endswith(words)):
            said.append(Said(one.id, words))
    return tuple(said)


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
    person = (names.username if contact.name else "", contact.phone, contact.email, tr.gettext(KINDS[contact.kind]))
    waiting = when(dialog.waiting_since) if dialog.waiting_since else ""
    rows = (
        (N_("Status"), line(bold(status))),
        (N_("Account"), Text.plain(_account(dialog, account, tr))),
        (N_("Forwarded by"), Text.plain(shorten(names.passed_by, NAME))),
        (N_("Original dialog"), names.source),
        (N_("Owner"), Text.plain(shorten(names.responsible, NAME))),
        (N_("Waiting for"), Text.plain("" if dialog.bot else shorten(names.addressee, NAME))),
        (N_("Waiting since"), Text.plain(waiting)),
        (N_("Reply by"), deadline),
        (N_("Free-form replies"), Text.plain(window)),
        (N_("Blocked"), Text.plain(_blocked(dialog, tr))),
        (N_("Closing reason"), Text.plain(", ".join(word for word in (dialog.reason, dialog.comment) if word))),
    )
    folded = (
        (N_("Contact"), Text.plain(", ".join(word for word in person if word))),
        (N_("Deal"), named(interest) if interest is not None else Text()),
        (N_("Co-executors"), Text.plain(several(names.coexecutors))),
        (N_("Dialogs with this contact"), Text.plain(_ordinal(dialog, names.dialogs, tr))),
    )
    shown = [Fact(tr.gettext(label), value) for label, value in rows if value]
    return (*shown, *(Fact(tr.gettext(label), value, folded=True) for label, value in folded if value))


def several(names: Sequence[str]) -> str:
    """Names in one line: of many, the first ones and the number of the others."""
    more = len(names) - MOST_NAMED
    named = names if more < 2 else names[:MOST_NAMED]
    return ", ".join(shorten(name, NAME) for name in named) + (f" +{more}" if more > 1 else "")


def _blocked(dialog: Dialog, tr: Translator) -> str:
    blocks = [N_("by the customer")] if dialog.blocked else []
    return ", ".join(map(tr.gettext, [*blocks, *([N_("by us: they cannot write")] if dialog.barred else [])]))


def named(interest: Interest) -> Text:
    """Title and stage, linked to the Interest's page in an external CRM."""
    return line(link(interest.title, interest.url), f" · {interest.stage}" if interest.stage else "")


def _account(dialog: Dialog, account: Account, tr: Translator) -> str:
    title = shorten(account.title, NAME)
    return title if dialog.lead else tr.gettext("{account} (not a lead source)").format(account=title)


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
    return line(bold(tr.gettext("{at} · overdue").format(at=when(until))))


def _ordinal(dialog: Dialog, total: int, tr: Translator) -> str:
    if total < 2 or dialog.source is not None:
        return ""
    return tr.gettext("{ordinal} of {total}").format(ordinal=dialog.ordinal, total=total)
