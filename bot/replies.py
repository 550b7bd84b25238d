"""What operators write in threads: answers, notes, and words that are held until their author decides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import fitting, parcels, people
from bot.access import NO_PERSON
from bot.actions.held import HELD, hold
from bot.actions.performing import Request, perform
from bot.answers import answer, check_may_send, parts_of
from bot.changes import write_line
from bot.dialog import Refusal
from bot.hub import Hub, Standing
from bot.locale import N_
from bot.mentions import Directory, TextKind, Verdict, judge, without_sign
from bot.model import (
    TO_CUSTOMERS,
    Actor,
    Author,
    Belonging,
    Content,
    Delivery,
    DeskNames,
    Dialog,
    FileRef,
    Line,
    Media,
    Message,
    Operator,
    OperatorDeleted,
    OperatorEdited,
    OperatorPosted,
    Place,
    PostRef,
    Quote,
    ThreadRef,
)
from bot.ports import Deleting, Editing
from bot.store import NewMessage, Unit
from bot.text import shorten
from bot.verdicts import asked_about, question, tell_named, verdict
from bot.views.answers import whisper
from bot.views.lines import word_refusal
from bot.views.values import Answer, Silent
from bot.views.words import summary

NEVER_SENT = frozenset({Delivery.HELD, Delivery.INTERNAL, Delivery.FAILED})
UNSENT = frozenset({Delivery.PENDING, Delivery.FAILED, Delivery.UNCONFIRMED})
"""Of what has not left, or may have to go again, all can change."""
NOT_SENT = frozenset({Delivery.PENDING, Delivery.HELD, Delivery.FAILED})
"""What perhaps none of has left yet."""
QUOTED = 120
"""Characters of a message that an answer to it repeats, where the channel cannot point at it."""
SENT_ALREADY = {
    TextKind.NOTE: N_(
        "This was sent as a reply, or may have been: it cannot become an internal note. The customer still sees what"
        " you wrote first. Delete it to take it back."
    ),
    TextKind.COMMAND: N_(
        "This was sent as a reply, or may have been: it cannot become a command. The customer still sees what you wrote"
        " first. Send the command as a new message."
    ),
    TextKind.QUESTION: N_(
        "The edit was not sent: the customer still sees what you wrote first. Edit it again without this name, or send"
        " a new message."
    ),
}
NOT_TOLD = N_("Not notified, having no right to see this account's dialogs: {names}")
STAYS_NOTE = N_("This is an internal note and stays one: the customer does not see it. To reply, send a new message.")
NOT_TAKEN = N_(
    "This was written as a command, or has not reached the hub yet: the customer does not see it. To reply, send a new"
    " message."
)
EDITED_EARLY = N_(
    "You edited this before it reached the hub, so it stays inside as an internal note. To reply, send a new message."
)
KEPT = N_("You have no right to answer customers of this account: the customer still sees what was written.")
EMPTIED = N_("Nothing is left of this message, but the customer keeps it as it was. Delete it to take it back.")
FILES_STAY = N_("An edit changes words alone: the customer keeps the files that were sent.")
IN_PARTS = N_("The text went out in several messages: they stay as they were.")


async def posted(hub: Hub, unit: Unit, operator: Operator, event: OperatorPosted) -> Answer:
    """A post in a thread. In threads that are no dialog's, people talk of other things."""
    found = judge(event.content, event.names, Directory())
    if found.kind is TextKind.COMMAND:
        return await perform(hub, unit, Request.said(operator, event.place, found.command))
    dialog = await _dialog_at(unit, event.place)
    if dialog is None or event.place.post is None:
        return Silent()
    standing = await hub.standing(unit, operator, dialog.account)
    if operator.belongs is Belonging.STRANGER:
        await _say_that_it_is_shared(hub, unit, dialog, operator)
    if operator.id in dialog.coexecutors:
        await unit.dialogs.seen(dialog.id, operator.id)
    found = await verdict(hub, unit, event.content, event.names)
    if found.kind is TextKind.NOTE or dialog.source is not None:  # nobody can write to the customer in one for review
        return await _keep(hub, unit, dialog, operator, event, found)
    if await unit.cursors.get(_edited_early(event.place)) is not None:
        await _keep(hub, unit, dialog, operator, event, found)
        return whisper(hub.tr.gettext(EDITED_EARLY))
    message = await _save(hub, unit, dialog, operator, event, Delivery.PENDING)
    return await _send(hub, unit, dialog, standing, message, found)


async def _send(hub: Hub, unit: Unit, dialog: Dialog, by: Standing, message: Message, found: Verdict) -> Answer:
    """Puts a saved answer on its way, or asks its author first."""
    try:
        check_may_send(by)
        asked = await asked_about(hub, unit, by.operator.id, message.content, found) if dialog.open else None
        if asked is not None:
            raise asked
        await answer(hub, unit, dialog, by, message)
    except Refusal as refusal:
        return await _refused(hub, unit, dialog, by, message, refusal)
    return Silent()


async def _say_that_it_is_shared(hub: Hub, unit: Unit, dialog: Dialog, stranger: Operator) -> None:
    """Once per thread: another company reads along in it."""
    assert dialog.thread is not None
    if await unit.cursors.note(f"shared:{dialog.desk}:{dialog.thread}", hub.clock.now().isoformat()):
        await write_line(hub, unit, dialog, Line("shared", {"by": str(stranger.id)}))


# -------------------------------------------------------------------------------------------- edits


async def edited(hub: Hub, unit: Unit, operator: Operator, event: OperatorEdited) -> Answer:
    """What has not left yet becomes what its new words are. An edit of what has reaches the customer where the channel
    can edit, and only if it is still an answer; its author is told otherwise. A note stays one."""
    message, dialog = await _message_at(unit, event.place)
    if message is None or dialog is None:
        return await _unknown_edited(hub, unit, operator, event)
    if message.author not in (Author.OPERATOR, Author.NOTE) or message.deleted_at is not None:
        return Silent()
    edit = _Edit(
        dialog,
        await hub.standing(unit, operator, dialog.account),
        message,
        replace(message, content=_without_sign(event.content), edited_at=hub.clock.now()),
        await verdict(hub, unit, event.content, event.names),
        event,
    )
    if message.author is Author.NOTE or message.delivery is Delivery.INTERNAL:
        return await _note_edited(hub, unit, edit)
    asked = await asked_about(hub, unit, operator.id, event.content, edit.found)
    if edit.found.kind in SENT_ALREADY and (asked is not None or edit.found.kind is not TextKind.QUESTION):
        return await _no_answer_now(hub, unit, edit, asked)
    if message.delivery is Delivery.HELD:
        return await _held_edited(hub, unit, edit)
    return await _answer_edited(hub, unit, edit)


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit of one message: as it was, and as it would be. `found`: what its new words are."""

    dialog: Dialog
    by: Standing
    before: Message
    after: Message
    found: Verdict
    event: OperatorEdited


async def _unknown_edited(hub: Hub, unit: Unit, operator: Operator, event: OperatorEdited) -> Answer:
    """A post of which nothing is kept was a command; or it is still to come: a team chat repeats what the hub could
    not take in, and then with words that are not meant any more."""
    dialog = await _dialog_at(unit, event.place)
    if dialog is None or dialog.source is not None:
        return Silent()
    await unit.cursors.note(_edited_early(event.place), hub.clock.now().isoformat())
    found = await verdict(hub, unit, event.content, event.names)
    if found.kind in (TextKind.COMMAND, TextKind.NOTE) or not event.content:
        return Silent()
    sends = (await hub.standing(unit, operator, dialog.account)).rights.send
    return whisper(hub.tr.gettext(NOT_TAKEN)) if sends else Silent()


def _edited_early(place: Place) -> str:
    return f"edited_early:{place.desk}:{place.channel}:{place.post}"


async def _note_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    await unit.messages.save(edit.after)
    named = edit.found.named - (await verdict(hub, unit, edit.before.content, edit.event.names)).named
    told = await _tell(hub, unit, edit.dialog, edit.by.operator, edit.after, named, edit.event.names)
    if edit.found.kind is TextKind.NOTE or edit.dialog.source is not None:
        return told
    return whisper(hub.tr.gettext(STAYS_NOTE))


async def _no_answer_now(hub: Hub, unit: Unit, edit: _Edit, asked: Refusal | None) -> Answer:
    """An answer whose new words are none, or have to be asked about first."""
    if await _may_have_left(hub, unit, edit.dialog, edit.before):
        words = [hub.tr.gettext(SENT_ALREADY[edit.found.kind])]
        words[:0] = [word_refusal(asked.code, asked.values, {}, hub.tr)] if asked is not None else []
        return whisper(" ".join(words))
    await unit.messages.set_parts(edit.after.id, 0)
    message = replace(edit.after, failure="", detail="")
    if asked is not None:
        await parcels.mark(unit, edit.dialog, message.id, hub.clock.now())
        return await _refused(hub, unit, edit.dialog, edit.by, message, asked)
    note = replace(message, author=Author.NOTE, delivery=Delivery.INTERNAL)
    await unit.messages.save(note)
    await parcels.mark(unit, edit.dialog, note.id, hub.clock.now())
    await _waits_again(hub, unit, edit.dialog)
    if edit.found.kind is TextKind.COMMAND:
        return await perform(hub, unit, Request.said(edit.by.operator, edit.event.place, edit.found.command))
    return await _tell(hub, unit, edit.dialog, edit.by.operator, note, edit.found.named, edit.event.names)


async def _held_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    """Words that named nobody, and no longer do, go out. What else they are held for has still to be decided."""
    await unit.messages.save(edit.after)
    if await question(hub, unit, edit.by.operator.id, edit.before.content) is None:
        return Silent()
    return await _send(hub, unit, edit.dialog, edit.by, edit.after, edit.found)


async def _answer_edited(hub: Hub, unit: Unit, edit: _Edit) -> Answer:
    dialog, message, content = edit.dialog, edit.before, fitting.without_lost(edit.after.content)
    if not edit.by.rights.send:
        return whisper(word_refusal("no_send", {}, {}, hub.tr))
    if await _half_sent(hub, unit, dialog, message):
        return whisper(hub.tr.gettext(IN_PARTS))
    if not content:
        return whisper(hub.tr.gettext(EMPTIED))
    sent = message.delivery not in UNSENT
    told = whisper(hub.tr.gettext(FILES_STAY)) if sent and _files(content) != _files(message.content) else Silent()
    if sent and content.text == message.content.text:
        return told
    if sent:  # places went in words, files as links: what was sent stays as it was
        content = replace(content, attachments=message.content.attachments, forwarded=message.content.forwarded)
    await unit.messages.save(replace(edit.after, content=content))
    bridge = hub.bridges.get(dialog.account)
    if bridge is None:
        return Silent()
    parts_now = len(parts_of(hub, bridge, content))
    if not sent:
        await _resize(hub, unit, dialog, message, parts_now)
        return Silent()
    if not isinstance(bridge, Editing):
        return whisper(hub.tr.gettext("This channel cannot edit: the customer still sees what you wrote first."))
    if parts_now != 1 or len(await unit.messages.foreign(message.id)) != 1:
        return whisper(hub.tr.gettext(IN_PARTS))
    await parcels.edit(unit, dialog, message.id, hub.clock.now())
    return told


async def _may_have_left(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> bool:
    """Whether the customer may see any of it, now or in a moment."""
    if message.delivery not in NOT_SENT or await _half_sent(hub, unit, dialog, message):
        return True
    return bool(await unit.messages.foreign(message.id)) or await parcels.perhaps_sent(unit, dialog, message.id)


async def _waits_again(hub: Hub, unit: Unit, dialog: Dialog) -> None:
    """What was counted as the answer is none: the customer waits for one, unless another has been written."""
    since = dialog.heard_at
    if not dialog.open or since is None or dialog.waiting_since is not None:
        return
    for author in TO_CUSTOMERS:
        if any(one.at >= since for one in await unit.messages.written_by(dialog.id, author, 1)):
            return
    waiting = replace(dialog, waiting_since=since)
    await unit.dialogs.save(waiting)
    await parcels.refresh_card(unit, waiting, hub.clock.now())


# ---------------------------------------------------------------------------------------- deletions


async def deleted(hub: Hub, unit: Unit, event: OperatorDeleted) -> Answer:
    """A deletion reaches the customer where the channel can delete. Who deleted is not always told: then whoever wrote
    it is judged."""
    message, dialog = await _message_at(unit, event.place)
    if message is None or dialog is None or message.deleted_at is not None:
        return Silent()
    if message.author not in (Author.OPERATOR, Author.NOTE):
        return Silent()
    await unit.messages.save(replace(message, deleted_at=hub.clock.now()))
    if message.author is Author.NOTE or message.delivery in (Delivery.HELD, Delivery.INTERNAL):
        return Silent()
    if not await _may_delete(hub, unit, dialog, message, event):
        return whisper(hub.tr.gettext(KEPT))
    if not isinstance(hub.bridges.get(dialog.account), Deleting):
        words = hub.tr.gettext("This channel cannot delete: the customer still sees what you wrote.")
        return whisper(words)
    await parcels.delete(unit, dialog, message.id, hub.clock.now())
    return Silent()


async def _may_delete(hub: Hub, unit: Unit, dialog: Dialog, message: Message, event: OperatorDeleted) -> bool:
    actor = event.actor or event.author
    if actor is None:
        author = await unit.operators.get(message.operator) if message.operator is not None else None
        if author is None:
            return False
        actor = Actor(author.user, "")
    if actor.belongs in NO_PERSON:
        return False
    by = await unit.operators.know(event.place.desk, actor)
    return (await hub.standing(unit, by, dialog.account)).rights.send


def _files(content: Content) -> list[FileRef]:
    """The files of a message, those of forwarded ones too."""
    files = [one.file for one in content.attachments if isinstance(one, Media) and not fitting.is_lost(one)]
    return files + [file for forwarded in content.forwarded for file in _files(forwarded.content)]


def _without_sign(content: Content) -> Content:
    return replace(content, text=without_sign(content.text))


async def _dialog_at(unit: Unit, place: Place) -> Dialog | None:
    if place.thread is None:
        return None
    return await unit.dialogs.lock_by_thread(ThreadRef(place.desk, place.channel, place.thread))


async def _message_at(unit: Unit, place: Place) -> tuple[Message | None, Dialog | None]:
    """The message whose own post stands at this place, with its dialog locked."""
    if place.post is None:
        return None, None
    found = await unit.messages.by_post(PostRef(place.desk, place.channel, place.post))
    if not found:
        return None, None
    dialog = await unit.dialogs.lock(found[-1].dialog)
    return await unit.messages.lock(found[-1].id), dialog


async def _save(
    hub: Hub,
    unit: Unit,
    dialog: Dialog,
    operator: Operator,
    event: OperatorPosted,
    delivery: Delivery,
    content: Content | None = None,
) -> Message:
    author = Author.NOTE if delivery is Delivery.INTERNAL else Author.OPERATOR
    quoted = await _quoted(unit, dialog, event)
    said = event.content if content is None else content
    if quoted is not None and said.quote is None and _is_known_to_customer(quoted):
        said = replace(said, quote=Quote(words=shorten(summary(quoted.content, hub.tr), QUOTED)))
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
    """What the post answers to, if it was said in the same chat: a thread may hold several dialogs."""
    if event.quoted is None:
        return None
    found = await unit.messages.by_post(PostRef(event.place.desk, event.place.channel, event.quoted))
    said_in = await unit.dialogs.get(found[-1].dialog) if found else None
    here = said_in is not None and (said_in.account, said_in.chat) == (dialog.account, dialog.chat)
    return found[-1] if here and said_in is not None and said_in.source is None else None


def _is_known_to_customer(message: Message) -> bool:
    """Whether an answer may repeat it to them: notes and technical lines are for colleagues, words that are held or
    failed were never sent, and what was taken back shall not come again."""
    ours = message.author in TO_CUSTOMERS and message.delivery not in NEVER_SENT
    return message.deleted_at is None and (message.author is Author.CUSTOMER or ours)


async def _keep(
    hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, event: OperatorPosted, found: Verdict
) -> Answer:
    """Keeps a note: it is marked 🔒, goes nowhere, and whoever is named in it is told."""
    message = await _save(hub, unit, dialog, operator, event, Delivery.INTERNAL, _without_sign(event.content))
    await parcels.mark(unit, dialog, message.id, hub.clock.now())
    return await _tell(hub, unit, dialog, operator, message, found.named, event.names)


async def _tell(
    hub: Hub, unit: Unit, dialog: Dialog, by: Operator, note: Message, named: frozenset[str], names: DeskNames
) -> Answer:
    refused = await tell_named(hub, unit, dialog, by, (note.id, note.content), named, names)
    return whisper(hub.tr.gettext(NOT_TOLD).format(names=", ".join(refused))) if refused else Silent()


async def _refused(
    hub: Hub, unit: Unit, dialog: Dialog, standing: Standing, message: Message, refusal: Refusal
) -> Answer:
    """What could not be sent stays inside; where there is something to choose, its author is asked."""
    now = hub.clock.now()
    if refusal.code in HELD:
        view = await hold(hub, unit, dialog, standing.operator, message, refusal)
    else:
        names = await people.names(unit, [one for one in refusal.values.values() if one.isdigit()])
        words = word_refusal(refusal.code, refusal.values, names, hub.tr)
        await unit.messages.save(replace(message, author=Author.NOTE, delivery=Delivery.INTERNAL))
        await parcels.mark(unit, dialog, message.id, now)
        view = whisper(f"{words} {hub.tr.gettext('Nothing was sent.')}").view
    await parcels.whisper(unit, dialog, standing.operator.user, view, now)
    return Silent()


async def _half_sent(hub: Hub, unit: Unit, dialog: Dialog, message: Message) -> bool:
    """Whether some parts of the answer are with the customer and some are not: they have to fit each other."""
    bridge, left = hub.bridges.get(dialog.account), await unit.messages.parts_left(message.id)
    return bridge is not None and 0 < len(left) < len(parts_of(hub, bridge, message.content))


async def _resize(hub: Hub, unit: Unit, dialog: Dialog, message: Message, parts: int) -> None:
    """An answer that was edited before it went out may need more parts than are waiting."""
    before = len(parts_of(hub, hub.bridges[dialog.account], message.content))
    if parts > before and message.delivery is Delivery.PENDING:
        await parcels.send(unit, dialog, message.id, range(before, parts), hub.clock.now())
    if parts != before:
        await unit.messages.set_parts(message.id, parts)
