"""Operators' posts in threads: replies, notes, and messages held until their author decides."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.dispatch import perform
from bot.actions.request import Request
from bot.dialogs.apply import write_line
from bot.dialogs.held import ask, withdraw
from bot.dialogs.held_choices import HELD
from bot.dialogs.mentions import asked_about, tell_named, verdict
from bot.dialogs.send import answer, check_may_send, quoting
from bot.domain import (
    TO_CUSTOMERS,
    Author,
    Belonging,
    Content,
    Delivery,
    DeskNames,
    Dialog,
    Line,
    Message,
    Operator,
    OperatorPosted,
    Place,
    PostRef,
    ThreadRef,
)
from bot.domain.lifecycle import Refusal
from bot.domain.mentions import Directory, TextKind, Verdict, judge, without_sign
from bot.hub import parcels
from bot.hub.context import Hub, OperatorAccess
from bot.hub.names import operator_names
from bot.locale import N_
from bot.ports.storage import NewMessage, Unit
from bot.views.answers import whisper
from bot.views.lines import word_refusal
from bot.views.values import Answer, Silent

NEVER_SENT = frozenset({Delivery.HELD, Delivery.INTERNAL, Delivery.FAILED})
NOT_TOLD = N_("Not notified (no access to this account's dialogs): {names}")
EDITED_EARLY = N_(
    "You edited this before it reached the hub, so it stays an internal note. To reply, send a new message."
)


async def posted(hub: Hub, unit: Unit, operator: Operator, event: OperatorPosted) -> Answer:
    """Handles a post in a thread. Ignores posts in threads that belong to no dialog."""
    found = judge(event.content, event.names, Directory())
    if found.kind is TextKind.COMMAND:
        return await perform(hub, unit, Request.said(operator, event.place, found.command))
    dialog = await dialog_at(unit, event.place)
    if dialog is None or event.place.post is None:
        return Silent()
    access = await hub.access(unit, operator, dialog.account)
    if operator.belongs is Belonging.FOREIGN:
        await _say_that_it_is_shared(hub, unit, dialog, operator)
    if operator.id in dialog.coexecutors:
        await unit.dialogs.seen(dialog.id, operator.id)
    found = await verdict(hub, unit, event.content, event.names, alone=found)
    if found.kind is TextKind.NOTE or dialog.source is not None:  # a review dialog has no way to the customer
        return await _keep(hub, unit, dialog, operator, event, found)
    if await unit.cursors.get(edited_early(event.place)) is not None:
        await _keep(hub, unit, dialog, operator, event, found)
        return whisper(hub.tr.gettext(EDITED_EARLY))
    message = await save_post(hub, unit, dialog, operator, event, Delivery.PENDING)
    return await send(hub, unit, dialog, access, message, found)


async def send(hub: Hub, unit: Unit, dialog: Dialog, by: OperatorAccess, message: Message, found: Verdict) -> Answer:
    """Enqueues a saved reply, or asks its author first."""
    try:
        check_may_send(by)
        asked = await asked_about(hub, unit, by.operator.id, message.content, found) if dialog.open else None
        if asked is not None:
            raise asked
        await answer(hub, unit, dialog, by, message)
    except Refusal as refusal:
        return await refused(hub, unit, dialog, by, message, refusal)
    return Silent()


async def _say_that_it_is_shared(hub: Hub, unit: Unit, dialog: Dialog, reader: Operator) -> None:
    """Adds, once per thread, a line saying that another company reads it too."""
    assert dialog.thread is not None
    if await unit.cursors.note(f"shared:{dialog.desk}:{dialog.thread}", hub.clock.now().isoformat()):
        await write_line(hub, unit, dialog, Line("shared", {"by": str(reader.id)}))


def as_note(content: Content) -> Content:
    """Removes the sign that marks a note."""
    return replace(content, text=without_sign(content.text))


async def dialog_at(unit: Unit, place: Place) -> Dialog | None:
    if place.thread is None:
        return None
    return await unit.dialogs.lock_by_thread(ThreadRef(place.desk, place.channel, place.thread))


def edited_early(place: Place) -> str:
    return f"edited_early:{place.desk}:{place.channel}:{place.post}"


async def save_post(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    operator: Operator,
    event: OperatorPosted,
    delivery: Delivery,
    content: Content | None = None,
) -> Message:
    """Saves a post as a message. `content`: in the place of the post's own."""
    author = Author.NOTE if delivery is Delivery.INTERNAL else Author.OPERATOR
    quoted = await _quoted(unit, dialog, event)
    said = event.content if content is None else content
    if quoted is not None and said.quote is None and _is_known_to_customer(quoted):
        said = quoting(hub, said, quoted)
    message = await unit.messages.add(
        NewMessage(
            dialog.id,
            author,
            event.at,
            said,
            operator.id,
            delivery,
            reply_to=quoted.id if quoted else None,
        )
    )
    assert event.place.post is not None
    post = PostRef(event.place.desk, event.place.channel, event.place.post)
    await unit.messages.link_post([message.id], post)
    return message


async def _quoted(unit: Unit, dialog: Dialog, event: OperatorPosted) -> Message | None:
    """Finds the message that the post replies to, if it belongs to the same chat: a thread may hold several dialogs."""
    if event.quoted is None:
        return None
    found = await unit.messages.by_post(PostRef(event.place.desk, event.place.channel, event.quoted))
    said_in = await unit.dialogs.get(found[-1].dialog) if found else None
    here = said_in is not None and (said_in.account, said_in.chat) == (dialog.account, dialog.chat)
    return found[-1] if here and said_in is not None and said_in.source is None else None


def _is_known_to_customer(message: Message) -> bool:
    """Tells whether a reply may quote the message to the customer. Not so for notes and technical lines, for replies
    held or failed (never sent), and for deleted messages."""
    ours = message.author in TO_CUSTOMERS and message.delivery not in NEVER_SENT
    return message.deleted_at is None and (message.author is Author.CUSTOMER or ours)


async def _keep(
    hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, event: OperatorPosted, found: Verdict
) -> Answer:
    """Saves a note: it is marked 🔒, goes to no customer, and the people mentioned in it are notified."""
    message = await save_post(hub, unit, dialog, operator, event, Delivery.INTERNAL, as_note(event.content))
    await parcels.mark(unit, dialog, message.id, hub.clock.now())
    return await tell(hub, unit, dialog, operator, message, found.named, event.names)


async def tell(
    hub: Hub, unit: Unit, dialog: Dialog, by: Operator, note: Message, named: frozenset[str], names: DeskNames
) -> Answer:
    refused = await tell_named(hub, unit, dialog, by, (note.id, note.content), named, names)
    return whisper(hub.tr.gettext(NOT_TOLD).format(names=", ".join(refused))) if refused else Silent()


async def refused(
    hub: Hub, unit: Unit, dialog: Dialog, access: OperatorAccess, message: Message, refusal: Refusal
) -> Answer:
    """Keeps a reply that cannot be sent as an internal note, or holds it and asks its author when there is a choice."""
    now = hub.clock.now()
    if refusal.code in HELD:
        await ask(hub, unit, dialog, access.operator, message, refusal)
        return Silent()
    names = await operator_names(unit, [one for one in refusal.values.values() if one.isdigit()])
    words = word_refusal(refusal.code, refusal.values, names, hub.tr)
    note = replace(message, author=Author.NOTE, delivery=Delivery.INTERNAL)
    await unit.messages.save(note)
    await withdraw(hub, unit, dialog, note)
    await parcels.mark(unit, dialog, message.id, now)
    view = whisper(f"{words} {hub.tr.gettext('Not sent.')}").view
    await parcels.whisper(unit, dialog, access.operator.user, view, now)
    return Silent()
