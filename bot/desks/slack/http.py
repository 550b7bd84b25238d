"""`POST /slack/events`: all HTTP requests of Slack, for all Slack desks."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence

from fastapi import Request, Response
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.desks.slack.desk import SlackDesk
from bot.domain import DeskName
from bot.ports import Desk, EventHandler, Route
from bot.ports.requests import check, proved

SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
WHEN = re.compile(r"\d{1,12}", re.ASCII)
OLDEST = 60 * 5  # seconds; Slack's own rule
BODY_LIMIT = 1 << 20  # bytes; Slack's own payloads stay far below


def events(desks: Mapping[DeskName, Desk], handlers: Mapping[DeskName, EventHandler]) -> Sequence[Route]:
    """Builds the one route of all desks: the signature tells whose a request is."""
    ours = [(desk, handlers[name]) for name, desk in desks.items() if isinstance(desk, SlackDesk)]
    ways_in = [
        (SignatureVerifier(secret.get_secret_value()), desk.receiver(handler))
        for desk, handler in ours
        if (secret := desk.settings.signing_secret) is not None
    ]

    async def receive(request: Request) -> Response:
        if not _may_be_signed(request.headers):
            return Response(status_code=401)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        for verifier, receiver in ways_in:
            if _signed(verifier, body, request.headers):
                proved(request)
                asked = _read(request, body)
                if asked is None:
                    return Response(status_code=400)
                return to_starlette_response(await receiver.dispatch(asked))
        return Response(status_code=401)

    return [Route(("POST",), "/slack/events", receive, plain=True)]


async def _bounded(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _read(request: Request, body: bytes) -> AsyncBoltRequest | None:
    """Parses a request; None if the body is nothing that Slack sends."""
    try:
        asked = to_async_bolt_request(request, body)
        check(asked.body)
    except Exception:  # noqa: BLE001 - Bolt parses the body at once, whatever its shape
        return None
    return asked


def _may_be_signed(headers: Mapping[str, str]) -> bool:
    """Checks that there is a recent signature. It covers the body, so it can be verified only after that is read."""
    when, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    recent = WHEN.fullmatch(when) is not None and abs(time.time() - int(when)) <= OLDEST
    return recent and SIGNATURE.fullmatch(signature) is not None


def _signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Verifies the signature: the SDK compares in constant time and refuses one older than five minutes."""
    try:
        return verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):
        return False
