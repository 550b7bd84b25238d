"""Files up and down, the number, and its account: every request except sending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from tests.fakes.whatsapp.refusals import invalid, nothing_there
from tests.fakes.whatsapp.rules import UPLOADED
from tests.fakes.whatsapp.state import Request, check_id

if TYPE_CHECKING:
    from tests.fakes.whatsapp.server import FakeWhatsApp

JSON = dict[str, Any]
LARGEST = 100 << 20
NUMBER_FIELDS = frozenset({"id", "display_phone_number", "verified_name", "webhook_configuration", "quality_rating"})

# ----------------------------------------------------------------------------------------------- files


async def upload(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    check_id(request, whatsapp.phone_id)
    if request.content_type != "multipart/form-data":
        raise invalid("The parameter file is required.")
    values: dict[str, str] = {}
    file: tuple[str, str, bytes] | None = None
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.filename is None:
            values[part.name or ""] = await part.text()
            continue
        if part.name != "file":
            raise invalid(f'Unexpected key "{part.name}"')
        data = bytearray()
        while chunk := await part.read_chunk(1 << 16):
            data += chunk
            if len(data) > LARGEST:
                raise invalid("Param file must be at most 100 MB")
        file = (part.filename, part.headers.get("Content-Type", ""), bytes(data))
    whatsapp.requests.append(Request("POST", request.path, values, file))
    if values.get("messaging_product") != "whatsapp" or set(values) != {"messaging_product", "type"}:
        raise invalid("The parameters messaging_product and type are required.")
    if file is None:
        raise invalid("The parameter file is required.")
    if file[1] not in UPLOADED or values["type"] != file[1]:
        types = ", ".join(sorted(UPLOADED))
        words = f"Param file must be a file with one of the following types: {types}."
        raise invalid(f"{words} Received file of type '{file[1]}'.")
    return web.json_response({"id": whatsapp.keep(file[2], file[1])})


async def thing(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    if request.match_info["id"] == whatsapp.phone_id:
        return _number(whatsapp, request)
    media_id = request.match_info["id"]
    if media_id not in whatsapp.media or request.query.get("phone_number_id", whatsapp.phone_id) != whatsapp.phone_id:
        raise nothing_there(media_id)
    kept, parts = whatsapp.media[media_id], urlsplit(whatsapp.url)
    return web.json_response(
        {
            "messaging_product": "whatsapp",
            "url": f"{parts.scheme}://{parts.netloc}/attachments?mid={media_id}&ext=1700000000&hash=ARLJ",
            "mime_type": kept.mime,
            "sha256": "0" * 64,
            "file_size": len(kept.data),
            "id": media_id,
        }
    )


async def file(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    kept = whatsapp.media.get(request.query.get("mid", ""))
    if kept is None:
        raise web.HTTPNotFound
    return web.Response(body=kept.data, content_type=kept.mime)


# ----------------------------------------------------------------------------- the number, the account


def _number(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    fields = request.query.get("fields", "id,display_phone_number,verified_name").split(",")
    if unknown := set(fields) - NUMBER_FIELDS:
        raise invalid(f"Tried accessing nonexisting field ({min(unknown)}) on node type (WhatsAppBusinessPhoneNumber)")
    body: JSON = {
        "display_phone_number": "+1 555-078-3881",
        "verified_name": "Shop",
        "quality_rating": "GREEN",
        "webhook_configuration": {"application": whatsapp.address} if whatsapp.address else {},
    }
    return web.json_response({**{key: body[key] for key in fields if key in body}, "id": whatsapp.phone_id})


async def apps(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    check_id(request, whatsapp.waba_id)
    app = {"whatsapp_business_api_data": {"id": "12345", "name": "Shop"}}
    return web.json_response({"data": [app] if whatsapp.subscribed else []})


async def templates(whatsapp: FakeWhatsApp, request: web.Request) -> web.Response:
    check_id(request, whatsapp.waba_id)
    query = request.query
    if unknown := set(query) - {"status", "limit", "after", "before", "name", "fields"}:
        raise invalid(f"Unknown parameter {min(unknown)}")
    found = [one for one in whatsapp.templates if query.get("status", one["status"]) == one["status"]]
    found = [one for one in found if query.get("name", "") in one["name"]]
    start, size = int(query.get("after", 0)), min(int(query.get("limit", 25)), whatsapp.page)
    end = start + size
    paging: JSON = {"cursors": {"before": str(start), "after": str(end)}}
    if end < len(found):
        paging["next"] = f"{whatsapp.url}/{whatsapp.waba_id}/message_templates?after={end}"
    return web.json_response(json.loads(json.dumps({"data": found[start:end], "paging": paging})))
