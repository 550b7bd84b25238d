"""An integration of 1C's collaboration system as a bridge."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, MediaKind
from bot.locale import translator
from bot.ports import (
    Capability,
    DeliveryError,
    Download,
    Finding,
    Limits,
    Outgoing,
    Rejected,
    RejectReason,
    Sent,
    Tools,
)
from bot.runtime.outbound import anywhere, is_public
from bridges.onec import errors, wire
from bridges.onec.settings import OneCChannelSettings
from bridges.shared import linking
from bridges.shared.http_calls import HttpResponse, call
from bridges.shared.http_channel import TOLD
from bridges.shared.http_channel.fetch import Fetcher
from bridges.shared.rates import RATES

GIGABYTE = 1024**3
LIMITS = Limits(
    text=4000,  # 1C documents no limit; this much is readable in one message of a discussion
    caption=4000,
    album=10,
    files=dict.fromkeys(MediaKind, GIGABYTE),  # links, not bytes, are sent
    idempotent=True,  # by `extId`
    rates=RATES["onec"],
    receives=TOLD - {Capability.REPLY, Capability.DELIVERED, Capability.READ},  # 1C does not know the hub's message ids
)
PATIENCE = 20.0  # seconds to wait for an answer
NOTHING: wire.Command = {}
"""An empty command: the server refuses it and shows nothing to anyone."""


class OneCBridge:
    """Posts operators' replies as messages in the discussion that the customer writes in."""

    limits = LIMITS

    def __init__(
        self, account: AccountName, settings: OneCChannelSettings, tools: Tools, patience: float = PATIENCE
    ) -> None:
        self._account, self._tools, self._patience = account, tools, patience
        self._endpoint, self._title = settings.endpoint_url, settings.title or str(account)
        self._fetcher = Fetcher(anywhere if settings.allow_private else is_public)
        self._tr = translator(tools.locale)
        self.token = settings.token

    def __repr__(self) -> str:
        return f"OneCBridge({self._account!r})"

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        await linking.check(message, LIMITS, self._tools.files)
        text = wire.words(message, self._tools.files.link)
        if not text:
            raise Rejected(RejectReason.INVALID, "there is nothing to send")
        command = wire.create_message(chat, key, text)
        answer = await self._post(command)
        if answer.status == errors.NOT_FOUND:
            await self._create(chat)
            answer = await self._post(command)
            if answer.status == errors.NOT_FOUND:
                raise Rejected(RejectReason.GONE, "1C has no such discussion")
        if not errors.is_success(answer):
            raise errors.of(answer, self._tr)
        return Sent((ForeignId(key),), delivered=True)

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Downloads a file; its id is the address that the code in 1C gave for it."""
        return self._fetcher.open(file.id)

    async def close(self) -> None:
        await self._fetcher.close()

    async def check(self) -> Sequence[Finding]:
        """Sends the empty command: a server that knows the integration answers "bad request", any other says that it
        does not."""
        where = f"{self._tools.public_url}/api/v1/accounts/{self._account}/messages"
        endpoint = Finding(True, self._tr.gettext("The code in 1C sends messages to {where}").format(where=where))
        try:
            answer = await self._post(NOTHING, repeatable=True)
            known = errors.is_success(answer) or answer.status == errors.BAD_REQUEST
            problem = "" if known else f"HTTP {answer.status}"
        except DeliveryError as error:
            problem = str(error)
        if problem:
            what = self._tr.gettext("1C's collaboration system does not accept messages at endpoint_url: {why}")
            return [Finding(False, what.format(why=problem), errors.advice(self._tr)), endpoint]
        return [Finding(True, self._tr.gettext("1C's collaboration system responds at endpoint_url.")), endpoint]

    async def _create(self, chat: ChatId) -> None:
        """Creates a discussion for an id that 1C does not know. Rarely needed: usually a user in 1C writes first, in a
        discussion with 1C's own id. Called only after 1C has refused a message, since creating one before every message
        would add a second discussion next to the user's."""
        answer = await self._post(wire.create_conversation(chat, self._title), repeatable=True)
        if not errors.is_success(answer):
            raise errors.of(answer, self._tr)

    async def _post(self, command: wire.Command, *, repeatable: bool = False) -> HttpResponse:
        return await call(
            self._tools.http,
            "POST",
            self._endpoint.get_secret_value(),
            patience=self._patience,
            repeatable=repeatable,
            data=wire.body(command),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
