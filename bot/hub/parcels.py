"""Parcels and lanes: the vocabulary between the code that decides and the code that delivers.

A parcel names its subject (a dialog, a message) and is worded when it is sent, from the data committed by then: a card
that waited is never stale, and an edit made meanwhile is not lost. Separate lanes keep things from waiting for each
other: a thread's posts, its card, each message's mark, each customer's chat, each operator's direct messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from bot.domain import AccountName, ChatId, DeskName, Dialog, DialogId, Key, Message, MessageId
from bot.ports.storage import Unit, Urgency
from bot.views.values import View

WAITING_SHOWS_AFTER = timedelta(seconds=2)
"""Wait after which a reply gets its ⏳."""
ALBUM_GATHERS_FOR = timedelta(milliseconds=800)
"""Delay of an album's first post, for the rest of the album to arrive: albums have no end mark."""
THREAD_OPENS_IN = 1.0
"""Seconds until a parcel is tried again whose thread is not open yet."""
CARD_WAITS = timedelta(seconds=2)
"""Delay of a card's redrawing while its thread is not open yet: opening it draws what is known by then."""

_views = TypeAdapter(View)


class ParcelKind(StrEnum):
    OPEN = "open"  # desk: start the dialog's thread
    POST = "post"  # desk: a message or a technical line into the thread
    PROBLEM = "problem"  # desk: a problem with a reply, with buttons
    REPOST = "repost"  # desk: redraw a message's post
    CARD = "card"
    MARK = "mark"
    WHISPER = "whisper"
    TELL = "tell"
    FOLLOW = "follow"  # desk: somebody follows the thread from now on, or no longer
    RETELL = "retell"  # desk: replace a direct message, or a whisper that became one
    HELD = "held"  # desk: ask the author of a held message by direct message, if it is still held
    ROLE = "role"  # desk: choose whom of a role to tell, by who is there
    REPORT = "report"  # desk: make a report and send it by direct message
    SEND = "send"  # account: a part of a reply
    EDIT = "edit"
    DELETE = "delete"
    REACT = "react"
    CRM = "crm"  # the external CRM: a fact or a question
    ASK = "ask"  # first-line bot: its answer to a message


CRM = "crm:main"
"""Destination of everything that an external CRM has to be told."""


def desk_destination(name: DeskName) -> str:
    return f"desk:{name}"


def account_destination(name: AccountName) -> str:
    return f"account:{name}"


def first_line_destination(name: AccountName) -> str:
    """Destination of an account's first-line bot."""
    return f"bot:{name}"


async def open_thread(unit: Unit, dialog: Dialog, now: datetime) -> None:
    await _to_thread(unit, dialog, ParcelKind.OPEN, {"dialog": dialog.id}, now)


async def post(
    unit: Unit, dialog: Dialog, message: MessageId, now: datetime, album: str = "", *, marked: bool = False
) -> None:
    """Enqueues the post of a message. `album`: messages of the same album share one post. `marked`: the reply did not
    begin as a post, so its delivery mark goes on this one, which may appear after the delivery is settled."""
    payload: dict[str, Any] = {"dialog": dialog.id, "message": message, **({"album": album} if album else {})}
    if marked:
        payload["marked"] = True
    await _to_thread(unit, dialog, ParcelKind.POST, payload, now + ALBUM_GATHERS_FOR if album else now)


async def report_problem(unit: Unit, dialog: Dialog, message: MessageId, now: datetime) -> None:
    await _to_thread(unit, dialog, ParcelKind.PROBLEM, {"dialog": dialog.id, "message": message}, now)


async def repost(unit: Unit, dialog: Dialog, message: MessageId, now: datetime) -> None:
    await _to_thread(unit, dialog, ParcelKind.REPOST, {"dialog": dialog.id, "message": message}, now)


async def fade(unit: Unit, dialog: Dialog, message: MessageId, due: datetime) -> None:
    """Enqueues the redrawing of a post whose buttons stand only until then; nothing waits for it."""
    payload = {"dialog": dialog.id, "message": message}
    await _to_desk(unit, dialog, f"fade:{message}", Urgency.MARK, ParcelKind.REPOST, payload, due)


async def refresh_card(unit: Unit, dialog: Dialog, now: datetime, *, hurry: bool = True, chosen: str = "") -> None:
    """Enqueues the redrawing of a dialog's card. While its thread is not open, the parcel only waits for that, without
    a part in any rate budget, and is exchanged for one to send if the card then differs from what was opened. `hurry`
    False: nobody has just acted on the card, so others go first and keep a part of the budget to themselves.
    `chosen`: names a choice in one of the card's menus, which go back to their names."""
    payload: dict[str, Any] = {"dialog": dialog.id} | ({} if hurry else {"unhurried": True})
    if chosen:
        payload["chosen"] = chosen
    if dialog.ref is None:
        payload["unopened"], now = True, now + CARD_WAITS
    urgency = Urgency.CARD if hurry else Urgency.MARK
    await _to_desk(unit, dialog, f"card:{dialog.root}", urgency, ParcelKind.CARD, payload, now)


async def mark(unit: Unit, dialog: Dialog, message: MessageId, due: datetime, *, replaces: bool = False) -> None:
    """Enqueues a message's delivery mark. `replaces`: another mark is there, which has to be removed."""
    payload: dict[str, Any] = {"dialog": dialog.id, "message": message}
    if replaces:
        payload["replaces"] = True
    await _to_desk(unit, dialog, f"mark:{message}", Urgency.MARK, ParcelKind.MARK, payload, due)


async def whisper(unit: Unit, dialog: Dialog, user: str, view: View, now: datetime) -> Key:
    """Enqueues a whisper and returns its key."""
    payload = {"dialog": dialog.id, "user": user, "view": _views.dump_python(view, mode="json")}
    lane = whisper_lane(dialog, user)
    return await _to_desk(unit, dialog, lane, Urgency.ANSWER, ParcelKind.WHISPER, payload, now)


def whisper_lane(dialog: Dialog, user: str) -> str:
    return f"whisper:{dialog.id}:{user}"


async def ask_author(unit: Unit, dialog: Dialog, user: str, message: MessageId, key: Key, due: datetime) -> None:
    """Enqueues the question about a held message, in a lane of its own (`asking_lane`): it is drawn when it is due, and
    not sent when it is no longer the question that counts."""
    payload = {"dialog": dialog.id, "user": user, "message": message, "due": due.isoformat()}
    await _to_desk(unit, dialog, asking_lane(key), Urgency.ANSWER, ParcelKind.HELD, payload, due, key)


def asking_lane(key: Key) -> str:
    return f"held:{key}"


async def retell(unit: Unit, dialog: Dialog, user: str, told: Key, lane: str, view: View, now: datetime) -> None:
    """Enqueues the replacement of a direct message, or of a whisper that became one. `told`, `lane`: its key and its
    lane, behind which the replacement goes."""
    shown = _views.dump_python(view, mode="json")
    payload = {"dialog": dialog.id, "user": user, "view": shown, "whispered": told}
    await _to_desk(unit, dialog, lane, Urgency.ANSWER, ParcelKind.RETELL, payload, now)


async def tell(
    unit: Unit,
    where: DeskName,
    user: str,
    view: View,
    now: datetime,
    dialog: DialogId | None = None,
    line: MessageId | None = None,
    outside: str = "",
) -> Key:
    """Enqueues a direct message and returns its key. `line`: the technical line that calls its recipient; the message
    is sent only if that does not notify them. `outside`: a channel where a post mentions them; it is sent only to those
    who are not in it."""
    more: dict[str, Any] = {"line": line} if line is not None else {}
    if outside:
        more["outside"] = outside
    payload = {"user": user, "view": _views.dump_python(view, mode="json"), "dialog": dialog, **more}
    return await unit.outbox.enqueue(
        desk_destination(where), tell_lane(user), Urgency.MESSAGE, ParcelKind.TELL, payload, due=now
    )


def tell_lane(user: str) -> str:
    return f"tell:{user}"


async def tell_role(
    unit: Unit,
    where: DeskName,
    views: Mapping[str, View],
    now: datetime,
    dialog: DialogId | None = None,
    line: MessageId | None = None,
) -> None:
    """Enqueues direct messages to members of a role who are there. `views`: one for each, the preferred first; `line`:
    as for `tell`."""
    told = [[user, _views.dump_python(view, mode="json")] for user, view in views.items()]
    payload = {"told": told, "dialog": dialog, "line": line}
    lane = f"role:{dialog or next(iter(views), '')}"
    await unit.outbox.enqueue(desk_destination(where), lane, Urgency.MESSAGE, ParcelKind.ROLE, payload, due=now)


async def follow(unit: Unit, dialog: Dialog, user: str, now: datetime, *, on: bool) -> None:
    """Enqueues that somebody follows the dialog's thread, or no longer, behind what is to be posted there."""
    payload = {"dialog": dialog.id, "user": user, "on": on}
    await _to_thread(unit, dialog, ParcelKind.FOLLOW, payload, now)


def link_later(dialog: DialogId) -> str:
    """Placeholder, in a direct message, for the address of a thread that is not open yet."""
    return f"dialog:{dialog}"


def view_of(payload: dict[str, Any]) -> View:
    return _views.validate_python(payload["view"])


def views_of(payload: dict[str, Any]) -> dict[str, View]:
    return {user: _views.validate_python(view) for user, view in payload["told"]}


async def send(unit: Unit, dialog: Dialog, message: MessageId, parts: Sequence[int], now: datetime) -> None:
    for part in parts:
        await _to_chat(unit, dialog.account, dialog.chat, ParcelKind.SEND, {"message": message, "part": part}, now)


async def send_again(unit: Unit, dialog: Dialog, message: Message, parts: Sequence[int], now: datetime) -> None:
    """Enqueues parts of a reply that were given up. A part keeps its key, by which its receiver recognizes an earlier
    attempt, unless the reply was edited since."""
    keys = await forget_given_up(unit, dialog, message.id)
    for part in parts:
        key = keys.get(part) if message.edited_at is None else None
        payload = {"message": message.id, "part": part}
        await _to_chat(unit, dialog.account, dialog.chat, ParcelKind.SEND, payload, now, key)


async def forget_given_up(unit: Unit, dialog: Dialog, message: MessageId) -> dict[int, Key]:
    """Takes a reply's parts from the dead; returns their keys, by part."""
    dead = await unit.dead.at(account_destination(dialog.account), f"chat:{dialog.chat}")
    mine = [one for one in dead if one.kind == ParcelKind.SEND and one.payload["message"] == message]
    await unit.dead.forget([one.id for one in mine])
    return {int(one.payload["part"]): one.key for one in mine}


async def perhaps_sent(unit: Unit, dialog: Dialog, message: MessageId) -> bool:
    """Tells whether a part of the reply is being sent right now or is unconfirmed. No part of it is sent before this
    transaction ends."""
    found = await unit.outbox.perhaps_sent(account_destination(dialog.account), f"chat:{dialog.chat}")
    return any(payload.get("message") == message and "part" in payload for payload in found)


async def edit(unit: Unit, dialog: Dialog, message: MessageId, now: datetime) -> None:
    await _to_chat(unit, dialog.account, dialog.chat, ParcelKind.EDIT, {"message": message}, now)


async def delete(unit: Unit, dialog: Dialog, message: MessageId, now: datetime) -> None:
    await _to_chat(unit, dialog.account, dialog.chat, ParcelKind.DELETE, {"message": message}, now)


async def react(unit: Unit, dialog: Dialog, message: MessageId, emoji: str | None, user: str, now: datetime) -> None:
    """Enqueues a reaction. `user`: who reacted, to be notified when the channel has no such reaction."""
    payload = {"message": message, "emoji": emoji, "user": user}
    await _to_chat(unit, dialog.account, dialog.chat, ParcelKind.REACT, payload, now)


async def crm(
    unit: Unit, lane: str, payload: dict[str, Any], now: datetime, account: str = "", key: Key | None = None
) -> None:
    """Enqueues a fact or a question for the CRM. `account`: the one that it is about, where it is about a dialog;
    `key`: that of an earlier parcel, which this one replaces."""
    await unit.outbox.enqueue(CRM, lane, Urgency.MESSAGE, ParcelKind.CRM, payload, due=now, key=key, account=account)


async def ask_bot(unit: Unit, dialog: Dialog, message: MessageId, now: datetime) -> None:
    await unit.outbox.enqueue(
        first_line_destination(dialog.account),
        f"dialog:{dialog.id}",
        Urgency.ANSWER,
        ParcelKind.ASK,
        {"dialog": dialog.id, "message": message},
        due=now,
    )


async def _to_thread(unit: Unit, dialog: Dialog, kind: ParcelKind, payload: dict[str, Any], due: datetime) -> None:
    await _to_desk(unit, dialog, f"dialog:{dialog.root}", Urgency.MESSAGE, kind, payload, due)


async def _to_desk(
    unit: Unit,
    dialog: Dialog,
    lane: str,
    urgency: Urgency,
    kind: ParcelKind,
    payload: dict[str, Any],
    due: datetime,
    key: Key | None = None,
) -> Key:
    """Enqueues for the dialog's desk, where its account takes turns with the desk's other accounts. The channel says
    whose rate limit it uses, and whose outage it waits for."""
    payload["channel"] = dialog.channel
    return await unit.outbox.enqueue(
        desk_destination(dialog.desk), lane, urgency, kind, payload, due=due, key=key, account=dialog.account
    )


async def _to_chat(
    unit: Unit,
    name: AccountName,
    chat: ChatId,
    kind: ParcelKind,
    payload: dict[str, Any],
    due: datetime,
    key: Key | None = None,
) -> None:
    await unit.outbox.enqueue(
        account_destination(name), f"chat:{chat}", Urgency.ANSWER, kind, payload, due=due, key=key
    )
