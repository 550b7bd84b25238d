"""The Graph API over the account's HTTP client: one request per call, JSON back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import ClientSession

from bot.locale import Translator
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse, call
from bridges.whatsapp import errors


class Graph:
    """Calls the API. `patience`: seconds to wait for an answer. Raises `DeliveryError` only."""

    def __init__(self, http: ClientSession, api_url: str, token: str, tr: Translator, patience: float) -> None:
        self._http, self._base, self._tr, self.patience = http, api_url, tr, patience
        self.headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **parameters: str) -> Fields:
        return self.read(await self.ask(path, **parameters), repeatable=True)

    async def ask(self, path: str, **parameters: str) -> HttpResponse:
        """Returns the answer, whatever its status."""
        return await self._call("GET", path, self.patience, repeatable=True, params=parameters)

    async def post(self, path: str, *, repeatable: bool = False, patience: float = 0, **options: Any) -> Fields:
        answer = await self._call("POST", path, patience or self.patience, repeatable=repeatable, **options)
        return self.read(answer, repeatable=repeatable)

    def read(self, answer: HttpResponse, *, repeatable: bool) -> Fields:
        """Returns the object of a successful answer; raises the error that another answer means."""
        if answer.status != 200 or "error" in answer.fields or not answer.fields:
            raise errors.refused(answer, self._tr, repeatable=repeatable)
        return answer.fields

    async def _call(self, method: str, path: str, patience: float, **options: Any) -> HttpResponse:
        """Makes a request. `path`: ids and names, which may contain any character."""
        url = f"{self._base}/{'/'.join(quote(part, safe='') for part in path.split('/'))}"
        return await call(self._http, method, url, headers=self.headers, patience=patience, **options)
