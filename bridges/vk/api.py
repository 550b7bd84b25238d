"""Calls of VK's methods over the account's HTTP client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import ClientSession

from bot.locale import Translator
from bridges.shared.http_calls import call
from bridges.vk import errors
from bridges.vk.kinds import VERSION
from bridges.vk.settings import VkSettings

PATIENCE = 30.0  # seconds to wait for an answer


class ApiCall(Protocol):
    """Signature of `Api.ask`."""

    async def __call__(self, method: str, /, *, patience: float = 0, **parameters: object) -> Any: ...


class Api:
    """Makes one request per call and never retries. Raises `DeliveryError` only."""

    def __init__(self, http: ClientSession, settings: VkSettings, tr: Translator, patience: float = PATIENCE) -> None:
        self._http, self._settings, self._tr, self._patience = http, settings, tr, patience

    async def do(self, method: str, /, **parameters: object) -> Any:
        """Makes a call that must not be blindly repeated."""
        return await self._call(method, parameters, repeatable=False, patience=self._patience)

    async def ask(self, method: str, /, *, patience: float = 0, **parameters: object) -> Any:
        """Makes a call that may safely be repeated."""
        patience = min(patience or self._patience, self._patience)
        return await self._call(method, parameters, repeatable=True, patience=patience)

    async def _call(self, method: str, parameters: Mapping[str, object], *, repeatable: bool, patience: float) -> Any:
        """Sends the token in the body, because addresses end up in the logs of proxies."""
        form = {name: _form(value) for name, value in parameters.items() if value is not None}
        form |= {"access_token": self._settings.token.get_secret_value(), "v": VERSION}
        url = f"{self._settings.api_url}{method}"
        answer = await call(self._http, "POST", url, patience=patience, repeatable=repeatable, data=form)
        return errors.result(answer, self._tr, repeatable=repeatable)


def _form(value: object) -> str:
    """Encodes a parameter for VK: lists with commas, objects as JSON, booleans as 1 and 0."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
