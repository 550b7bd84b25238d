"""What the account says to a customer by itself. It goes out as an operator's answer does and stands in the thread as
one, with marks; but it is nobody's answer: the customer goes on waiting for people."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogs import channel_fit as fitting
from bot.dialogs import send as answers
from bot.domain import Author, Content, Delivery, Dialog, Message
from bot.domain.text import Text
from bot.hub import parcels
from bot.hub.context import Hub
from bot.ports import RejectReason
from bot.ports.storage import NewMessage, Unit

_NAME = re.compile(r"^\{name\}[\s,]*|[\s,]*\{name\}")
_OPENS = "{opens}"


STALE = timedelta(hours=1)
"""A message that took longer to reach us (the hub was away) is for people: a greeting now would be absurd."""
MOST = 10
"""After so many of our own words in a dialog, within the time asked about, only people speak."""


def is_stale(at: datetime, now: datetime) -> bool:
    return now - at > STALE


async def said(unit: Unit, dialog: Dialog, words: str, since: datetime) -> bool:
    """Whether the account has said so since then, or has said too much."""
    ours = await unit.messages.written_by(dialog.id, Author.BOT, MOST)
    too_much = len(ours) == MOST and ours[-1].at > since
    return too_much or any(one.at >= since and one.content.text.characters == words for one in ours)


def filled(words: str, *, name: str = "", opens: str = "") -> str:
    """The administrators' words with the customer's `{name}` and the moment when people are back, `{opens}`. An unknown
    name is left out together with the comma before it: "Hello, {name}!" becomes "Hello!"."""
    words = words.replace("{name}", name) if name else _NAME.sub("", words)
    return words.replace(_OPENS, opens).strip()


async def say(hub: Hub, unit: Unit, dialog: Dialog, content: Content) -> Message | None:
    """Sends it in the (locked) dialog; what cannot go now is shown in the thread as failed, with the reason. What the
    channel has no kind for goes in words. None: there is nowhere to send it."""
    bridge = hub.bridges.get(dialog.account)
    if bridge is None or dialog.blocked or not dialog.open or not content:
        return None
    now = hub.clock.now()
    content = fitting.adapted(content, bridge.limits, hub.tr)
    message = await unit.messages.add(NewMessage(dialog.id, Author.BOT, now, content, delivery=Delivery.PENDING))
    await parcels.post(unit, dialog, message.id, now, marked=True)
    if fitting.is_closed(bridge, dialog, now):
        unsent = replace(message, delivery=Delivery.FAILED, failure=str(RejectReason.WINDOW_CLOSED))
        await answers.failed(hub, unit, dialog, unsent)
    else:
        await answers.depart(hub, unit, dialog, bridge, message)
    return message


async def say_words(hub: Hub, unit: Unit, dialog: Dialog, words: str) -> Message | None:
    return await say(hub, unit, dialog, Content(Text.plain(words)))
