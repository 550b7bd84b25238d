"""The Bot API over the account's HTTP client. The token is sent to the API only, never to the addresses of files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import FormData

from bot.locale import Translator
from bot.ports import Download, Tools
from bridges.max import errors
from bridges.max.settings import MaxSettings
from bridges.shared import http_calls
from bridges.shared.fields import Fields
from bridges.shared.http_calls import HttpResponse, StrangeCertificate


class Client:
    """Makes one request per call and never retries. Raises `DeliveryError` only. `patience`: seconds to wait for an
    answer."""

    def __init__(self, settings: MaxSettings, tools: Tools, tr: Translator, patience: float) -> None:
        self._settings, self._tr, self._patience = settings, tr, patience
        self._http, self._lasting_http = tools.http, tools.lasting_http
        self._trusted = settings.trusted()

    async def call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = False,
        patience: float = 0,
        lasting: bool = False,
        **options: Any,
    ) -> Fields:
        """Calls a method of the Bot API. `lasting`: MAX keeps the request open. `options`: `params` and `json`."""
        url, headers = self._settings.api_url + path, {"Authorization": self._settings.token.get_secret_value()}
        with self._certified():
            answer = await http_calls.call(
                self._lasting_http if lasting else self._http,
                method,
                url,
                patience=patience or self._patience,
                repeatable=repeatable,
                headers=headers,
                ssl=self._trusted,
                **options,
            )
        return errors.result(answer, self._tr, repeatable=repeatable)

    async def upload(self, url: str, form: FormData, patience: float) -> HttpResponse:
        """Uploads a file to the address that the API gave for it."""
        with self._certified():
            return await http_calls.call(
                self._http, "POST", url, patience=patience, repeatable=True, data=form, ssl=self._trusted
            )

    @asynccontextmanager
    async def opened(self, url: str) -> AsyncIterator[Download]:
        async with http_calls.opened(self._lasting_http, url, patience=self._patience, ssl=self._trusted) as download:
            yield download

    @contextmanager
    def _certified(self) -> Iterator[None]:
        """Turns a certificate error into `Unavailable`: retrying would not make this machine trust the certificate."""
        try:
            yield
        except StrangeCertificate:
            raise errors.strange_certificate(self._tr) from None
