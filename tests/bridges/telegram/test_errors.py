"""Failures of a call, and the error that each becomes."""

from __future__ import annotations

import json
import ssl
import traceback
from pathlib import Path

import aiohttp
import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.methods import GetUpdates, SendMessage

from bot.domain import ChatId
from bot.locale import translator
from bot.ports import DeliveryError, Moved, Rejected, RejectReason, Transient, Unavailable, Unconfirmed, Unexplained
from bridges.telegram.client import _result
from bridges.telegram.errors import translated
from bridges.telegram.kinds import REACTIONS

FOLDER = Path(__file__).parents[2] / "payloads" / "telegram"
SEND, POLL = SendMessage(chat_id=1, text="x"), GetUpdates()
TR = translator("en")


def become(error: Exception, *, repeatable: bool = False) -> DeliveryError:
    with pytest.raises(DeliveryError) as failed, translated(TR, repeatable=repeatable):
        raise error
    return failed.value


def answered(status: int, body: object, method: SendMessage | GetUpdates = SEND) -> DeliveryError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(DeliveryError) as failed, translated(TR):
        _result(method, status, raw)
    return failed.value


def payload(name: str) -> dict[str, object]:
    body = json.loads((FOLDER / f"error_{name}.json").read_text())
    assert isinstance(body, dict)
    return body


def test_the_recorded_answers() -> None:
    blocked = answered(403, payload("403"))
    assert isinstance(blocked, Rejected)
    assert blocked.reason is RejectReason.BLOCKED
    moved = answered(400, payload("migrate"))
    assert isinstance(moved, Moved)
    assert moved.to == ChatId("-1001234567890")
    busy = answered(429, payload("429"))
    assert isinstance(busy, Transient)
    assert (busy.retry_after, busy.scope) == (14, "chat")
    elsewhere = answered(429, payload("429"), POLL)
    assert isinstance(elsewhere, Transient)
    assert elsewhere.scope == "all"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("chat not found", RejectReason.GONE),
        ("PEER_ID_INVALID", RejectReason.GONE),
        ("message is too long", RejectReason.TOO_LONG),
        ("MESSAGE_TOO_LONG", RejectReason.TOO_LONG),
        ("message caption is too long", RejectReason.TOO_LONG),
        ("file is too big", RejectReason.TOO_LARGE),
        ("REACTION_INVALID", RejectReason.UNSUPPORTED),
        ("invalid file_id", RejectReason.FILE_GONE),
        ("wrong file_id or the file is temporarily unavailable", RejectReason.FILE_GONE),
        ("not enough rights to send text messages to the chat", RejectReason.FORBIDDEN),
        ("VOICE_MESSAGES_FORBIDDEN", RejectReason.FORBIDDEN),
        ("can't parse entities: Unexpected end tag at byte offset 3", RejectReason.INVALID),
    ],
)
def test_refusals(words: str, reason: RejectReason) -> None:
    error = become(TelegramBadRequest(SEND, f"Bad Request: {words}"))
    assert isinstance(error, Rejected)
    assert (error.reason, error.detail) == (reason, f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("bot was blocked by the user", RejectReason.BLOCKED),
        ("bot was kicked from the supergroup chat", RejectReason.BLOCKED),
        ("user is deactivated", RejectReason.GONE),
        ("bot can't initiate conversation with a user", RejectReason.FORBIDDEN),
    ],
)
def test_forbidden(words: str, reason: RejectReason) -> None:
    error = become(TelegramForbiddenError(SEND, f"Forbidden: {words}"))
    assert isinstance(error, Rejected)
    assert error.reason is reason


def test_a_file_that_is_too_large_is_no_network_error() -> None:
    error = TelegramEntityTooLarge(SEND, "Request Entity Too Large")
    assert isinstance(error, TelegramNetworkError), "it is one for aiogram, which is the trap"
    refused = become(error, repeatable=True)
    assert isinstance(refused, Rejected)
    assert refused.reason is RejectReason.TOO_LARGE


@pytest.mark.parametrize("status", [401, 404])
def test_a_refused_token(status: int) -> None:
    error = answered(status, {"ok": False, "error_code": status, "description": "Unauthorized"})
    assert isinstance(error, Unavailable)
    assert "@BotFather" in error.advice


def test_a_second_poller_is_no_lasting_trouble() -> None:
    assert isinstance(become(TelegramConflictError(POLL, "Conflict: terminated by other getUpdates")), Transient)


CONNECTION = aiohttp.client_reqrep.ConnectionKey("h", 443, True, True, None, None, None)
CLOSED_BEFORE = aiohttp.ClientOSError(None, "Can not write request body for http://h/bot1:secret/sendMessage")
CLOSED_BEFORE.__cause__ = aiohttp.ClientConnectionResetError("Cannot write to closing transport")
NEVER_LEFT = [
    aiohttp.ClientConnectorError(CONNECTION, ConnectionRefusedError()),
    aiohttp.ClientConnectorDNSError(CONNECTION, OSError("no such host")),
    aiohttp.ClientConnectorCertificateError(CONNECTION, ssl.SSLCertVerificationError()),
    aiohttp.ConnectionTimeoutError(),
    CLOSED_BEFORE,
]
DOUBTFUL = [
    aiohttp.ServerDisconnectedError(),
    aiohttp.ClientOSError(104, "reset by peer"),
    aiohttp.ClientPayloadError(),
    aiohttp.ServerTimeoutError(),
    aiohttp.ClientConnectionResetError("Connection lost"),
    TimeoutError(),
    ConnectionResetError(),
    TelegramServerError(SEND, "Internal Server Error"),
]


@pytest.mark.parametrize("error", NEVER_LEFT, ids=lambda error: type(error).__name__)
def test_what_never_left_us_is_transient(error: Exception) -> None:
    assert isinstance(become(error), Transient)


@pytest.mark.parametrize("error", DOUBTFUL, ids=lambda error: type(error).__name__)
def test_a_doubt_matters_only_where_repeating_does(error: Exception) -> None:
    assert isinstance(become(error), Unconfirmed)
    assert isinstance(become(error, repeatable=True), Transient)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html>Bad Gateway</html>", Unconfirmed),
        (500, {"ok": False, "error_code": 500, "description": "Internal Server Error: restart"}, Unconfirmed),
        (200, b"<html>Welcome to our hotel's network</html>", Unconfirmed),
        (200, {"ok": False}, Unconfirmed),
        (503, {"ok": True, "result": {}}, Unconfirmed),
        (301, b"", Unconfirmed),
        (429, b"slow down", Transient),
        (429, {"ok": False, "parameters": {"retry_after": 0.5}}, Transient),
        (413, b"<html>Request Entity Too Large</html>", Rejected),
        (418, {"ok": False, "description": "I'm a teapot"}, Unexplained),
        (400, {"ok": False, "description": 7, "parameters": "?"}, Unexplained),
        (400, {"ok": False, "description": "Bad Request: something nobody has heard of"}, Unexplained),
        (403, {"ok": False, "description": "Forbidden: by order of nobody"}, Unexplained),
        (429, {"ok": False, "parameters": {"retry_after": "soon"}}, Transient),
    ],
)
def test_answers_that_are_not_telegrams_own(status: int, body: object, kind: type[DeliveryError]) -> None:
    assert type(answered(status, body)) is kind


def test_what_an_error_of_the_connection_says_is_not_passed_on() -> None:
    """aiohttp's error contains the address, and the address contains the token."""
    error = become(aiohttp.ClientOSError(None, "Can not write request body for http://h/bot1:secret/sendMessage"))
    assert "secret" not in "".join(traceback.format_exception(error))


def test_an_answer_is_given_as_it_is() -> None:
    assert _result(SEND, 200, b'{"ok": true, "result": {"message_id": 5, "new": {}}}') == {"message_id": 5, "new": {}}


def test_an_error_of_another_kind_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), translated(TR):
        raise ZeroDivisionError
    with pytest.raises(Rejected) as refused, translated(TR):
        raise Rejected(RejectReason.FILE_GONE)
    assert refused.value.reason is RejectReason.FILE_GONE


def test_the_reactions_are_those_that_the_library_documents() -> None:
    source = Path(str(__import__("aiogram").__file__)).parent / "types" / "reaction_type_emoji.py"
    words = source.read_text()
    assert all(f'"{emoji}"' in words for emoji in REACTIONS)
    assert words.count('", "') + 1 == len(REACTIONS)
