"""The REST Bot API over the account's HTTP client: one request per call, plain JSON out and in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession

from bot.locale import Translator
from bot.ports import Rejected, RejectReason
from bridges.shared.fields import Fields
from bridges.shared.http_calls import call
from bridges.viber import errors
from bridges.viber.settings import ViberSettings

LONGEST_REQUEST = 30_000
"""Bytes of JSON: "maximum total JSON size of the request is 30kb"."""


class Client:
    """Calls the API. `patience`: seconds to wait for an answer. Raises `DeliveryError` only."""

    def __init__(self, http: ClientSession, settings: ViberSettings, tr: Translator, patience: float) -> None:
        self._http, self._settings, self._tr, self._patience = http, settings, tr, patience

    async def call(self, method: str, body: Mapping[str, Any], *, repeatable: bool = False) -> Fields:
        """Calls a method. `repeatable`: the call may safely be made twice."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        if len(raw) > LONGEST_REQUEST:
            raise Rejected(RejectReason.TOO_LONG, f"{len(raw)} bytes, {LONGEST_REQUEST} are allowed")
        headers = {
            "X-Viber-Auth-Token": self._settings.token.get_secret_value(),
            "Content-Type": "application/json; charset=utf-8",
        }
        url = f"{self._settings.api_url}{method}"
        answer = await call(
            self._http, "POST", url, patience=self._patience, repeatable=repeatable, data=raw, headers=headers
        )
        return errors.judged(answer, self._tr, repeatable=repeatable)
