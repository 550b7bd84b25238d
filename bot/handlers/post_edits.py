"""Edits of operators' posts: effects on replies, notes and held messages."""

from __future__ import annotations

from dataclasses import replace

from bot.actions.dispatch import perform
from bot.actions.request import Request
from bot.dialogs import channel_fit, held, last_words, post_changes
from bot.dialogs.mentions import asked_about, question, verdict
from bot.dialogs.send import parts_of
from bot.domain import (
    TO_CUSTOMERS,
    Author,
    Content,
    Delivery,
    Dialog,
    FileRef,
    Media,
    Message,
    Operator,
    OperatorEdited,
)
from bot.domain.lifecycle import Refusal
from bot.domain.mentions import TextKind, Verdict
from bot.domain.value import value
from bot.handlers.operator_posts import as_note, dialog_at, edited_early, refused, send, tell
from bot.handlers.post_deletions import message_at
from bot.hub import parcels
from bot.hub.context import Hub, OperatorAccess
from bot.locale import N_
from bot.ports import Editing
from bot.ports.storage import Unit
from bot.views.answers import whisper
from bot.views.lines import word_refusal
from bot.views.values import Answer, Silent

UNSENT = frozenset({Delivery.PENDING, Delivery.FAILED, Delivery.UNCONFIRMED})
"""Delivery states in which the whole message can still change: it has not been sent, or may have to be sent again."""
NOT_SENT = frozenset({Delivery.PENDING, Delivery.HELD, Delivery.FAILED})
"""Delivery states in which possibly nothing has been sent yet."""
SENT_ALREADY = {
    TextKind.NOTE: N_(
        "This was or may have been sent as a reply and cannot become an internal note. The customer still sees "
        "the original. Delete it to recall it."
    ),
    TextKind.COMMAND: N_(
        "This was or may have been sent as a reply and cannot become a command. The customer still sees the "
        "original. Send the command as a new message."
    ),
    TextKind.QUESTION: N_(
        "The edit was not sent: the customer still sees the original. Edit again without this name, or send a "
        "new message."
    ),
}
STAYS_NOTE = N_("This stays an internal note: the customer does not see it. To reply, send a new message.")
NOT_TAKEN = N_(
    "This is a command, or has not reached the hub yet: the customer does not see it. To reply, send a new message."
)
EMPTIED = N_("The message is empty now, but the customer still has the original. Delete it to recall it.")
NOTHING = Refusal("says_nothing")
FILES_STAY = N_("Only the text can be edited: the customer keeps the files already sent.")
IN_PARTS = N_("The text was sent as several messages, which cannot be edited.")


async def edited(hub: Hub, unit: Unit, operator: Operator, event: OperatorEdited) -> Answer:
    """Handles an edit. A reply not sent yet takes the new text. A sent one is edited for the customer if the channel
    can edit and the text is still a reply; otherwise its author is told. A note stays a note."""
    message, dialog = await message_at(unit, event.place)
    if message is None or dialog is None:
        return await _unknown_edited(hub, unit, operator, event)
    if message.author not in (Author.OPERATOR, Author.NOTE) or message.deleted_at is not None:
        return Silent()
    if await post_changes.is_outdated(unit, event):
        return Silent()
    if event.missed and _is_same(event.content, message.content):
        return Silent()  # the post was read after the edit
    edit = _Edit(
        dialog,
        await hub.access(unit, operator, dialog.account),
        message,
        replace(message, content=as_note(event.content), edited_at=hub.clock.now()),
        await verdict(hub, unit, event.content, event.names),
        event,
    )
    if message.author is Author.NOTE or message.delivery is Delivery.INTERNAL:
        return await _note_edited(hub, unit, edit)
    still_answers = edit.found.kind in (TextKind.ANSWER, TextKind.QUESTION)
    if message.delivery is Delivery.HELD and still_answers and not dialog.open:
        await unit.messages.save(edit.after)
        return whisper(word_refusal("closed", {}, {}, hub.tr))
    asked = await asked_about(hub, unit, operator.id, event.content, edit.found)
    if edit.found.kind in SENT_ALREADY and (asked is not None or edit.found.kind is not TextKind.QUESTION):
        return await _no_answer_now(hub, unit, edit, asked)
    if message.delivery is Delivery.HELD:
        return await _held_edited(hub, unit, edit)
    return await _answer_edited(hub, unit, edit)


def _is_same(posted: Content, kept: Content) -> bool:
    shown = as_note(posted)
    return (shown.text, shown.attachments) in ((kept.text, kept.attachments), (as_note(kept).text, kept.attachments))


@value
class _Edit:
    """An edit of one message, `before` and `after`. `found`: the kind of the new text."""

    dialog: Dialog
    by: OperatorAccess
    before: Message
    after: Message
    found: Verdict
    event: OperatorEdited


async def _unknown_edited(hub: Hub, unit: Unit, operator: Operator, event: OperatorEdited) -> Answer:
    """Handles an edit of an unknown post. It was a command, or its event is still to come: a team chat repeats events
    that the hub could not take in, and then with outdated text."""
    dialog = await dialog_at(unit, event.place)
    if dialog is None or dialog.source is not None:
        return Silent()
    await unit.cursors.note(edited_early(event.place), hub.clock.now().isoformat())
    found = await verdict(hub, unit, event.content, event.names)
    if found.kind in (TextKind.COMMAND, TextKind.NOTE) or not event.content:
        return Silent()
    sends = (await hub.access(unit, operator, dialog.account)).rights.send
    return whisper(hub.tr.gettext(NOT_TAKEN)) if sends else Silent()


async def _note_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    await unit.messages.save(edit.after)
    named = edit.found.named - (await verdict(hub, unit, edit.before.content, edit.event.names)).named
    answer = await tell(hub, unit, edit.dialog, edit.by.operator, edit.after, named, edit.event.names)
    if edit.found.kind is TextKind.NOTE or edit.dialog.source is not None:
        return answer
    return whisper(hub.tr.gettext(STAYS_NOTE))


async def _no_answer_now(hub: Hub, unit: Unit, edit: _Edit, asked: Refusal | None) -> Answer:
    """Handles a reply whose new text is no reply, or needs a question first."""
    if await _may_have_left(hub, unit, edit.dialog, edit.before):
        words = [hub.tr.gettext(SENT_ALREADY[edit.found.kind])]
        words[:0] = [word_refusal(asked.code, asked.values, {}, hub.tr)] if asked is not None else []
        return whisper(" ".join(words))
    await unit.messages.set_parts(edit.after.id, 0)
    message = replace(edit.after, failure="", detail="")
    if asked is not None:
        await parcels.mark(unit, edit.dialog, message.id, hub.clock.now())
        return await refused(hub, unit, edit.dialog, edit.by, message, asked)
    note = replace(message, author=Author.NOTE, delivery=Delivery.INTERNAL)
    await unit.messages.save(note)
    await held.withdraw(hub, unit, edit.dialog, note)
    await parcels.mark(unit, edit.dialog, note.id, hub.clock.now())
    await _waits_again(hub, unit, edit.dialog)
    if edit.found.kind is TextKind.COMMAND:
        return await perform(hub, unit, Request.said(edit.by.operator, edit.event.place, edit.found.command))
    return await tell(hub, unit, edit.dialog, edit.by.operator, note, edit.found.named, edit.event.names)


async def _held_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    """Sends a held message if its former text was held for an unknown mention and the new text has none. A message held
    for another reason still waits for its author."""
    await unit.messages.save(edit.after)
    if await question(hub, unit, edit.by.operator.id, edit.before.content) is None:
        await held.redraw(hub, unit, edit.dialog, edit.after)
        return Silent()
    answer = await send(hub, unit, edit.dialog, edit.by, edit.after, edit.found)
    now = await unit.messages.get(edit.after.id)
    if now is not None and now.delivery is not Delivery.HELD:
        await held.withdraw(hub, unit, edit.dialog, now)
    return answer


async def _answer_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    dialog, message, content = edit.dialog, edit.before, channel_fit.without_lost(edit.after.content)
    if not edit.by.rights.send:
        return whisper(word_refusal("no_send", {}, {}, hub.tr))
    if await _half_sent(hub, unit, dialog, message):
        return whisper(hub.tr.gettext(IN_PARTS))
    if not content:
        return await _emptied(hub, unit, edit)
    sent = message.delivery not in UNSENT
    answer = whisper(hub.tr.gettext(FILES_STAY)) if sent and _files(content) != _files(message.content) else Silent()
    if sent and content.text == message.content.text:
        return answer
    if sent:  # places were sent as text and files as links: attachments stay as sent
        content = replace(content, attachments=message.content.attachments, forwarded=message.content.forwarded)
    changed = replace(edit.after, content=content)
    await unit.messages.save(changed)
    await last_words.follow(hub, unit, dialog, message, changed)
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        return Silent()
    parts_now = len(parts_of(hub, bridge, content))
    if not sent:
        await _resize(hub, unit, dialog, message, parts_now)
        return Silent()
    if not isinstance(bridge, Editing):
        return whisper(
            hub.tr.gettext("Messages cannot be edited in this messenger: the customer still sees the original.")
        )
    if parts_now != 1 or len(await unit.messages.foreign(message.id)) != 1:
        return whisper(hub.tr.gettext(IN_PARTS))
    await parcels.edit(unit, dialog, message.id, hub.clock.now())
    return answer


async def _emptied(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    """Withdraws a reply whose text was removed, unless it may have been sent."""
    if await _may_have_left(hub, unit, edit.dialog, edit.before):
        return whisper(hub.tr.gettext(EMPTIED))
    await unit.messages.set_parts(edit.after.id, 0)
    answer = await refused(hub, unit, edit.dialog, edit.by, replace(edit.after, failure="", detail=""), NOTHING)
    await _waits_again(hub, unit, edit.dialog)
    return answer


async def _may_have_left(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> bool:
    """Tells whether the customer may see any part of it, now or in a moment."""
    if message.delivery not in NOT_SENT or await _half_sent(hub, unit, dialog, message):
        return True
    return bool(await unit.messages.foreign(message.id)) or await parcels.perhaps_sent(unit, dialog, message.id)


async def _waits_again(hub: Hub, unit: Unit, dialog: Dialog) -> None:
    """Makes the customer wait again when the withdrawn message was the only reply since they last wrote."""
    since = dialog.heard_at
    if not dialog.open or since is None or dialog.waiting_since is not None:
        return
    for author in TO_CUSTOMERS:
        if any(one.at >= since for one in await unit.messages.written_by(dialog.id, author, 1)):
            return
    waiting = replace(dialog, waiting_since=since)
    await unit.dialogs.save(waiting)
    await parcels.refresh_card(unit, waiting, hub.clock.now())


def _files(content: Content) -> list[FileRef]:
    """Returns the files of a message, including those of forwarded messages."""
    files = [one.file for one in content.attachments if isinstance(one, Media) and not channel_fit.is_lost(one)]
    return files + [file for forwarded in content.forwarded for file in _files(forwarded.content)]


async def _half_sent(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> bool:
    """Tells whether some parts of the reply have been sent and some have not: later parts must match the earlier
    ones."""
    bridge, left = hub.bridges.get(dialog.account), await unit.messages.parts_left(message.id)
    return bridge is not None and 0 < len(left) < len(parts_of(hub, bridge, message.content))


async def _resize(hub: Hub, unit: Unit, dialog: Dialog, message: Message, parts: int) -> None:
    """Adjusts the parts of a reply edited before it was sent: enqueues those that its new text needs in addition."""
    before = len(parts_of(hub, hub.bridges[dialog.account], message.content))
    if parts > before and message.delivery is Delivery.PENDING:
        await parcels.send(unit, dialog, message.id, range(before, parts), hub.clock.now())
    if parts != before:
        await unit.messages.set_parts(message.id, parts)
