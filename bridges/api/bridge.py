"""One account on the HTTP channel."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

from bot.domain import AccountName, ChatId, FileRef, ForeignId, Key, MediaKind
from bot.domain.text import Style
from bot.locale import translator
from bot.ports import DeliveryError, Download, Finding, Limits, MailboxEntry, Outgoing, Sent, Tools
from bot.runtime.outbound import NotPublic, anywhere, is_public
from bridges.api import ApiSettings
from bridges.api.callback import Callback
from bridges.shared.http_channel import TOLD, wire
from bridges.shared.http_channel.fetch import Fetcher
from bridges.shared.mailbox_bridge import MailboxBridge
from bridges.shared.rates import RATES

GIGABYTE = 1024**3
LIMITS = Limits(
    text=100_000,
    caption=100_000,
    album=20,
    files=dict.fromkeys(MediaKind, GIGABYTE),  # links, not bytes, are sent
    others=frozenset({"location", "contact"}),
    styles=~Style.NONE,
    links=True,
    replies=True,
    idempotent=True,  # the mailbox stores each key once, and receivers of callbacks recognize events by their id
    rates=RATES["api"],
    receives=TOLD,
)


class ApiBridge:
    """Puts operators' replies into the mailbox, where the client reads them, and posts them to its callback, if it has
    one."""

    limits = LIMITS

    def __init__(self, account: AccountName, settings: ApiSettings, tools: Tools, patience: float = 20) -> None:
        """`patience`: seconds to wait for a callback's answer."""
        self._account, self._tools = account, tools
        self._mail = MailboxBridge(account, LIMITS, tools)
        self._fetcher = Fetcher(anywhere if settings.allow_private else is_public)
        self._callback: Callback | None = None
        if settings.callback_url:
            secret = settings.callback_secret.get_secret_value()
            self._callback = Callback(settings.callback_url, secret, tools.guarded_http, patience)
        self.token = settings.token

    def __repr__(self) -> str:
        return f"ApiBridge({self._account!r})"

    async def send(self, chat: ChatId, message: Outgoing, key: Key) -> Sent:
        await self._tell(await self._mail.message(chat, message, key))
        return Sent((ForeignId(key),), delivered=self._callback is not None)

    async def edit(self, chat: ChatId, ref: ForeignId, message: Outgoing) -> None:
        await self._tell(await self._mail.edit(chat, ref, message))

    async def delete(self, chat: ChatId, refs: Sequence[ForeignId]) -> None:
        for ref in refs:
            await self._tell(await self._mail.delete(chat, ref))

    async def react(self, chat: ChatId, ref: ForeignId, emoji: str | None) -> None:
        await self._tell(await self._mail.reaction(chat, ref, emoji))

    def download(self, file: FileRef) -> AbstractAsyncContextManager[Download]:
        """Downloads a file; its id is the address that the client gave for it."""
        return self._fetcher.open(file.id)

    async def close(self) -> None:
        await self._fetcher.close()

    async def check(self) -> Sequence[Finding]:
        tr = translator(self._tools.locale)
        findings = []
        if not self._tools.public_url:
            what = tr.gettext("File links are relative (“/…”); clients must prepend the hub's address.")
            findings.append(Finding(True, what))
        if self._callback is None:
            findings.append(Finding(True, tr.gettext("API clients poll for replies: callback_url is not set.")))
        else:
            findings.append(await self._ping(self._callback))
        return findings

    async def _tell(self, letter: MailboxEntry) -> None:
        if self._callback is not None:
            await self._callback.deliver(wire.event(letter, self._tools.files.link).model_dump(mode="json"))

    async def _ping(self, callback: Callback) -> Finding:
        tr = translator(self._tools.locale)
        try:
            await callback.deliver({"id": f"ping-{uuid4()}", "type": "ping"})
        except DeliveryError as error:
            what = tr.gettext("callback_url does not accept signed events: {why}.").format(why=error)
            advice = tr.gettext("Check callback_url and callback_secret, and that “ping” is answered with 2xx.")
            return Finding(False, what, tr.gettext(error.advice) if isinstance(error, NotPublic) else advice)
        return Finding(True, tr.gettext("callback_url accepts signed events."))
