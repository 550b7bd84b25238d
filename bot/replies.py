"""What operators write in threads: answers, notes, and words that are held until their author decides."""

from __future__ import annotations

from dataclasses import replace

from bot import fitting, parcels, people
from bot.access import NO_PERSON
from bot.actions.held import hold
from bot.answers import answer, parts_of
from bot.changes import write_line
from bot.dialog import Refusal
from bot.hub import Hub, Standing
from bot.locale import N_
from bot.model import (
    TO_CUSTOMERS,
    Actor,
    Author,
    Belonging,
    Content,
    Delivery,
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
from bot.views.answers import whisper
from bot.views.lines import word_refusal
from bot.views.values import Answer, Silent
from bot.views.words import summary

HELD = frozenset({"stranger", "cannot_carry", "window_closed"})
"""Refusals after which the author may choose what becomes of the words."""
NEVER_SENT = frozenset({Delivery.HELD, Delivery.INTERNAL, Delivery.FAILED})
UNSENT = frozenset({Delivery.PENDING, Delivery.FAILED, Delivery.UNCONFIRMED})
"""Of what has not left, or may have to go again, all can change."""
NOTE_SIGN = "//"
QUOTED = 120
"""Characters of a message that an answer to it repeats, where the channel cannot point at it."""
SENT_ALREADY = N_("This was sent as an answer: it cannot become a note. Delete it to take it back.")
KEPT = N_("You have no right to answer customers of this account: the customer still sees what was written.")
EMPTIED = N_("Nothing is left of this message, but the customer keeps it as it was. Delete it to take it back.")
FILES_STAY = N_("An edit changes words alone: the customer keeps the files that were sent.")
IN_PARTS = N_("The text went out in several messages: they stay as they were.")


async def posted(hub: Hub, unit: Unit, operator: Operator, event: OperatorPosted) -> Answer:
    """A post in a thread. In threads that are no dialog's, people talk of other things."""
    dialog = await _dialog_at(unit, event.place)
    if dialog is None or event.place.post is None:
        return Silent()
    standing = await hub.standing(unit, operator, dialog.account)
    if operator.belongs is Belonging.STRANGER:
        await _say_that_it_is_shared(hub, unit, dialog, operator)
    if operator.id in dialog.coexecutors:
        await unit.dialogs.seen(dialog.id, operator.id)
    if _is_note(event) or dialog.source is not None:  # nobody can write to the customer in one for review
        await _keep(hub, unit, dialog, operator, event, _without_sign(event.content))
        return Silent()
    message = await _save(hub, unit, dialog, operator, event, Delivery.PENDING)
    try:
        await answer(hub, unit, dialog, standing, message)
    except Refusal as refusal:
        return await _refused(hub, unit, dialog, standing, message, refusal)
    return Silent()


async def _say_that_it_is_shared(hub: Hub, unit: Unit, dialog: Dialog, stranger: Operator) -> None:
    """Once per thread: another company reads along in it."""
    assert dialog.thread is not None
    if await unit.cursors.note(f"shared:{dialog.desk}:{dialog.thread}", hub.clock.now().isoformat()):
        await write_line(hub, unit, dialog, Line("shared", {"by": str(stranger.id)}))


async def edited(hub: Hub, unit: Unit, operator: Operator, event: OperatorEdited) -> Answer:
    """An edit reaches the customer where the channel can edit; where it cannot, its author is told."""
    message, dialog = await _message_at(unit, event.place)
    if message is None or dialog is None or message.author not in (Author.OPERATOR, Author.NOTE):
        return Silent()
    inside = message.author is Author.NOTE or message.delivery in (Delivery.HELD, Delivery.INTERNAL)
    content = _without_sign(event.content) if inside else fitting.without_lost(event.content)
    if not inside and _begins_with_sign(event.content):
        return whisper(hub.tr.gettext(SENT_ALREADY))
    if not inside and not (await hub.standing(unit, operator, dialog.account)).rights.send:
        return whisper(word_refusal("no_send", {}, {}, hub.tr))
    if not inside and await _half_sent(hub, unit, dialog, message):
        return whisper(hub.tr.gettext(IN_PARTS))
    if not inside and not content:
        return whisper(hub.tr.gettext(EMPTIED))
    sent = not inside and message.delivery not in UNSENT
    told = whisper(hub.tr.gettext(FILES_STAY)) if sent and _files(content) != _files(message.content) else Silent()
    if sent and content.text == message.content.text:
        return told
    if sent:  # places went in words, files as links: what was sent stays as it was
        content = replace(content, attachments=message.content.attachments, forwarded=message.content.forwarded)
    await unit.messages.save(replace(message, content=content, edited_at=hub.clock.now()))
    if inside:
        return Silent()
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
    actor = event.actor
    if actor is None:
        author = await unit.operators.get(message.operator) if message.operator is not None else None
        if author is None:
            return False
        actor = Actor(author.user, "", belongs=Belonging.LEFT)
    if actor.belongs in NO_PERSON:
        return False
    by = await unit.operators.know(event.place.desk, actor)
    return (await hub.standing(unit, by, dialog.account)).rights.send


def _files(content: Content) -> list[FileRef]:
    """The files of a message, those of forwarded ones too."""
    files = [one.file for one in content.attachments if isinstance(one, Media) and not fitting.is_lost(one)]
    return files + [file for forwarded in content.forwarded for file in _files(forwarded.content)]


def _is_note(event: OperatorPosted) -> bool:
    return event.mentions or _begins_with_sign(event.content)


def _begins_with_sign(content: Content) -> bool:
    return content.text.characters.lstrip().startswith(NOTE_SIGN)


def _without_sign(content: Content) -> Content:
    if not _begins_with_sign(content):
        return content
    start = content.text.characters.index(NOTE_SIGN) + len(NOTE_SIGN)
    return replace(content, text=content.text.cut(start).strip())


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
    hub: Hub, unit: Unit, dialog: Dialog, operator: Operator, event: OperatorPosted, content: Content
) -> None:
    """Keeps a note: it is marked 🔒 and goes nowhere."""
    message = await _save(hub, unit, dialog, operator, event, Delivery.INTERNAL, content)
    await parcels.mark(unit, dialog, message.id, hub.clock.now())


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
