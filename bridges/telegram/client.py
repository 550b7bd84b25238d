"""The Bot API over the account's HTTP client: aiogram's methods out, plain dicts back.

Answers stay plain on purpose: if a typed model rejected the answer to a sent message, the message would count as failed
and be sent again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates, TelegramMethod
from aiogram.types import InputFile
from aiohttp import ClientSession, FormData

from bot.ports import DeliveryError, Download
from bot.runtime import http_limits, http_waits
from bridges.shared import http_calls

REFUSALS: Mapping[int, type[TelegramAPIError]] = {
    400: TelegramBadRequest,
    401: TelegramUnauthorizedError,
    403: TelegramForbiddenError,
    404: TelegramNotFound,
    409: TelegramConflictError,
    413: TelegramEntityTooLarge,
}


class TelegramSession(BaseSession):
    """Makes one request per call and never retries. Errors of aiohttp pass through unchanged: their type decides
    whether something may have been sent. `lasting_http`: for long polls and files."""

    def __init__(self, http: ClientSession, lasting_http: ClientSession, api_url: str, patience: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=patience)
        self._http, self._lasting_http = http, lasting_http

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: float | None = None) -> Any:
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        limits = http_limits.request(timeout or self.timeout)
        form = self._form(bot, method)
        http = self._lasting_http if isinstance(method, GetUpdates) else self._http
        async with http.post(url, data=form, timeout=limits, allow_redirects=False) as response:
            return _result(method, response.status, await response.read())

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: float = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        limits = http_limits.transfer(timeout)
        async with self._lasting_http.get(
            url, headers=headers, timeout=limits, raise_for_status=raise_for_status
        ) as response:
            async for chunk in response.content.iter_chunked(chunk_size):
                yield chunk

    async def close(self) -> None:
        """Does nothing: the HTTP client is the hub's."""

    def _form(self, bot: Bot, method: TelegramMethod[Any]) -> FormData:
        form, files = FormData(quote_fields=False), dict[str, InputFile]()
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                form.add_field(name, prepared)
        for name, file in files.items():
            form.add_field(name, file.read(bot), filename=file.filename or name)
        return form


def _result(method: TelegramMethod[Any], status: int, body: bytes) -> Any:
    """Returns the result of the call. Raises aiogram's errors."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):  # a proxy in between answered, not Telegram
        answer = {"description": f"HTTP {status}"}
    if status == HTTPStatus.OK and answer.get("ok") is True:
        return answer.get("result")
    raise _refusal(method, status, answer)


def _refusal(method: TelegramMethod[Any], status: int, answer: Mapping[str, Any]) -> TelegramAPIError:
    words = str(answer.get("description") or f"HTTP {status}")
    parameters = answer.get("parameters")
    if isinstance(parameters, dict):
        if parameters.get("migrate_to_chat_id"):
            return TelegramMigrateToChat(method, words, parameters["migrate_to_chat_id"])
        if wait := http_waits.seconds(parameters.get("retry_after")):
            return TelegramRetryAfter(method, words, wait)  # type: ignore[arg-type] # a fraction, too
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return TelegramRetryAfter(method, words, 1)
    if status < HTTPStatus.BAD_REQUEST or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TelegramServerError(method, words)
    return REFUSALS.get(status, TelegramAPIError)(method, words)


class TelegramUpload(InputFile):
    """A file as aiogram expects it, streamed from its source. `failure`: see `http_calls.StreamedUpload`."""

    def __init__(self, download: Download, name: str, limit: int) -> None:
        """Raises `Rejected(TOO_LARGE)`."""
        super().__init__(filename=http_calls.file_name(name))
        self._upload = http_calls.StreamedUpload(download, limit)

    @property
    def failure(self) -> DeliveryError | None:
        return self._upload.failure

    def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        return self._upload.chunks()
