"""What events leave out and VK tells when it is asked: the rest of a cropped message, the words of a pressed button."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.ports import DeliveryError
from bridges.shared.fields import Fields
from bridges.vk import wire
from bridges.vk.api import Ask

PATIENCE = 3.0  # seconds: messages wait for it
AT_ONCE = 20


async def message(ask: Ask, peer: int, number: int, patience: float = 0) -> Fields:
    """A message by its number in the conversation; empty when there is none. Raises `DeliveryError`."""
    found = await ask(
        "messages.getByConversationMessageId", patience=patience, peer_id=peer, conversation_message_ids=[number]
    )
    return next(iter(Fields(found).objects("items")), Fields(None))


async def whole(ask: Ask, raw: object) -> object:
    """The event with its message whole: VK crops what is very long. As it came when VK does not tell."""
    cropped = wire.message_of(Fields(raw))
    if cropped.raw.get("is_cropped") not in (True, 1):
        return raw
    found = await _quietly(ask, cropped)
    if not found:
        return raw
    event = Fields(raw).raw
    return {**event, "object": {**event["object"], "message": found.raw}}


async def labels(ask: Ask, raws: Sequence[object]) -> Mapping[str, str]:
    """Presses of buttons (by their `event_id`) → the words on the buttons, where they can be found."""
    found: dict[str, str] = {}
    for press in presses(raws):
        if label := _label(await _quietly(ask, press), press.raw.get("payload")):
            found[press.text("event_id")] = label
    return found


def presses(raws: Sequence[object]) -> list[Fields]:
    """Pressed buttons that want an answer. What comes in heaps is old, and nobody waits for it any more."""
    events = [Fields(raw) for raw in raws]
    return [event.object("object") for event in events if event.text("type") == "message_event"][-AT_ONCE:]


async def _quietly(ask: Ask, source: Fields) -> Fields:
    peer, number = source.number("peer_id"), source.number("conversation_message_id")
    if peer is None or number is None:
        return Fields(None)
    try:
        return await message(ask, peer, number, PATIENCE)
    except DeliveryError:
        return Fields(None)


def _label(keyboarded: Fields, payload: object) -> str:
    """The words on the button of the message's keyboard that carries `payload`."""
    rows = keyboarded.object("keyboard").raw.get("buttons")
    for row in rows if isinstance(rows, list) else []:
        for button in Fields({"row": row}).objects("row"):
            action = button.object("action")
            if action.text("label") and _same(action.raw.get("payload"), payload):
                return action.text("label")
    return ""


def _same(one: object, other: object) -> bool:
    return _value(one) == _value(other)


def _value(payload: object) -> object:
    """Keyboards have payloads as JSON in a text, presses as JSON."""
    try:
        return json.loads(payload) if isinstance(payload, str) else payload
    except (ValueError, RecursionError):
        return payload
