"""The methods of the fake VK that send and change messages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bridges.vk.kinds import REACTIONS
from tests.fakes.vk.methods import method
from tests.fakes.vk.parameters import Parameters
from tests.fakes.vk.people import FakeCustomer, Json, Seen
from tests.fakes.vk.refusals import Refused, bad

if TYPE_CHECKING:
    from tests.fakes.vk.server import FakeVk

TEXT, ATTACHMENTS = 4096, 10
SENDING = ("random_id", "message", "format_data", "attachment", "lat", "long", "forward", "disable_mentions")
NAMED = (
    re.compile(r"\[(?:(?:id|club|public|event)\d+|https?://vk\.com/[^\s\[\]|]+)\|([^\[\]]+)\]", re.ASCII),
    re.compile(r"[@*](?:id|club|public|event)\d+ ?\(([^()]+)\)", re.ASCII),
)
"""VK's syntax of a mention, of which only the name is shown."""
ATTACHMENT = re.compile(r"(photo|doc|audio_message|video|wall|market)(-?\d+)_(\d+)(?:_(\w+))?")


@method("messages.send", "peer_ids", *SENDING, right="messages")
async def send(vk: FakeVk, given: Parameters) -> Any:
    [peer] = given.numbers("peer_ids")
    number = given.random_id()
    try:
        customer = _customer(vk, peer)
    except Refused as refused:
        return [{"peer_id": peer, "message_id": 0, "conversation_message_id": 0, "error": refused.item()}]
    if (peer, number) not in vk.sent_ids:
        seen = _composed(vk, customer, given)
        seen.number = customer.next_number()
        customer.shown[seen.number] = seen
        vk.sent += 1
        vk.sent_ids[peer, number] = {
            "peer_id": peer,
            "message_id": vk.next_id(),
            "conversation_message_id": seen.number,
        }
        vk.tell("message_reply", vk.outgoing(customer, seen.number, random_id=number))
        vk.changed()
    return [vk.sent_ids[peer, number]]


EDITING = ("message", "format_data", "attachment", "keep_forward_messages", "keep_snippets")


@method("messages.edit", "peer_id", "cmid", *EDITING, right="messages")
async def edit(vk: FakeVk, given: Parameters) -> Any:
    customer = _customer(vk, given.number("peer_id"))
    number = given.number("cmid")
    if number in vk.too_old:
        raise Refused(909, "Can't edit this message, because it's too old")
    if number in customer.messages:
        raise Refused(920, "Can't edit this kind of message")
    if number not in customer.shown:
        raise bad("message is not found")
    seen, new = customer.shown[number], _composed(vk, customer, given)
    seen.text, seen.items, seen.edited = new.text, new.items, True
    seen.attachments, seen.files = new.attachments, new.files
    vk.tell("message_edit", {**vk.outgoing(customer, number), "update_time": vk.now()})
    vk.changed()
    return 1


@method("messages.delete", "peer_id", "cmids", "delete_for_all", right="messages")
async def delete(vk: FakeVk, given: Parameters) -> Any:
    customer = _customer(vk, given.number("peer_id"))
    items = []
    for number in given.numbers("cmids"):
        item: Json = {"peer_id": customer.peer, "conversation_message_id": number}
        if number in vk.too_old:
            item["error"] = {"code": 924, "description": "Can't delete this message for everybody"}
        elif given.flag("delete_for_all"):
            item["response"] = int(customer.shown.pop(number, None) is not None)
        items.append(item)
    vk.changed()
    return items


@method("messages.sendReaction", "peer_id", "cmid", "reaction_id", right="messages")
async def send_reaction(vk: FakeVk, given: Parameters) -> Any:
    customer = _customer(vk, given.number("peer_id"))
    if given.number("reaction_id") not in REACTIONS:
        raise Refused(1009, "Unknown reaction passed")
    customer.reactions[_existing(customer, given.number("cmid"))] = [REACTIONS[given.number("reaction_id")]]
    vk.changed()
    return 1


@method("messages.deleteReaction", "peer_id", "cmid", right="messages")
async def delete_reaction(vk: FakeVk, given: Parameters) -> Any:
    customer = _customer(vk, given.number("peer_id"))
    customer.reactions.pop(_existing(customer, given.number("cmid")), None)
    vk.changed()
    return 1


@method("messages.sendMessageEventAnswer", "event_id", "user_id", "peer_id", "event_data", right="messages")
async def answer_press(vk: FakeVk, given: Parameters) -> Any:
    press = (given.number("user_id"), given.number("peer_id"))
    if vk.presses.get(given.needed("event_id")) != press:
        raise bad("event_id is invalid")
    del vk.presses[given.text("event_id")]
    vk.changed()
    return 1


@method("messages.getByConversationMessageId", "peer_id", "conversation_message_ids", right="messages")
async def get_message(vk: FakeVk, given: Parameters) -> Any:
    customer = _customer(vk, given.number("peer_id"))
    found = [vk.whole.get((customer.peer, n)) or customer.message(n) for n in given.numbers("conversation_message_ids")]
    items = [message for message in found if message]
    return {"count": len(items), "items": items}


def _customer(vk: FakeVk, peer: int) -> FakeCustomer:
    """Returns the customer to write to: one who has allowed messages."""
    customer = vk.customers.get(peer)
    if customer is None:
        raise Refused(936, "Contact not found")
    if customer.banned:
        raise Refused(900, "Can't send messages for users from blacklist")
    if not customer.allowed:
        raise Refused(901, "Can't send messages for users without permission")
    return customer


def _existing(customer: FakeCustomer, number: int) -> int:
    if number not in customer.messages and number not in customer.shown:
        raise bad("cmid is invalid")
    return number


def _composed(vk: FakeVk, customer: FakeCustomer, given: Parameters) -> Seen:
    """The message of the parameters, as the customer sees it."""
    text = given.text("message")
    if _units(text) > TEXT:
        raise Refused(914, "Message is too long")
    seen = Seen(0, shown(text), _items(given, text))
    for name in filter(None, given.text("attachment").split(",")):
        attachment, data = _attachment(vk, name)
        seen.attachments.append(attachment)
        seen.files.append(data)
    if len(seen.attachments) > ATTACHMENTS:
        raise bad("attachment: too many")
    if "audio_message" in given.text("attachment") and (text or len(seen.attachments) > 1):
        raise bad("attachment: a voice message stands alone")
    if "lat" in given or "long" in given:
        seen.geo = _point(given)
    if "forward" in given:
        seen.reply_to = _reply(customer, given)
    if not (text or seen.attachments or seen.geo):
        raise bad("message is empty or invalid")
    return seen


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shown(text: str) -> str:
    for mention in NAMED:
        text = mention.sub(r"\1", text)
    return text


def _items(given: Parameters, text: str) -> list[Json]:
    if "format_data" not in given:
        return []
    data = given.structure("format_data")
    items = data.get("items")
    if set(data) != {"version", "items"} or data["version"] != 1 or not isinstance(items, list):
        raise bad("format_data is invalid")
    for item in items:
        keys = {"type", "offset", "length"} | ({"url"} if item.get("type") == "url" else set())
        if set(item) != keys or item["type"] not in ("bold", "italic", "underline", "url"):
            raise bad(f"format_data is invalid: {json.dumps(item)}")
        if item["offset"] < 0 or item["length"] < 1 or item["offset"] + item["length"] > _units(text):
            raise bad("format_data reaches beyond the text")
        if "url" in keys and not re.match(r"https?://", item["url"]):
            raise bad("format_data: url is invalid")
    return items


def _attachment(vk: FakeVk, name: str) -> tuple[Json, bytes]:
    found = ATTACHMENT.fullmatch(name)
    kept = vk.uploading.saved.get(int(found[3])) if found else None
    if not found or kept is None or kept.kind != found[1] or int(found[2]) != -vk.group or found[4] != kept.key:
        raise bad(f"attachment is invalid: {name}")
    return {"type": kept.kind, kept.kind: kept.thing(vk.group)}, kept.data


def _point(given: Parameters) -> tuple[float, float]:
    latitude, longitude = given.decimal("lat"), given.decimal("long")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("lat or long is invalid")
    return latitude, longitude


def _reply(customer: FakeCustomer, given: Parameters) -> int:
    forward = given.structure("forward")
    if set(forward) != {"peer_id", "conversation_message_ids", "is_reply"} or forward["peer_id"] != customer.peer:
        raise bad("forward is invalid")
    if forward["is_reply"] not in (True, 1) or len(forward["conversation_message_ids"]) != 1:
        raise bad("forward: one message can be replied to")
    [number] = forward["conversation_message_ids"]
    return _existing(customer, number)
