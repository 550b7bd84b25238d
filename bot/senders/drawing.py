"""Cards and posts, drawn from committed data when they are sent, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.automation.deadlines import answer_by
from bot.dialogs import undo
from bot.dialogs.channel_fit import can_link, closes_at
from bot.domain import (
    Author,
    Contact,
    ContactId,
    Content,
    Delivery,
    Dialog,
    Key,
    Line,
    Message,
    OperatorId,
)
from bot.domain.lifecycle import UNDO_FOR, Refusal
from bot.domain.text import Span, Style, Text, line, link, shorten
from bot.domain.traces import Trace
from bot.hub.context import Hub, OperatorAccess
from bot.hub.names import addressee_name, operator_name, operator_names, writer_name
from bot.hub.offers import CardView
from bot.hub.tokens import Ticket
from bot.ports import RejectReason
from bot.ports.storage import Identity, Outline, Unit
from bot.senders import batch, card_buttons
from bot.views import cards, isolation, plain, problems
from bot.views.lines import UNSHOWN, called, line_text, mentioned, word_line
from bot.views.values import Button, Card, Post, PostAuthor, PostKind, Quoted
from bot.views.words import summary

QUOTED = 120
"""Characters of an earlier message that a quote shows."""


async def card(hub: Hub, unit: Unit, dialog: Dialog, viewer: OperatorAccess | None = None) -> Card:
    """Draws the card of the dialog's thread, or with `viewer` as that operator sees it in the web desk. A dialog of
    another desk has no buttons there: they belong to that desk."""
    contact = await unit.contacts.get(dialog.contact)
    account, roles = await hub.account_and_roles(unit, dialog.account)
    ids = [*dialog.coexecutors, *([dialog.responsible] if dialog.responsible is not None else [])]
    known, identities = await operator_names(unit, ids), await unit.contacts.identities(dialog.contact)
    names = cards.CardNames(
        responsible=known.get(str(dialog.responsible), ""),
        coexecutors=tuple(sorted(known.get(str(one), "?") for one in dialog.coexecutors)),
        addressee=await addressee_name(unit, dialog.addressee),
        username=_username(identities, dialog),
        dialogs=max((one.dialogs for one in identities), default=dialog.ordinal),
        passed_by=await operator_name(unit, dialog.passed_by),
        source=await _source(hub, unit, dialog),
    )
    here = viewer is None or viewer.operator.desk == dialog.desk
    outline = await unit.messages.outline(dialog)
    deals = await card_buttons.deals(unit, dialog, outline)
    seen = CardView(dialog, account.rules, roles, hub.tr.gettext, deals)
    there = card_buttons.stock(hub, dialog, outline, identities)
    buttons, menu = card_buttons.offered(hub, seen, there, viewer) if here else ((), ())
    until = closes_at(hub.bridges.get(dialog.account), dialog)
    window = cards.window(until, hub.clock.now(), hub.tr, hub.when) if until is not None and dialog.open else ""
    deadline = cards.deadline(answer_by(account.rules, dialog), hub.clock.now(), hub.tr, hub.when)
    interest = await unit.interests.get(dialog.interest) if dialog.interest is not None else None
    ends = _ends(outline) if viewer is None else ()  # the web desk's page shows all of them
    drawn = cards.card(
        dialog, contact, account, names, buttons, menu, hub.tr, hub.when, window, deadline, interest, ends
    )
    drawn = isolation.card(drawn)
    return drawn if viewer is not None else replace(drawn, trace=_trace(hub, dialog, contact))


def _trace(hub: Hub, dialog: Dialog, contact: Contact) -> Trace:
    """Returns what brings the dialog back should the database be restored from an earlier backup. A dialog for review
    belongs to another one, and is not brought back."""
    there = dialog.open and dialog.source is None
    return Trace(dialog.id, dialog.account, dialog.chat, contact.name, hub.past.reached.messages, there)


def _ends(outline: Outline) -> tuple[Message, ...]:
    """Returns the customer's first and last message: one, if that is the same."""
    ends = [one for one in (outline.first, outline.last) if one is not None]
    return tuple({one.id: one for one in ends}.values())


async def _source(hub: Hub, unit: Unit, dialog: Dialog) -> Text:
    """Links to the dialog that a review dialog's messages come from."""
    source = await unit.dialogs.get(dialog.source) if dialog.source is not None else None
    return line(link(cards.heading(source), hub.desks.link(source.ref))) if source is not None else Text()


def _username(identities: Sequence[Identity], dialog: Dialog) -> str:
    for identity in identities:
        if (identity.account, identity.chat) == (dialog.account, dialog.chat) and identity.username:
            return f"@{identity.username.lstrip('@')}"
    return ""


async def post(
    hub: Hub, unit: Unit, dialog: Dialog, messages: Sequence[Message], contact: Contact | None = None
) -> Post:
    """Draws one post with these messages, all of one author. Whoever sends it adds the keys. `contact`: the dialog's,
    if already known."""
    first = messages[0]
    if first.line is not None:
        words = Content(await _line_text(hub, unit, first.line))
        buttons = await offered_by(hub, unit, dialog, first)
        return isolation.post(Post(PostKind.LINE, words, (), buttons=buttons))
    content = shown(hub, first)
    if len(messages) > 1:
        parts = [batch.BatchItem(shown(hub, message), message.at, hub.when(message.at)) for message in messages]
        content = batch.joined(parts, hub.tr)
    quoted = await quoted_by(hub, unit, first)
    if first.author is Author.CUSTOMER:
        contact = contact or await unit.contacts.get(dialog.contact)
        name = (
            contact.name
            or _username(await unit.contacts.identities(dialog.contact), dialog)
            or hub.tr.gettext("Customer")
        )
        return Post(PostKind.CUSTOMER, content, (), PostAuthor(name, contact.picture), quoted)
    return Post(PostKind.OPERATOR, content, (), PostAuthor(await writer_name(unit, first, hub.tr)), quoted)


async def line_of(hub: Hub, unit: Unit, message: Message) -> str:
    """Renders a technical line as text."""
    assert message.line is not None
    return word_line(message.line, await operator_names(unit, mentioned(message.line)), hub.tr)


async def _line_text(hub: Hub, unit: Unit, words: Line) -> Text:
    """Renders a technical line as its thread shows it."""
    calls = {str(one): await unit.operators.get(one) for one in called(words)}
    known = {key: one for key, one in calls.items() if one is not None}
    return line_text(words, await operator_names(unit, mentioned(words)), known, hub.tr)


_OFFERED = {
    "alike": "same",
    "merged": "unmerge",
    "merged_by": "unmerge",
    "deadline_nears": "no_reply",
    "deadline_over": "no_reply",
    "redirected": "undo_redirect",
} | dict.fromkeys(UNSHOWN, "show_again")
"""Buttons offered under a technical line: line code → action."""


async def offered_by(
    hub: Hub, unit: Unit, dialog: Dialog, message: Message, only: OperatorId | None = None
) -> tuple[Button, ...]:
    """Returns the buttons of a technical line; none once it is decided. `only`: the one operator they are for."""
    said = message.line
    assert said is not None
    word = _OFFERED.get(said.code)
    if word == "show_again":
        return await _of_unshown(hub, unit, dialog, said, only)
    if word == "same":
        extra = {"contact": said.values["contact"]}
        open_yet = (await unit.contacts.get(ContactId(int(extra["contact"])))).id != dialog.contact
    elif word == "no_reply":
        extra, open_yet = {}, dialog.waiting_since is not None
    elif word == "unmerge":
        extra = {"merge": said.values["merge"]}
        open_yet = await unit.merges.get(int(extra["merge"])) is not None
    elif word == "undo_redirect":
        return await _undo(hub, unit, dialog, message, only)
    else:
        return ()
    ticket = Ticket(word, dialog.id, only=only, extra=extra)
    return (hub.button(ticket, dialog.desk),) if open_yet and dialog.open else ()


async def _undo(hub: Hub, unit: Unit, dialog: Dialog, message: Message, only: OperatorId | None) -> tuple[Button, ...]:
    """Returns the button that undoes a redirect, while it can be undone."""
    assert message.line is not None
    by = OperatorId(int(message.line.values["by"]))
    if only not in (None, by) or hub.clock.now() >= message.at + UNDO_FOR:
        return ()
    try:
        await undo.check(hub, unit, message, by)
    except Refusal:
        return ()
    return (hub.button(Ticket("undo_redirect", dialog.id, message.id, only), dialog.desk),)


async def _of_unshown(hub: Hub, unit: Unit, dialog: Dialog, said: Line, only: OperatorId | None) -> tuple[Button, ...]:
    """Returns the buttons of a line about what the desk refused. A card is nothing to read."""
    if await unit.dead.get(Key(said.values["parcel"])) is None:
        return ()
    words = ("show_again",) if said.code == "unshown_card" else ("read_unshown", "show_again")
    extra = {"parcel": said.values["parcel"]}
    return tuple(hub.button(Ticket(word, dialog.id, only=only, extra=extra), dialog.desk) for word in words)


def shown(hub: Hub, message: Message) -> Content:
    """Returns a message's content as threads show it, with signs that it came late, was edited or deleted."""
    signs = []
    if message.late:
        signs.append(hub.tr.gettext("🕓 written {when}").format(when=hub.when(message.at)))
    if message.edited_at is not None:
        signs.append(hub.tr.gettext("✏️ edited"))
    if message.deleted_at is not None:
        theirs = message.author is Author.CUSTOMER
        signs.append(hub.tr.gettext("🗑 deleted by the customer") if theirs else hub.tr.gettext("🗑 deleted"))
    if not signs:
        return message.content
    sign = Span(("\n" if message.content.text else "") + " · ".join(signs), Style.ITALIC)
    return replace(message.content, text=message.content.text + line(sign))


async def quoted_by(hub: Hub, unit: Unit, message: Message) -> Quoted | None:
    """Returns the quote of the message that this one replies to, with a link when the hub has it."""
    if message.reply_to is not None:
        answered = await unit.messages.get(message.reply_to)
        if answered is not None:
            dialog, at = await unit.dialogs.get(answered.dialog), await unit.messages.post(answered.id)
            where = hub.desks.link(dialog.ref if dialog else None, at)
            author = await writer_name(unit, answered, hub.tr)
            return isolation.quoted(Quoted(shorten(summary(answered.content, hub.tr), QUOTED), author, where))
    quote = message.content.quote
    if quote is None or not quote.words:
        return None
    return isolation.quoted(Quoted(shorten(quote.words, QUOTED), quote.author))


def plainly(hub: Hub, post: Post) -> Post:
    """Reduces a post to what no desk refuses: plain text, with names and addresses in place of files."""
    return replace(post, content=plain.content(post.content, hub.tr, hub.files.link))


async def problem(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> Post | None:
    """Draws the post about a failed reply; None when nothing is wrong any more."""
    if message.delivery not in (Delivery.FAILED, Delivery.UNCONFIRMED):
        return None
    words = shorten(summary(message.content, hub.tr), QUOTED)
    problem_text = problems.problem(message, words, hub.tr)
    by = await writer_name(unit, message, hub.tr)
    text = line(f"{by}: " if by else "", problem_text)
    return isolation.post(Post(PostKind.PROBLEM, Content(text), (), buttons=remedies(hub, dialog, message)))


def remedies(hub: Hub, dialog: Dialog, message: Message, only: OperatorId | None = None) -> tuple[Button, ...]:
    """Returns the buttons for a reply that failed or is in doubt. `only`: the one operator they are for."""

    def button(word: str) -> Button:
        return hub.button(Ticket(word, dialog.id, message.id, only), dialog.desk)

    if message.delivery is Delivery.UNCONFIRMED and message.failure == problems.RESTORED:
        send, sent = hub.tr.gettext("Send"), hub.tr.gettext("It was sent")
        return replace(button("retry"), label=send), replace(button("arrived"), label=sent)
    if message.delivery is Delivery.UNCONFIRMED:
        return button("retry"), button("arrived")
    if message.delivery is not Delivery.FAILED:
        return ()
    if message.failure == RejectReason.TRIES:
        return (button("retry"),)
    if message.failure in problems.RETRY_HELPS:
        return (replace(button("retry"), label=hub.tr.gettext("Retry")),)
    if message.failure == RejectReason.WINDOW_CLOSED and hub.offered("template", dialog):
        return (hub.button(Ticket("template", dialog.id, only=only), dialog.desk),)
    if message.failure in problems.LINK_HELPS and can_link(hub):
        return (button("as_links"),)
    return ()
