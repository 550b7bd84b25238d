"""Dispatch of every action, however it was called: finds its subject, checks who asks and where, asks for missing
inputs, and runs it."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from bot.actions import ACTIONS, PRESSED
from bot.actions.base import (
    Action,
    ActionOn,
    AnyAction,
    C,
    Call,
    DialogAction,
    DialogCall,
    InvalidInput,
    MessageCall,
    Needs,
    Right,
)
from bot.actions.choosing import Namesakes, whole_number
from bot.actions.missing_inputs import choose_dialog, choose_message
from bot.actions.outside import confirmed
from bot.actions.request import Request
from bot.domain import Delivery, Dialog, DialogId, Message, MessageId, PostRef, ThreadRef
from bot.domain.access import roles_of
from bot.domain.lifecycle import Refusal
from bot.domain.text import shorten
from bot.hub import parcels
from bot.hub.context import Hub
from bot.hub.names import operator_names
from bot.ports import Forged
from bot.ports.storage import Unit
from bot.views.answers import whisper
from bot.views.lines import word_refusal
from bot.views.values import Answer, Ask, Invalid, Silent

_NUMBER = re.compile(r"#([0-9]{1,15})")
_BARE_NUMBER = re.compile(r"#?([0-9]{1,15})")

NO_RIGHT = frozenset({"no_read", "no_send", "no_administer"})
"""Refusals by `_check_right`."""


async def perform(hub: Hub, unit: Unit, request: Request) -> Answer:
    """Performs the request, or returns the reason against it or a question for missing inputs. Raises `Forged`."""
    action = (PRESSED if request.ticket else ACTIONS).get(request.word)
    if action is None:
        return _unknown(hub, request)
    _check_presser(request)
    if not await hub.admits(unit, request.operator):
        refused = whisper(word_refusal("not_admitted", {}, {}, hub.tr))
        return replace(refused, replaces=request.word == "home" or "home" in request.inputs)
    subject = await subject_of(unit, request, action)
    if subject is None:
        return whisper(hub.tr.gettext("There is no such dialog."))
    call = await _call(hub, unit, request, *subject)
    _check_place(request, call.dialog)
    if request.outlived and isinstance(call, DialogCall):
        return await _drawn_anew(call)
    try:
        answer = await _do(action, call)
        await _seen(call)
        return await confirmed(answer, call, typed=request.typed, pressed=request.ticket is not None)
    except Refusal as refusal:
        if action.reaction_is_common and request.reaction and refusal.code in NO_RIGHT:
            return Silent()
        return whisper(await _worded(call, refusal))
    except InvalidInput as wrong:
        return Invalid(wrong.errors) if call.complete else whisper("\n".join(wrong.errors.values()))


async def _do(action: AnyAction, call: Call) -> Answer:
    """Carries the action out, or asks for the dialog, the message or the inputs that it needs."""
    if isinstance(action, Action):
        _check_right(action, call)
        return await _carry_out(action, call)
    if not isinstance(call, DialogCall):
        return await choose_dialog(action, call)
    _check_right(action, call)
    if isinstance(action, DialogAction):
        return await _carry_out(action, call)
    if not isinstance(call, MessageCall):
        return await choose_message(action, call)
    return await _carry_out(action, call)


async def _carry_out(action: ActionOn[C], call: C) -> Answer:
    if call.words:
        call = replace(call, inputs=action.read(call.words, call))
    try:
        if call.redraws:
            return Ask(await action.form(call))
        if not call.complete and await action.fields(call) and not action.satisfied(call):
            return Ask(await action.form(call))
        return await action.run(call)
    except Namesakes as namesakes:
        if call.complete:
            raise
        asked = replace(call, dialog=namesakes.call.dialog, inputs=namesakes.call.inputs)
        return Ask(namesakes.narrowed(await action.form(asked)))


async def _seen(call: Call) -> None:
    """Marks the dialog as seen by a co-executor who acts in it, also when they have just joined."""
    now = await call.unit.dialogs.lock(call.dialog.id) if call.dialog is not None else None
    if now is not None and call.operator.id in now.coexecutors:
        await call.unit.dialogs.seen(now.id, call.operator.id)


# ------------------------------------------------------------------------------ subject

_Subject = tuple[Dialog | None, Message | None, str]


async def subject_of(unit: Unit, request: Request, action: AnyAction) -> _Subject | None:
    """Subject of a request: the locked dialog, the message, and the remaining words. None: the named dialog does not
    exist."""
    message = await _message(unit, request)
    if request.ticket is not None and request.ticket.dialog is not None:
        return await _named(unit, DialogId(request.ticket.dialog), message, "")
    number, rest = _number(request, action)
    if number is not None:
        return await _named(unit, number, message, rest)
    if message is not None:
        return await _named(unit, message.dialog, message, request.words)
    if request.place.thread is None:
        return None, None, request.words
    thread = ThreadRef(request.place.desk, request.place.channel, request.place.thread)
    return await unit.dialogs.lock_by_thread(thread), None, request.words


async def _named(unit: Unit, dialog: DialogId, message: Message | None, words: str) -> _Subject | None:
    found = await unit.dialogs.lock(dialog)
    if found is None:
        return None
    if message is not None:
        message = await unit.messages.lock(message.id) if message.dialog == dialog else None
    return found, message, words


def _number(request: Request, action: AnyAction) -> tuple[DialogId | None, str]:
    """Dialog that a command names. In a thread, and where the dialog is optional, a bare number is an ordinary word:
    “rename 100 chairs”."""
    if action.needs is Needs.NOTHING:
        return None, request.words
    bare = request.place.thread is None and action.needs is not Needs.DIALOG_IF_ANY
    first, _, rest = request.words.partition(" ")
    if action.takes_number and request.place.thread is not None and not rest:
        return None, request.words
    found = (_BARE_NUMBER if bare else _NUMBER).fullmatch(first)
    return (DialogId(int(found[1])), rest.strip()) if found else (None, request.words)


async def _message(unit: Unit, request: Request) -> Message | None:
    ticket = request.ticket
    if ticket is not None and ticket.message is not None:
        return await unit.messages.get(MessageId(ticket.message))
    chosen = request.inputs.get("message", "")
    if ticket is not None and whole_number(chosen):
        message = await unit.messages.get(MessageId(int(chosen)))
        return message if message is not None and message.dialog == ticket.dialog else None
    if ticket is not None or request.place.post is None:
        return None
    place = request.place
    found = await unit.messages.by_post(PostRef(place.desk, place.channel, request.place.post))
    return found[-1] if found else None


async def _call(
    hub: Hub, unit: Unit, request: Request, dialog: Dialog | None, message: Message | None, words: str
) -> Call:
    call = Call(
        hub=hub,
        unit=unit,
        operator=request.operator,
        place=request.place,
        now=hub.clock.now(),
        inputs=request.inputs,
        sealed=request.ticket.extra if request.ticket is not None else {},
        complete=request.complete,
        words=words,
        people=request.people,
        redraws=request.redraws,
    )
    if dialog is None:
        return replace(call, roles=roles_of(request.operator.id, await unit.operators.roles()))
    access = await hub.access(unit, request.operator, dialog.account)
    return call.in_dialog(dialog, message, access)


# ------------------------------------------------------------------------------- permissions


def _check_presser(request: Request) -> None:
    """Checks that a token bound to a desk comes with proof of its post, and one bound to an operator from that
    operator."""
    ticket = request.ticket
    if ticket is not None and not ticket.old and not request.proved:
        raise Forged("a button without the proof of its post")
    if ticket is not None and ticket.only is not None and ticket.only != request.operator.id:
        raise Forged("a button made for somebody else")


def _check_place(request: Request, dialog: Dialog | None) -> None:
    """Checks that a button for everybody was pressed in its dialog's thread. A button for one operator works wherever
    they see it: both its desk and the operator are sealed into it."""
    if request.ticket is None or request.ticket.only is not None:
        return
    if dialog is None or dialog.desk != request.place.desk:
        raise Forged("a button of another desk")
    if request.place.thread is None or request.place.thread != dialog.thread:
        raise Forged("a button of another dialog's thread")


async def _drawn_anew(call: DialogCall) -> Answer:
    """Redraws the post with current buttons, which have to be pressed instead; does nothing else."""
    dialog, place = call.dialog, call.place
    await parcels.refresh_card(call.unit, dialog, call.now)
    if place.post is not None:
        shown = await call.unit.messages.by_post(PostRef(place.desk, place.channel, place.post))
        for message in shown[:1]:
            await parcels.repost(call.unit, dialog, message.id, call.now)
    if call.message is not None and call.message.delivery in (Delivery.FAILED, Delivery.UNCONFIRMED):
        await parcels.report_problem(call.unit, dialog, call.message.id, call.now)
    return whisper(call._("This button is from before an upgrade. Press one of the new buttons that appear here."))


def _check_right(action: AnyAction, call: Call) -> None:
    if call.dialog is None or action.right is Right.NONE:
        return
    if not call.rights.read:
        raise Refusal("no_read")
    if action.right is Right.SEND and not call.rights.send:
        raise Refusal("no_send")
    if action.right is Right.ADMINISTER and not call.rights.administer:
        raise Refusal("no_administer")


def _unknown(hub: Hub, request: Request) -> Answer:
    word, command = request.word, "/dialog help" if request.place.thread is None else "@hub help"
    near = difflib.get_close_matches(word, ACTIONS, n=1)
    text = hub.tr.gettext("Unknown command “{word}”.").format(word=shorten(word, 40))
    if near:
        text += " " + hub.tr.gettext("Did you mean “{word}”?").format(word=near[0])
    return whisper(text + " " + hub.tr.gettext("See “{command}”.").format(command=command))


async def _worded(call: Call, refusal: Refusal) -> str:
    names = await operator_names(call.unit, [one for one in refusal.values.values() if one.isdigit()])
    code = "others_dialog" if refusal.code == "not_in_team" else refusal.code  # an action is refused, not held
    return word_refusal(code, refusal.values, names, call.hub.tr)
