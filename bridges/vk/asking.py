"""Lookups of details that events leave out: the rest of a cropped message, the label of a pressed button."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.ports import DeliveryError
from bridges.shared.fields import Fields
from bridges.vk import wire
from bridges.vk.api import ApiCall

PATIENCE = 3.0  # seconds: messages wait for it
AT_ONCE = 20


async def message(ask: ApiCall, peer: int, number: int, patience: float = 0) -> Fields:
    """Returns a message by its number in the conversation; empty if there is none. Raises `DeliveryError`."""
    found = await ask(
        "messages.getByConversationMessageId", patience=patience, peer_id=peer, conversation_message_ids=[number]
    )
    return next(iter(Fields(found).objects("items")), Fields(None))


async def whole(ask: ApiCall, raw: object) -> object:
    """Returns the event with the whole message, since VK crops long ones; unchanged if VK does not answer."""
    cropped = wire.message_of(Fields(raw))
    if cropped.raw.get("is_cropped") not in (True, 1):
        return raw
    found = await _quietly(ask, cropped)
    if not found:
        return raw
    event = Fields(raw).raw
    return {**event, "object": {**event["object"], "message": found.raw}}


async def labels(ask: ApiCall, raws: Sequence[object]) -> Mapping[str, str]:
    """Maps presses of buttons (`event_id`) to the buttons' labels, where they can be found."""
    found: dict[str, str] = {}
    for press in presses(raws):
        if label := _label(await _quietly(ask, press), press.raw.get("payload")):
            found[press.text("event_id")] = label
    return found


def presses(raws: Sequence[object]) -> list[Fields]:
    """Returns the pressed buttons to answer, only the latest of a large batch: the others are too old to matter."""
    events = [Fields(raw) for raw in raws]
    return [event.object("object") for event in events if event.text("type") == "message_event"][-AT_ONCE:]


async def _quietly(ask: ApiCall, source: Fields) -> Fields:
    peer, number = source.number("peer_id"), source.number("conversation_message_id")
    if peer is None or number is None:
        return Fields(None)
    try:
        return await message(ask, peer, number, PATIENCE)
    except DeliveryError:
        return Fields(None)


def _label(keyboarded: Fields, payload: object) -> str:
    """Returns the label of the button that carries `payload` in the message's keyboard."""
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
    """Decodes a payload: JSON text in keyboards, plain JSON in presses."""
    try:
        return json.loads(payload) if isinstance(payload, str) else payload
    except (ValueError, RecursionError):
        return payload
