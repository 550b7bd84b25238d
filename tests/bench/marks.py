"""Messages with 3000 marks as each channel would deliver them, signed as by its platform."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

MARKS = 3000
TEXT = "word " * 700
NOBODY = "http://127.0.0.1:9"
VIBER = "4453b6ac1s345678-e02c5f12174805f9-daec9cbb5448c51f"
CONFIG = f"""
[hub]
listen = "127.0.0.1:{{port}}"
database_url = "{{database}}"
redis_url = "{{redis}}"
files = "{{folder}}/files"
public_url = "https://hub.example.com"
secret = "the benchmark's own secret, of enough letters"

[desks.local]
kind = "web"
operators = {{{{ anna = "the key of anna, of enough letters" }}}}

[accounts.telegram]
kind = "telegram"
token = "123456789:a-token-that-nobody-has"
receive = "webhook"
webhook_secret = "telegram-secret"
api_url = "{NOBODY}"

[accounts.max]
kind = "max"
token = "a-token-that-nobody-has"
receive = "webhook"
webhook_secret = "max-secret"
api_url = "{NOBODY}"

[accounts.whatsapp]
kind = "whatsapp"
phone_id = "1122334455667"
token = "nobody"
app_secret = "app-secret"
verify_token = "verify"
api_url = "{NOBODY}"

[accounts.viber]
kind = "viber"
token = "{VIBER}"
api_url = "{NOBODY}"

[accounts.vk]
kind = "vk"
group_id = 1
token = "vk1.a.a-token-that-nobody-has"
receive = "callback"
secret = "vk_secret"
api_url = "{NOBODY}/"

[accounts.api]
kind = "api"
token = "the token of the program"

[accounts.site]
kind = "webchat"
"""


def requests(number: int) -> list[bytes]:
    """Whole HTTP requests. `number`: makes each message a new one."""
    return [_telegram(number), _max(number), _whatsapp(number), _viber(number), _vk(number), _api(number)]


def _nested(*kinds: str, offset: str = "offset", **more: Any) -> list[dict[str, Any]]:
    return [
        {"type": kinds[at % len(kinds)], offset: at % 1500, "length": len(TEXT) - 2 * (at % 1500), **more}
        for at in range(MARKS)
    ]


def _telegram(number: int) -> bytes:
    person = {"id": 7, "first_name": "Eve"}
    message = {
        "message_id": number,
        "date": _now(),
        "from": person,
        "chat": {**person, "type": "private"},
        "text": TEXT,
    }
    marks = _nested("bold", "italic", "underline", "spoiler")
    body = _json({"update_id": number, "message": {**message, "entities": marks}})
    return _post("/hooks/telegram", body, "X-Telegram-Bot-Api-Secret-Token: telegram-secret")


def _max(number: int) -> bytes:
    said = {
        "mid": f"mid.{number}",
        "seq": number,
        "text": TEXT,
        "markup": _nested("strong", "emphasized", offset="from"),
    }
    message = {
        "recipient": {"chat_id": 4, "chat_type": "dialog", "user_id": 2},
        "timestamp": _now() * 1000,
        "body": said,
        "sender": {"user_id": 1, "first_name": "Eve", "name": "Eve", "is_bot": False},
    }
    body = _json({"update_type": "message_created", "timestamp": _now() * 1000, "message": message})
    return _post("/hooks/max", body, "X-Max-Bot-Api-Secret: max-secret")


def _whatsapp(number: int) -> bytes:
    words = " ".join(f"{mark}word{mark}" for mark in ["*", "_", "~", "*_~", "`"] * (MARKS // 5))
    message = {"from": "972987654321", "id": f"wamid.{number}", "timestamp": str(_now()), "type": "text"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "972123456789", "phone_number_id": "1122334455667"},
        "contacts": [{"profile": {"name": "Eve"}, "wa_id": "972987654321"}],
        "messages": [{**message, "text": {"body": words}}],
    }
    entry = {"id": "1", "changes": [{"value": value, "field": "messages"}]}
    body = _json({"object": "whatsapp_business_account", "entry": [entry]})
    return _post("/hooks/whatsapp", body, f"X-Hub-Signature-256: sha256={_signed('app-secret', body)}")


def _viber(number: int) -> bytes:
    sender = {"id": "01234567890A=", "name": "Eve"}
    event = {
        "event": "message",
        "timestamp": _now() * 1000,
        "message_token": 4912661846655238145 + number,
        "sender": sender,
    }
    body = _json({**event, "message": {"type": "text", "text": "*a* " * MARKS}})
    return _post("/hooks/viber", body, f"X-Viber-Content-Signature: {_signed(VIBER, body)}")


def _vk(number: int) -> bytes:
    message = {
        "date": _now(),
        "from_id": 7,
        "peer_id": 7,
        "id": number,
        "conversation_message_id": number,
        "text": TEXT,
    }
    marks = {"version": 1, "items": _nested("bold", "italic", "underline")}
    event = {"group_id": 1, "type": "message_new", "event_id": f"{number:040x}", "v": "5.199", "secret": "vk_secret"}
    return _post("/hooks/vk", _json({**event, "object": {"message": {**message, "format_data": marks}}}), "X: y")


def _api(number: int) -> bytes:
    body = _json({"id": f"m{number}", "conversation": "c1", "sender": {"name": "Eve"}, "text": "*a* " * MARKS})
    return _post("/api/v1/accounts/api/messages", body, "Authorization: Bearer the token of the program")


def _post(path: str, body: bytes, header: str) -> bytes:
    lines = f"Host: hub\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{header}\r\n\r\n"
    return f"POST {path} HTTP/1.1\r\n{lines}".encode() + body


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _signed(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _now() -> int:
    return int(time.time())
