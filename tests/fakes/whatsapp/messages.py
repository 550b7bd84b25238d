"""The endpoint that sends: WhatsApp refuses some messages at once, and accepts others that fail later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from tests.fakes.whatsapp import templates
from tests.fakes.whatsapp.markup import show
from tests.fakes.whatsapp.people import FakeCustomer, Seen
from tests.fakes.whatsapp.refusals import Refused, invalid
from tests.fakes.whatsapp.rules import CALLBACK, check_file, check_message, receiver
from tests.fakes.whatsapp.state import Kept, Request, check_id

if TYPE_CHECKING:
    from tests.fakes.whatsapp.server import FakeWhatsApp

JSON = dict[str, Any]
WINDOW = 24 * 3600


async def messages(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    check_id(request, whatsapp.phone_id)
    try:
        body = await request.json()
    except ValueError:
        raise invalid("Invalid JSON body") from None
    whatsapp.requests.append(Request("POST", request.path, body))
    kind, content = check_message(body)
    phone, user_id = receiver(body)
    if whatsapp.allowed is not None and (phone or user_id) not in whatsapp.allowed:
        raise Refused(131030, "Recipient phone number not in allowed list")
    person = _find(whatsapp, phone, user_id)
    ref, given = whatsapp.new_ref(), body.get("context", {}).get("message_id")
    whatsapp.callbacks[ref] = body.get(CALLBACK, "")
    seen = await _seen(whatsapp, person, ref, kind, content)
    if person is not None:
        _check_refs(person, kind, content, given)
        if isinstance(seen, Seen):
            seen.reply_to = given
    _deliver(whatsapp, person, ref, kind, content, seen, phone)
    contact = {"input": phone or user_id} | ({"wa_id": phone} if phone else {"user_id": user_id})
    answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": ref}]}
    return web.json_response(answer)


def _find(whatsapp: FakeWhatsApp, phone: str, user_id: str) -> FakeCustomer | None:
    found = (one for one in whatsapp.people if (phone and one.phone == phone) or (user_id and one.user_id == user_id))
    return next(found, None)


def _check_refs(person: FakeCustomer, kind: str, content: Any, reply_to: str | None) -> None:
    refs = [reply_to, content["message_id"] if kind == "reaction" else None]
    if any(ref is not None and ref not in person.written and ref not in person.shown for ref in refs):
        raise Refused(131009, "The message id is not of this conversation")


async def _seen(
    whatsapp: FakeWhatsApp, person: FakeCustomer | None, ref: str, kind: str, content: Any
) -> Seen | Refused:
    """Returns the message that the customer will see, or the error it will fail with later. Raises refusals that come
    at once."""
    seen = Seen(ref, kind, body=content)
    if kind == "template":
        seen.text = templates.words(whatsapp.templates, content)
    elif kind == "text":
        shown = show(content["body"])
        seen.text, seen.looks = shown.text, shown.looks
    elif isinstance(content, dict) and ("id" in content or "link" in content):
        shown = show(content.get("caption", ""))
        seen.text, seen.looks = shown.text, shown.looks
        try:
            kept = await _media_of(whatsapp, content)
            check_file(kind, kept.data, kept.mime)
        except Refused as refused:
            if refused.code != 131053:
                raise
            return refused
        seen.file, seen.mime = kept.data, kept.mime
    return seen


async def _media_of(whatsapp: FakeWhatsApp, content: JSON) -> Kept:
    if "id" in content:
        if content["id"] not in whatsapp.media:
            raise invalid(f"Param media_id {content['id']} does not exist")
        return whatsapp.media[content["id"]]
    try:
        async with aiohttp.ClientSession() as http, http.get(content["link"]) as response:
            if response.status != 200:
                raise Refused(131053, f"Downloading media from weblink failed with http code {response.status}")
            return Kept(await response.read(), response.content_type)
    except aiohttp.ClientError:
        raise Refused(131053, "Downloading media from weblink failed") from None


def _deliver(
    whatsapp: FakeWhatsApp,
    person: FakeCustomer | None,
    ref: str,
    kind: str,
    content: Any,
    seen: Seen | Refused,
    phone: str,
) -> None:
    """Delivers an accepted message; a failure is reported by a status."""
    if person is None or person.blocked:
        nobody = person or FakeCustomer(whatsapp, "", phone)
        return whatsapp.tell(nobody, ref, "failed", Refused(131026, "Message Undeliverable."))
    if kind != "template" and whatsapp.now() - person.last_wrote > WINDOW:
        words = "Message failed to send because more than 24 hours have passed since the customer last replied."
        return whatsapp.tell(person, ref, "failed", Refused(131047, words))
    if isinstance(seen, Refused):
        return whatsapp.tell(person, ref, "failed", seen)
    if kind == "reaction":
        person.reactions.pop(content["message_id"], None)
        if content["emoji"]:
            person.reactions[content["message_id"]] = content["emoji"]
    else:
        person.shown[ref] = seen
    whatsapp.tell(person, ref, "sent")
    return whatsapp.changed()
