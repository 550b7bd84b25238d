"""Automatic replies of the account. They are sent and shown in the thread, with marks, like an operator's reply, but do
not count as one: the customer is still waiting for an operator."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogs import channel_fit, send
from bot.domain import Author, Content, Delivery, Dialog, Message
from bot.domain.text import Text
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import RejectReason
from bot.ports.storage import NewMessage, Unit

_NAME = re.compile(r"^\{name\}[\s,]*|[\s,]*\{name\}")
_OPENS = "{opens}"


STALE = timedelta(hours=1)
"""A message delayed by more than this (the hub was down) gets no automatic reply: a greeting now would be absurd."""
MOST = 10
"""Most automatic replies in a dialog within the period in question; after that only operators write."""


def is_stale(at: datetime, now: datetime) -> bool:
    return now - at > STALE


async def said(unit: Unit, dialog: Dialog, words: str, since: datetime) -> bool:
    """Tells whether the account has sent these words since then, or too many automatic replies."""
    ours = await unit.messages.written_by(dialog.id, Author.BOT, MOST)
    too_much = len(ours) == MOST and ours[-1].at > since
    return too_much or any(one.at >= since and one.content.text.characters == words for one in ours)


def filled(words: str, *, name: str = "", opens: str = "") -> str:
    """Text written by administrators, filled with the customer's `{name}` and the opening time `{opens}`. An unknown
    name is dropped with the comma before it: "Hello, {name}!" becomes "Hello!"."""
    words = words.replace("{name}", name) if name else _NAME.sub("", words)
    return words.replace(_OPENS, opens).strip()


async def say(hub: Hub, unit: Unit, dialog: Dialog, content: Content) -> Message | None:
    """Sends it in the (locked) dialog; if that is impossible now, the thread shows it as failed, with the reason.
    Unsupported kinds go as text. None: there is nowhere to send it."""
    bridge = hub.bridges.get(dialog.account)
    if bridge is None or dialog.blocked or not dialog.open or not content:
        return None
    now = hub.clock.now()
    content = channel_fit.adapted(content, bridge.limits, hub.tr)
    message = await unit.messages.add(NewMessage(dialog.id, Author.BOT, now, content, delivery=Delivery.PENDING))
    await parcels.post(unit, dialog, message.id, now, marked=True)
    if channel_fit.is_closed(bridge, dialog, now):
        unsent = replace(message, delivery=Delivery.FAILED, failure=str(RejectReason.WINDOW_CLOSED))
        await send.failed(hub, unit, dialog, unsent)
    else:
        await send.enqueue_answer(hub, unit, dialog, bridge, message)
    return message


async def say_words(hub: Hub, unit: Unit, dialog: Dialog, words: str) -> Message | None:
    return await say(hub, unit, dialog, Content(Text.plain(words)))
